/* protocol: what a connection needs to know of a protocol, as one const table for each. */
#ifndef STRATA_PROTOCOL_PROTOCOL_H
#define STRATA_PROTOCOL_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/result.h"
#include "base/view.h"

/* What a new connection becomes by its handshake. The texts are the caller's. */
typedef struct {
	const char *user;     /* NULL: none */
	const char *password; /* NULL: none */
	uint32_t database;    /* SELECTed when not 0 */
	bool is_replica;      /* READONLY is sent: it answers for its master */
	bool wants_master;    /* a server that says it is none is refused by NO_OWNER */
} strata_session;

/* An error text that belongs to an exchange. */
typedef struct {
	char text[192];
} strata_protocol_error;

typedef struct {
	const char *name; /* as status shows it: "memcached", "redis" */

	/*
	 * Appends the commands of the handshake, all in one write, and says how many replies they owe
	 * (0: no handshake) and whether AUTH is among them.
	 */
	STRATA_MUST_CHECK strata_result (*compose_handshake)(const strata_session *session,
		strata_buffer *out, uint32_t *expected, bool *sends_auth);

	/*
	 * Checks every reply of the handshake. AUTH, UNSUPPORTED, SERVER or PROTOCOL, with the cause in
	 * error.
	 */
	STRATA_MUST_CHECK strata_result (*check_handshake)(const strata_session *session,
		void *const *replies, uint32_t count, strata_protocol_error *error);

	/*
	 * Appends a harmless command whose one reply repeats this text. Returns 0, or -1 when out of
	 * memory. And is this that reply? Both are NULL where a protocol has no such command.
	 */
	int (*ask_nonce)(strata_buffer *out, strata_view nonce);
	bool (*is_nonce)(const void *reply, strata_view nonce);

	/* A reader turns the bytes of one connection into replies. NULL when out of memory. */
	void *(*reader_new)(size_t max_reply);
	void (*reader_free)(void *reader);

	/*
	 * Takes bytes in, which stay where they are until take() has asked for more. Replies are built
	 * in the arena, which must stay the same until the reader is drained. PROTOCOL, TOO_LARGE (a
	 * reply past max_reply), NO_MEMORY or UNSUPPORTED (the very first byte of the connection begins
	 * no reply of this protocol) end the connection.
	 */
	STRATA_MUST_CHECK strata_result (*feed)(void *reader, strata_arena *arena, strata_view bytes);

	/* OK with the next complete reply in *reply, or with NULL when more bytes are needed. */
	STRATA_MUST_CHECK strata_result (*take)(void *reader, strata_arena *arena, void **reply);

	/* No byte is left over after the last reply. */
	bool (*is_drained)(const void *reader);
} strata_protocol;

#endif
