#include "redis/cluster/refresh_turn.h"

#include "unit.h"

static strata_refresh_turn word;
static uint64_t turn;

static void begin(void)
{
	word = 0;
	turn = 0;
}

static strata_turn_state take(strata_msec now)
{
	return strata_refresh_turn_take(&word, STRATA_TURN_PATIENT, now, &turn);
}

/* The first moment, at or after the last question, at which it may be asked again. */
static strata_msec next_after(strata_msec last, strata_turn_need need)
{
	strata_msec now = last;

	while (strata_refresh_turn_take(&word, need, now, &turn) != STRATA_TURN_OURS) {
		now++;
	}
	return now;
}

static void the_first_who_comes_asks_and_the_others_know_that_somebody_does(void)
{
	uint64_t other;

	begin();
	CHECK(take(5000000) == STRATA_TURN_OURS && turn != 0);
	CHECK(
		strata_refresh_turn_take(&word, STRATA_TURN_URGENT, 5000001, &other) == STRATA_TURN_THEIRS);
	CHECK(other == 0 && strata_refresh_turn_is_taken(&word, 5000001));
	strata_refresh_turn_end(&word, turn, STRATA_TURN_CHANGED);
	CHECK(!strata_refresh_turn_is_taken(&word, 5000001));
	CHECK(take(5000001) == STRATA_TURN_EARLY);
}

static void between_two_questions_lies_a_second(void)
{
	begin();
	CHECK(take(5000000) == STRATA_TURN_OURS);
	strata_refresh_turn_end(&word, turn, STRATA_TURN_CHANGED);
	CHECK(take(5000999) == STRATA_TURN_EARLY);
	CHECK(take(5001000) == STRATA_TURN_OURS);
	strata_refresh_turn_end(&word, turn, STRATA_TURN_FAILED);
	CHECK(take(5001999) == STRATA_TURN_EARLY);
	CHECK(take(5002000) == STRATA_TURN_OURS);
}

static void as_long_as_the_map_stays_the_same_questions_become_rare(void)
{
	static const strata_msec expected[] = { 2000, 4000, 8000, 10000, 10000 };
	strata_msec last = 5000000;

	begin();
	CHECK(take(last) == STRATA_TURN_OURS);
	for (int i = 0; i < 5; i++) {
		strata_msec next;

		strata_refresh_turn_end(&word, turn, STRATA_TURN_SAME);
		next = next_after(last, STRATA_TURN_PATIENT);
		CHECK(next - last == expected[i]);
		last = next;
	}
	strata_refresh_turn_end(&word, turn, STRATA_TURN_CHANGED);
	CHECK(next_after(last, STRATA_TURN_PATIENT) - last == 1000);
}

static void who_cannot_be_served_waits_for_two_seconds_at_most(void)
{
	strata_msec last = 5000000;

	begin();
	CHECK(take(last) == STRATA_TURN_OURS);
	for (int i = 0; i < 5; i++) {
		strata_refresh_turn_end(&word, turn, STRATA_TURN_SAME);
		CHECK(next_after(last, STRATA_TURN_URGENT) - last == 2000);
		last += 2000;
	}
}

static void proof_of_a_change_makes_it_a_second_again(void)
{
	strata_msec last = 5000000;

	begin();
	CHECK(take(last) == STRATA_TURN_OURS);
	for (int i = 0; i < 4; i++) {
		strata_refresh_turn_end(&word, turn, STRATA_TURN_SAME);
		last = next_after(last, STRATA_TURN_PATIENT);
	}
	strata_refresh_turn_end(&word, turn, STRATA_TURN_SAME);
	strata_refresh_turn_hurry(&word);
	CHECK(next_after(last, STRATA_TURN_PATIENT) - last == 1000);
}

/* What was heard meanwhile counts, too: the turn can be ended all the same. */
static void hurrying_does_not_take_the_turn_away(void)
{
	begin();
	CHECK(take(5000000) == STRATA_TURN_OURS);
	strata_refresh_turn_end(&word, turn, STRATA_TURN_SAME);
	CHECK(take(5002000) == STRATA_TURN_OURS);
	strata_refresh_turn_hurry(&word);
	strata_refresh_turn_end(&word, turn, STRATA_TURN_SAME);
	CHECK(!strata_refresh_turn_is_taken(&word, 5002000));
	CHECK(next_after(5002000, STRATA_TURN_PATIENT) == 5004000);
}

static void a_turn_that_nobody_ends_is_over_after_a_second(void)
{
	uint64_t dead;

	begin();
	CHECK(take(5000000) == STRATA_TURN_OURS);
	dead = turn;
	CHECK(take(5000999) == STRATA_TURN_THEIRS);
	CHECK(take(5001000) == STRATA_TURN_OURS && turn != dead);
	strata_refresh_turn_end(&word, dead, STRATA_TURN_SAME);
	CHECK(strata_refresh_turn_is_taken(&word, 5001000));
}

static void a_moment_that_nobody_wrote_counts_as_long_ago(void)
{
	for (uint64_t i = 1; i < 100000; i++) {
		strata_msec last;

		word = i * 0x9E3779B97F4A7C15;
		last = next_after(5000000, STRATA_TURN_PATIENT);
		CHECK(last <= 5000000 + 10000);
		strata_refresh_turn_end(&word, turn, STRATA_TURN_CHANGED);
		CHECK(next_after(last, STRATA_TURN_PATIENT) == last + 1000);
	}
}

int main(void)
{
	RUN(the_first_who_comes_asks_and_the_others_know_that_somebody_does);
	RUN(between_two_questions_lies_a_second);
	RUN(as_long_as_the_map_stays_the_same_questions_become_rare);
	RUN(who_cannot_be_served_waits_for_two_seconds_at_most);
	RUN(proof_of_a_change_makes_it_a_second_again);
	RUN(hurrying_does_not_take_the_turn_away);
	RUN(a_turn_that_nobody_ends_is_over_after_a_second);
	RUN(a_moment_that_nobody_wrote_counts_as_long_ago);
	return unit_end();
}
