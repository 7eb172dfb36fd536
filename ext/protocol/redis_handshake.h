/* redis_handshake: AUTH, SELECT, a name, READONLY and ROLE in one write. */
#ifndef STRATA_PROTOCOL_REDIS_HANDSHAKE_H
#define STRATA_PROTOCOL_REDIS_HANDSHAKE_H

#include "protocol/protocol.h"

/* Both are members of strata_redis_protocol, and promise what protocol.h says of them. */
STRATA_MUST_CHECK strata_result strata_redis_handshake_compose(const strata_connection_setup *setup,
	strata_buffer *out, uint32_t *expected, bool *sends_auth);
STRATA_MUST_CHECK strata_result strata_redis_handshake_check(const strata_connection_setup *setup,
	void *const *replies, uint32_t count, strata_protocol_error *error);

#endif
