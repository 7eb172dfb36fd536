/* wire — how does one protocol greet, frame and read? One const table for each protocol. */
#ifndef STRATA_PROTOCOL_WIRE_H
#define STRATA_PROTOCOL_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/result.h"
#include "base/time.h"
#include "health/breaker.h"
#include "stats/anomalies.h"

/* What all nodes of one tier and database have in common. Must outlive the nodes. */
typedef struct {
	const char *user;            /* NULL: none */
	const char *password;        /* NULL: none */
	uint32_t database;           /* SELECTed in the handshake when not 0 */
	bool is_replica;             /* READONLY is sent in the handshake: it answers for its master */
	uint32_t replica_reads;      /* see conf/settings.h */
	bool wants_master;           /* a server that says it is none is refused by NO_OWNER */
	strata_usec connect_timeout; /* for connecting and the handshake together */
	strata_usec operation_timeout; /* for one operation, connecting included */
	strata_usec request_budget;    /* for all waiting of one request; 0: no limit */
	strata_usec check_after_idle;  /* a connection idle for that long proves itself by a nonce */
	strata_usec idle_close;        /* idle for that long it is closed; 0: never */
	strata_usec probe_patience;    /* that a call has for a probe of a node that was out; 0: none */
	strata_usec max_lifetime;      /* as old as that, give or take a fifth, likewise */
	bool is_strict;                /* every reply is proven by a nonce behind it */
	size_t max_reply;              /* bytes: a reply that grows past this ends the connection */
	struct strata_breaker_table *breakers;   /* NULL: nodes are asked whatever happened before */
	struct strata_slot_map_table *slot_maps; /* NULL: each thread learns a cluster's slots alone */
	strata_breaker_limits limits;
	const struct strata_tls *tls; /* NULL: in the clear */
	strata_anomalies *anomalies;  /* NULL: none are kept */
} strata_wire_options;

/* An error text that belongs to an exchange. */
typedef struct {
	char text[192];
} strata_wire_error;

typedef struct {
	const char *name; /* as status shows it: "memcached", "redis" */

	/*
	 * Appends the commands of the handshake, all in one write, and says how many replies they owe
	 * (0: no handshake) and whether AUTH is among them.
	 */
	STRATA_MUST_CHECK strata_result (*greet)(const strata_wire_options *options, strata_buffer *out,
		uint32_t *owed, bool *sends_auth);

	/*
	 * Checks every reply of the handshake. AUTH, UNSUPPORTED, SERVER or PROTOCOL, with the cause in
	 * error.
	 */
	STRATA_MUST_CHECK strata_result (*check_greeting)(const strata_wire_options *options,
		void *const *replies, uint32_t count, strata_wire_error *error);

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
} strata_wire;

#endif
