/* Gates: once per interval, back-off, callers that die, and damage. */
#include <sys/wait.h>
#include <unistd.h>

#include "host/gate.h"
#include "os/map.h"

#include "unit.h"

static const strata_gate_pace backing_off = { 1000, 10000 };
static const strata_gate_pace urgent = { 1000, 2000 };

static strata_gate gate;
static uint64_t ticket;

static void begin(void)
{
	atomic_store(&gate.word, 0);
	ticket = 0;
}

static strata_gate_answer take(strata_msec now)
{
	return strata_gate_take(&gate, backing_off, now, &ticket);
}

/* The first moment, at or after the last take, at which it can be taken again. */
static strata_msec next_after(strata_msec last, strata_gate_pace pace)
{
	strata_msec now = last;

	while (strata_gate_take(&gate, pace, now, &ticket) != STRATA_GATE_TAKEN) {
		now++;
	}
	return now;
}

static void one_caller_passes_per_interval(void)
{
	begin();
	CHECK(strata_gate_moment(&gate) == 0);
	CHECK(strata_gate_is_due(&gate, 1000, 500) && strata_gate_pass(&gate, 1000, 500));
	CHECK(strata_gate_moment(&gate) == 500);
	CHECK(!strata_gate_pass(&gate, 1000, 500));
	CHECK(!strata_gate_is_due(&gate, 1000, 1499) && !strata_gate_pass(&gate, 1000, 1499));
	CHECK(strata_gate_is_due(&gate, 1000, 1500) && strata_gate_pass(&gate, 1000, 1500));
	CHECK(!strata_gate_pass(&gate, 1000, 1500));
}

static void a_clock_that_was_read_a_little_earlier_is_no_damage(void)
{
	begin();
	CHECK(strata_gate_pass(&gate, 1000, 5000));
	CHECK(!strata_gate_pass(&gate, 1000, 4996) && !strata_gate_pass(&gate, 1000, 4000));
	CHECK(strata_gate_moment(&gate) == 5000);
}

static void a_moment_further_ahead_than_one_interval_is_long_ago(void)
{
	begin();
	CHECK(strata_gate_pass(&gate, 1000, 9000));
	CHECK(!strata_gate_is_due(&gate, 1000, 8000) && strata_gate_is_due(&gate, 1000, 7999));
	CHECK(strata_gate_pass(&gate, 1000, 7999) && !strata_gate_pass(&gate, 1000, 7999));
}

static void of_many_processes_at_one_moment_one_passes(void)
{
	enum { CHILDREN = 8 };
	struct {
		strata_gate gate;
		_Atomic uint32_t passed;
	} * shared;
	void *memory;

	REQUIRE(strata_map_lazy(sizeof(*shared), &memory) == STRATA_OK);
	shared = memory;
	for (int i = 0; i < CHILDREN; i++) {
		pid_t child = fork();

		if (child == 0) {
			for (strata_msec now = 1000; now <= 100000; now += 1000) {
				shared->passed += strata_gate_pass(&shared->gate, 1000000, now);
			}
			_exit(0);
		}
		REQUIRE(child > 0);
	}
	for (int i = 0; i < CHILDREN; i++) {
		REQUIRE(wait(NULL) > 0);
	}
	CHECK(shared->passed == 1);
	strata_map_free(memory, sizeof(*shared));
}

static void the_first_caller_takes_it_and_the_others_know_that_it_is_held(void)
{
	uint64_t other;

	begin();
	CHECK(take(5000000) == STRATA_GATE_TAKEN && ticket != 0);
	CHECK(strata_gate_take(&gate, urgent, 5000001, &other) == STRATA_GATE_HELD && other == 0);
	CHECK(strata_gate_is_held(&gate, 1000, 5000001) && strata_gate_is_last(&gate, ticket));
	strata_gate_end(&gate, ticket, STRATA_GATE_CHANGED);
	CHECK(!strata_gate_is_held(&gate, 1000, 5000001) && strata_gate_is_last(&gate, ticket));
	CHECK(take(5000001) == STRATA_GATE_EARLY);
}

static void whatever_came_of_it_the_next_may_come_after_an_interval(void)
{
	begin();
	CHECK(take(5000000) == STRATA_GATE_TAKEN);
	strata_gate_end(&gate, ticket, STRATA_GATE_CHANGED);
	CHECK(take(5000999) == STRATA_GATE_EARLY && take(5001000) == STRATA_GATE_TAKEN);
	strata_gate_end(&gate, ticket, STRATA_GATE_FAILED);
	CHECK(take(5001999) == STRATA_GATE_EARLY && take(5002000) == STRATA_GATE_TAKEN);
}

static void as_long_as_nothing_changes_the_interval_doubles(void)
{
	static const strata_msec expected[] = { 2000, 4000, 8000, 10000, 10000 };
	strata_msec last = 5000000;

	begin();
	CHECK(take(last) == STRATA_GATE_TAKEN);
	for (int i = 0; i < 5; i++) {
		strata_msec next;

		strata_gate_end(&gate, ticket, STRATA_GATE_SAME);
		next = next_after(last, backing_off);
		CHECK(next - last == expected[i]);
		last = next;
	}
	strata_gate_end(&gate, ticket, STRATA_GATE_CHANGED);
	CHECK(next_after(last, backing_off) - last == 1000);
}

static void an_urgent_caller_sees_less_of_the_backoff(void)
{
	strata_msec last = 5000000;

	begin();
	CHECK(take(last) == STRATA_GATE_TAKEN);
	for (int i = 0; i < 5; i++) {
		strata_gate_end(&gate, ticket, STRATA_GATE_SAME);
		CHECK(next_after(last, urgent) - last == 2000);
		last += 2000;
	}
}

static void proof_of_a_change_takes_the_backoff_away(void)
{
	strata_msec last = 5000000;

	begin();
	CHECK(take(last) == STRATA_GATE_TAKEN);
	for (int i = 0; i < 4; i++) {
		strata_gate_end(&gate, ticket, STRATA_GATE_SAME);
		last = next_after(last, backing_off);
	}
	strata_gate_end(&gate, ticket, STRATA_GATE_SAME);
	strata_gate_reset_backoff(&gate);
	CHECK(next_after(last, backing_off) - last == 1000);
}

static void a_reset_does_not_take_the_gate_away(void)
{
	begin();
	CHECK(take(5000000) == STRATA_GATE_TAKEN);
	strata_gate_end(&gate, ticket, STRATA_GATE_SAME);
	CHECK(take(5002000) == STRATA_GATE_TAKEN);
	strata_gate_reset_backoff(&gate);
	CHECK(strata_gate_is_last(&gate, ticket));
	strata_gate_end(&gate, ticket, STRATA_GATE_SAME);
	CHECK(!strata_gate_is_held(&gate, 1000, 5002000));
	CHECK(next_after(5002000, backing_off) == 5004000);
}

static void a_caller_that_dies_costs_one_interval_however_long_the_backoff_is(void)
{
	uint64_t dead;

	begin();
	CHECK(take(5000000) == STRATA_GATE_TAKEN);
	for (strata_msec last = 5000000; last < 5020000;) {
		strata_gate_end(&gate, ticket, STRATA_GATE_SAME);
		last = next_after(last, backing_off);
		dead = ticket;
		CHECK(take(last + 999) == STRATA_GATE_HELD);
		last += 1000;
		CHECK(take(last) == STRATA_GATE_TAKEN && ticket != dead);
		strata_gate_end(&gate, dead, STRATA_GATE_CHANGED);
		CHECK(strata_gate_is_held(&gate, 1000, last) && !strata_gate_is_last(&gate, dead));
	}
}

/* All words that a flipped byte makes of this one. */
static void flip(uint64_t word, int i)
{
	atomic_store(&gate.word, word ^ (uint64_t) (i % 255 + 1) << i / 255 * 8);
}

static void any_flipped_byte_opens_the_gate_at_once(void)
{
	for (int i = 0; i < 8 * 255; i++) {
		begin();
		CHECK(strata_gate_pass(&gate, 1000, 5000001));
		flip(atomic_load(&gate.word), i);
		CHECK(strata_gate_moment(&gate) == 0 && strata_gate_is_due(&gate, 1000, 5000001));
		CHECK(strata_gate_pass(&gate, 1000, 5000002) && !strata_gate_pass(&gate, 1000, 5000003));
	}
}

static void any_flipped_byte_ends_what_was_taken(void)
{
	for (int i = 0; i < 8 * 255; i++) {
		begin();
		CHECK(take(5000000) == STRATA_GATE_TAKEN);
		flip(atomic_load(&gate.word), i);
		CHECK(!strata_gate_is_held(&gate, 1000, 5000001) && !strata_gate_is_last(&gate, ticket));
		strata_gate_end(&gate, ticket, STRATA_GATE_CHANGED);
		strata_gate_reset_backoff(&gate);
		CHECK(take(5000001) == STRATA_GATE_TAKEN);
	}
}

static void whatever_stands_there_the_gate_opens_within_its_longest_interval(void)
{
	for (uint64_t i = 1; i < 100000; i++) {
		strata_msec last;

		atomic_store(&gate.word, i * 0x9E3779B97F4A7C15);
		last = next_after(5000000, backing_off);
		CHECK(last <= 5000000 + 10000);
		strata_gate_end(&gate, ticket, STRATA_GATE_CHANGED);
		CHECK(next_after(last, backing_off) <= last + 2000);
	}
}

int main(void)
{
	RUN(one_caller_passes_per_interval);
	RUN(a_clock_that_was_read_a_little_earlier_is_no_damage);
	RUN(a_moment_further_ahead_than_one_interval_is_long_ago);
	RUN(of_many_processes_at_one_moment_one_passes);
	RUN(the_first_caller_takes_it_and_the_others_know_that_it_is_held);
	RUN(whatever_came_of_it_the_next_may_come_after_an_interval);
	RUN(as_long_as_nothing_changes_the_interval_doubles);
	RUN(an_urgent_caller_sees_less_of_the_backoff);
	RUN(proof_of_a_change_takes_the_backoff_away);
	RUN(a_reset_does_not_take_the_gate_away);
	RUN(a_caller_that_dies_costs_one_interval_however_long_the_backoff_is);
	RUN(any_flipped_byte_opens_the_gate_at_once);
	RUN(any_flipped_byte_ends_what_was_taken);
	RUN(whatever_stands_there_the_gate_opens_within_its_longest_interval);
	return unit_end();
}
