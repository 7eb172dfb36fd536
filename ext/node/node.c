/*
 * Everything that is asked of a node passes here, and meets the same questions: may it be asked
 * (its breaker), over which connection (an idle one, or a new one within the rate), and how did it
 * go. A node whose breaker is open is probed by the process that has the turn.
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
#include "health/clock_difference.h"
#include "health/breaker_table.h"
#include "host/table/spin.h"
#include "net/endpoint.h"
#include "node/node_advice.h"
#include "node/node_internal.h"
#include "node/probe.h"

/* Nodes of this thread whose probes are to be looked at when a request begins or ends. */
static STRATA_THREAD_LOCAL strata_node *probing;

void strata_node_confirm(strata_node *node, strata_node_origin origin)
{
	strata_node_records_confirm(&node->records, origin);
}

/* ---- life ---- */

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
	if (!strata_location_init(&node->peer.location, options, host, port)) {
		strata_node_free(node);
		return NULL;
	}
	strata_node_records_init(&node->records, &node->peer, origin, stats, strata_clock_usec());
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
	node->records.is_probed = false;
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
	strata_node_records_fini(&node->records);
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

void strata_node_log_misconfigured(const strata_node *node, strata_result result, strata_usec now)
{
	if (strata_node_has_breaker(node) &&
		strata_last_error_is_news(&strata_node_notes_of(node)->last_error, strata_msec_of(now))) {
		strata_node_log_event(node, "misconfigured", strata_result_name(result));
	}
}

const char *strata_node_user(const strata_node *node)
{
	const char *user = node->peer.options->setup.user;

	return user != NULL ? user : "default";
}

void strata_node_took_write(strata_node *node)
{
	if (strata_node_has_breaker(node)) {
		strata_replica_watch_taken(&strata_node_notes_of(node)->replica);
	}
}

bool strata_node_stays_replica(strata_node *node, strata_usec now)
{
	return strata_node_has_breaker(node) &&
		   strata_replica_watch_stays(&strata_node_notes_of(node)->replica, strata_msec_of(now));
}

strata_size_limit *strata_node_size_limit(strata_node *node)
{
	if (!strata_node_records_are_held(&node->records)) {
		strata_node_records_find(&node->records, strata_clock_usec());
	}
	return strata_node_has_breaker(node) ? strata_breaker_size_limit(&node->records.breaker)
										 : &node->own_size_limit;
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
	if (location->version != version && strata_node_has_breaker(node)) {
		strata_breaker_hasten(&node->records.breaker, strata_location_since(location),
			strata_msec_of(now));
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

/*
 * What another process found that no waiting heals, so that each process says it. A node that is
 * not asked costs nothing: this is looked up once, until it is asked again.
 */
static void repeat_last_error(const strata_node *node, strata_protocol_error *error)
{
	strata_last_error_view last;

	if (strata_last_error_look(&strata_node_notes_of(node)->last_error, &last) &&
		last.kind == STRATA_ERROR_STAYS && last.text[0] != '\0') {
		snprintf(error->text, sizeof(error->text), "%.200s (not asked for now)", last.text);
		error->lasts = true;
	}
}

static strata_result explain_open(strata_node *node, strata_usec now, strata_protocol_error *error)
{
	strata_breaker_view view = strata_breaker_look(&node->records.breaker, strata_msec_of(now));

	snprintf(error->text, sizeof(error->text), "%s %s: not asked for now: %s",
		node->peer.protocol->name, node->name, strata_breaker_cause_text(view.cause));
	if (!node->has_repeated) {
		node->has_repeated = true;
		repeat_last_error(node, error);
	}
	return STRATA_BREAKER_OPEN;
}

void strata_node_connected(strata_node *node, strata_connect_turn *turn)
{
	if (turn->is_counted && strata_node_has_breaker(node)) {
		strata_connect_turn_end(&node->records.breaker);
	}
	turn->is_counted = false;
}

/* A new one within what the host may open, unless the node is being drained. */
static strata_result new_connection_in_turn(strata_node *node, strata_connect_turn *turn,
	strata_usec now, strata_connection **out, strata_protocol_error *error)
{
	if (!strata_node_has_breaker(node)) {
		return new_connection(node, now, out, error);
	}
	if (!strata_breaker_wants_connections(&node->records.breaker, strata_msec_of(now))) {
		return explain_open(node, now, error);
	}
	turn->is_first = node->connected_in != strata_process_generation();
	switch (strata_connect_turn_take(&node->records.breaker, turn, strata_msec_of(now))) {
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
	return strata_breaker_look(&node->records.breaker, strata_msec_of(now)).cause ==
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
	node->records.is_probed = node->probe != NULL;
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
	strata_connection *connection;

	if (!answered) {
		result = strata_node_explain_failure(node, strata_probe_connection(node->probe), result,
			strata_probe_error(node->probe), now);
		strata_stats_add_reason(node->peer.stats, result);
		strata_node_note_error(node, result, strata_probe_error(node->probe), now);
	}
	connection = strata_probe_end(node->probe);
	forget_probe(node);
	learn_where(node, connection, strata_outcome_of(result, STRATA_WHILE_CONNECTING), now);
	is_back = strata_breaker_probed(&node->records.breaker, turn,
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

	if (node->generation != strata_process_generation() || !strata_node_has_breaker(node) ||
		!strata_breaker_is_out(&node->records.breaker, strata_msec_of(now))) {
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
 * node. It has no user that waits, so that it may wait for a moment itself. So does what is no use
 * as a miss: of 16 workers with few requests, the one that probes is not asked again for long. True
 * when the node answered.
 */
static bool wait_for_probe(strata_node *node, strata_usec *now, strata_usec deadline,
	strata_usec wanted)
{
	strata_usec longest = node->peer.options->probe_max_wait;
	strata_usec most = wanted > longest ? wanted : longest;
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
	strata_usec deadline, strata_usec probe_wait)
{
	uint64_t turn;
	strata_admission admission =
		strata_breaker_admit(&node->records.breaker, priority, strata_msec_of(*now), &turn);

	if (admission != STRATA_ADMIT_PROBE) {
		return admission;
	}
	begin_probe(node, turn, *now);
	return wait_for_probe(node, now, deadline, probe_wait)
			   ? strata_breaker_admit(&node->records.breaker, priority, strata_msec_of(*now), &turn)
			   : admission;
}

strata_result strata_node_enter(strata_node *node, strata_priority priority, strata_usec *now,
	strata_usec deadline, strata_usec probe_wait, strata_protocol_error *error)
{
	strata_node_records_use(&node->records, *now);
	if (!node->records.has_breaker) {
		node->records.entered++;
		return STRATA_OK;
	}
	if (node->probe != NULL) {
		look_at_probe(node, *now);
	}
	if (node->peer.location.look != NULL) {
		strata_node_end_look(node, *now);
	}
	switch (admit(node, priority, now, deadline, probe_wait)) {
		case STRATA_ADMITTED:
			node->records.entered++;
			node->has_repeated = false;
			return STRATA_OK;
		case STRATA_ADMIT_BULKHEAD: return explain(node, STRATA_BULKHEAD, error);
		case STRATA_ADMIT_SHED: return explain(node, STRATA_SHED, error);
		case STRATA_ADMIT_PROBE:
		case STRATA_ADMIT_NOT_NOW: break;
	}
	/* They were made before the trouble began; the first one that is answered opens a new one. */
	strata_node_drop_idle(node);
	/* Perhaps it is elsewhere by now. Not where an operator took it out. */
	if (strata_breaker_is_out(&node->records.breaker, strata_msec_of(*now))) {
		strata_node_look_up_again(node, *now);
	}
	return explain_open(node, *now, error);
}

bool strata_node_is_bare(const strata_node *node, strata_usec now)
{
	return strata_node_has_breaker(node) &&
		   strata_breaker_is_bare(&node->records.breaker, strata_msec_of(now));
}

bool strata_node_is_healthy(const strata_node *node, strata_usec now)
{
	if (!strata_node_has_breaker(node)) {
		return true;
	}
	switch (strata_breaker_look(&node->records.breaker, strata_msec_of(now)).state) {
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

bool strata_node_is_out(const strata_node *node, strata_usec now)
{
	return strata_node_has_breaker(node) &&
		   strata_breaker_is_out(&node->records.breaker, strata_msec_of(now));
}

static void count_left(strata_node *node)
{
	node->records.entered -= node->records.entered > 0;
}

bool strata_node_may_be_asked(strata_node *node, strata_usec now)
{
	strata_protocol_error unused;

	if (strata_node_is_healthy(node, now)) {
		return true;
	}
	if (strata_node_enter(node, STRATA_PRIORITY_URGENT, &now, 0, 0, &unused) != STRATA_OK) {
		return false;
	}
	/* Nothing was asked: the breaker's count of those under way is all that has to hear of it. */
	strata_node_step_back(node, now);
	return true;
}

static void log_opened(const strata_node *node, strata_msec now)
{
	strata_breaker_view view = strata_breaker_look(&node->records.breaker, now);

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

void strata_node_leave(strata_node *node, strata_outcome outcome, strata_usec now)
{
	count_left(node);
	strata_stats_add(node->peer.stats, counter_of(outcome), 1);
	if (node->records.origin == STRATA_NODE_REDIRECTED) {
		strata_node_records_leave_unproven(&node->records, outcome, now);
		return;
	}
	if (strata_node_has_breaker(node) &&
		strata_breaker_leave(&node->records.breaker, outcome, strata_msec_of(now))) {
		log_opened(node, strata_msec_of(now));
	}
}

void strata_node_step_back(strata_node *node, strata_usec now)
{
	count_left(node);
	if (strata_node_has_breaker(node)) {
		(void) strata_breaker_leave(&node->records.breaker, STRATA_OUTCOME_LOCAL,
			strata_msec_of(now));
	}
}

void strata_node_timed(strata_node *node, strata_usec took, strata_usec now)
{
	if (strata_node_has_breaker(node) &&
		strata_breaker_timed(&node->records.breaker, took, strata_msec_of(now))) {
		strata_stats_add(node->peer.stats, STRATA_COUNT_OUTCOME_SLOW, 1);
	}
}

void strata_node_untimed(strata_node *node, strata_usec now)
{
	if (strata_node_has_breaker(node)) {
		strata_breaker_untimed(&node->records.breaker, strata_msec_of(now));
	}
}

static bool decides_about_spins(const strata_node *node)
{
	return node->peer.options->spin == STRATA_SPIN_AUTO;
}

bool strata_node_ever_spins(const strata_node *node)
{
	const strata_client_options *options = node->peer.options;

	return decides_about_spins(node)
			   ? options->spin_permits != NULL && strata_spin_permits(options->spin_permits) > 0
			   : options->spin > 0;
}

static bool may_spin(const strata_node *node, strata_usec now)
{
	return strata_node_ever_spins(node) && strata_node_has_breaker(node) &&
		   strata_breaker_may_spin(&node->records.breaker, strata_msec_of(now));
}

strata_usec strata_node_spin_time(const strata_node *node, strata_usec now)
{
	if (!decides_about_spins(node)) {
		return node->peer.options->spin;
	}
	return may_spin(node, now) ? STRATA_SPIN_LONGEST : 0;
}

strata_spin *strata_node_spin_permits(const strata_node *node)
{
	return decides_about_spins(node) ? node->peer.options->spin_permits : NULL;
}

/* What an operator forces says nothing about what strata would do. */
void strata_node_spun(strata_node *node, strata_spin_outcome outcome)
{
	strata_stats_add(node->peer.stats, STRATA_COUNT_SPINS, 1);
	strata_stats_add(node->peer.stats, STRATA_COUNT_SPINS_MET, outcome == STRATA_SPIN_MET ? 1 : 0);
	if (decides_about_spins(node) && strata_node_has_breaker(node)) {
		strata_breaker_spun(&node->records.breaker, outcome);
	}
}

void strata_node_spin_refused(strata_node *node)
{
	strata_stats_add(node->peer.stats, STRATA_COUNT_SPINS_REFUSED, 1);
}

bool strata_node_may_retry(strata_node *node, strata_usec now)
{
	return !strata_node_has_breaker(node) ||
		   strata_breaker_may_retry(&node->records.breaker, strata_msec_of(now));
}

void strata_node_is_not_ready(strata_node *node, strata_usec now)
{
	if (strata_node_has_breaker(node) &&
		strata_breaker_is_not_ready(&node->records.breaker, strata_msec_of(now))) {
		log_opened(node, strata_msec_of(now));
	}
}

void strata_node_note_clock(const strata_node *node, int64_t difference, strata_usec uncertainty)
{
	char detail[32];

	if (strata_node_has_breaker(node)) {
		strata_clock_difference_note(&node->records.breaker, difference);
	}
	if (strata_usec_is_apart(difference, uncertainty)) {
		snprintf(detail, sizeof(detail), "%+.1f s", (double) difference / 1000000);
		strata_node_log_event(node, "clock differs", detail);
	}
}

void strata_node_suspect(strata_node *node, strata_evidence evidence, strata_usec now)
{
	strata_node_log_event(node, strata_result_name(STRATA_DESYNC), NULL);
	if (strata_node_has_breaker(node) &&
		strata_breaker_suspect(&node->records.breaker, evidence, strata_msec_of(now))) {
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
	if (strata_node_has_breaker(node) && until > now) {
		strata_connect_turn_await_room(&node->records.breaker, turn, until - now);
	}
}

void strata_node_release(strata_node *node, strata_connection *connection)
{
	strata_idle_pool_keep(&node->idle, connection, node->peer.stats);
}
