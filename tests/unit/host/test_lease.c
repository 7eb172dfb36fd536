#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/lease.h"

#include <sys/wait.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/map.h"
#include "os/process.h"

#include "unit.h"

/* Long enough for any machine, and never waited for in full by a test that passes. */
enum { LONG = 20000000 };

static strata_host *host;
static strata_process_slots *slots;
static strata_leases *leases;

static struct {
	_Atomic int state;     /* what a child got; -1: not yet */
	_Atomic int computing; /* holders at this moment */
	_Atomic int most;      /* the most at any moment */
	_Atomic int done;      /* computations finished */
} * shared;

static void begin(void)
{
	void *memory;

	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	REQUIRE(strata_leases_new(host, slots, &leases) == STRATA_OK);
	REQUIRE(strata_map_lazy(sizeof(*shared), &memory) == STRATA_OK);
	shared = memory;
	shared->state = -1;
}

static void end(void)
{
	strata_map_free(shared, sizeof(*shared));
	strata_leases_free(leases);
	strata_process_slots_free(slots);
	strata_host_free(host);
}

/* Until there is news, or the time is over. */
static strata_lease_news wait_for_news(strata_lease *lease, strata_usec max_wait)
{
	strata_usec end_at = strata_clock_usec() + max_wait;
	strata_lease_news news = STRATA_LEASE_QUIET;

	while (news == STRATA_LEASE_QUIET && strata_clock_usec() < end_at) {
		news = strata_lease_sleep(leases, lease, end_at - strata_clock_usec());
	}
	return news;
}

static void sleep_until_killed(void)
{
	/* Should the test itself come to an early end. */
	(void) alarm(60);
	for (;;) {
		(void) pause();
	}
}

static void wait_for(pid_t child)
{
	REQUIRE(waitpid(child, NULL, 0) == child);
}

/* What another process gets for the key; it gives a place back at once. */
static strata_lease_state state_elsewhere(uint64_t key, strata_lease_place place)
{
	pid_t child = fork();

	if (child == 0) {
		strata_lease lease;

		shared->state = (int) strata_lease_take(leases, key, place, &lease);
		strata_lease_release(leases, &lease);
		_exit(0);
	}
	wait_for(child);
	return (strata_lease_state) shared->state;
}

/* A child that takes the lease and then sleeps until it is killed. */
static pid_t holder(uint64_t key, strata_lease_place place)
{
	pid_t child;

	shared->state = -1;
	child = fork();
	if (child == 0) {
		strata_lease lease;

		shared->state = (int) strata_lease_take(leases, key, place, &lease);
		sleep_until_killed();
	}
	while (shared->state < 0) {
		(void) usleep(200);
	}
	REQUIRE(shared->state == STRATA_LEASE_TAKEN);
	return child;
}

static void end_holder(pid_t child)
{
	REQUIRE(kill(child, SIGKILL) == 0);
	wait_for(child);
}

static void one_place_is_for_one_process(void)
{
	strata_lease lease;

	begin();
	CHECK(strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_TAKEN);
	CHECK(strata_leases_held(leases) == 1);
	CHECK(state_elsewhere(1, STRATA_LEASE_FIRST) == STRATA_LEASE_HELD);
	CHECK(state_elsewhere(2, STRATA_LEASE_FIRST) == STRATA_LEASE_TAKEN);
	strata_lease_release(leases, &lease);
	CHECK(strata_leases_held(leases) == 0);
	CHECK(state_elsewhere(1, STRATA_LEASE_FIRST) == STRATA_LEASE_TAKEN);
	end();
}

static void two_may_compute_beside_it_and_no_third(void)
{
	strata_lease lease;
	pid_t second, third;

	begin();
	CHECK(strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_TAKEN);
	second = holder(1, STRATA_LEASE_BESIDE);
	third = holder(1, STRATA_LEASE_BESIDE);
	CHECK(strata_leases_held(leases) == 3);
	CHECK(state_elsewhere(1, STRATA_LEASE_BESIDE) == STRATA_LEASE_HELD);
	strata_lease_release(leases, &lease);
	CHECK(state_elsewhere(1, STRATA_LEASE_BESIDE) == STRATA_LEASE_HELD);
	CHECK(state_elsewhere(1, STRATA_LEASE_FIRST) == STRATA_LEASE_TAKEN);
	end_holder(second);
	CHECK(state_elsewhere(1, STRATA_LEASE_BESIDE) == STRATA_LEASE_TAKEN);
	end_holder(third);
	end();
}

static void the_same_thread_is_told_that_it_holds_it(void)
{
	strata_lease outer, inner;

	begin();
	CHECK(strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &outer) == STRATA_LEASE_TAKEN);
	CHECK(strata_lease_take(leases, 1, STRATA_LEASE_BESIDE, &inner) == STRATA_LEASE_OURS);
	/* Releasing the inner one must not free what the outer one holds. */
	strata_lease_release(leases, &inner);
	CHECK(state_elsewhere(1, STRATA_LEASE_FIRST) == STRATA_LEASE_HELD);
	strata_lease_release(leases, &outer);
	CHECK(strata_leases_held(leases) == 0);
	end();
}

static void a_killed_holder_frees_its_place(void)
{
	strata_lease lease;

	begin();
	end_holder(holder(1, STRATA_LEASE_FIRST));
	CHECK(strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_TAKEN);
	strata_lease_release(leases, &lease);
	end();
}

static void a_lease_released_twice_does_not_free_the_next_ones(void)
{
	strata_lease first, second;

	begin();
	CHECK(strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &first) == STRATA_LEASE_TAKEN);
	strata_lease_release(leases, &first);
	CHECK(strata_lease_take(leases, 2, STRATA_LEASE_FIRST, &second) == STRATA_LEASE_TAKEN);
	strata_lease_release(leases, &first);
	CHECK(strata_leases_held(leases) == 1);
	strata_lease_release(leases, &second);
	end();
}

static void a_child_cannot_release_its_parents_lease(void)
{
	strata_lease lease;
	pid_t child;

	begin();
	CHECK(strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_TAKEN);
	child = fork();
	if (child == 0) {
		strata_lease_release(leases, &lease);
		_exit(0);
	}
	wait_for(child);
	CHECK(state_elsewhere(1, STRATA_LEASE_FIRST) == STRATA_LEASE_HELD);
	strata_lease_release(leases, &lease);
	end();
}

static void a_waiter_wakes_when_the_holder_releases(void)
{
	strata_lease lease;
	strata_usec start;
	pid_t child;

	begin();
	child = fork();
	if (child == 0) {
		strata_lease held;

		shared->state = (int) strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &held);
		(void) usleep(20000);
		shared->done = 1;
		strata_lease_release(leases, &held);
		/* Alive on purpose: it is the release that must wake, not the death. */
		sleep_until_killed();
	}
	while (shared->state < 0) {
		(void) usleep(200);
	}
	start = strata_clock_usec();
	if (strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_HELD) {
		(void) wait_for_news(&lease, LONG);
	}
	CHECK(strata_clock_usec() - start < LONG);
	CHECK(shared->done == 1);
	CHECK(strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_TAKEN);
	strata_lease_release(leases, &lease);
	end_holder(child);
	end();
}

static void a_waiter_notices_that_the_holder_was_killed(void)
{
	strata_lease lease;
	strata_usec start;
	pid_t child;

	begin();
	child = holder(1, STRATA_LEASE_FIRST);
	CHECK(strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_HELD);
	end_holder(child);
	start = strata_clock_usec();
	(void) wait_for_news(&lease, LONG);
	CHECK(strata_clock_usec() - start < LONG);
	CHECK(strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_TAKEN);
	strata_lease_release(leases, &lease);
	end();
}

static void a_waiter_notices_that_the_holder_was_stopped(void)
{
	strata_lease lease;
	pid_t child;

	begin();
	child = holder(1, STRATA_LEASE_FIRST);
	CHECK(strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_HELD);
	CHECK(strata_lease_sleep(leases, &lease, 1000) == STRATA_LEASE_QUIET);
	REQUIRE(kill(child, SIGSTOP) == 0);
	CHECK(wait_for_news(&lease, LONG) == STRATA_LEASE_NEWS);
	CHECK(strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_TAKEN);
	strata_lease_release(leases, &lease);
	end_holder(child);
	end();
}

/* Whichever of them stored it, and whether or not the lease is given back. */
static void a_value_is_told_from_other_news(void)
{
	strata_lease holders, waiters;
	pid_t child;

	begin();
	child = holder(1, STRATA_LEASE_FIRST);
	CHECK(strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &waiters) == STRATA_LEASE_HELD);
	holders = waiters;
	strata_lease_announce(leases, &holders);
	CHECK(wait_for_news(&waiters, LONG) == STRATA_LEASE_VALUE);
	end_holder(child);

	CHECK(strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &holders) == STRATA_LEASE_TAKEN);
	CHECK(strata_lease_sleep(leases, &holders, 1000) == STRATA_LEASE_QUIET);
	strata_lease_announce(leases, &waiters);
	CHECK(strata_lease_sleep(leases, &holders, LONG) == STRATA_LEASE_VALUE);
	CHECK(strata_lease_sleep(leases, &holders, 1000) == STRATA_LEASE_QUIET);
	strata_lease_release(leases, &holders);
	end();
}

static void what_is_remembered_goes_with_the_entry(void)
{
	strata_lease lease, other;

	begin();
	CHECK(strata_lease_take(leases, 0, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_TAKEN);
	CHECK(strata_lease_recall(leases, &lease, STRATA_LEASE_FENCE) == 0);
	strata_lease_note(leases, &lease, STRATA_LEASE_FENCE, UINT64_MAX);
	strata_lease_note(leases, &lease, STRATA_LEASE_COST, UINT64_MAX);
	strata_lease_note(leases, &lease, STRATA_LEASE_FAILURES, 3);
	strata_lease_release(leases, &lease);

	CHECK(strata_lease_take(leases, 0, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_TAKEN);
	CHECK(strata_lease_recall(leases, &lease, STRATA_LEASE_FENCE) == UINT64_MAX);
	CHECK(strata_lease_recall(leases, &lease, STRATA_LEASE_COST) == UINT32_MAX);
	CHECK(strata_lease_recall(leases, &lease, STRATA_LEASE_FAILURES) == 3);
	strata_lease_release(leases, &lease);
	/* The same bucket: each takes an entry that was never used, and the ninth the oldest. */
	for (uint64_t key = 1; key < 9; key++) {
		CHECK(strata_lease_take(leases, key, STRATA_LEASE_FIRST, &other) == STRATA_LEASE_TAKEN);
		strata_lease_release(leases, &other);
		CHECK((strata_lease_recall(leases, &lease, STRATA_LEASE_FAILURES) == 3) == (key < 8));
		(void) usleep(10000);
	}
	CHECK(strata_lease_sleep(leases, &lease, LONG) == STRATA_LEASE_VALUE);
	strata_lease_note(leases, &lease, STRATA_LEASE_FAILURES, 9);
	CHECK(strata_lease_recall(leases, &other, STRATA_LEASE_FAILURES) == 0);
	end();
}

static void a_waiter_gives_up_when_its_patience_is_over(void)
{
	strata_lease lease;
	strata_usec start;
	pid_t child;

	begin();
	child = holder(1, STRATA_LEASE_FIRST);
	CHECK(strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_HELD);
	start = strata_clock_usec();
	(void) wait_for_news(&lease, 3000);
	CHECK(strata_clock_usec() - start >= 3000);
	CHECK(strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_HELD);
	end_holder(child);
	end();
}

static void a_release_before_the_wait_is_not_missed(void)
{
	strata_lease lease;
	strata_usec start;
	pid_t child;

	begin();
	/* The event that the waiter saw is older than the release, so it must not sleep at all. */
	child = holder(1, STRATA_LEASE_FIRST);
	CHECK(strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_HELD);
	end_holder(child);
	CHECK(state_elsewhere(1, STRATA_LEASE_FIRST) == STRATA_LEASE_TAKEN);
	start = strata_clock_usec();
	(void) wait_for_news(&lease, LONG);
	CHECK(strata_clock_usec() - start < LONG);
	end();
}

static void a_full_bucket_gives_none_until_a_holder_releases(void)
{
	strata_lease held[9];

	begin();
	/* The low half of a key does not choose the bucket, so these share one. */
	for (uint64_t key = 0; key < 8; key++) {
		CHECK(strata_lease_take(leases, key, STRATA_LEASE_FIRST, &held[key]) == STRATA_LEASE_TAKEN);
	}
	CHECK(strata_lease_take(leases, 8, STRATA_LEASE_FIRST, &held[8]) == STRATA_LEASE_NONE);
	CHECK(strata_lease_sleep(leases, &held[8], 1000) == STRATA_LEASE_QUIET);
	strata_lease_release(leases, &held[8]);
	CHECK(strata_leases_held(leases) == 8);
	strata_lease_release(leases, &held[3]);
	CHECK(strata_lease_take(leases, 8, STRATA_LEASE_FIRST, &held[8]) == STRATA_LEASE_TAKEN);
	end();
}

static void a_full_bucket_of_dead_holders_is_free(void)
{
	strata_lease lease;
	pid_t child;

	begin();
	child = fork();
	if (child == 0) {
		for (uint64_t key = 0; key < 8; key++) {
			shared->state = (int) strata_lease_take(leases, key, STRATA_LEASE_FIRST, &lease);
		}
		(void) kill(getpid(), SIGKILL);
	}
	wait_for(child);
	CHECK(strata_leases_held(leases) == 8);
	CHECK(strata_lease_take(leases, 8, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_TAKEN);
	end();
}

/* Takes, works and releases until `done` computations were made by all together. */
static void compute_in_turn(strata_lease_place place, int wanted)
{
	while (shared->done < wanted) {
		strata_lease lease;
		strata_lease_state state = strata_lease_take(leases, 1, place, &lease);

		if (state == STRATA_LEASE_HELD) {
			(void) wait_for_news(&lease, LONG);
		} else if (state == STRATA_LEASE_TAKEN) {
			int now = ++shared->computing;

			if (now > shared->most) {
				shared->most = now;
			}
			shared->done++;
			shared->computing--;
			strata_lease_release(leases, &lease);
		}
	}
}

static void race(strata_lease_place place)
{
	for (int i = 0; i < 4; i++) {
		pid_t child = fork();

		if (child == 0) {
			compute_in_turn(place, 5000);
			_exit(0);
		}
		REQUIRE(child > 0);
	}
	for (int i = 0; i < 4; i++) {
		REQUIRE(wait(NULL) > 0);
	}
}

static void of_racing_processes_never_two_hold_one_place(void)
{
	begin();
	race(STRATA_LEASE_FIRST);
	CHECK(shared->most == 1);
	CHECK(shared->done >= 5000);
	CHECK(strata_leases_held(leases) == 0);
	end();
}

static void of_racing_processes_never_three_hold_two_places(void)
{
	begin();
	race(STRATA_LEASE_BESIDE);
	CHECK(shared->most <= 2);
	CHECK(strata_leases_held(leases) == 0);
	end();
}

static void killed_racers_block_nobody(void)
{
	begin();
	for (int round = 0; round < 60; round++) {
		pid_t child = fork();
		strata_lease lease;

		if (child == 0) {
			compute_in_turn(STRATA_LEASE_FIRST, 1 << 30);
			_exit(0);
		}
		(void) usleep(300 + (useconds_t) (strata_process_random_word() % 1500));
		end_holder(child);
		CHECK(strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_TAKEN);
		strata_lease_release(leases, &lease);
	}
	CHECK(strata_leases_held(leases) == 0);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(one_place_is_for_one_process);
	RUN(two_may_compute_beside_it_and_no_third);
	RUN(the_same_thread_is_told_that_it_holds_it);
	RUN(a_killed_holder_frees_its_place);
	RUN(a_lease_released_twice_does_not_free_the_next_ones);
	RUN(a_child_cannot_release_its_parents_lease);
	RUN(a_waiter_wakes_when_the_holder_releases);
	RUN(a_waiter_notices_that_the_holder_was_killed);
	RUN(a_waiter_notices_that_the_holder_was_stopped);
	RUN(a_value_is_told_from_other_news);
	RUN(what_is_remembered_goes_with_the_entry);
	RUN(a_waiter_gives_up_when_its_patience_is_over);
	RUN(a_release_before_the_wait_is_not_missed);
	RUN(a_full_bucket_gives_none_until_a_holder_releases);
	RUN(a_full_bucket_of_dead_holders_is_free);
	RUN(of_racing_processes_never_two_hold_one_place);
	RUN(of_racing_processes_never_three_hold_two_places);
	RUN(killed_racers_block_nobody);
	return unit_end();
}
