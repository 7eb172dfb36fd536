/* node — one server: its address, its idle connections in this thread, its counters. */
#ifndef STRATA_NODE_NODE_H
#define STRATA_NODE_NODE_H

#include <stdint.h>

#include "health/size_limit.h"
#include "node/connection.h"
#include "node/node_records.h"
#include "protocol/protocol.h"
#include "stats/stats.h"

/*
 * Belongs to one thread, one tier and one database, so that a connection never changes user,
 * database or role: the pool of a node has just one key.
 */
typedef struct strata_node strata_node;

/*
 * host is a name, an address or the path of a unix socket (it begins with /, port is 0). A name is
 * looked up at the first connect. NULL when out of memory. options must outlive the node.
 */
strata_node *strata_node_new(const strata_protocol *protocol, const strata_client_options *options,
	const char *host, uint16_t port, strata_node_origin origin, strata_stats *stats);

/* Another source names it too; the better one counts. */
void strata_node_confirm(strata_node *node, strata_node_origin origin);

/* Closes its connections. None may be in use. */
void strata_node_free(strata_node *node);

/* "host:port", "[address]:port" or the path; lives as long as the node. */
const char *strata_node_name(const strata_node *node);
const char *strata_node_host(const strata_node *node);
uint16_t strata_node_port(const strata_node *node);

/* Where to count; for use at once. */
strata_stats_row *strata_node_stats(const strata_node *node);

/* Closes the idle connections, so that the next exchange opens a fresh one. */
void strata_node_drop_idle(strata_node *node);

/* Something speaks against its address: its name is looked up again, without waiting for it. */
void strata_node_look_up_again(strata_node *node, strata_usec now);

/*
 * What probes of nodes of this thread, and lookups of their names, have found out meanwhile. Costs
 * nothing where there is none, and is called wherever a request or a call begins or ends.
 */
void strata_nodes_look_at_probes(void);

/* Did it close a connection over what is optional, so that it may not know all commands? */
bool strata_node_is_bare(const strata_node *node, strata_usec now);

/* May it be asked without a second thought, as far as the processes of this host know? */
bool strata_node_is_healthy(const strata_node *node, strata_usec now);

/*
 * May it be asked now? Where it is this process's turn to find out whether it answers again, that
 * begins here: a node that is never asked would never be found well.
 */
bool strata_node_may_be_asked(strata_node *node, strata_usec now);

/* Is it not asked at all, because it failed or an operator took it out? Costs it no turn. */
bool strata_node_is_out(const strata_node *node, strata_usec now);

/* A reply said that it cannot serve yet. */
void strata_node_is_not_ready(strata_node *node, strata_usec now);

/* What the host knows of the largest value that it stores; lives as long as the node. */
strata_size_limit *strata_node_size_limit(strata_node *node);

/*
 * Its clock is so many microseconds ahead of this host's, or so many more or less. For status; and
 * an anomaly where it is certain to be more than two seconds.
 */
void strata_node_note_clock(const strata_node *node, int64_t difference, strata_usec uncertainty);

/* The user of its DSN, or "default". */
const char *strata_node_user(const strata_node *node);

/* It took a write; or refused one as a replica: longer than a planned failover takes? */
void strata_node_took_write(strata_node *node);
STRATA_MUST_CHECK bool strata_node_stays_replica(strata_node *node, strata_usec now);

/* Keeps an anomaly of this node, with a detail or NULL. */
void strata_node_log_event(const strata_node *node, const char *event, const char *detail);

/* Keeps an anomaly, once a minute: no waiting will heal what it failed for. */
void strata_node_log_misconfigured(const strata_node *node, strata_result result, strata_usec now);

/*
 * ---- for io_loop only ----
 *
 * now is the present moment, monotonic. Where it is a pointer it is read again after a probe was
 * waited for.
 */

/*
 * May it be asked now? OK, then strata_node_leave() follows in any case; or BREAKER_OPEN, BULKHEAD
 * or SHED, with the node and the cause in error. Where it is this thread's turn to find out whether
 * an open node answers again, that is begun here. It is waited for as long as the caller says, by
 * programs without requests for as long as options->probe_max_wait, and not past the deadline.
 */
STRATA_MUST_CHECK strata_result strata_node_enter(strata_node *node, strata_priority priority,
	strata_usec *now, strata_usec deadline, strata_usec probe_wait, strata_protocol_error *error);
void strata_node_leave(strata_node *node, strata_outcome outcome, strata_usec now);

/* The same where nothing was asked yet, because the caller waits for its turn to connect. */
void strata_node_step_back(strata_node *node, strata_usec now);

/*
 * Before leaving: the node answered after this time, over a connection that had been open before;
 * or over a new one.
 */
void strata_node_timed(strata_node *node, strata_usec took, strata_usec now);
void strata_node_untimed(strata_node *node, strata_usec now);

/* May a wait for its reply spin at all, as far as settings and processors of the host go? */
bool strata_node_ever_spins(const strata_node *node);

/*
 * How long a wait for its reply may spin at most, before it sleeps; 0: not at all. Where strata
 * decides about it the caller takes one of these permits before; NULL: none is needed.
 */
strata_usec strata_node_spin_time(const strata_node *node, strata_usec now);
struct strata_spin *strata_node_spin_permits(const strata_node *node);

/* A wait for its reply spun so, or was to and had no permit. */
void strata_node_spun(strata_node *node, strata_spin_outcome outcome);
void strata_node_spin_refused(strata_node *node);

/* May something be asked a second time? Takes it off what the host has for that. */
STRATA_MUST_CHECK bool strata_node_may_retry(strata_node *node, strata_usec now);

/*
 * A reply of a finished exchange was another question's: for certain, or perhaps only stored
 * wrongly.
 */
void strata_node_suspect(strata_node *node, strata_evidence evidence, strata_usec now);

/*
 * An idle connection that proved fit, or a new one that is not open yet; ones that are not fit are
 * closed on the way. OK with *out NULL: it is not the caller's turn to open one, and the turn says
 * when to ask again. On failure *out is NULL and error names the node and the cause.
 */
STRATA_MUST_CHECK strata_result strata_node_acquire(strata_node *node, strata_connect_turn *turn,
	strata_usec now, strata_connection **out, strata_protocol_error *error);

/* The connection of this turn is past its handshake, or there is none after all. */
void strata_node_connected(strata_node *node, strata_connect_turn *turn);

/* Sleeps until it may be the turn of a caller that waits for room, at most until then. */
void strata_node_await_turn(const strata_node *node, const strata_connect_turn *turn,
	strata_usec now, strata_usec until);

/*
 * How an exchange over this connection went: it tells which of the node's addresses is to be used,
 * and whether its name is to be looked up again.
 */
void strata_node_went(strata_node *node, const strata_connection *connection,
	strata_outcome outcome, strata_usec now);

/* Keeps the connection if it is clean and few are idle, else closes it. */
void strata_node_release(strata_node *node, strata_connection *connection);

#endif
