#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "health/breaker.h"

#include "os/process.h"
#include "health/breaker_table.h"

#include "health/breaker_fixture.h"

static void ask_often(uint32_t times, strata_outcome outcome, strata_msec now)
{
	for (uint32_t i = 0; i < times; i++) {
		ask(outcome, now);
	}
}

static uint64_t token_at(strata_msec now)
{
	uint64_t token;

	REQUIRE(
		strata_breaker_admit(&breaker, STRATA_PRIORITY_NORMAL, now, &token) == STRATA_ADMIT_PROBE);
	return token;
}

static void open_it(strata_msec now)
{
	ask_often(2, STRATA_OUTCOME_HARD, now);
	REQUIRE(look(now).state == STRATA_STATE_OPEN);
}

static void two_refused_connections_in_a_row_open_it(void)
{
	begin();
	ask(STRATA_OUTCOME_HARD, START);
	ask(STRATA_OUTCOME_OK, START);
	ask(STRATA_OUTCOME_HARD, START);
	CHECK(look(START).state == STRATA_STATE_CLOSED);
	ask(STRATA_OUTCOME_HARD, START);
	CHECK(look(START).state == STRATA_STATE_OPEN);
	CHECK(look(START).cause == STRATA_BREAKER_REFUSING);
	CHECK(!is_admitted(START) && look(START).inflight == 0);
	end();
}

/* Else an alert on a node that was replaced would never end. */
static void an_open_one_that_is_not_tried_for_ten_minutes_is_not_shown(void)
{
	strata_breaker other;
	strata_breaker_view seen;
	strata_msec until;

	begin();
	open_it(START);
	until = look(START).until;
	CHECK(strata_breaker_look_at_worst(table, "10.0.0.1:6379", until + 599999, &seen));
	CHECK(seen.until == until && seen.cause == STRATA_BREAKER_REFUSING);
	CHECK(!strata_breaker_look_at_worst(table, "10.0.0.1:6379", until + 600000, &seen));
	REQUIRE(strata_breaker_of(table, "other login", "10.0.0.1:6379", STRATA_REGISTRY_COMMON,
		&limits, &other));
	CHECK(strata_breaker_look_at_worst(table, "10.0.0.1:6379", until + 600000, &seen));
	CHECK(seen.state == STRATA_STATE_CLOSED);
	strata_breaker_force(&breaker, STRATA_STATE_FORCED_OPEN, 0, until);
	CHECK(strata_breaker_look_at_worst(table, "10.0.0.1:6379", until + 9999999, &seen));
	CHECK(seen.state == STRATA_STATE_FORCED_OPEN);
	end();
}

static void silence_opens_it_and_a_few_timeouts_among_answers_do_not(void)
{
	begin();
	ask_often(100, STRATA_OUTCOME_OK, START);
	ask_often(5, STRATA_OUTCOME_SOFT, START + TIMEOUT - 1);
	CHECK(look(START).state == STRATA_STATE_CLOSED);
	ask(STRATA_OUTCOME_OK, START + TIMEOUT - 1);
	ask_often(4, STRATA_OUTCOME_SOFT, START + 10 * TIMEOUT);
	CHECK(look(START + 10 * TIMEOUT).state == STRATA_STATE_CLOSED);
	ask(STRATA_OUTCOME_SOFT, START + 10 * TIMEOUT);
	CHECK(look(START + 10 * TIMEOUT).state == STRATA_STATE_OPEN);
	CHECK(look(START + 10 * TIMEOUT).cause == STRATA_BREAKER_SILENT);
	end();
}

static void half_of_the_operations_failing_opens_it(void)
{
	begin();
	for (int i = 0; i < 9; i++) {
		ask(STRATA_OUTCOME_OK, START);
		ask(STRATA_OUTCOME_SOFT, START);
	}
	CHECK(look(START).state == STRATA_STATE_CLOSED);
	ask(STRATA_OUTCOME_OK, START + 9000);
	ask(STRATA_OUTCOME_SOFT, START + 9000);
	CHECK(look(START + 9000).state == STRATA_STATE_OPEN);
	CHECK(look(START + 9000).cause == STRATA_BREAKER_FAILING);
	end();
}

static void failures_of_eleven_seconds_ago_count_no_more(void)
{
	begin();
	for (int i = 0; i < 9; i++) {
		ask(STRATA_OUTCOME_OK, START);
		ask(STRATA_OUTCOME_SOFT, START);
	}
	ask(STRATA_OUTCOME_OK, START + 11000);
	ask_often(4, STRATA_OUTCOME_SOFT, START + 11000);
	CHECK(look(START + 11000).state == STRATA_STATE_CLOSED);
	end();
}

static void a_share_of_failures_proves_nothing_when_half_of_the_pool_is_open(void)
{
	strata_breaker other, third;
	uint64_t token;

	begin();
	REQUIRE(strata_breaker_of(table, "redis", "10.0.0.2:6379", STRATA_REGISTRY_COMMON, &limits,
		&other));
	strata_breaker_force(&other, STRATA_STATE_FORCED_OPEN, 0, START);
	for (int i = 0; i < 20; i++) {
		ask(STRATA_OUTCOME_OK, START);
		ask(STRATA_OUTCOME_SOFT, START);
	}
	CHECK(look(START).state == STRATA_STATE_CLOSED);
	/* One that is not asked counts for nothing, open or not. */
	REQUIRE(strata_breaker_of(table, "redis", "10.0.0.3:6379", STRATA_REGISTRY_COMMON, &limits,
		&third));
	ask(STRATA_OUTCOME_SOFT, START);
	CHECK(look(START).state == STRATA_STATE_CLOSED);
	REQUIRE(strata_breaker_admit(&third, STRATA_PRIORITY_NORMAL, START, &token) == STRATA_ADMITTED);
	strata_breaker_leave(&third, STRATA_OUTCOME_OK, START);
	ask(STRATA_OUTCOME_SOFT, START);
	CHECK(look(START).state == STRATA_STATE_OPEN);
	end();
}

static void our_own_trouble_never_counts_against_a_node(void)
{
	begin();
	ask_often(1000, STRATA_OUTCOME_LOCAL, START);
	ask_often(1000, STRATA_OUTCOME_STALE, START);
	CHECK(look(START).state == STRATA_STATE_CLOSED && is_admitted(START));
	end();
}

static void one_refusal_of_the_credentials_opens_it_for_seconds(void)
{
	begin();
	ask(STRATA_OUTCOME_AUTH, START);
	CHECK(look(START).state == STRATA_STATE_OPEN && look(START).cause == STRATA_BREAKER_LOCKED);
	CHECK(look(START).until >= START + 2500 && look(START).until <= START + 5000);
	end();
}

static void three_desyncs_in_a_minute_open_it_and_one_makes_it_suspected(void)
{
	begin();
	CHECK(!look(START).is_suspected);
	ask_often(2, STRATA_OUTCOME_OK, START);
	(void) strata_breaker_suspect(&breaker, STRATA_EVIDENCE_PROOF, START);
	CHECK(look(START).is_suspected && look(START + 599000).is_suspected);
	CHECK(!look(START + 601000).is_suspected);
	(void) strata_breaker_suspect(&breaker, STRATA_EVIDENCE_PROOF, START + 61000);
	(void) strata_breaker_suspect(&breaker, STRATA_EVIDENCE_PROOF, START + 61000);
	CHECK(look(START + 61000).state == STRATA_STATE_CLOSED);
	(void) strata_breaker_suspect(&breaker, STRATA_EVIDENCE_PROOF, START + 62000);
	CHECK(look(START + 62000).cause == STRATA_BREAKER_DESYNCED);
	end();
}

static void values_stored_under_a_wrong_key_never_open_it(void)
{
	begin();
	for (int i = 0; i < 100; i++) {
		(void) strata_breaker_suspect(&breaker, STRATA_EVIDENCE_HINT, START);
	}
	CHECK(look(START).state == STRATA_STATE_CLOSED && look(START).is_suspected);
	end();
}

static void waits_double_up_to_a_limit_and_are_never_less_than_half(void)
{
	strata_msec now = START;

	begin();
	open_it(now);
	for (uint32_t attempt = 1; attempt <= 12; attempt++) {
		strata_msec whole = attempt < 6 ? (strata_msec) 500 << (attempt - 1) : 15000;
		strata_breaker_view seen = look(now);

		CHECK(seen.attempt == attempt);
		CHECK(seen.until - now >= whole / 2 && seen.until - now <= whole);
		now = seen.until;
		strata_breaker_probed(&breaker, token_at(now), STRATA_OUTCOME_SOFT, now);
	}
	end();
}

static void exactly_one_probes_and_the_next_one_when_its_second_is_over(void)
{
	strata_msec now;
	uint64_t first, second;

	begin();
	open_it(START);
	now = look(START).until;
	first = token_at(now);
	CHECK(!is_admitted(now) && !is_admitted(now + 999));
	CHECK(look(now).state == STRATA_STATE_HALF_OPEN);
	CHECK(first != 0);
	second = token_at(now + 1000);
	CHECK(second != 0 && second != first);
	CHECK(!strata_breaker_probed(&breaker, first, STRATA_OUTCOME_SOFT, now + 1000));
	CHECK(look(now + 1000).state == STRATA_STATE_HALF_OPEN);
	strata_breaker_probed(&breaker, second, STRATA_OUTCOME_OK, now + 1001);
	CHECK(look(now + 1001).state == STRATA_STATE_RECOVERING);
	end();
}

static void news_of_a_node_hastens_what_opened_before_it_and_nothing_else(void)
{
	uint64_t token;

	begin();
	strata_breaker_hasten(&breaker, START, START);
	CHECK(look(START).state == STRATA_STATE_CLOSED);
	open_it(START);
	strata_breaker_hasten(&breaker, START - 1, START + 1);
	CHECK(look(START + 1).until > START + 1);
	strata_breaker_hasten(&breaker, START + 1, START + 1);
	token = token_at(START + 1);
	(void) strata_breaker_probed(&breaker, token, STRATA_OUTCOME_HARD, START + 2);
	CHECK(look(START + 2).attempt == 2);
	strata_breaker_hasten(&breaker, START + 1, START + 3); /* the same news */
	CHECK(strata_breaker_admit(&breaker, STRATA_PRIORITY_NORMAL, START + 3, &token) ==
		  STRATA_ADMIT_NOT_NOW);
	end();
}

static void ramp_up(strata_msec now)
{
	strata_breaker_probed(&breaker, token_at(now), STRATA_OUTCOME_OK, now);
	REQUIRE(look(now).state == STRATA_STATE_RECOVERING);
}

static void a_node_that_answers_again_gets_two_at_once_and_more_with_every_answer(void)
{
	strata_msec now;

	begin();
	open_it(START);
	now = look(START).until;
	ramp_up(now);
	CHECK(is_admitted(now) && is_admitted(now) && !is_admitted(now));
	strata_breaker_leave(&breaker, STRATA_OUTCOME_OK, now);
	CHECK(is_admitted(now) && is_admitted(now) && !is_admitted(now));
	for (int i = 0; i < 3; i++) {
		strata_breaker_leave(&breaker, STRATA_OUTCOME_OK, now);
	}
	ask_often(40, STRATA_OUTCOME_OK, now);
	CHECK(look(now).state == STRATA_STATE_CLOSED && look(now).inflight == 0);
	end();
}

static void any_failure_while_it_comes_back_opens_it_again(void)
{
	strata_msec now;

	begin();
	open_it(START);
	now = look(START).until;
	ramp_up(now);
	ask(STRATA_OUTCOME_SOFT, now);
	CHECK(look(now).state == STRATA_STATE_OPEN && look(now).attempt == 2);
	end();
}

static void being_closed_takes_attempts_back(void)
{
	strata_msec now;

	begin();
	open_it(START);
	now = look(START).until;
	strata_breaker_probed(&breaker, token_at(now), STRATA_OUTCOME_SOFT, now);
	now = look(now).until;
	ramp_up(now);
	ask_often(40, STRATA_OUTCOME_OK, now);
	CHECK(
		look(now).attempt == 2 && look(now + 10000).attempt == 1 && look(now + 20000).attempt == 0);
	end();
}

static uint32_t connections_of(strata_priority priority, strata_msec now)
{
	uint32_t count = 0;

	while (count < 1000 && may_connect(priority, now)) {
		strata_connect_turn_end(&breaker);
		count++;
	}
	return count;
}

static uint32_t connections_at(strata_msec now)
{
	return connections_of(STRATA_PRIORITY_NORMAL, now);
}

static void connections_come_at_a_rate_with_a_burst(void)
{
	begin();
	CHECK(connections_at(START) == 20);
	CHECK(connections_at(START + 19) == 0 && connections_at(START + 20) == 1);
	CHECK(connections_at(START + 1000) == 20);
	end();
}

/* A deletion has no time to wait, and goes anyway: its part of the rate is used first. */
static void urgent_connections_are_never_refused(void)
{
	begin();
	CHECK(connections_at(START) == 20 && connections_at(START) == 0);
	CHECK(connections_of(STRATA_PRIORITY_URGENT, START) == 1000);
	CHECK(connections_at(START + 20) == 0 && connections_at(START + 400) == 0);
	CHECK(connections_at(START + 420) == 1);
	end();
}

static strata_turn ask_for_turn(strata_connect_turn *turn, strata_msec now)
{
	strata_turn answer = strata_connect_turn_take(&breaker, turn, now);

	if (answer == STRATA_TURN_NOW) {
		strata_connect_turn_end(&breaker);
	}
	return answer;
}

/* One every 20 ms, each at a time of its own, as far as half of the time goes. */
static void a_turn_comes_with_the_next_token(void)
{
	strata_connect_turn turns[4];

	begin();
	CHECK(connections_at(START) == 20);
	for (strata_msec i = 0; i < 4; i++) {
		turns[i] = (strata_connect_turn){ .deadline = START + 120 };
		CHECK(ask_for_turn(&turns[i], START) == (i < 3 ? STRATA_TURN_LATER : STRATA_TURN_NEVER));
		CHECK(i == 3 || (turns[i].at == START + 20 * (i + 1) && !turns[i].waits_for_room));
	}
	CHECK(ask_for_turn(&turns[2], START + 59) == STRATA_TURN_LATER);
	for (int i = 0; i < 3; i++) {
		CHECK(ask_for_turn(&turns[i], START + 60) == STRATA_TURN_NOW);
	}
	CHECK(connections_at(START + 60) == 0 && connections_at(START + 80) == 1);
	end();
}

/* Its own part of the rate is used up: it waits for what comes, and then no longer. */
static void an_urgent_turn_ends_with_half_of_the_time(void)
{
	strata_connect_turn soon = { .priority = STRATA_PRIORITY_URGENT, .deadline = START + 100 };
	strata_connect_turn late = { .priority = STRATA_PRIORITY_URGENT, .deadline = START + 20 };

	begin();
	CHECK(connections_of(STRATA_PRIORITY_URGENT, START) == 1000);
	CHECK(ask_for_turn(&soon, START) == STRATA_TURN_LATER && soon.at == START + 20);
	CHECK(ask_for_turn(&late, START) == STRATA_TURN_LATER && late.at == START + 10);
	CHECK(ask_for_turn(&late, START + 10) == STRATA_TURN_NOW);
	end();
}

/* As many a second as there are workers, and at least 50; the first one of each is not counted. */
static void the_rate_can_follow_the_workers(void)
{
	static const strata_breaker_limits automatic = { MANY, 0, TIMEOUT };
	strata_connect_turn first = { .deadline = START, .is_first = true };

	begin_table();
	REQUIRE(strata_breaker_of(table, "redis", "10.0.0.1:6379", STRATA_REGISTRY_RESERVED, &automatic,
		&breaker));
	CHECK(connections_at(START) == 20 && connections_at(START) == 0);
	CHECK(ask_for_turn(&first, START) == STRATA_TURN_NOW);
	CHECK(connections_at(START) == 0 && connections_at(START + 20) == 1);
	breaker.limits.connect_rate = 5;
	(void) connections_at(START + 20);
	first.has_token = false;
	first.deadline = START + 20;
	CHECK(ask_for_turn(&first, START + 20) == STRATA_TURN_NEVER);
	end();
}

static void a_full_node_is_asked_for_one_connection_a_second(void)
{
	begin();
	REQUIRE(is_admitted(START));
	strata_breaker_leave(&breaker, STRATA_OUTCOME_FULL, START);
	CHECK(look(START).state == STRATA_STATE_CLOSED);
	(void) connections_at(START);
	CHECK(connections_at(START + 999) == 0 && connections_at(START + 1000) == 1);
	end();
}

static void what_an_operator_wants_holds_and_ends_by_itself(void)
{
	begin();
	strata_breaker_force(&breaker, STRATA_STATE_FORCED_OPEN, START + 30000, START);
	CHECK(!is_admitted(START) && !is_admitted(START + 29999));
	CHECK(is_admitted(START + 30000) && look(START + 30000).state == STRATA_STATE_CLOSED);
	strata_breaker_leave(&breaker, STRATA_OUTCOME_OK, START + 30000);
	strata_breaker_force(&breaker, STRATA_STATE_FORCED_CLOSED, 0, START);
	ask_often(1000, STRATA_OUTCOME_HARD, START + 30000);
	CHECK(look(START + 30000).state == STRATA_STATE_FORCED_CLOSED && is_admitted(START + 30000));
	strata_breaker_force(&breaker, STRATA_STATE_CLOSED, 0, START + 40000);
	CHECK(look(START + 40000).state == STRATA_STATE_CLOSED);
	end();
}

static void ask_or_probe(strata_msec now)
{
	uint64_t token;

	switch (strata_breaker_admit(&breaker, STRATA_PRIORITY_NORMAL, now, &token)) {
		case STRATA_ADMITTED: strata_breaker_leave(&breaker, STRATA_OUTCOME_OK, now); break;
		case STRATA_ADMIT_PROBE:
			strata_breaker_probed(&breaker, token, STRATA_OUTCOME_OK, now);
			break;
		case STRATA_ADMIT_NOT_NOW:
		case STRATA_ADMIT_SHED:
		case STRATA_ADMIT_BULKHEAD: break;
	}
}

/* Of any bytes: within a minute of answers it is closed, and operations are let through. */
static void random_bytes_heal_within_a_minute(void)
{
	begin();
	for (int round = 0; round < 2000; round++) {
		strata_msec now = START;
		size_t size = offsetof(strata_breaker_entry, group);

		REQUIRE(strata_process_random(breaker.record, size) == STRATA_OK);
		for (int i = 0; i < 600; i++) {
			now += 100;
			ask_or_probe(now);
		}
		CHECK(look(now).state == STRATA_STATE_CLOSED);
		REQUIRE(is_admitted(now));
		strata_breaker_leave(&breaker, STRATA_OUTCOME_OK, now);
	}
	end();
}

/* A moment that is ahead by less is another thread's, which read its clock a little later. */
static void a_moment_further_ahead_than_one_interval_counts_as_long_ago(void)
{
	strata_breaker_entry *record;

	begin();
	record = breaker.record;
	ask(STRATA_OUTCOME_OK, START);
	atomic_store(&record->answered_at, START + TIMEOUT);
	ask_often(5, STRATA_OUTCOME_SOFT, START);
	CHECK(look(START).state == STRATA_STATE_CLOSED);
	atomic_store(&record->answered_at, START + TIMEOUT + 1);
	ask(STRATA_OUTCOME_SOFT, START);
	CHECK(look(START).cause == STRATA_BREAKER_SILENT);
	strata_breaker_force(&breaker, STRATA_STATE_CLOSED, 0, START);
	atomic_store(&record->desyncs, (uint64_t) (START + 60002) << 16 | 9);
	(void) strata_breaker_suspect(&breaker, STRATA_EVIDENCE_PROOF, START);
	CHECK(look(START).state == STRATA_STATE_CLOSED);
	atomic_store(&record->suspected_until, START + 600000 + STRATA_BREAKER_AHEAD + 1);
	CHECK(!strata_breaker_is_suspected(&breaker, START));
	/* A coarse clock is a tick behind the exact one by which the suspicion began. */
	atomic_store(&record->suspected_until, START + 600004);
	CHECK(strata_breaker_is_suspected(&breaker, START));
	end();
}

static void a_turn_to_probe_never_lasts_longer_than_two_intervals(void)
{
	strata_breaker_snapshot held = { STRATA_STATE_HALF_OPEN, STRATA_BREAKER_SILENT, 1,
		START + 2001 };

	begin();
	atomic_store(&breaker.record->state, strata_breaker_state_pack(held));
	CHECK(is_admitted(START));
	held.moment = START + 2000;
	atomic_store(&breaker.record->state, strata_breaker_state_pack(held));
	CHECK(!is_admitted(START) && token_at(START + 2000) != 0);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(two_refused_connections_in_a_row_open_it);
	RUN(an_open_one_that_is_not_tried_for_ten_minutes_is_not_shown);
	RUN(silence_opens_it_and_a_few_timeouts_among_answers_do_not);
	RUN(half_of_the_operations_failing_opens_it);
	RUN(failures_of_eleven_seconds_ago_count_no_more);
	RUN(a_share_of_failures_proves_nothing_when_half_of_the_pool_is_open);
	RUN(our_own_trouble_never_counts_against_a_node);
	RUN(one_refusal_of_the_credentials_opens_it_for_seconds);
	RUN(three_desyncs_in_a_minute_open_it_and_one_makes_it_suspected);
	RUN(values_stored_under_a_wrong_key_never_open_it);
	RUN(waits_double_up_to_a_limit_and_are_never_less_than_half);
	RUN(exactly_one_probes_and_the_next_one_when_its_second_is_over);
	RUN(news_of_a_node_hastens_what_opened_before_it_and_nothing_else);
	RUN(a_node_that_answers_again_gets_two_at_once_and_more_with_every_answer);
	RUN(any_failure_while_it_comes_back_opens_it_again);
	RUN(being_closed_takes_attempts_back);
	RUN(connections_come_at_a_rate_with_a_burst);
	RUN(urgent_connections_are_never_refused);
	RUN(a_turn_comes_with_the_next_token);
	RUN(an_urgent_turn_ends_with_half_of_the_time);
	RUN(the_rate_can_follow_the_workers);
	RUN(a_full_node_is_asked_for_one_connection_a_second);
	RUN(what_an_operator_wants_holds_and_ends_by_itself);
	RUN(random_bytes_heal_within_a_minute);
	RUN(a_turn_to_probe_never_lasts_longer_than_two_intervals);
	RUN(a_moment_further_ahead_than_one_interval_counts_as_long_ago);
	return unit_end();
}
