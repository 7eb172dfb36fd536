#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "health/breaker.h"

#include "os/process.h"
#include "health/breaker_table.h"

#include "health/breaker_fixture.h"

enum { MSEC = 1000 /* usec */ };

static strata_breaker other;
static strata_msec now;

static void begin_two(void)
{
	begin();
	REQUIRE(strata_breaker_of(table, "redis", "10.0.0.2:6379", STRATA_REGISTRY_COMMON, &limits,
		&other));
	now = START;
}

/* And an open one is probed, which is answered. */
static bool enters(const strata_breaker *asked)
{
	uint64_t token;

	switch (strata_breaker_admit(asked, STRATA_PRIORITY_NORMAL, now, &token)) {
		case STRATA_ADMITTED: return true;
		case STRATA_ADMIT_PROBE: strata_breaker_probed(asked, token, STRATA_OUTCOME_OK, now); break;
		case STRATA_ADMIT_NOT_NOW:
		case STRATA_ADMIT_BULKHEAD:
		case STRATA_ADMIT_SHED: break;
	}
	return false;
}

/* One after the other. */
static void answer(const strata_breaker *asked, uint32_t times, strata_usec took)
{
	for (uint32_t i = 0; i < times; i++) {
		if (enters(asked)) {
			strata_breaker_timed(asked, took, now);
			strata_breaker_leave(asked, STRATA_OUTCOME_OK, now);
		}
	}
}

/* This many a second, for so many seconds. */
static void answer_for(const strata_breaker *asked, uint32_t seconds, uint32_t rate,
	strata_usec took)
{
	for (uint32_t tenth = 0; tenth < seconds * 10; tenth++) {
		now += 100;
		answer(asked, rate / 10, took);
	}
}

static uint32_t limit(void)
{
	return strata_breaker_look(&breaker, now).limit;
}

static void under_load_from(uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		REQUIRE(enters(&breaker));
	}
}

static void a_node_that_answers_as_ever_keeps_its_whole_limit(void)
{
	begin_two();
	CHECK(limit() == MANY);
	under_load_from(40);
	answer_for(&breaker, 20, 500, 1 * MSEC);
	CHECK(limit() == MANY);
	end();
}

static void times_that_grow_under_load_shrink_it_and_it_comes_back(void)
{
	begin_two();
	answer_for(&breaker, 60, 100, 6 * MSEC);
	under_load_from(40);
	answer_for(&breaker, 3, 1000, 30 * MSEC);
	CHECK(limit() < 41);
	while (strata_breaker_look(&breaker, now).inflight > 0) {
		strata_breaker_leave(&breaker, STRATA_OUTCOME_LOCAL, now);
	}
	answer_for(&breaker, 70, 100, 6 * MSEC);
	CHECK(limit() == MANY);
	end();
}

static void quick_answers_shrink_nothing_however_much_slower_they_get(void)
{
	begin_two();
	answer_for(&breaker, 60, 100, MSEC / 10);
	under_load_from(40);
	answer_for(&breaker, 5, 1000, 4 * MSEC);
	CHECK(limit() == MANY);
	end();
}

static void seconds_of_half_slow_answers_halve_it(void)
{
	begin_two();
	answer_for(&breaker, 60, 100, 1 * MSEC);
	for (int tenth = 0; tenth < 20; tenth++) {
		now += 100;
		answer(&breaker, 4, 1 * MSEC);
		answer(&breaker, 6, 30 * MSEC);
	}
	CHECK(limit() <= MANY / 2);
	CHECK(strata_breaker_look(&breaker, now).state == STRATA_STATE_CLOSED);
	end();
}

static void a_database_with_a_small_limit_leaves_that_of_another_alone(void)
{
	static const strata_breaker_limits small = { 4, 50, TIMEOUT };
	strata_breaker its;

	begin_two();
	REQUIRE(
		strata_breaker_of(table, "redis", "10.0.0.1:6379", STRATA_REGISTRY_COMMON, &small, &its));
	answer_for(&its, 10, 100, 1 * MSEC);
	CHECK(limit() == MANY && strata_breaker_look(&its, now).limit == 4);
	end();
}

static void it_never_shrinks_below_four(void)
{
	begin_two();
	answer_for(&breaker, 60, 100, 1 * MSEC);
	for (int tenth = 0; tenth < 70; tenth++) {
		now += 100;
		answer(&breaker, 4, 1 * MSEC);
		answer(&breaker, 6, 30 * MSEC);
	}
	CHECK(limit() >= 4 && limit() <= 6);
	end();
}

static void three_seconds_of_slow_answers_open_it(void)
{
	begin_two();
	answer_for(&breaker, 60, 100, 1 * MSEC);
	answer_for(&breaker, 2, 100, 40 * MSEC);
	CHECK(strata_breaker_look(&breaker, now).state == STRATA_STATE_CLOSED);
	while (now < START + 66000 && strata_breaker_look(&breaker, now).attempt == 0) {
		now += 100;
		answer(&breaker, 10, 40 * MSEC);
	}
	CHECK(strata_breaker_look(&breaker, now).state == STRATA_STATE_OPEN);
	CHECK(strata_breaker_look(&breaker, now).cause == STRATA_BREAKER_SLOW);
	end();
}

static void when_the_other_node_is_slow_too_the_trouble_is_ours(void)
{
	begin_two();
	answer_for(&breaker, 60, 100, 1 * MSEC);
	answer_for(&other, 60, 100, 1 * MSEC);
	for (int tenth = 0; tenth < 100; tenth++) {
		now += 100;
		answer(&breaker, 10, 40 * MSEC);
		answer(&other, 10, 40 * MSEC);
	}
	CHECK(strata_breaker_look(&breaker, now).state == STRATA_STATE_CLOSED);
	CHECK(strata_breaker_look(&other, now).state == STRATA_STATE_CLOSED);
	end();
}

static void fail(uint32_t times)
{
	for (uint32_t i = 0; i < times; i++) {
		if (enters(&breaker)) {
			strata_breaker_leave(&breaker, STRATA_OUTCOME_SOFT, now);
		}
	}
}

static uint32_t admitted_of(uint32_t times, bool is_urgent)
{
	uint32_t admitted = 0;

	for (uint32_t i = 0; i < times; i++) {
		uint64_t token;

		if (strata_breaker_admit(&breaker, is_urgent, now, &token) == STRATA_ADMITTED) {
			strata_breaker_leave(&breaker, STRATA_OUTCOME_LOCAL, now);
			admitted++;
		}
	}
	return admitted;
}

static void a_node_that_fails_in_part_is_asked_less_but_always_for_what_is_urgent(void)
{
	begin_two();
	for (int i = 0; i < 100; i++) {
		now += 10;
		fail(i % 5 < 2);
		answer(&breaker, i % 5 >= 2, 1 * MSEC);
	}
	CHECK(strata_breaker_look(&breaker, now).state == STRATA_STATE_CLOSED);
	CHECK(strata_breaker_look(&breaker, now).shed > 0);
	CHECK(admitted_of(2000, false) < 2000);
	CHECK(admitted_of(2000, false) > 1000);
	CHECK(admitted_of(2000, true) == 2000);
	answer_for(&breaker, 12, 100, 1 * MSEC);
	CHECK(strata_breaker_look(&breaker, now).shed == 0);
	end();
}

static void one_in_a_hundred_sheds_nothing(void)
{
	begin_two();
	for (int i = 0; i < 10; i++) {
		now += 100;
		fail(1);
		answer(&breaker, 99, 1 * MSEC);
	}
	CHECK(strata_breaker_look(&breaker, now).shed == 0);
	end();
}

static uint32_t retries(void)
{
	uint32_t count = 0;

	while (count < 1000 && strata_breaker_may_retry(&breaker, now)) {
		count++;
	}
	return count;
}

static void retries_are_a_tenth_of_the_answers_and_three_a_second(void)
{
	begin_two();
	CHECK(retries() == 100);
	now += 1000;
	CHECK(retries() == 3);
	answer_for(&breaker, 1, 200, 1 * MSEC);
	CHECK(retries() >= 20 && retries() <= 24);
	end();
}

static void a_node_that_says_it_is_not_ready_is_left_alone_for_a_moment(void)
{
	begin_two();
	CHECK(strata_breaker_is_not_ready(&breaker, now));
	CHECK(strata_breaker_look(&breaker, now).cause == STRATA_BREAKER_NOT_READY);
	CHECK(strata_breaker_look(&breaker, now).until >= now + 400);
	CHECK(strata_breaker_look(&breaker, now).until <= now + 800);
	CHECK(!enters(&breaker));
	end();
}

/* However long a cluster is down, its masters serve within a second of its being well. */
static void it_is_asked_again_as_soon_however_often_it_says_so(void)
{
	uint64_t token;

	begin_two();
	CHECK(strata_breaker_is_not_ready(&breaker, now));
	for (int i = 0; i < 50; i++) {
		strata_breaker_view view = strata_breaker_look(&breaker, now);

		CHECK(view.cause == STRATA_BREAKER_NOT_READY && view.attempt == 1);
		CHECK(view.until >= now + 400 && view.until <= now + 800);
		now = view.until;
		REQUIRE(strata_breaker_admit(&breaker, STRATA_PRIORITY_NORMAL, now, &token) ==
				STRATA_ADMIT_PROBE);
		CHECK(!strata_breaker_probed(&breaker, token, STRATA_OUTCOME_NOT_READY, now));
	}
	end();
}

static void it_waits_longer_when_it_fails_in_another_way(void)
{
	uint64_t token;

	begin_two();
	CHECK(strata_breaker_is_not_ready(&breaker, now));
	for (int i = 0; i < 3; i++) {
		now = strata_breaker_look(&breaker, now).until;
		REQUIRE(strata_breaker_admit(&breaker, STRATA_PRIORITY_NORMAL, now, &token) ==
				STRATA_ADMIT_PROBE);
		CHECK(!strata_breaker_probed(&breaker, token, STRATA_OUTCOME_HARD, now));
	}
	CHECK(strata_breaker_look(&breaker, now).cause == STRATA_BREAKER_REFUSING);
	CHECK(strata_breaker_look(&breaker, now).attempt == 4);
	CHECK(strata_breaker_look(&breaker, now).until >= now + 2000);
	end();
}

static void fill_randomly(void *target, size_t size)
{
	static uint64_t state = 7;
	unsigned char *bytes = target;

	for (size_t at = 0; at < size; at++) {
		state = state * 6364136223846793005 + 1442695040888963407;
		bytes[at] = (unsigned char) (state >> 56);
	}
}

static void random_times_and_limits_cost_nothing_but_speed(void)
{
	begin_two();
	for (int i = 0; i < 2000; i++) {
		strata_latency *latency = &breaker.record->latency;

		fill_randomly(&latency->sample, sizeof(*latency) - offsetof(strata_latency, sample));
		fill_randomly(&breaker.record->retry_budget, sizeof(strata_token_bucket));
		answer_for(&breaker, 1, 20, 1 * MSEC);
		CHECK(limit() >= 2 && limit() <= MANY);
		CHECK(strata_breaker_look(&breaker, now).shed <= 0.9);
	}
	answer_for(&breaker, 200, 60, 1 * MSEC);
	CHECK(strata_breaker_look(&breaker, now).state == STRATA_STATE_CLOSED);
	CHECK(limit() == MANY);
	end();
}

static void after_any_flipped_bit_the_next_tick_comes_within_one_interval(void)
{
	for (unsigned bit = 0; bit < 64; bit++) {
		begin_two();
		answer_for(&breaker, 10, 100, 1 * MSEC);
		CHECK(strata_latency_is_known(&breaker.record->latency, now));
		atomic_fetch_xor(&breaker.record->latency.ticks.word, (uint64_t) 1 << bit);
		answer(&breaker, 1, 1 * MSEC);
		answer_for(&breaker, 1, 10, 1 * MSEC);
		CHECK(strata_gate_moment(&breaker.record->latency.ticks) == now);
		CHECK(strata_latency_is_known(&breaker.record->latency, now) && limit() == MANY);
		end();
	}
}

/* ---- spins ---- */

static bool may_spin(void)
{
	return strata_breaker_may_spin(&breaker, now);
}

static void spin_times(uint32_t times, strata_spin_outcome outcome)
{
	for (uint32_t i = 0; i < times; i++) {
		strata_breaker_spun(&breaker, outcome);
	}
}

static void a_quick_node_is_worth_a_spin(void)
{
	begin_two();
	CHECK(!may_spin());
	answer_for(&breaker, 2, 100, 60);
	CHECK(may_spin());
	answer_for(&breaker, 5, 100, 150);
	CHECK(!may_spin());
	answer_for(&breaker, 5, 100, 60);
	CHECK(may_spin());
	now += 20000;
	CHECK(!may_spin());
	end();
}

/* Nine of ten are enough; three of four are not. */
static void four_of_five_spins_have_to_meet_a_reply(void)
{
	begin_two();
	answer_for(&breaker, 2, 100, 60);
	for (int i = 0; i < 100; i++) {
		spin_times(9, STRATA_SPIN_MET);
		spin_times(1, STRATA_SPIN_IN_VAIN);
		CHECK(may_spin());
	}
	for (int i = 0; i < 20; i++) {
		spin_times(3, STRATA_SPIN_MET);
		spin_times(1, STRATA_SPIN_IN_VAIN);
	}
	CHECK(!may_spin());
	end();
}

/* So that it is found out when the node is worth it again, at a small price. */
static void a_node_that_is_not_worth_it_is_tried_a_few_times_a_second(void)
{
	uint32_t tried = 0;

	begin_two();
	answer_for(&breaker, 2, 100, 60);
	spin_times(100, STRATA_SPIN_IN_VAIN);
	for (int tenth = 0; tenth < 100; tenth++) {
		now += 100;
		answer(&breaker, 10, 60);
		for (int i = 0; i < 10 && may_spin(); i++) {
			spin_times(1, STRATA_SPIN_IN_VAIN);
			tried++;
		}
	}
	CHECK(tried > 0 && tried <= 200);
	spin_times(20, STRATA_SPIN_MET);
	CHECK(may_spin());
	end();
}

static void damaged_counts_of_spins_heal(void)
{
	begin_two();
	answer_for(&breaker, 2, 100, 60);
	for (int bit = 0; bit < 32; bit++) {
		atomic_fetch_xor(&breaker.record->latency.vain, (uint32_t) 1 << bit);
		spin_times(1, STRATA_SPIN_MET);
		answer_for(&breaker, 3, 100, 60);
		CHECK(may_spin());
	}
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(a_node_that_answers_as_ever_keeps_its_whole_limit);
	RUN(times_that_grow_under_load_shrink_it_and_it_comes_back);
	RUN(quick_answers_shrink_nothing_however_much_slower_they_get);
	RUN(seconds_of_half_slow_answers_halve_it);
	RUN(a_database_with_a_small_limit_leaves_that_of_another_alone);
	RUN(it_never_shrinks_below_four);
	RUN(three_seconds_of_slow_answers_open_it);
	RUN(when_the_other_node_is_slow_too_the_trouble_is_ours);
	RUN(a_node_that_fails_in_part_is_asked_less_but_always_for_what_is_urgent);
	RUN(one_in_a_hundred_sheds_nothing);
	RUN(retries_are_a_tenth_of_the_answers_and_three_a_second);
	RUN(a_node_that_says_it_is_not_ready_is_left_alone_for_a_moment);
	RUN(it_is_asked_again_as_soon_however_often_it_says_so);
	RUN(it_waits_longer_when_it_fails_in_another_way);
	RUN(random_times_and_limits_cost_nothing_but_speed);
	RUN(after_any_flipped_bit_the_next_tick_comes_within_one_interval);
	RUN(a_quick_node_is_worth_a_spin);
	RUN(four_of_five_spins_have_to_meet_a_reply);
	RUN(a_node_that_is_not_worth_it_is_tried_a_few_times_a_second);
	RUN(damaged_counts_of_spins_heal);
	return unit_end();
}
