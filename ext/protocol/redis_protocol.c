#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include "protocol/redis_protocol.h"

#include <string.h>

#include "protocol/redis_handshake.h"
#include "protocol/resp.h"
#include "protocol/resp_reader.h"

static int ask_nonce(strata_buffer *out, strata_view nonce)
{
	const strata_view command[] = { strata_view_of("PING"), nonce };

	return strata_resp_compose(out, command, 2);
}

static bool is_nonce(const void *reply, strata_view nonce)
{
	const strata_resp_reply *said = reply;

	if (said->type == STRATA_RESP_STRING) {
		return strata_view_equal(said->text, nonce);
	}
	/* Whoever may not PING is told so for nothing else than this. */
	return strata_resp_is_error(said, "NOPERM") &&
		   memmem(said->text.data, said->text.size, "'ping'", 6) != NULL;
}

const strata_protocol strata_redis_protocol = {
	.name = "redis",
	.compose_handshake = strata_redis_handshake_compose,
	.check_handshake = strata_redis_handshake_check,
	.ask_nonce = ask_nonce,
	.is_nonce = is_nonce,
	.reader_new = strata_resp_reader_new,
	.reader_free = strata_resp_reader_free,
	.feed = strata_resp_reader_feed,
	.take = strata_resp_reader_take,
	.is_drained = strata_resp_reader_is_drained,
};
