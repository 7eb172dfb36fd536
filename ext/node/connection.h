/* connection — one socket to one node: is it open, greeted and clean, and what is it owed? */
#ifndef STRATA_NODE_CONNECTION_H
#define STRATA_NODE_CONNECTION_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/time.h"
#include "base/view.h"
#include "health/breaker.h"
#include "node/terms/client_options.h"
#include "node/exchange.h"
#include "node/terms/lifetime.h"
#include "node/location.h"
#include "net/tls.h"
#include "protocol/protocol.h"
#include "stats/stats.h"

typedef struct strata_connection strata_connection;

/* What connections know of their node. It outlives them, and only its location changes. */
typedef struct {
	const strata_protocol *protocol;
	const strata_client_options *options;
	const char *name;              /* of the node, for messages */
	const char *host;              /* likewise, which its certificate must name */
	strata_tls_memory *tls_memory; /* NULL where options->tls is */
	strata_stats_row *stats;
	const strata_breaker *breaker; /* NULL: none */
	strata_location location;
} strata_peer;

/* Nothing is opened yet. NULL when out of memory. */
strata_connection *strata_connection_new(strata_peer *peer, strata_usec now);

/* Closes the socket, whatever it is in the middle of, without a farewell. NULL is allowed. */
void strata_connection_free(strata_connection *connection);

/*
 * Takes an exchange on: connects and shakes hands if that was not done yet, and writes what can be
 * written at once. Only for a connection that is new or clean. On every failure, here and in
 * advance, error names node, phase and cause, and the connection can only be freed.
 */
STRATA_MUST_CHECK strata_result strata_connection_begin(strata_connection *connection,
	strata_exchange *exchange, strata_usec now, strata_protocol_error *error);

/* Goes on with the exchange after poll() returned these revents for it, at this moment. */
STRATA_MUST_CHECK strata_result strata_connection_advance(strata_connection *connection,
	short revents, strata_usec now, strata_protocol_error *error);

/* What to wait for, and until when, to go on. */
struct pollfd strata_connection_poll(const strata_connection *connection);
strata_usec strata_connection_deadline(const strata_connection *connection);

/* The exchange has time until then, and so has connecting. */
void strata_connection_extend(strata_connection *connection, strata_usec deadline);

/* Was all of its request sent, so that nothing but the replies to commands is waited for? */
bool strata_connection_awaits_reply(const strata_connection *connection);

/*
 * Has the next advance, which must follow with POLLIN, do the waiting itself, where nothing else is
 * waited for: that saves a system call. False where it cannot; true promises no bytes.
 */
bool strata_connection_await(strata_connection *connection, strata_usec now);

/*
 * The deadline passed. OK where that was the share of one of several addresses: it goes on with the
 * next one. Else TIMEOUT: it is poisoned, and error says what it was waiting for.
 */
STRATA_MUST_CHECK strata_result strata_connection_give_up(strata_connection *connection,
	strata_usec now, strata_protocol_error *error);

/* Has one of several addresses had its share of the time, and is there time for the next one? */
bool strata_connection_may_go_on(const strata_connection *connection, strata_usec now);

/* The address that it leads to, or last tried to. NULL: it has none yet. */
const strata_address *strata_connection_address(const strata_connection *connection);

/*
 * The handshake is done, every expected reply came, and no byte more: another exchange may begin.
 * Nothing but this allows a connection to be kept.
 */
/* Where one side speaks TLS and the other does not, neither understands enough to say so. */
typedef enum {
	STRATA_TLS_NO_DOUBT,
	STRATA_TLS_MAYBE_UNKNOWN, /* to a server that is asked by TLS */
	STRATA_TLS_MAYBE_WANTED,  /* of a client that asks in the clear */
	STRATA_TLS_IS_WANTED      /* likewise, and it said so */
} strata_tls_doubt;

/* Of a connection that failed with this result. */
strata_tls_doubt strata_connection_tls_doubt(const strata_connection *connection,
	strata_result result);

bool strata_connection_is_clean(const strata_connection *connection);

/*
 * When did the exchange end? Whether it was while connecting or later, and whether the connection
 * had been lying idle, says what a failure means for the node.
 */
strata_outcome_moment strata_connection_moment(const strata_connection *connection);

/* Was it opened for the exchange that it is at? */
bool strata_connection_is_fresh(const strata_connection *connection);

/* Is the server sent only what is needed, because it closed a connection over more? */
bool strata_connection_is_bare(const strata_connection *connection);

/* Can never be clean again. */
void strata_connection_poison(strata_connection *connection);

/* When it was opened and used; the caller marks it as used when an exchange ends. */
strata_lifetime *strata_connection_lifetime(strata_connection *connection);

/*
 * Has it lived, or been idle, for as long as one may? Then it is time to close it, without a fault.
 */
bool strata_connection_is_over(const strata_connection *connection, strata_usec now);

/*
 * May a clean connection that lay idle be used? Not by a forked child of the process that opened
 * it, not when the name of the node has left its address, and not when bytes or an end came that
 * were not asked for.
 */
bool strata_connection_is_fit(const strata_connection *connection);

#endif
