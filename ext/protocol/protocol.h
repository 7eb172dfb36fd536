/* protocol: one const table for each protocol: its handshake, its nonces and its reader. */
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

	/*
	 * A server closed the connection when it was greeted: it knows few commands, as proxies do.
	 * What is optional is left out, and it has to show that it knows what is not.
	 */
	bool is_bare;
} strata_connection_setup;

/* The text of an error, for the result beside it. */
typedef struct {
	char text[224];
	bool lasts; /* no waiting heals it: the configuration, or the server, has to become another */
} strata_protocol_error;

typedef struct {
	const char *name; /* as status shows it: "memcached", "redis" */

	/*
	 * Appends the commands of the handshake, all in one write. Says how many replies to expect (0:
	 * no handshake) and whether AUTH is among the commands.
	 */
	STRATA_MUST_CHECK strata_result (*compose_handshake)(const strata_connection_setup *setup,
		strata_buffer *out, uint32_t *expected, bool *sends_auth);

	/*
	 * Why a server that closes two connections over the greeting, or over the first command, is
	 * none for this protocol. NULL where that is a lost connection like any other, and a bare
	 * server one that knows few commands.
	 */
	const char *why_closed;

	/* Checks every reply of the handshake. A failure has its cause in error. */
	STRATA_MUST_CHECK strata_result (*check_handshake)(const strata_connection_setup *setup,
		void *const *replies, uint32_t count, strata_protocol_error *error);

	/*
	 * The first appends a harmless command whose one reply repeats this text. Returns 0, or -1 when
	 * out of memory. The second says what came: OK for the echo, DESYNC for the reply to another
	 * question, and else why the server refuses to echo anything now, which proves nothing. Both
	 * are NULL where a protocol has no such command. An empty text asks for a sign of life alone,
	 * of a server that is bare.
	 */
	int (*ask_nonce)(strata_buffer *out, strata_view nonce);
	STRATA_MUST_CHECK strata_result (*check_nonce)(const void *reply, strata_view nonce);

	/*
	 * The same for a command of the kind that values are read by, since a server may echo and still
	 * serve nothing: NOT_READY where its one reply says so, OK for any other. NULL where the echo
	 * is such a command itself.
	 */
	int (*ask_service)(strata_buffer *out);
	STRATA_MUST_CHECK strata_result (*check_service)(const void *reply);

	/* A reader turns the bytes of one connection into replies. NULL when out of memory. */
	void *(*reader_new)(size_t max_reply);
	void (*reader_free)(void *reader);

	/*
	 * Takes bytes in, which stay where they are until take() has asked for more. Replies are built
	 * in the arena, which stays the same until the reader is drained. Each failure ends the
	 * connection: PROTOCOL, NO_MEMORY, TOO_LARGE for a reply past max_reply, or past what the arena
	 * allows. UNSUPPORTED means that the first byte of the connection begins no reply of this
	 * protocol.
	 */
	STRATA_MUST_CHECK strata_result (*feed)(void *reader, strata_arena *arena, strata_view bytes);

	/* OK with the next complete reply in *reply, or with NULL when more bytes are needed. */
	STRATA_MUST_CHECK strata_result (*take)(void *reader, strata_arena *arena, void **reply);

	/* True when no byte is left over after the last reply. */
	bool (*is_drained)(const void *reader);
} strata_protocol;

#endif
