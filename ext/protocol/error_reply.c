/*
 * The first words say it all, and the first line that fits counts. Whatever is not listed (OOM, MISCONF,
 * NOREPLICAS, BUSY, WRONGTYPE ...) is the server's answer to this one command, and asking again would
 * only make its trouble worse.
 *
 *     CLUSTERDOWN       three texts: the cluster is down; the same, but reads go on; this one slot is
 *                       nobody's. Only the first is the state of the whole node
 *     LOADING           the node reads its data from disk: it is not ready, and may have been replaced
 *     MASTERDOWN        a replica that lost its master and must not serve what may be old
 *     READONLY          the node became a replica, and the map says that it is a master
 *     NOAUTH            the connection lost its user, as after a RESET or a restart behind a proxy
 */
#include "protocol/error_reply.h"

typedef struct {
	const char *words;
	strata_error_reply means;
} line;

/* clang-format off */
static const line lines[] = {
	{ "TRYAGAIN",                         { STRATA_SERVER,   STRATA_RETRY_LATER,     false, false } },
	{ "CLUSTERDOWN Hash slot not served", { STRATA_NO_OWNER, STRATA_RETRY_MASTER,    false, true } },
	{ "CLUSTERDOWN The cluster is down and only accepts read commands",
	                                      { STRATA_SERVER,   STRATA_RETRY_MASTER,    false, true } },
	{ "CLUSTERDOWN",                      { STRATA_NOT_READY, STRATA_RETRY_MASTER,   false, true } },
	{ "LOADING",                          { STRATA_NOT_READY, STRATA_RETRY_MASTER,   false, true } },
	{ "MASTERDOWN",                       { STRATA_NOT_READY, STRATA_RETRY_MASTER,   false, true } },
	{ "READONLY",                         { STRATA_SERVER,   STRATA_RETRY_NEW_OWNER, true,  true } },
	{ "NOAUTH",                           { STRATA_AUTH,     STRATA_RETRY_FRESH,     true,  false } },
	{ "WRONGPASS",                        { STRATA_AUTH,     STRATA_RETRY_NONE,     true,  false } },
	{ "NOPERM",                           { STRATA_AUTH,     STRATA_RETRY_NONE,     false, false } },
	{ "ERR max number of clients",        { STRATA_FULL,     STRATA_RETRY_NONE,     true,  false } },
};
/* clang-format on */

strata_error_reply strata_error_reply_classify(const strata_resp_reply *reply)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (strata_resp_is_error(reply, lines[i].words)) {
			return lines[i].means;
		}
	}
	return (strata_error_reply){ STRATA_SERVER, STRATA_RETRY_NONE, false, false };
}
