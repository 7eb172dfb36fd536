/* connection — one socket to one node: is it open, greeted and clean, and what is it owed? */
#ifndef STRATA_REMOTE_CONNECTION_H
#define STRATA_REMOTE_CONNECTION_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/time.h"
#include "base/view.h"
#include "remote/address.h"
#include "remote/breaker.h"
#include "remote/wire.h"
#include "stats/stats.h"

typedef struct strata_connection strata_connection;

/* What connections know of their node. It outlives them. */
typedef struct {
	const strata_wire *wire;
	const strata_wire_options *options;
	const char *name; /* of the node, for messages */
	strata_stats_row *stats;
	strata_address_list addresses; /* to be tried in order; not empty */
} strata_peer;

/* Commands to write and the replies they owe. The caller fills the first group and keeps it all. */
typedef struct {
	strata_view request;
	uint32_t owed;
	void **replies; /* room for owed of them */
	strata_arena *arena;
	strata_usec deadline; /* monotonic and absolute, for connecting and everything after it */

	uint32_t received;
} strata_task;

/* Nothing is opened yet. NULL when out of memory. */
strata_connection *strata_connection_new(const strata_peer *peer);

/* Closes the socket, whatever it is in the middle of, without a farewell. NULL is allowed. */
void strata_connection_free(strata_connection *connection);

/*
 * Takes a task on: connects and greets if that was not done yet, and writes what can be written at
 * once. Only for a connection that is new or clean. On every failure, here and in advance, error
 * names node, phase and cause, and the connection can only be freed.
 */
STRATA_MUST_CHECK strata_result strata_connection_begin(strata_connection *connection,
	strata_task *task, strata_wire_error *error);

/* Goes on with the task after poll() returned these revents for it. */
STRATA_MUST_CHECK strata_result strata_connection_advance(strata_connection *connection,
	short revents, strata_wire_error *error);

/* What to wait for, and until when, to go on. */
struct pollfd strata_connection_poll(const strata_connection *connection);
strata_usec strata_connection_deadline(const strata_connection *connection);

/* The deadline passed: poisons it and says what it was waiting for. Returns STRATA_TIMEOUT. */
strata_result strata_connection_give_up(strata_connection *connection, strata_wire_error *error);

/*
 * Greeted, and every reply that was owed came, and no byte more: the task is done and another may
 * begin. Nothing but this allows a connection to be kept.
 */
bool strata_connection_is_clean(const strata_connection *connection);

/*
 * What the end of a task with this result says of the node: whether it failed while connecting or
 * later, and whether the connection had been lying idle, makes the difference.
 */
strata_outcome strata_connection_outcome(const strata_connection *connection, strata_result result);

/* Was it opened for the task that it is at? */
bool strata_connection_is_fresh(const strata_connection *connection);

/* Can never be clean again. */
void strata_connection_poison(strata_connection *connection);

/*
 * May a clean connection that lay idle be used? Not by a forked child of the process that opened
 * it, and not when bytes or an end came that nobody asked for.
 */
bool strata_connection_is_fit(const strata_connection *connection);

#endif
