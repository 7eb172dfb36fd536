/* reply_check: proves by the echo of a nonce that replies are those of their commands. */
#ifndef STRATA_NODE_REPLY_CHECK_H
#define STRATA_NODE_REPLY_CHECK_H

#include <stdint.h>

#include "base/buffer.h"
#include "protocol/nonce.h"
#include "protocol/protocol.h"

/*
 * Where a question for an echo goes, as bits:
 *
 *     BEFORE   a connection that lay idle may hold something unnoticed: its first reply must be the
 *              echo, or none of the others is believed
 *     BEHIND   replies were out of step lately: none is believed until the echo follows them
 */
typedef enum {
	STRATA_NONCE_NOWHERE = 0,
	STRATA_NONCE_BEFORE = 1,
	STRATA_NONCE_BEHIND = 2,
	STRATA_NONCE_AROUND = 3
} strata_nonce_place;

/* What one reply is, by its place among all of an exchange. */
typedef enum {
	STRATA_REPLY_OF_COMMAND,
	STRATA_REPLY_IS_ECHO, /* the one before the commands */
	STRATA_REPLY_PROVES,  /* the echo behind the commands: all replies before it count now */
	STRATA_REPLY_REFUSES, /* no echo is given now: nothing is proven, and nothing is out of step */
	STRATA_REPLY_IS_OUT_OF_STEP
} strata_reply_kind;

/* The same place, or NOWHERE for a protocol that has no echo. */
strata_nonce_place strata_reply_check_place(const strata_protocol *protocol,
	strata_nonce_place wanted);

/* Echoes that go with this place: 0 to 2. */
uint32_t strata_reply_check_echoes(strata_nonce_place place);

/* Appends the request with its nonces. NO_MEMORY, or OK. */
STRATA_MUST_CHECK strata_result strata_reply_check_compose(strata_buffer *out,
	const strata_protocol *protocol, strata_nonce_place place, const strata_nonce *nonce,
	strata_view request);

/*
 * Number index (from 0, echoes included) of the replies to this many commands. *why is the reason
 * of REFUSES, DESYNC for one that is out of step, and else OK.
 */
strata_reply_kind strata_reply_check(const strata_protocol *protocol, strata_nonce_place place,
	const strata_nonce *nonce, uint32_t expected, uint32_t index, const void *reply,
	strata_result *why);

#endif
