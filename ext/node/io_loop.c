/*
 * A run is a table with one line for each exchange, and one poll loop over it:
 *
 *     begin every exchange (idle connections: the commands leave here)
 *     while any is under way:
 *         give up those whose deadline has passed
 *         wait for the others until the nearest deadline
 *         advance those that are ready
 *
 * An exchange is under way exactly while it holds a connection that is not clean: there is no
 * second place that knows. One that needs a new connection may have to wait for its turn to open
 * it. It has none then, and does not count as in flight; it begins anew when its turn has come.
 * What fails is closed at once, so that no late reply is read by anything.
 *
 * The clock is read once for each turn, when its wait is over. Where the one connection that is
 * left waits by itself (strata_connection_await), that is after it was advanced.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "node/io_loop.h"

#include <stdio.h>

#include "base/budget.h"
#include "host/table/spin.h"
#include "net/socket.h"
#include "os/clock.h"
#include "node/node_advice.h"

enum {
	LATE = 20000,   /* usec */
	STARVED = 5000, /* usec by which a process wakes up later than it asked for */
	MOST_RESERVES = 3,
	ROOM_POLL = 2000 /* usec between looks for a turn, where replies are waited for, too */
};

typedef struct {
	strata_exchange *exchanges;
	struct pollfd *polled; /* one for each exchange; fd is -1 where nothing is under way */
	size_t count;
	size_t under_way; /* seen when last looked around */
	size_t last;      /* index of the last one of them */
	size_t waiting;   /* for their turns to connect */
	size_t last_waiting;
	strata_usec now;   /* when the last wait was over */
	bool waits_inside; /* the only one under way waits where it reads */
	bool has_spun;     /* in vain: what comes now takes longer */
} run;

static bool is_under_way(const strata_exchange *exchange)
{
	return exchange->connection != NULL && !strata_connection_is_clean(exchange->connection);
}

static void explain(strata_exchange *exchange, const char *why)
{
	snprintf(exchange->error.text, sizeof(exchange->error.text), "%s: %s",
		strata_node_name(exchange->node), why);
}

static void reset(strata_exchange *exchange)
{
	exchange->connection = NULL;
	exchange->has_entered = false;
	exchange->is_waiting = false;
	exchange->turn = (strata_connect_turn){
		.priority = exchange->is_urgent ? STRATA_PRIORITY_URGENT : STRATA_PRIORITY_NORMAL,
		.deadline = strata_msec_of(exchange->deadline),
	};
	exchange->is_repeated = false;
	exchange->reserves_used = 0;
	exchange->replies = NULL;
	exchange->received = 0;
	exchange->result = STRATA_OK;
	exchange->error = (strata_protocol_error){ .text = "" };
	exchange->taken = 0;
	exchange->broken = STRATA_OK;
	exchange->verdict = STRATA_VERIFIED;
	exchange->is_stale = false;
}

/* The host hears of it once. */
static void leave(strata_exchange *exchange, strata_outcome outcome, strata_usec now)
{
	if (exchange->has_entered) {
		exchange->has_entered = false;
		strata_node_leave(exchange->node, outcome, now);
	}
}

static strata_outcome outcome_of(const strata_exchange *exchange)
{
	return exchange->connection == NULL ? STRATA_OUTCOME_LOCAL
										: strata_outcome_of(exchange->result,
											  strata_connection_moment(exchange->connection));
}

/* Failures that say more than that a node is not there, and may come and go. */
static bool is_anomaly(strata_result result)
{
	return result == STRATA_PROTOCOL || result == STRATA_DESYNC || result == STRATA_FULL ||
		   result == STRATA_EXHAUSTED;
}

/* Without a connection it is over; the replies that came before the failure stay. */
static void fail(strata_exchange *exchange, strata_result result, strata_usec now)
{
	result = strata_node_explain_failure(exchange->node, exchange->connection, result,
		&exchange->error, now);
	exchange->result = result;
	if (is_anomaly(result)) {
		strata_node_log_event(exchange->node, strata_result_name(result), NULL);
	}
	if (exchange->error.lasts && strata_result_class_of(result) == STRATA_FAILURE) {
		strata_node_log_misconfigured(exchange->node, result, now);
	}
	strata_node_note_error(exchange->node, result, &exchange->error, now);
	if (exchange->connection != NULL) {
		strata_node_went(exchange->node, exchange->connection, outcome_of(exchange), now);
	}
	leave(exchange, outcome_of(exchange), now);
	strata_node_connected(exchange->node, &exchange->turn);
	strata_stats_add_reason(strata_node_stats(exchange->node), result);
	strata_stats_add(strata_node_stats(exchange->node), STRATA_COUNT_DESYNCS,
		result == STRATA_DESYNC ? 1 : 0);
	if (exchange->connection != NULL) {
		strata_connection_poison(exchange->connection);
		strata_node_release(exchange->node, exchange->connection);
		exchange->connection = NULL;
	}
}

static void complete(strata_exchange *exchange, strata_usec now)
{
	strata_usec took = now > exchange->began ? now - exchange->began : 0;

	strata_lifetime_mark_used(strata_connection_lifetime(exchange->connection), now);
	strata_stats_add_time(strata_node_stats(exchange->node), took);
	/* What it takes to connect says little of how fast a node answers. */
	if (!strata_connection_is_fresh(exchange->connection)) {
		strata_node_timed(exchange->node, took, now);
	} else {
		strata_node_untimed(exchange->node, now);
		strata_node_went(exchange->node, exchange->connection, STRATA_OUTCOME_OK, now);
	}
	leave(exchange, STRATA_OUTCOME_OK, now);
}

static strata_result make_room_for_replies(strata_exchange *exchange)
{
	exchange->replies =
		strata_arena_alloc(exchange->arena, exchange->expected * sizeof(*exchange->replies));
	if (exchange->replies == NULL) {
		explain(exchange, strata_result_text(STRATA_NO_MEMORY));
		return STRATA_NO_MEMORY;
	}
	return STRATA_OK;
}

static strata_result enter(strata_exchange *exchange, strata_usec *now)
{
	strata_result result = strata_node_enter(exchange->node, exchange->turn.priority, now,
		exchange->deadline, exchange->probe_wait, &exchange->error);

	exchange->has_entered = result == STRATA_OK;
	return result;
}

/* What waits for its turn is no load of the node. */
static void wait_for_turn(strata_exchange *exchange, strata_usec now)
{
	exchange->is_waiting = true;
	if (exchange->has_entered) {
		exchange->has_entered = false;
		strata_node_step_back(exchange->node, now);
	}
}

/* OK without a connection: it waits for its turn. */
static strata_result start(strata_exchange *exchange, strata_usec now)
{
	strata_result result = strata_node_acquire(exchange->node, &exchange->turn, now,
		&exchange->connection, &exchange->error);

	exchange->is_waiting = false;
	if (result != STRATA_OK) {
		return result;
	}
	if (exchange->connection == NULL) {
		wait_for_turn(exchange, now);
		return STRATA_OK;
	}
	return strata_connection_begin(exchange->connection, exchange, now, &exchange->error);
}

/*
 * The other side had closed an idle connection, which was found out by writing to it, or would not
 * let it prove itself: no fault of the node, and nothing that came was believed.
 */
static bool was_stale(const strata_exchange *exchange, strata_result result)
{
	return result != STRATA_OK && result != STRATA_TIMEOUT && exchange->connection != NULL &&
		   strata_connection_moment(exchange->connection) == STRATA_WHILE_STALE;
}

/* The other idle connections have been lying as long. */
static strata_result repeat(strata_exchange *exchange, strata_usec now)
{
	exchange->is_repeated = true;
	strata_node_went(exchange->node, exchange->connection, STRATA_OUTCOME_STALE, now);
	strata_connection_poison(exchange->connection);
	strata_node_release(exchange->node, exchange->connection);
	exchange->connection = NULL;
	exchange->received = 0;
	strata_node_drop_idle(exchange->node);
	strata_stats_add(strata_node_stats(exchange->node), STRATA_COUNT_RETRIES, 1);
	return start(exchange, now);
}

static strata_result repeat_if_stale(strata_exchange *exchange, strata_result result,
	strata_usec now)
{
	return was_stale(exchange, result) && !exchange->happens_once && !exchange->is_repeated &&
				   strata_node_may_retry(exchange->node, now)
			   ? repeat(exchange, now)
			   : result;
}

static void enter_and_start(strata_exchange *exchange, strata_usec *now)
{
	strata_result result = enter(exchange, now);

	if (result == STRATA_OK) {
		result = repeat_if_stale(exchange, start(exchange, *now), *now);
	}
	if (result != STRATA_OK) {
		exchange->is_waiting = false;
		fail(exchange, result, *now);
	}
}

static void begin(strata_exchange *exchange, strata_usec *now)
{
	strata_result result = make_room_for_replies(exchange);

	if (result == STRATA_OK) {
		enter_and_start(exchange, now);
	} else {
		fail(exchange, result, *now);
	}
}

static strata_usec nearer(strata_usec nearest, strata_usec moment)
{
	return nearest == 0 || moment < nearest ? moment : nearest;
}

/* When the turn of one that waits for it is looked for again. */
static strata_usec next_look(const run *run, const strata_exchange *exchange)
{
	strata_usec at = exchange->turn.at * 1000;

	return exchange->turn.waits_for_room && run->under_way > 0 ? nearer(at, run->now + ROOM_POLL)
															   : at;
}

/* Of those that wait for their turns, after all that are under way are known. */
static strata_usec look_at_turns(run *run, strata_usec nearest)
{
	run->waiting = 0;
	for (size_t i = 0; i < run->count; i++) {
		if (run->exchanges[i].is_waiting) {
			nearest = nearer(nearest, next_look(run, &run->exchanges[i]));
			run->waiting++;
			run->last_waiting = i;
		}
	}
	return nearest;
}

/*
 * Fills the table of what to wait for. Returns the nearest deadline, 0 when nothing is under way.
 */
static strata_usec look_around(run *run)
{
	strata_usec nearest = 0;

	run->under_way = 0;
	for (size_t i = 0; i < run->count; i++) {
		strata_exchange *exchange = &run->exchanges[i];

		run->polled[i] = (struct pollfd){ .fd = -1 };
		if (is_under_way(exchange)) {
			run->polled[i] = strata_connection_poll(exchange->connection);
			nearest = nearer(nearest, strata_connection_deadline(exchange->connection));
			run->under_way++;
			run->last = i;
		}
	}
	return look_at_turns(run, nearest);
}

static void advance(run *run, strata_exchange *exchange, short revents)
{
	strata_result result =
		strata_connection_advance(exchange->connection, revents, run->now, &exchange->error);

	if (run->waits_inside) {
		run->now = strata_clock_usec();
	}
	if (strata_connection_moment(exchange->connection) != STRATA_WHILE_CONNECTING) {
		strata_node_connected(exchange->node, &exchange->turn);
	}
	result = repeat_if_stale(exchange, result, run->now);
	if (result != STRATA_OK) {
		fail(exchange, result, run->now);
	} else if (!is_under_way(exchange) && !exchange->is_waiting) {
		complete(exchange, run->now);
	}
}

static void advance_ready(run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		if (run->polled[i].fd >= 0 && run->polled[i].revents != 0) {
			advance(run, &run->exchanges[i], run->polled[i].revents);
		}
	}
}

/* Then the node had less time than it may take. Those that came first tell of it. */
static bool had_to_wait(const strata_exchange *exchange)
{
	return exchange->turn.at * 1000 > exchange->began;
}

/*
 * What takes values back gets the time again that went by before it was its turn, or while this
 * process was not let run: as much as requests keep for it, and a few times where the host is so
 * busy. A process that wakes up in time has nothing to make up for.
 */
static bool goes_on(strata_exchange *exchange, strata_usec late, strata_usec now)
{
	bool lost_time = late > STARVED || had_to_wait(exchange);

	if (!exchange->is_urgent || exchange->reserves_used == MOST_RESERVES || !lost_time) {
		return false;
	}
	exchange->reserves_used++;
	exchange->deadline = now + STRATA_BUDGET_RESERVE;
	strata_connection_extend(exchange->connection, exchange->deadline);
	return true;
}

/*
 * A process that wakes up long after the deadline was not let run meanwhile, and cannot tell
 * whether the node was late, too.
 */
static void give_up(strata_exchange *exchange, strata_usec now)
{
	strata_usec late = now - strata_connection_deadline(exchange->connection);
	strata_result result;

	if (!strata_connection_may_go_on(exchange->connection, now) && goes_on(exchange, late, now)) {
		return;
	}
	result = strata_connection_give_up(exchange->connection, now, &exchange->error);
	if (result == STRATA_OK) {
		return; /* another address is tried */
	}
	if (late > LATE || had_to_wait(exchange)) {
		leave(exchange, STRATA_OUTCOME_LOCAL, now);
	}
	fail(exchange, result, now);
}

/* After advance_ready(), so that a reply that came in time counts, and one that drips does not. */
static void give_up_late(run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		strata_exchange *exchange = &run->exchanges[i];

		if (is_under_way(exchange) &&
			strata_connection_deadline(exchange->connection) <= run->now) {
			give_up(exchange, run->now);
		}
	}
}

static void fail_under_way(run *run, strata_result result, const char *why)
{
	for (size_t i = 0; i < run->count; i++) {
		if (is_under_way(&run->exchanges[i]) || run->exchanges[i].is_waiting) {
			run->exchanges[i].is_waiting = false;
			explain(&run->exchanges[i], why);
			fail(&run->exchanges[i], result, run->now);
		}
	}
}

/* Nothing but turns is waited for, and the last of them is woken when there is room. */
static bool waits_for_room(const run *run)
{
	return run->under_way == 0 && run->waiting > 0 &&
		   run->exchanges[run->last_waiting].turn.waits_for_room;
}

/* ---- waiting without sleeping ---- */

/* For all nodes that are waited for: it ends with the first that answers. */
static strata_usec spin_time(const run *run)
{
	strata_usec least = run->waiting > 0 || run->has_spun ? 0 : UINT64_MAX;

	for (size_t i = 0; i < run->count && least > 0; i++) {
		const strata_exchange *exchange = &run->exchanges[i];

		if (is_under_way(exchange)) {
			strata_usec time = strata_connection_awaits_reply(exchange->connection)
								   ? strata_node_spin_time(exchange->node, run->now)
								   : 0;

			least = time < least ? time : least;
		}
	}
	return least;
}

/* Of those that are waited for, the one that is ready met its spin. In vain it was for all. */
static void count_spin(run *run, bool is_met)
{
	for (size_t i = 0; i < run->count; i++) {
		if (run->polled[i].fd >= 0 && (run->polled[i].revents != 0 || !is_met)) {
			strata_node_spun(run->exchanges[i].node,
				is_met ? STRATA_SPIN_MET : STRATA_SPIN_IN_VAIN);
		}
	}
}

static bool spin_for(run *run, strata_usec until)
{
	bool is_met = strata_socket_spin(run->polled, run->count, until, &run->now);

	run->has_spun = !is_met;
	count_spin(run, is_met);
	return is_met;
}

/* True: a reply came. Else, or where it may not spin, the wait goes on asleep. */
static bool spin(run *run, strata_usec nearest)
{
	strata_node *node = run->exchanges[run->last].node;
	strata_usec time = strata_node_ever_spins(node) ? spin_time(run) : 0;
	strata_usec until = nearer(nearest, run->now + time);
	strata_spin_permit permit;
	strata_spin *permits;
	bool is_met;

	if (time == 0) {
		return false;
	}
	permits = strata_node_spin_permits(node);
	if (permits == NULL) {
		return spin_for(run, until);
	}
	if (!strata_spin_begin(permits, run->now, &permit)) {
		strata_node_spin_refused(node);
		return false;
	}
	is_met = spin_for(run, until);
	strata_spin_end(permits, &permit);
	return is_met;
}

/* ---- */

/* Until any of them is ready, or, where there is just one that can, until that is advanced. */
static strata_result wait_for_any(run *run, strata_usec nearest, int *cause)
{
	strata_result result = STRATA_OK;

	run->waits_inside = false;
	if (spin(run, nearest)) {
		return STRATA_OK;
	}
	run->waits_inside = run->under_way == 1 && run->waiting == 0 &&
						strata_connection_await(run->exchanges[run->last].connection, run->now);
	if (run->waits_inside) {
		run->polled[run->last].revents = POLLIN;
		return STRATA_OK;
	}
	if (waits_for_room(run)) {
		const strata_exchange *waiting = &run->exchanges[run->last_waiting];

		strata_node_await_turn(waiting->node, &waiting->turn, run->now, nearest);
	} else {
		result = strata_socket_wait(run->polled, run->count, nearest, cause);
	}
	run->now = strata_clock_usec();
	return result;
}

static void begin_those_in_turn(run *run)
{
	for (size_t i = 0; i < run->count && run->waiting > 0; i++) {
		strata_exchange *exchange = &run->exchanges[i];

		if (exchange->is_waiting &&
			(exchange->turn.waits_for_room || exchange->turn.at * 1000 <= run->now)) {
			enter_and_start(exchange, &run->now);
		}
	}
}

static void run_all(run *run)
{
	strata_usec nearest;

	while ((nearest = look_around(run)) != 0) {
		int cause = 0;
		strata_result result = wait_for_any(run, nearest, &cause);

		if (result != STRATA_OK) {
			fail_under_way(run, result, strata_socket_cause(cause));
			return;
		}
		advance_ready(run);
		give_up_late(run);
		begin_those_in_turn(run);
	}
}

/* No node was asked, so no connection is spoilt. */
static void refuse_all(strata_exchange *exchanges, size_t count, strata_result result,
	const char *why, strata_usec now)
{
	for (size_t i = 0; i < count; i++) {
		explain(&exchanges[i], why);
		fail(&exchanges[i], result, now);
	}
}

void strata_io_loop_run(strata_exchange *exchanges, size_t count, strata_usec deadline,
	strata_arena *arena, strata_usec *now)
{
	run run = { .exchanges = exchanges, .count = count };

	run.polled = strata_arena_alloc(arena, count * sizeof(struct pollfd));
	for (size_t i = 0; i < count; i++) {
		exchanges[i].deadline = deadline;
		reset(&exchanges[i]);
		exchanges[i].arena = arena;
		exchanges[i].began = *now;
	}
	if (run.polled == NULL) {
		refuse_all(exchanges, count, STRATA_NO_MEMORY, strata_result_text(STRATA_NO_MEMORY), *now);
		return;
	}
	if (*now >= deadline) {
		refuse_all(exchanges, count, STRATA_TIMEOUT, "the time was up before anything was sent",
			*now);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		begin(&exchanges[i], now);
	}
	run.now = *now;
	run_all(&run);
	*now = run.now;
}

/* Rare enough to read the clock for it. */
static void report_mismatch(strata_exchange *exchange)
{
	strata_stats_add(strata_node_stats(exchange->node), STRATA_COUNT_DESYNCS, 1);
	strata_stats_add_reason(strata_node_stats(exchange->node), STRATA_DESYNC);
	strata_node_suspect(exchange->node,
		exchange->verdict == STRATA_MISMATCH ? STRATA_EVIDENCE_PROOF : STRATA_EVIDENCE_HINT,
		strata_clock_usec());
	strata_node_drop_idle(exchange->node);
	if (exchange->connection != NULL) {
		strata_connection_poison(exchange->connection);
	}
}

void strata_io_loop_renew(strata_exchange *exchange, strata_usec now)
{
	exchange->is_stale |=
		exchange->connection == NULL ||
		strata_lifetime_is_dated(strata_connection_lifetime(exchange->connection), now);
}

void strata_io_loop_release(strata_exchange *exchange)
{
	if (exchange->verdict != STRATA_VERIFIED) {
		report_mismatch(exchange);
	}
	if (exchange->connection != NULL) {
		strata_node_release(exchange->node, exchange->connection);
		exchange->connection = NULL;
	}
	if (exchange->is_stale) {
		strata_node_drop_idle(exchange->node);
	}
}
