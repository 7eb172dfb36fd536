/*
 * Two questions, because neither is enough. GET-MASTER-ADDR-BY-NAME is the one whose answer changes
 * the moment a replica has been promoted, while MASTER goes on describing the old master for a
 * while; but only MASTER tells the epoch, by which an old truth is known from a new one. A sentinel
 * changes both at once, and both go in one write, so they belong together.
 *
 * A sentinel that does not let us ask for MASTER is believed without an epoch.
 */
#include "redis/sentinel/sentinel_answer.h"
#include "protocol/error_reply.h"

#include <stdio.h>

#include "conf/text/quantity.h"

int strata_sentinel_answer_ask(strata_buffer *out, const char *name)
{
	const strata_view address[] = { strata_view_of("SENTINEL"),
		strata_view_of("GET-MASTER-ADDR-BY-NAME"), strata_view_of(name) };
	const strata_view master[] = { strata_view_of("SENTINEL"), strata_view_of("MASTER"),
		strata_view_of(name) };

	return strata_resp_compose(out, address, 3) == 0 ? strata_resp_compose(out, master, 3) : -1;
}

static strata_result refuse(strata_protocol_error *error, const char *why)
{
	snprintf(error->text, sizeof(error->text), "%s", why);
	return STRATA_PROTOCOL;
}

static strata_result quote(const strata_resp_reply *reply, strata_protocol_error *error)
{
	if (strata_resp_is_error(reply, "ERR unknown command")) {
		(void) refuse(error, "is no sentinel: use redis:// or redis-cluster://");
		return STRATA_UNSUPPORTED;
	}
	strata_resp_print_error(reply, error->text, sizeof(error->text));
	return strata_error_reply_classify(reply).result;
}

static bool read_number(const strata_resp_reply *reply, uint64_t *number)
{
	*number = 0;
	return reply != NULL && reply->type == STRATA_RESP_STRING &&
		   strata_quantity_count(reply->text, number) == STRATA_QUANTITY_OK;
}

static bool read_address(const strata_resp_reply *reply, strata_endpoint *out)
{
	const strata_resp_reply *host = strata_resp_element(reply, 0);
	uint64_t port;

	return host != NULL && host->type == STRATA_RESP_STRING && host->text.size > 0 &&
		   reply->count == 2 && read_number(strata_resp_element(reply, 1), &port) &&
		   port <= UINT16_MAX && strata_endpoint_read(out, host->text, (int64_t) port);
}

/* MASTER answers with names and values in turn. */
static bool read_epoch(const strata_resp_reply *reply, uint64_t *epoch)
{
	static const strata_view wanted = { "config-epoch", sizeof("config-epoch") - 1 };
	const strata_resp_reply *name = strata_resp_element(reply, 0);

	while (name != NULL && name->next != NULL) {
		if (name->type == STRATA_RESP_STRING && strata_view_equal(name->text, wanted)) {
			return read_number(name->next, epoch);
		}
		name = name->next->next;
	}
	return false;
}

strata_result strata_sentinel_answer_read(strata_sentinel_answer *out, void *const *replies,
	strata_protocol_error *error)
{
	const strata_resp_reply *address = replies[0];
	const strata_resp_reply *master = replies[1];

	*out = (strata_sentinel_answer){ .kind = STRATA_SENTINEL_SILENT };
	error->text[0] = '\0';
	if (address->type == STRATA_RESP_ERROR) {
		return quote(address, error);
	}
	if (address->type == STRATA_RESP_NIL) {
		out->kind = STRATA_SENTINEL_KNOWS_NONE;
		return STRATA_OK;
	}
	if (!read_address(address, &out->master)) {
		return refuse(error, "names a master at an impossible address");
	}
	if (master->type != STRATA_RESP_ERROR && !read_epoch(master, &out->epoch)) {
		return refuse(error, "names a master without an epoch");
	}
	out->kind = STRATA_SENTINEL_NAMES;
	return STRATA_OK;
}
