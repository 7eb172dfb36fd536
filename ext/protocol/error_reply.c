/*
 * The first words decide, and the first line that fits counts. Any other error (OOM, MISCONF,
 * NOREPLICAS, BUSY, WRONGTYPE ...) is the server's answer to this one command. Asking again would
 * only make its trouble worse.
 *
 *     CLUSTERDOWN   three texts: the cluster is down; it is down for writes; a slot has no owner.
 *                   Only the first is the state of the whole node
 *     LOADING       the node reads its data from disk: it is not ready, and may have been replaced
 *     MASTERDOWN    a replica that lost its master and must not serve what may be old
 *     READONLY      the node became a replica, and the map says that it is a master
 *     NOAUTH        the connection lost its user, as after a RESET or a restart behind a proxy
 *     NOPERM        the user may not run this command, or may not touch this key. The former is the
 *                   same as a command that was renamed or never known: it cannot be done here
 *     ERR Unknown   a script calls a command that the server does not know, or that the user of the
 *     ERR The user  script may not run. "No permissions" is the same since 7.0
 */
#include "protocol/error_reply.h"

typedef struct {
	const char *words;
	strata_error_reply means;
} line;

static const line lines[] = {
	{ "TRYAGAIN", { STRATA_SERVER, STRATA_RETRY_LATER, .closes = false } },
	{ "CLUSTERDOWN Hash slot not served",
		{ STRATA_NO_OWNER, STRATA_RETRY_MASTER, .suspects = true } },
	{ "CLUSTERDOWN The cluster is down and only accepts read commands",
		{ STRATA_SERVER, STRATA_RETRY_MASTER, .suspects = true } },
	{ "CLUSTERDOWN", { STRATA_NOT_READY, STRATA_RETRY_MASTER, .suspects = true } },
	{ "LOADING", { STRATA_NOT_READY, STRATA_RETRY_MASTER, .suspects = true } },
	{ "MASTERDOWN", { STRATA_NOT_READY, STRATA_RETRY_MASTER, .suspects = true } },
	{ "READONLY", { STRATA_SERVER, STRATA_RETRY_NEW_OWNER, .renews = true, .suspects = true } },
	{ "NOAUTH", { STRATA_AUTH, STRATA_RETRY_FRESH, .closes = true } },
	{ "WRONGPASS", { STRATA_AUTH, STRATA_RETRY_NONE, .closes = true } },
	{ "ERR max number of clients", { STRATA_FULL, STRATA_RETRY_NONE, .closes = true } },
};

/* The server does not do this for this user, however often it is asked. */
typedef struct {
	const char *words;
	const char *further_on; /* what the text has to hold as well; "": nothing */
	strata_result result;
} refusal;

static const refusal refusals[] = {
	{ "NOPERM", " to run ", STRATA_UNSUPPORTED },
	{ "NOPERM", "", STRATA_AUTH },
	{ "ERR unknown command", "", STRATA_UNSUPPORTED },
	{ "ERR Unknown Redis command called from", "", STRATA_UNSUPPORTED },
	{ "ERR The user executing the script can't run", "", STRATA_UNSUPPORTED },
	{ "ERR The user executing the script can't access", "", STRATA_AUTH },
	{ "ERR ACL failure in script:", " to run ", STRATA_UNSUPPORTED },
	{ "ERR ACL failure in script:", "", STRATA_AUTH },
};

static strata_result refused_as(const strata_resp_reply *reply)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (strata_resp_is_error(reply, refusals[i].words) &&
			(refusals[i].further_on[0] == '\0' ||
				strata_view_contains(reply->text, refusals[i].further_on))) {
			return refusals[i].result;
		}
	}
	return STRATA_SERVER;
}

strata_error_reply strata_error_reply_classify(const strata_resp_reply *reply)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (strata_resp_is_error(reply, lines[i].words)) {
			return lines[i].means;
		}
	}
	return (strata_error_reply){ .result = refused_as(reply), .action = STRATA_RETRY_NONE };
}
