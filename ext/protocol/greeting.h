/* greeting — how does a connection to Redis become ours? AUTH, SELECT, a name and ROLE, in one write. */
#ifndef STRATA_PROTOCOL_GREETING_H
#define STRATA_PROTOCOL_GREETING_H

#include "protocol/protocol.h"

/* Both are members of strata_resp_wire, and promise what wire.h says of them. */
STRATA_MUST_CHECK strata_result strata_greeting_compose(const strata_session *session,
	strata_buffer *out, uint32_t *owed, bool *sends_auth);
STRATA_MUST_CHECK strata_result strata_greeting_check(const strata_session *session,
	void *const *replies, uint32_t count, strata_wire_error *error);

#endif
