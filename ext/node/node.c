/*
 * Everything that is asked of a node passes here, and meets the same questions: may it be asked
 * (its breaker), over which connection (an idle one, or a new one within the rate), and how did it
 * go. A node whose breaker is open is probed by the process that has the turn.
 *
 * The breaker and the row of statistics are records in shared memory. The thread holds them while
 * it uses the node, and lets go of them when it did not for a while, or frees the node. A thread
 * has several nodes of one name (under other roles and databases), which may share a record: the
 * last one lets go of it. A child of fork() holds nothing of its parent's, and asks for them anew.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "node/node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/thread.h"
#include "os/clock.h"
#include "os/process.h"
#include "health/breaker.h"
#include "net/endpoint.h"
#include "node/credentials_id.h"
#include "node/idle_pool.h"
#include "node/probe.h"

enum {
	TIDY_INTERVAL = 10000000, /* usec between looks for nodes that are not used */
	UNUSED = 30000000,        /* usec after which a node's records are let go of */
	SEARCH_AGAIN = 1000000    /* usec until records are asked for again that were not to be had */
};

struct strata_node {
	strata_peer peer;
	char *host;
	uint16_t port;
	char *name;
	strata_tls_memory tls_memory;
	strata_idle_pool idle;
	strata_node_origin origin;
	strata_stats *stats;        /* NULL: nothing is counted */
	strata_stats_row *staged;   /* counts of one that has no row yet; NULL: none */
	bool has_records;           /* as far as there were any */
	bool is_visitor;            /* it cannot hold them, and asks for them at each use */
	uint32_t records_of;        /* generation of the process that asked for them */
	uint32_t entered;           /* operations */
	strata_usec used_at;        /* when one last began */
	strata_usec search_at;      /* not before that for a breaker that was not to be had */
	strata_node *next, *former; /* in the list of all nodes of this thread */
	bool has_breaker;
	strata_breaker breaker;
	strata_size_limit own_size_limit; /* where there is no breaker that all share */
	strata_probe *probe;              /* under way; NULL: none */
	strata_node *next_probing;        /* in the list of nodes of this thread that have one */
	uint32_t generation;              /* of the process that began it */
	uint32_t connected_in;            /* generation of the process that opened a connection last */
};

/* Nodes of this thread whose probes are to be looked at when a request begins or ends. */
static STRATA_THREAD_LOCAL strata_node *probing;

/* All nodes of this thread, and when it last looked which of them are not used. */
static STRATA_THREAD_LOCAL strata_node *all_nodes;
static STRATA_THREAD_LOCAL strata_usec tidied_at;

/* ---- records ---- */

static strata_registry_share share_of(const strata_node *node)
{
	return node->origin == STRATA_NODE_CONFIGURED ? STRATA_REGISTRY_RESERVED
												  : STRATA_REGISTRY_COMMON;
}

static void find_breaker(strata_node *node)
{
	const strata_client_options *options = node->peer.options;
	char group[32];

	if (options->breaker_table == NULL) {
		return;
	}
	/* So that a password which one database has wrong does not open the breaker of another one. */
	snprintf(group, sizeof(group), "%s %08x", node->peer.protocol->name,
		(unsigned) (strata_credentials_id(options) & UINT32_MAX));
	node->has_breaker = strata_breaker_of(options->breaker_table, group, node->name, share_of(node),
		&options->limits, &node->breaker);
	node->peer.breaker = node->has_breaker ? &node->breaker : NULL;
	node->is_visitor = node->has_breaker && !node->breaker.is_held;
}

static void find_row(strata_node *node)
{
	if (node->stats != NULL) {
		node->peer.stats = strata_stats_row_of(node->stats, STRATA_STATS_NODE,
			node->peer.protocol->name, node->name, share_of(node));
	}
}

/* Without a row of its own it counts with all others that have none. */
static void use_no_records(strata_node *node)
{
	node->has_breaker = false;
	node->is_visitor = false;
	node->peer.breaker = NULL;
	node->peer.stats = node->stats != NULL ? strata_stats_departed(node->stats) : NULL;
}

/* It is not known yet whether what it counts will be its own. */
static void stage_counts(strata_node *node)
{
	if (node->stats != NULL && node->staged == NULL) {
		node->staged = strata_stats_row_new();
	}
	if (node->staged != NULL) {
		node->peer.stats = node->staged;
	}
}

static void unstage_counts(strata_node *node, strata_stats_row *to)
{
	if (node->staged != NULL) {
		strata_stats_move(node->staged, to);
	}
}

static bool is_without(const strata_node *node)
{
	return (node->peer.options->breaker_table != NULL && !node->has_breaker) ||
		   (node->stats != NULL && strata_stats_is_same_row(node->stats, node->peer.stats,
									   strata_stats_departed(node->stats)));
}

/* Where tables are full, they are searched again after a while, and not by each operation. */
static void search_again(strata_node *node, strata_usec now)
{
	if (!is_without(node)) {
		node->search_at = 0;
		return;
	}
	if (node->search_at == 0) {
		strata_node_log_event(node, "has no breaker: all are taken", NULL);
	}
	node->search_at = now + SEARCH_AGAIN;
}

static void find_records(strata_node *node, strata_usec now)
{
	if (node->records_of != strata_process_generation()) {
		node->entered = 0;
	}
	node->has_records = true;
	node->records_of = strata_process_generation();
	use_no_records(node);
	if (node->origin == STRATA_NODE_REDIRECTED) {
		stage_counts(node);
	} else {
		find_row(node);
		unstage_counts(node, node->peer.stats);
		find_breaker(node);
		search_again(node, now);
	}
}

static bool holds_records(const strata_node *node)
{
	return node->has_records && node->records_of == strata_process_generation();
}

static bool shares_row(const strata_node *node)
{
	for (const strata_node *other = all_nodes; other != NULL; other = other->next) {
		if (other != node && other->stats == node->stats && holds_records(other) &&
			strata_stats_is_same_row(node->stats, other->peer.stats, node->peer.stats)) {
			return true;
		}
	}
	return false;
}

static bool shares_breaker(const strata_node *node)
{
	for (const strata_node *other = all_nodes; other != NULL; other = other->next) {
		if (other != node && holds_records(other) && other->has_breaker &&
			other->breaker.record == node->breaker.record) {
			return true;
		}
	}
	return false;
}

static void release_records(strata_node *node)
{
	if (holds_records(node)) {
		if (node->has_breaker && !shares_breaker(node)) {
			strata_breaker_release(&node->breaker);
		}
		if (node->stats != NULL && !shares_row(node)) {
			strata_stats_release(node->stats, node->peer.stats);
		}
	}
	node->has_records = false;
	use_no_records(node);
	unstage_counts(node, node->peer.stats);
}

/* What was named once and is not used must not keep others from having a record. */
static STRATA_COLD void release_unused(strata_usec now)
{
	tidied_at = now;
	for (strata_node *node = all_nodes; node != NULL; node = node->next) {
		if (holds_records(node) && node->entered == 0 && node->probe == NULL &&
			now > node->used_at && now - node->used_at > UNUSED) {
			release_records(node);
		}
	}
}

static bool lacks_records(const strata_node *node, strata_usec now)
{
	return !holds_records(node) || node->is_visitor ||
		   (node->search_at != 0 && now >= node->search_at);
}

/* An operation begins. */
static void see_to_records(strata_node *node, strata_usec now)
{
	node->used_at = now;
	if (lacks_records(node, now)) {
		find_records(node, now);
	}
	if (now - tidied_at > TIDY_INTERVAL || now < tidied_at) {
		release_unused(now);
	}
}

/* May its breaker be read and written now? */
static bool has_breaker(const strata_node *node)
{
	return node->has_breaker && node->records_of == strata_process_generation() &&
		   strata_breaker_is_current(&node->breaker);
}

void strata_node_confirm(strata_node *node, strata_node_origin origin)
{
	if (origin < node->origin) {
		node->has_records &= node->origin != STRATA_NODE_REDIRECTED;
		node->origin = origin;
	}
}

/* ---- life ---- */

static void list(strata_node *node)
{
	node->next = all_nodes;
	if (all_nodes != NULL) {
		all_nodes->former = node;
	}
	all_nodes = node;
}

static void unlist(strata_node *node)
{
	if (node->former != NULL) {
		node->former->next = node->next;
	} else if (all_nodes == node) {
		all_nodes = node->next;
	}
	if (node->next != NULL) {
		node->next->former = node->former;
	}
}

strata_node *strata_node_new(const strata_protocol *protocol, const strata_client_options *options,
	const char *host, uint16_t port, strata_node_origin origin, strata_stats *stats)
{
	strata_node *node = calloc(1, sizeof(*node));

	if (node == NULL) {
		return NULL;
	}
	node->host = strdup(host);
	node->port = port;
	node->name = strata_endpoint_name(host, port);
	if (node->host == NULL || node->name == NULL) {
		strata_node_free(node);
		return NULL;
	}
	node->peer = (strata_peer){ .protocol = protocol,
		.options = options,
		.name = node->name,
		.host = node->host,
		.tls_memory = &node->tls_memory };
	node->origin = origin;
	node->stats = stats;
	node->used_at = strata_clock_usec();
	if (!strata_location_init(&node->peer.location, options, host, port)) {
		strata_node_free(node);
		return NULL;
	}
	list(node);
	find_records(node, node->used_at);
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

/* Unfinished: the turn ends by itself, and another process takes the next one. */
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
	strata_idle_pool_fini(&node->idle);
	release_records(node);
	unlist(node);
	free(node->staged);
	strata_location_fini(&node->peer.location);
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

void strata_node_log_event(const strata_node *node, const char *event, const char *detail)
{
	strata_anomalies_add(node->peer.options->anomalies, node->name, event, detail);
}

strata_size_limit *strata_node_size_limit(strata_node *node)
{
	if (!holds_records(node)) {
		find_records(node, strata_clock_usec());
	}
	return has_breaker(node) ? strata_breaker_size_limit(&node->breaker) : &node->own_size_limit;
}

void strata_node_drop_idle(strata_node *node)
{
	strata_idle_pool_drop(&node->idle, node->peer.stats);
}

/* What is known of its name now. A probe need not wait where its server has moved. */
static void follow_name(strata_node *node, strata_usec now)
{
	strata_location *location = &node->peer.location;
	uint64_t version = location->version;
	const char *unused;

	if (strata_location_is_fixed(location)) {
		return;
	}
	(void) !strata_location_find(location, now, &unused);
	if (location->version != version && has_breaker(node)) {
		strata_breaker_hasten(&node->breaker, strata_location_since(location), strata_msec_of(now));
	}
}

void strata_node_look_up_again(strata_node *node, strata_usec now)
{
	strata_location_expire(&node->peer.location, now);
	follow_name(node, now);
}

static strata_result explain(const strata_node *node, strata_result result,
	strata_protocol_error *error)
{
	snprintf(error->text, sizeof(error->text), "%s %s: %s", node->peer.protocol->name, node->name,
		strata_result_text(result));
	return result;
}

static strata_result new_connection(strata_node *node, strata_usec now, strata_connection **out,
	strata_protocol_error *error)
{
	*out = strata_connection_new(&node->peer, now);
	return *out != NULL ? STRATA_OK : explain(node, STRATA_NO_MEMORY, error);
}

static strata_result explain_open(const strata_node *node, strata_usec now,
	strata_protocol_error *error)
{
	strata_breaker_view view = strata_breaker_look(&node->breaker, strata_msec_of(now));

	snprintf(error->text, sizeof(error->text), "%s %s: not asked for now: %s",
		node->peer.protocol->name, node->name, strata_breaker_cause_text(view.cause));
	return STRATA_BREAKER_OPEN;
}

void strata_node_connected(strata_node *node, strata_connect_turn *turn)
{
	if (turn->is_counted && has_breaker(node)) {
		strata_connect_turn_end(&node->breaker);
	}
	turn->is_counted = false;
}

/* A new one within what the host may open, unless the node is being drained. */
static strata_result new_connection_in_turn(strata_node *node, strata_connect_turn *turn,
	strata_usec now, strata_connection **out, strata_protocol_error *error)
{
	if (!has_breaker(node)) {
		return new_connection(node, now, out, error);
	}
	if (!strata_breaker_wants_connections(&node->breaker, strata_msec_of(now))) {
		return explain_open(node, now, error);
	}
	turn->is_first = node->connected_in != strata_process_generation();
	switch (strata_connect_turn_take(&node->breaker, turn, strata_msec_of(now))) {
		case STRATA_TURN_NOW:
			node->connected_in = strata_process_generation();
			return new_connection(node, now, out, error);
		case STRATA_TURN_LATER: return STRATA_OK;
		case STRATA_TURN_NEVER: break;
	}
	return explain(node, STRATA_CONNECT_RATE, error);
}

/* ---- where it is ---- */

static void learn_where(strata_node *node, const strata_connection *connection,
	strata_outcome outcome, strata_usec now)
{
	strata_location_learn(&node->peer.location,
		strata_connection_is_fresh(connection) ? strata_connection_address(connection) : NULL,
		outcome, now);
}

void strata_node_went(strata_node *node, const strata_connection *connection,
	strata_outcome outcome, strata_usec now)
{
	learn_where(node, connection, outcome, now);
	/* The name is looked up while the others are waited for, or the next call begins. */
	if (outcome != STRATA_OUTCOME_OK) {
		follow_name(node, now);
	}
}

/* ---- probing ---- */

/* A node that said that it cannot serve is asked for what it refused. */
static strata_probe_question question_for(const strata_node *node, strata_usec now)
{
	return strata_breaker_look(&node->breaker, strata_msec_of(now)).cause ==
				   STRATA_BREAKER_NOT_READY
			   ? STRATA_PROBE_SERVICE
			   : STRATA_PROBE_ECHO;
}

/* A probe that goes slowly, because few calls look at it, is not begun anew. */
static void begin_probe(strata_node *node, uint64_t turn, strata_usec now)
{
	strata_connection *connection;
	strata_protocol_error unused;

	if (node->probe != NULL) {
		strata_probe_take_turn(node->probe, turn);
		return;
	}
	if (new_connection(node, now, &connection, &unused) != STRATA_OK) {
		return;
	}
	node->probe = strata_probe_new(connection, &node->peer, question_for(node, now), turn, now);
	if (node->probe != NULL) {
		node->generation = strata_process_generation();
		node->next_probing = probing;
		probing = node;
	}
}

static void end_probe(strata_node *node, strata_result result, strata_usec now)
{
	uint64_t turn = strata_probe_turn(node->probe);
	bool answered = result == STRATA_OK;
	bool is_back;
	strata_connection *connection = strata_probe_end(node->probe);

	forget_probe(node);
	if (!answered) {
		strata_stats_add_reason(node->peer.stats, result);
	}
	learn_where(node, connection, strata_outcome_of(result, STRATA_WHILE_CONNECTING), now);
	is_back = strata_breaker_probed(&node->breaker, turn,
		strata_outcome_of(result, STRATA_WHILE_CONNECTING), strata_msec_of(now));
	if (is_back) {
		strata_node_log_event(node, "answers again", NULL);
		strata_node_release(node, connection);
	} else {
		strata_connection_free(connection);
	}
}

static void look_at_probe(strata_node *node, strata_usec now)
{
	strata_result result;

	if (node->generation != strata_process_generation() || !has_breaker(node) ||
		!strata_breaker_is_out(&node->breaker, strata_msec_of(now))) {
		drop_probe(node);
		return;
	}
	if (strata_probe_look(node->probe, now, &result)) {
		end_probe(node, result, now);
	}
}

/* The slow path, kept out of the way of the calls that find no probe under way. */
static STRATA_COLD void look_at_all_probes(void)
{
	strata_usec now = strata_clock_usec();
	strata_node *node = probing;

	while (node != NULL) {
		strata_node *next = node->next_probing;

		look_at_probe(node, now);
		node = next;
	}
}

void strata_nodes_look_at_probes(void)
{
	strata_names_go_on();
	if (probing != NULL) {
		look_at_all_probes();
	}
}

/*
 * A program that asks every few seconds would find each probe late, and never come back to the
 * node. It has no user that waits, so that it may wait for a moment itself. True when the node
 * answered.
 */
static bool wait_for_probe(strata_node *node, strata_usec *now, strata_usec deadline)
{
	strata_usec most = node->peer.options->probe_max_wait;
	strata_usec until = *now + most;

	if (node->probe == NULL || most == 0) {
		return false;
	}
	strata_probe_wait(node->probe, now, until < deadline ? until : deadline);
	look_at_probe(node, *now);
	return node->probe == NULL;
}

/* ---- operations ---- */

static strata_admission admit(strata_node *node, strata_priority priority, strata_usec *now,
	strata_usec deadline)
{
	uint64_t turn;
	strata_admission admission =
		strata_breaker_admit(&node->breaker, priority, strata_msec_of(*now), &turn);

	if (admission != STRATA_ADMIT_PROBE) {
		return admission;
	}
	begin_probe(node, turn, *now);
	return wait_for_probe(node, now, deadline)
			   ? strata_breaker_admit(&node->breaker, priority, strata_msec_of(*now), &turn)
			   : admission;
}

strata_result strata_node_enter(strata_node *node, strata_priority priority, strata_usec *now,
	strata_usec deadline, strata_protocol_error *error)
{
	see_to_records(node, *now);
	if (!node->has_breaker) {
		node->entered++;
		return STRATA_OK;
	}
	if (node->probe != NULL) {
		look_at_probe(node, *now);
	}
	switch (admit(node, priority, now, deadline)) {
		case STRATA_ADMITTED: node->entered++; return STRATA_OK;
		case STRATA_ADMIT_BULKHEAD: return explain(node, STRATA_BULKHEAD, error);
		case STRATA_ADMIT_SHED: return explain(node, STRATA_SHED, error);
		case STRATA_ADMIT_PROBE:
		case STRATA_ADMIT_NOT_NOW: break;
	}
	/* They were made before the trouble began; the first one that is answered opens a new one. */
	strata_node_drop_idle(node);
	/* Perhaps it is elsewhere by now. Not where an operator took it out. */
	if (strata_breaker_is_out(&node->breaker, strata_msec_of(*now))) {
		strata_node_look_up_again(node, *now);
	}
	return explain_open(node, *now, error);
}

bool strata_node_is_bare(const strata_node *node, strata_usec now)
{
	return has_breaker(node) && strata_breaker_is_bare(&node->breaker, strata_msec_of(now));
}

bool strata_node_is_healthy(const strata_node *node, strata_usec now)
{
	if (!has_breaker(node)) {
		return true;
	}
	switch (strata_breaker_look(&node->breaker, strata_msec_of(now)).state) {
		case STRATA_STATE_CLOSED:
		case STRATA_STATE_FORCED_CLOSED: return true;
		case STRATA_STATE_OPEN:
		case STRATA_STATE_HALF_OPEN:
		case STRATA_STATE_RECOVERING:
		case STRATA_STATE_FORCED_OPEN:
		case STRATA_STATE_DRAINING: break;
	}
	return false;
}

static void count_left(strata_node *node)
{
	node->entered -= node->entered > 0;
}

bool strata_node_may_be_asked(strata_node *node, strata_usec now)
{
	strata_protocol_error unused;

	if (strata_node_is_healthy(node, now)) {
		return true;
	}
	if (strata_node_enter(node, STRATA_PRIORITY_URGENT, &now, 0, &unused) != STRATA_OK) {
		return false;
	}
	/* Nothing was asked: the breaker's count of those under way is all that has to hear of it. */
	strata_node_step_back(node, now);
	return true;
}

static void log_opened(const strata_node *node, strata_msec now)
{
	strata_breaker_view view = strata_breaker_look(&node->breaker, now);

	strata_node_log_event(node, "opened", strata_breaker_cause_name(view.cause));
}

static strata_counter counter_of(strata_outcome outcome)
{
	switch (outcome) {
		case STRATA_OUTCOME_OK: return STRATA_COUNT_OUTCOME_OK;
		case STRATA_OUTCOME_HARD: return STRATA_COUNT_OUTCOME_HARD;
		case STRATA_OUTCOME_SOFT: return STRATA_COUNT_OUTCOME_SOFT;
		case STRATA_OUTCOME_STALE: return STRATA_COUNT_OUTCOME_STALE;
		case STRATA_OUTCOME_PROTOCOL: return STRATA_COUNT_OUTCOME_PROTOCOL;
		case STRATA_OUTCOME_AUTH: return STRATA_COUNT_OUTCOME_AUTH;
		case STRATA_OUTCOME_FULL: return STRATA_COUNT_OUTCOME_FULL;
		case STRATA_OUTCOME_NOT_READY: return STRATA_COUNT_OUTCOME_NOT_READY;
		case STRATA_OUTCOME_LOCAL: break;
	}
	return STRATA_COUNT_OUTCOME_LOCAL;
}

/* A node that answered is one, whatever named it. */
static void leave_unproven(strata_node *node, strata_outcome outcome, strata_usec now)
{
	if (outcome == STRATA_OUTCOME_OK) {
		strata_node_confirm(node, STRATA_NODE_DISCOVERED);
		find_records(node, now);
	} else if (node->stats != NULL) {
		unstage_counts(node, strata_stats_departed(node->stats));
	}
}

void strata_node_leave(strata_node *node, strata_outcome outcome, strata_usec now)
{
	count_left(node);
	strata_stats_add(node->peer.stats, counter_of(outcome), 1);
	if (node->origin == STRATA_NODE_REDIRECTED) {
		leave_unproven(node, outcome, now);
		return;
	}
	if (has_breaker(node) && strata_breaker_leave(&node->breaker, outcome, strata_msec_of(now))) {
		log_opened(node, strata_msec_of(now));
	}
}

void strata_node_step_back(strata_node *node, strata_usec now)
{
	count_left(node);
	if (has_breaker(node)) {
		(void) strata_breaker_leave(&node->breaker, STRATA_OUTCOME_LOCAL, strata_msec_of(now));
	}
}

void strata_node_timed(strata_node *node, strata_usec took)
{
	if (has_breaker(node) && strata_breaker_timed(&node->breaker, took)) {
		strata_stats_add(node->peer.stats, STRATA_COUNT_OUTCOME_SLOW, 1);
	}
}

bool strata_node_may_retry(strata_node *node, strata_usec now)
{
	return !has_breaker(node) || strata_breaker_may_retry(&node->breaker, strata_msec_of(now));
}

void strata_node_is_not_ready(strata_node *node, strata_usec now)
{
	if (has_breaker(node) && strata_breaker_is_not_ready(&node->breaker, strata_msec_of(now))) {
		log_opened(node, strata_msec_of(now));
	}
}

void strata_node_suspect(strata_node *node, strata_evidence evidence, strata_usec now)
{
	strata_node_log_event(node, strata_result_name(STRATA_DESYNC), NULL);
	if (has_breaker(node) &&
		strata_breaker_suspect(&node->breaker, evidence, strata_msec_of(now))) {
		log_opened(node, strata_msec_of(now));
	}
}

strata_result strata_node_acquire(strata_node *node, strata_connect_turn *turn, strata_usec now,
	strata_connection **out, strata_protocol_error *error)
{
	follow_name(node, now);
	*out = strata_idle_pool_take(&node->idle, node->peer.stats, now);
	if (*out != NULL) {
		return STRATA_OK;
	}
	return new_connection_in_turn(node, turn, now, out, error);
}

void strata_node_await_turn(const strata_node *node, const strata_connect_turn *turn,
	strata_usec now, strata_usec until)
{
	if (has_breaker(node) && until > now) {
		strata_connect_turn_await_room(&node->breaker, turn, until - now);
	}
}

void strata_node_release(strata_node *node, strata_connection *connection)
{
	strata_idle_pool_keep(&node->idle, connection, node->peer.stats);
}
