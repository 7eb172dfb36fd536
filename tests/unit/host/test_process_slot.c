#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/process_slot.h"

#include <sys/wait.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "os/map.h"
#include "os/clock.h"
#include "os/process.h"

#include "unit.h"

static strata_host *host;
static strata_process_slots *slots;
static strata_process_owner *reported; /* by children, in shared memory */

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
}

static void end(void)
{
	strata_process_slots_free(slots);
	strata_host_free(host);
}

static void wait_for(pid_t child)
{
	REQUIRE(waitpid(child, NULL, 0) == child);
}

static void a_thread_keeps_its_owner_number(void)
{
	strata_process_owner mine;

	begin();
	CHECK(strata_process_slots_used(slots) == 0);
	mine = strata_process_slots_mine(slots);
	CHECK(mine != 0);
	CHECK(strata_process_slots_mine(slots) == mine);
	CHECK(strata_process_slots_is_alive(slots, mine));
	CHECK(strata_process_slots_used(slots) == 1);
	end();
}

static void nobody_is_not_alive(void)
{
	begin();
	CHECK(!strata_process_slots_is_alive(slots, 0));
	CHECK(!strata_process_slots_is_alive(slots, 1));
	CHECK(!strata_process_slots_is_alive(slots, UINT64_MAX));
	CHECK(!strata_process_slots_is_alive(slots, 1 << 16 | (STRATA_PROCESS_SLOT_COUNT + 1)));
	end();
}

static void a_forked_child_takes_a_slot_of_its_own(void)
{
	strata_process_owner mine;
	pid_t child;

	begin();
	mine = strata_process_slots_mine(slots);
	child = fork();
	if (child == 0) {
		*reported = strata_process_slots_mine(slots);
		_exit(strata_process_slots_is_alive(slots, mine) ? 0 : 1);
	}
	wait_for(child);
	CHECK(*reported != 0 && *reported != mine);
	CHECK(!strata_process_slots_is_alive(slots, *reported));
	CHECK(strata_process_slots_is_alive(slots, mine));
	end();
}

static void a_killed_process_is_seen_dead_once_it_is(void)
{
	int to_parent[2];
	char byte;
	pid_t child;

	begin();
	REQUIRE(pipe(to_parent) == 0);
	child = fork();
	if (child == 0) {
		*reported = strata_process_slots_mine(slots);
		(void) !write(to_parent[1], "x", 1);
		(void) alarm(60);
		for (;;) {
			(void) pause();
		}
	}
	REQUIRE(read(to_parent[0], &byte, 1) == 1);
	CHECK(strata_process_slots_is_alive(slots, *reported));
	CHECK(strata_process_slots_used(slots) == 1);
	REQUIRE(kill(child, SIGKILL) == 0);
	wait_for(child);
	CHECK(!strata_process_slots_is_alive(slots, *reported));
	CHECK(strata_process_slots_used(slots) == 0);
	close(to_parent[0]);
	close(to_parent[1]);
	end();
}

static void *report_mine(void *unused)
{
	*reported = strata_process_slots_mine(slots);
	return unused;
}

static void a_thread_has_its_own_slot_and_leaves_it_when_it_ends(void)
{
	pthread_t thread;

	begin();
	REQUIRE(pthread_create(&thread, NULL, report_mine, NULL) == 0);
	REQUIRE(pthread_join(thread, NULL) == 0);
	CHECK(*reported != 0 && *reported != strata_process_slots_mine(slots));
	CHECK(!strata_process_slots_is_alive(slots, *reported));
	end();
}

static void an_owner_number_is_never_given_twice(void)
{
	strata_process_owner last = 0;

	begin();
	for (int i = 0; i < 20; i++) {
		pthread_t thread;

		REQUIRE(pthread_create(&thread, NULL, report_mine, NULL) == 0);
		REQUIRE(pthread_join(thread, NULL) == 0);
		CHECK(*reported != 0 && *reported != last);
		/* It is the same slot again, so the number differs by its serial alone. */
		CHECK(last == 0 || *reported % 65536 == last % 65536);
		CHECK(last == 0 || !strata_process_slots_is_alive(slots, last));
		last = *reported;
	}
	end();
}

static void dead_slots_are_taken_again(void)
{
	begin();
	for (int i = 0; i < STRATA_PROCESS_SLOT_COUNT + 50; i++) {
		pthread_t thread;

		*reported = 0;
		REQUIRE(pthread_create(&thread, NULL, report_mine, NULL) == 0);
		REQUIRE(pthread_join(thread, NULL) == 0);
		CHECK(*reported != 0);
	}
	CHECK(strata_process_slots_used(slots) <= STRATA_PROCESS_SLOT_COUNT);
	end();
}

static pthread_barrier_t all_have_one, all_may_end;
static _Atomic uint32_t without_slot;
static _Atomic bool one_may_end;

/* One ends early, and the others all at once. */
static void *hold_one(void *is_early)
{
	bool has_one = strata_process_slots_mine(slots) != 0;

	without_slot += !has_one;
	(void) pthread_barrier_wait(&all_have_one);
	while (is_early != NULL && !one_may_end) {
		(void) usleep(1000);
	}
	if (is_early == NULL) {
		(void) pthread_barrier_wait(&all_may_end);
	}
	return NULL;
}

/* It does not try a thousand mutexes each time: it looks again when a second has passed. */
static void check_second_look(pthread_t early)
{
	strata_msec looked_at = strata_clock_msec();
	strata_process_owner mine = strata_process_slots_mine(slots);

	CHECK(mine == 0);
	one_may_end = true;
	REQUIRE(pthread_join(early, NULL) == 0);
	mine = strata_process_slots_mine(slots);
	CHECK(mine == 0 || strata_clock_msec() - looked_at >= 1000);
	for (int tries = 0; mine == 0 && tries < 500; tries++) {
		(void) usleep(10000);
		mine = strata_process_slots_mine(slots);
	}
	CHECK(mine != 0 && strata_clock_msec() - looked_at >= 1000);
}

static void the_thousand_and_twenty_fifth_goes_without(void)
{
	enum { EXTRA = 5, COUNT = STRATA_PROCESS_SLOT_COUNT + EXTRA };
	static pthread_t threads[COUNT];
	pthread_attr_t small;

	begin();
	without_slot = 0;
	one_may_end = false;
	REQUIRE(pthread_barrier_init(&all_have_one, NULL, COUNT + 1) == 0);
	REQUIRE(pthread_barrier_init(&all_may_end, NULL, COUNT) == 0);
	REQUIRE(pthread_attr_init(&small) == 0);
	REQUIRE(pthread_attr_setstacksize(&small, 256 * 1024) == 0);
	for (int i = 0; i < COUNT; i++) {
		REQUIRE(pthread_create(&threads[i], &small, hold_one, i == 0 ? &one_may_end : NULL) == 0);
	}
	(void) pthread_barrier_wait(&all_have_one);
	CHECK(without_slot == EXTRA);
	check_second_look(threads[0]);
	(void) pthread_barrier_wait(&all_may_end);
	for (int i = 1; i < COUNT; i++) {
		REQUIRE(pthread_join(threads[i], NULL) == 0);
	}
	(void) pthread_attr_destroy(&small);
	end();
}

static void two_handles_in_one_thread_are_not_confused(void)
{
	strata_host *other_host;
	strata_process_slots *others;
	strata_process_owner mine, other;

	begin();
	REQUIRE(strata_host_new(&other_host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(other_host, &others) == STRATA_OK);
	mine = strata_process_slots_mine(slots);
	other = strata_process_slots_mine(others);
	CHECK(strata_process_slots_used(others) == 1);
	CHECK(strata_process_slots_mine(slots) == mine);
	CHECK(strata_process_slots_mine(others) == other);
	CHECK(strata_process_slots_used(slots) == 1);
	strata_process_slots_free(others);
	strata_host_free(other_host);
	CHECK(strata_process_slots_mine(slots) == mine);
	CHECK(strata_process_slots_is_alive(slots, mine));
	end();
}

static void memory_stays_mapped_under_threads_that_hold_a_slot(void)
{
	pthread_t thread;

	begin();
	REQUIRE(pthread_barrier_init(&all_have_one, NULL, 2) == 0);
	REQUIRE(pthread_barrier_init(&all_may_end, NULL, 2) == 0);
	REQUIRE(pthread_create(&thread, NULL, hold_one, NULL) == 0);
	(void) pthread_barrier_wait(&all_have_one);
	end();
	/* The thread's own list of held mutexes still leads into the segment. */
	(void) pthread_barrier_wait(&all_may_end);
	CHECK(pthread_join(thread, NULL) == 0);
}

int main(void)
{
	void *memory;

	REQUIRE(strata_map_lazy(4096, &memory) == STRATA_OK);
	reported = memory;
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(a_thread_keeps_its_owner_number);
	RUN(nobody_is_not_alive);
	RUN(a_forked_child_takes_a_slot_of_its_own);
	RUN(a_killed_process_is_seen_dead_once_it_is);
	RUN(a_thread_has_its_own_slot_and_leaves_it_when_it_ends);
	RUN(an_owner_number_is_never_given_twice);
	RUN(dead_slots_are_taken_again);
	RUN(the_thousand_and_twenty_fifth_goes_without);
	RUN(two_handles_in_one_thread_are_not_confused);
	RUN(memory_stays_mapped_under_threads_that_hold_a_slot);
	return unit_end();
}
