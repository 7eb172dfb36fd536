/*
 * The idle connections of a node are a stack of two: the one used last is the one whose socket
 * and buffers are warm, and the one least likely to have been closed by the other side. Two are
 * enough for a thread that asks the same node twice in one round; whoever needs more opens more
 * and they are closed when they come back.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "remote/node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/thread.h"
#include "os/clock.h"
#include "os/process.h"
#include "remote/breakers.h"
#include "remote/probe.h"

enum { MOST_IDLE = 2 };

struct strata_node {
	strata_peer peer; /* its addresses are empty until the first connect */
	char *host;
	uint16_t port;
	char *name;
	strata_tls_memory tls_memory;
	strata_connection *idle[MOST_IDLE]; /* the one used last at the end */
	uint32_t idle_count;
	bool has_breaker;
	strata_breaker breaker;
	strata_probe *probe;       /* under way; NULL: none */
	strata_node *next_probing; /* in the list of nodes of this thread that have one */
	uint32_t generation;       /* of the process that began it */
};

/* Nodes of this thread whose probes are to be looked at when a request begins or ends. */
static STRATA_THREAD_LOCAL strata_node *probing;

static char *name_of(const char *host, uint16_t port)
{
	bool is_ipv6 = strchr(host, ':') != NULL;
	size_t room = strlen(host) + sizeof("[]:65535");
	char *name = malloc(room);

	if (name == NULL) {
		return NULL;
	}
	if (host[0] == '/') {
		snprintf(name, room, "%s", host);
	} else {
		snprintf(name, room, "%s%s%s:%u", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "",
			(unsigned) port);
	}
	return name;
}

strata_node *strata_node_new(const strata_wire *wire, const strata_wire_options *options,
	const char *host, uint16_t port, strata_stats *stats)
{
	strata_node *node = calloc(1, sizeof(*node));

	if (node == NULL) {
		return NULL;
	}
	node->host = strdup(host);
	node->port = port;
	node->name = name_of(host, port);
	if (node->host == NULL || node->name == NULL) {
		strata_node_free(node);
		return NULL;
	}
	node->peer = (strata_peer){ .wire = wire,
		.options = options,
		.name = node->name,
		.host = node->host,
		.tls_memory = &node->tls_memory };
	if (options->breakers != NULL) {
		node->has_breaker = strata_breakers_of(options->breakers, wire->name, node->name,
			&options->limits, &node->breaker);
		node->peer.breaker = node->has_breaker ? &node->breaker : NULL;
	}
	if (stats != NULL) {
		node->peer.stats = strata_stats_row_of(stats, STRATA_STATS_NODE, wire->name, node->name);
	}
	return node;
}

static void forget_probe(strata_node *node)
{
	strata_node **link = &probing;

	while (*link != NULL && *link != node) {
		link = &(*link)->next_probing;
	}
	if (*link == node) {
		*link = node->next_probing;
	}
	node->probe = NULL;
}

/* Unfinished: the turn ends by itself, and then it is somebody else's. */
static void drop_probe(strata_node *node)
{
	if (node->probe != NULL) {
		strata_connection_free(strata_probe_end(node->probe));
		forget_probe(node);
	}
}

void strata_node_free(strata_node *node)
{
	if (node == NULL) {
		return;
	}
	drop_probe(node);
	while (node->idle_count > 0) {
		strata_connection_free(node->idle[--node->idle_count]);
	}
	strata_address_list_fini(&node->peer.addresses);
	strata_tls_memory_fini(&node->tls_memory);
	free(node->name);
	free(node->host);
	free(node);
}

const char *strata_node_name(const strata_node *node)
{
	return node->name;
}

const char *strata_node_host(const strata_node *node)
{
	return node->host;
}

uint16_t strata_node_port(const strata_node *node)
{
	return node->port;
}

strata_stats_row *strata_node_stats(const strata_node *node)
{
	return node->peer.stats;
}

void strata_node_tell(const strata_node *node, const char *event, const char *detail)
{
	strata_anomalies_add(node->peer.options->anomalies, node->name, event, detail);
}

/* Closing an idle connection is not what it was kept for, so it counts as one that failed. */
static void discard(strata_connection *connection)
{
	strata_connection_poison(connection);
	strata_connection_free(connection);
}

void strata_node_drop_idle(strata_node *node)
{
	while (node->idle_count > 0) {
		discard(node->idle[--node->idle_count]);
	}
}

bool strata_node_is_healthy(const strata_node *node)
{
	if (!node->has_breaker) {
		return true;
	}
	switch (strata_breaker_look(&node->breaker, strata_clock_msec()).state) {
		case STRATA_STATE_CLOSED:
		case STRATA_STATE_FORCED_CLOSED: return true;
		case STRATA_STATE_OPEN:
		case STRATA_STATE_PROBING:
		case STRATA_STATE_RAMP:
		case STRATA_STATE_FORCED_OPEN:
		case STRATA_STATE_DRAINING: break;
	}
	return false;
}

void strata_node_look_up_again(strata_node *node)
{
	if (node->probe == NULL) {
		strata_address_list_fini(&node->peer.addresses);
	}
}

static strata_result resolve(strata_node *node, strata_wire_error *error)
{
	const char *cause;
	strata_result result =
		strata_address_resolve(node->host, node->port, &node->peer.addresses, &cause);

	if (result != STRATA_OK) {
		snprintf(error->text, sizeof(error->text), "%s %s: resolving the name: %s",
			node->peer.wire->name, node->name, cause);
	}
	return result;
}

static strata_result explain(const strata_node *node, strata_result result,
	strata_wire_error *error)
{
	snprintf(error->text, sizeof(error->text), "%s %s: %s", node->peer.wire->name, node->name,
		strata_result_text(result));
	return result;
}

static strata_result new_connection(strata_node *node, strata_connection **out,
	strata_wire_error *error)
{
	if (node->peer.addresses.count == 0) {
		strata_result result = resolve(node, error);

		if (result != STRATA_OK) {
			return result;
		}
	}
	*out = strata_connection_new(&node->peer);
	return *out != NULL ? STRATA_OK : explain(node, STRATA_NO_MEMORY, error);
}

static strata_result explain_open(const strata_node *node, strata_wire_error *error)
{
	strata_breaker_view view = strata_breaker_look(&node->breaker, strata_clock_msec());

	snprintf(error->text, sizeof(error->text), "%s %s: not asked for now: %s",
		node->peer.wire->name, node->name, strata_breaker_cause_text(view.cause));
	return STRATA_BREAKER_OPEN;
}

/* A new one within what the host may open, unless the node is being drained. */
static strata_result new_connection_in_turn(strata_node *node, strata_connection **out,
	strata_wire_error *error)
{
	strata_msec now = strata_clock_msec();
	strata_result result;

	if (!node->has_breaker) {
		return new_connection(node, out, error);
	}
	if (!strata_breaker_wants_connections(&node->breaker, now)) {
		return explain_open(node, error);
	}
	if (!strata_breaker_may_connect(&node->breaker, now)) {
		return explain(node, STRATA_CONNECT_RATE, error);
	}
	result = new_connection(node, out, error);
	if (result != STRATA_OK) {
		strata_breaker_connected(&node->breaker);
	}
	return result;
}

/* ---- probing ---- */

static void begin_probe(strata_node *node, uint64_t turn)
{
	strata_connection *connection;
	strata_wire_error unused;

	/* Of a turn that has run out. */
	drop_probe(node);
	if (new_connection(node, &connection, &unused) != STRATA_OK) {
		return;
	}
	node->probe = strata_probe_new(connection, &node->peer, turn);
	if (node->probe != NULL) {
		node->generation = strata_process_generation();
		node->next_probing = probing;
		probing = node;
	}
}

static void end_probe(strata_node *node, bool answered)
{
	uint64_t turn = strata_probe_turn(node->probe);
	bool is_ours = strata_breaker_has_turn(&node->breaker, turn);
	strata_connection *connection = strata_probe_end(node->probe);

	forget_probe(node);
	if (is_ours) {
		strata_breaker_probed(&node->breaker, turn, answered, strata_clock_msec());
	}
	if (is_ours && answered) {
		strata_node_tell(node, "answers again", NULL);
		strata_node_release(node, connection);
	} else {
		strata_connection_free(connection);
	}
}

static void look_at_probe(strata_node *node)
{
	strata_wire_error unused;

	if (node->generation != strata_process_generation() ||
		!strata_breaker_has_turn(&node->breaker, strata_probe_turn(node->probe))) {
		drop_probe(node);
		return;
	}
	switch (strata_probe_look(node->probe, &unused)) {
		case STRATA_PROBE_GOING: return;
		case STRATA_PROBE_ANSWERED: end_probe(node, true); return;
		case STRATA_PROBE_FAILED: end_probe(node, false); return;
	}
}

void strata_nodes_look_at_probes(void)
{
	strata_node *node = probing;

	while (node != NULL) {
		strata_node *next = node->next_probing;

		look_at_probe(node);
		node = next;
	}
}

/* ---- operations ---- */

strata_result strata_node_enter(strata_node *node, strata_wire_error *error)
{
	uint64_t turn;

	if (!node->has_breaker) {
		return STRATA_OK;
	}
	if (node->probe != NULL) {
		look_at_probe(node);
	}
	switch (strata_breaker_admit(&node->breaker, strata_clock_msec(), &turn)) {
		case STRATA_ADMITTED: return STRATA_OK;
		case STRATA_ADMIT_CROWDED: return explain(node, STRATA_BULKHEAD, error);
		case STRATA_ADMIT_PROBE: begin_probe(node, turn); break;
		case STRATA_ADMIT_NOT_NOW: break;
	}
	/* They were made before the trouble began; the first one that is answered opens a new one. */
	strata_node_drop_idle(node);
	return explain_open(node, error);
}

static void tell_opened(const strata_node *node)
{
	strata_breaker_view view = strata_breaker_look(&node->breaker, strata_clock_msec());

	strata_node_tell(node, "opened", strata_breaker_cause_name(view.cause));
}

void strata_node_leave(strata_node *node, strata_outcome outcome)
{
	if (node->has_breaker && strata_breaker_leave(&node->breaker, outcome, strata_clock_msec())) {
		tell_opened(node);
	}
}

void strata_node_suspect(strata_node *node, bool is_certain)
{
	strata_node_tell(node, strata_result_name(STRATA_DESYNC), NULL);
	if (node->has_breaker &&
		strata_breaker_suspect(&node->breaker, is_certain, strata_clock_msec())) {
		tell_opened(node);
	}
}

strata_result strata_node_acquire(strata_node *node, strata_connection **out,
	strata_wire_error *error)
{
	*out = NULL;
	while (node->idle_count > 0) {
		strata_connection *last = node->idle[--node->idle_count];

		if (strata_connection_is_over(last)) {
			strata_connection_free(last);
		} else if (strata_connection_is_fit(last)) {
			*out = last;
			return STRATA_OK;
		} else {
			discard(last);
		}
	}
	return new_connection_in_turn(node, out, error);
}

void strata_node_release(strata_node *node, strata_connection *connection)
{
	if (node->has_breaker && strata_connection_is_fresh(connection)) {
		strata_breaker_connected(&node->breaker);
	}
	if (strata_connection_is_clean(connection) && node->idle_count < MOST_IDLE) {
		node->idle[node->idle_count++] = connection;
	} else {
		strata_connection_free(connection);
	}
}
