#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include "protocol/redis_protocol.h"

#include <string.h>

#include "protocol/error_reply.h"
#include "protocol/redis_handshake.h"
#include "protocol/resp.h"
#include "protocol/resp_reader.h"

static int ask_nonce(strata_buffer *out, strata_view nonce)
{
	const strata_view command[] = { strata_view_of("PING"), nonce };

	return strata_resp_compose(out, command, nonce.size > 0 ? 2 : 1);
}

/* PING is refused as writes are where a snapshot could not be saved; and see error_reply.c. */
static strata_result check_refusal(const strata_resp_reply *said)
{
	static const char *const refusals[] = { "LOADING", "MASTERDOWN", "NOAUTH", "MISCONF" };

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (strata_resp_is_error(said, refusals[i])) {
			return strata_error_reply_classify(said).result;
		}
	}
	return STRATA_DESYNC;
}

static strata_result check_nonce(const void *reply, strata_view nonce)
{
	const strata_resp_reply *said = reply;

	if (said->type == STRATA_RESP_STRING) {
		return strata_view_equal(said->text, nonce) ? STRATA_OK : STRATA_DESYNC;
	}
	if (nonce.size == 0 && said->type == STRATA_RESP_STATUS) {
		return strata_view_equal(said->text, strata_view_of("PONG")) ? STRATA_OK : STRATA_DESYNC;
	}
	/* A user that may not PING gets this error for the nonce alone. */
	if (strata_resp_is_error(said, "NOPERM") &&
		memmem(said->text.data, said->text.size, "'ping'", 6) != NULL) {
		return STRATA_OK;
	}
	return check_refusal(said);
}

/*
 * PING is answered while a cluster is down, and no command with a key is. The node need not own the
 * slot of this one: MOVED is an answer too.
 */
static int ask_service(strata_buffer *out)
{
	const strata_view command[] = { strata_view_of("GET"), strata_view_of("strata:probe") };

	return strata_resp_compose(out, command, 2);
}

static strata_result check_service(const void *reply)
{
	const strata_resp_reply *said = reply;

	return said->type == STRATA_RESP_ERROR &&
				   strata_error_reply_classify(said).result == STRATA_NOT_READY
			   ? STRATA_NOT_READY
			   : STRATA_OK;
}

const strata_protocol strata_redis_protocol = {
	.name = "redis",
	.compose_handshake = strata_redis_handshake_compose,
	.check_handshake = strata_redis_handshake_check,
	.ask_nonce = ask_nonce,
	.check_nonce = check_nonce,
	.ask_service = ask_service,
	.check_service = check_service,
	.reader_new = strata_resp_reader_new,
	.reader_free = strata_resp_reader_free,
	.feed = strata_resp_reader_feed,
	.take = strata_resp_reader_take,
	.is_drained = strata_resp_reader_is_drained,
};
