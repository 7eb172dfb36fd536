/* greeting — how does a connection to Redis become ours? AUTH, SELECT, a name and ROLE, in one write. */
#ifndef STRATA_PROTOCOL_REDIS_HANDSHAKE_H
#define STRATA_PROTOCOL_REDIS_HANDSHAKE_H

#include "protocol/protocol.h"

/* Both are members of strata_redis_protocol, and promise what protocol.h says of them. */
STRATA_MUST_CHECK strata_result strata_redis_handshake_compose(const strata_session *session,
	strata_buffer *out, uint32_t *expected, bool *sends_auth);
STRATA_MUST_CHECK strata_result strata_redis_handshake_check(const strata_session *session,
	void *const *replies, uint32_t count, strata_protocol_error *error);

#endif
