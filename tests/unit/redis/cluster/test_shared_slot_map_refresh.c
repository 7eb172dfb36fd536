/* Which process of the host asks for a map, and when. */
#include "redis/cluster/shared_slot_map.h"

#include "unit.h"

static strata_shared_slot_map shared;
static uint64_t turn;

static void begin(void)
{
	shared.refreshes.word = 0;
	turn = 0;
}

static strata_gate_answer take(strata_msec now)
{
	return strata_shared_slot_map_take_refresh(&shared, STRATA_REFRESH_LAZY, now, &turn);
}

/* The first moment, at or after the last question, at which it may be asked again. */
static strata_msec next_after(strata_msec last, strata_refresh_urgency need)
{
	strata_msec now = last;

	while (strata_shared_slot_map_take_refresh(&shared, need, now, &turn) != STRATA_GATE_TAKEN) {
		now++;
	}
	return now;
}

static void the_first_who_comes_asks_and_the_others_know_that_somebody_does(void)
{
	uint64_t other;

	begin();
	CHECK(take(5000000) == STRATA_GATE_TAKEN && turn != 0);
	CHECK(strata_shared_slot_map_take_refresh(&shared, STRATA_REFRESH_URGENT, 5000001, &other) ==
		  STRATA_GATE_HELD);
	CHECK(other == 0 && strata_shared_slot_map_is_refreshing(&shared, 5000001));
	strata_shared_slot_map_end_refresh(&shared, turn, STRATA_GATE_CHANGED, STRATA_OK);
	CHECK(!strata_shared_slot_map_is_refreshing(&shared, 5000001));
	CHECK(take(5000001) == STRATA_GATE_EARLY);
}

static void between_two_questions_lies_a_second(void)
{
	begin();
	CHECK(take(5000000) == STRATA_GATE_TAKEN);
	strata_shared_slot_map_end_refresh(&shared, turn, STRATA_GATE_CHANGED, STRATA_OK);
	CHECK(take(5000999) == STRATA_GATE_EARLY);
	CHECK(take(5001000) == STRATA_GATE_TAKEN);
	strata_shared_slot_map_end_refresh(&shared, turn, STRATA_GATE_FAILED, STRATA_TIMEOUT);
	CHECK(take(5001999) == STRATA_GATE_EARLY);
	CHECK(take(5002000) == STRATA_GATE_TAKEN);
}

static strata_gate_answer take_first(strata_msec now)
{
	return strata_shared_slot_map_take_refresh(&shared, STRATA_REFRESH_FIRST, now, &turn);
}

/* Processes that all begin at once on a busy machine are late, and nothing is served meanwhile. */
static void a_first_map_that_was_late_is_asked_for_again_soon(void)
{
	begin();
	CHECK(take_first(5000000) == STRATA_GATE_TAKEN);
	CHECK(strata_shared_slot_map_is_refreshing(&shared, 5000500));
	strata_shared_slot_map_end_refresh(&shared, turn, STRATA_GATE_FAILED, STRATA_TIMEOUT);
	CHECK(take_first(5000099) == STRATA_GATE_EARLY);
	CHECK(take_first(5000100) == STRATA_GATE_TAKEN);
	CHECK(strata_shared_slot_map_is_refreshing(&shared, 5000300));
	strata_shared_slot_map_end_refresh(&shared, turn, STRATA_GATE_FAILED, STRATA_TIMEOUT);
	CHECK(take_first(5000200) == STRATA_GATE_TAKEN);
}

static void a_first_map_that_was_refused_is_asked_for_once_a_second(void)
{
	begin();
	CHECK(take_first(5000000) == STRATA_GATE_TAKEN);
	strata_shared_slot_map_end_refresh(&shared, turn, STRATA_GATE_FAILED, STRATA_AUTH);
	CHECK(take_first(5000999) == STRATA_GATE_EARLY);
	CHECK(take_first(5001000) == STRATA_GATE_TAKEN);
	strata_shared_slot_map_end_refresh(&shared, turn, STRATA_GATE_FAILED, STRATA_REFUSED);
	CHECK(take_first(5001999) == STRATA_GATE_EARLY);
}

static void as_long_as_the_map_stays_the_same_questions_become_rare(void)
{
	static const strata_msec expected[] = { 2000, 4000, 8000, 10000, 10000 };
	strata_msec last = 5000000;

	begin();
	CHECK(take(last) == STRATA_GATE_TAKEN);
	for (int i = 0; i < 5; i++) {
		strata_msec next;

		strata_shared_slot_map_end_refresh(&shared, turn, STRATA_GATE_SAME, STRATA_OK);
		next = next_after(last, STRATA_REFRESH_LAZY);
		CHECK(next - last == expected[i]);
		last = next;
	}
	strata_shared_slot_map_end_refresh(&shared, turn, STRATA_GATE_CHANGED, STRATA_OK);
	CHECK(next_after(last, STRATA_REFRESH_LAZY) - last == 1000);
}

static void who_cannot_be_served_waits_for_two_seconds_at_most(void)
{
	strata_msec last = 5000000;

	begin();
	CHECK(take(last) == STRATA_GATE_TAKEN);
	for (int i = 0; i < 5; i++) {
		strata_shared_slot_map_end_refresh(&shared, turn, STRATA_GATE_SAME, STRATA_OK);
		CHECK(next_after(last, STRATA_REFRESH_URGENT) - last == 2000);
		last += 2000;
	}
}

static void proof_of_a_change_makes_it_a_second_again(void)
{
	strata_msec last = 5000000;

	begin();
	CHECK(take(last) == STRATA_GATE_TAKEN);
	for (int i = 0; i < 4; i++) {
		strata_shared_slot_map_end_refresh(&shared, turn, STRATA_GATE_SAME, STRATA_OK);
		last = next_after(last, STRATA_REFRESH_LAZY);
	}
	strata_shared_slot_map_end_refresh(&shared, turn, STRATA_GATE_SAME, STRATA_OK);
	strata_shared_slot_map_reset_backoff(&shared);
	CHECK(next_after(last, STRATA_REFRESH_LAZY) - last == 1000);
}

/* What was heard meanwhile counts, too: the turn can be ended all the same. */
static void hurrying_does_not_take_the_turn_away(void)
{
	begin();
	CHECK(take(5000000) == STRATA_GATE_TAKEN);
	strata_shared_slot_map_end_refresh(&shared, turn, STRATA_GATE_SAME, STRATA_OK);
	CHECK(take(5002000) == STRATA_GATE_TAKEN);
	strata_shared_slot_map_reset_backoff(&shared);
	strata_shared_slot_map_end_refresh(&shared, turn, STRATA_GATE_SAME, STRATA_OK);
	CHECK(!strata_shared_slot_map_is_refreshing(&shared, 5002000));
	CHECK(next_after(5002000, STRATA_REFRESH_LAZY) == 5004000);
}

static void a_turn_that_nobody_ends_is_over_after_a_second(void)
{
	uint64_t dead;

	begin();
	CHECK(take(5000000) == STRATA_GATE_TAKEN);
	dead = turn;
	CHECK(take(5000999) == STRATA_GATE_HELD);
	CHECK(take(5001000) == STRATA_GATE_TAKEN && turn != dead);
	strata_shared_slot_map_end_refresh(&shared, dead, STRATA_GATE_SAME, STRATA_OK);
	CHECK(strata_shared_slot_map_is_refreshing(&shared, 5001000));
}

static void a_moment_that_nobody_wrote_counts_as_long_ago(void)
{
	for (uint64_t i = 1; i < 100000; i++) {
		strata_msec last;

		shared.refreshes.word = i * 0x9E3779B97F4A7C15;
		last = next_after(5000000, STRATA_REFRESH_LAZY);
		CHECK(last <= 5000000 + 10000);
		strata_shared_slot_map_end_refresh(&shared, turn, STRATA_GATE_CHANGED, STRATA_OK);
		CHECK(next_after(last, STRATA_REFRESH_LAZY) == last + 1000);
	}
}

int main(void)
{
	RUN(the_first_who_comes_asks_and_the_others_know_that_somebody_does);
	RUN(between_two_questions_lies_a_second);
	RUN(a_first_map_that_was_late_is_asked_for_again_soon);
	RUN(a_first_map_that_was_refused_is_asked_for_once_a_second);
	RUN(as_long_as_the_map_stays_the_same_questions_become_rare);
	RUN(who_cannot_be_served_waits_for_two_seconds_at_most);
	RUN(proof_of_a_change_makes_it_a_second_again);
	RUN(hurrying_does_not_take_the_turn_away);
	RUN(a_turn_that_nobody_ends_is_over_after_a_second);
	RUN(a_moment_that_nobody_wrote_counts_as_long_ago);
	return unit_end();
}
