/* resp_reader: replies of Redis out of the bytes of one connection, by hiredis. */
#ifndef STRATA_PROTOCOL_RESP_READER_H
#define STRATA_PROTOCOL_RESP_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/result.h"
#include "base/view.h"

/*
 * All are members of strata_redis_protocol, and promise what protocol.h says of them. The replies
 * are strata_resp_reply.
 */
void *strata_resp_reader_new(size_t max_reply);
void strata_resp_reader_free(void *reader);
STRATA_MUST_CHECK strata_result strata_resp_reader_feed(void *reader, strata_arena *arena,
	strata_view bytes);
STRATA_MUST_CHECK strata_result strata_resp_reader_take(void *reader, strata_arena *arena,
	void **reply);
bool strata_resp_reader_is_drained(const void *reader);

#endif
