/* Permits of those that wait without sleeping: taken, given back, left by the dead, and damaged. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/table/spin.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/process.h"

#include "unit.h"

enum {
	NOW = 1000000,
	THREADS = 8,
	TURNS = 4000,
	CPUS = 12, /* three permits */
	PERMITS = 3,
	DAMAGES = 2000
};

static strata_host *host;
static strata_process_slots *slots;
static strata_spin *spin;
static strata_spin_permit permits[STRATA_SPIN_PERMITS + 1];

/* Where the words of the permits stand: what was allocated between two marks. */
static char *words, *behind;

static void begin(uint32_t cpus)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	words = strata_host_alloc(host, 64);
	REQUIRE(words != NULL && strata_spin_new(host, slots, cpus, &spin) == STRATA_OK);
	words += 64;
	behind = strata_host_alloc(host, 64);
	REQUIRE(behind != NULL);
}

static void end(void)
{
	strata_spin_free(spin);
	strata_process_slots_free(slots);
	strata_host_free(host);
}

/* How many are to be had at this moment; they stay taken. */
static uint32_t take_all(strata_usec now)
{
	uint32_t count = 0;

	while (count <= STRATA_SPIN_PERMITS && strata_spin_begin(spin, now, &permits[count])) {
		count++;
	}
	return count;
}

static uint32_t permits_with(uint32_t cpus)
{
	uint32_t count;

	begin(cpus);
	count = take_all(NOW);
	CHECK(count == strata_spin_permits(spin));
	CHECK(strata_spin_taken(spin, NOW) == count);
	end();
	return count;
}

static void a_quarter_of_the_processors_may_spin(void)
{
	CHECK(permits_with(1) == 0);
	CHECK(permits_with(2) == 0);
	CHECK(permits_with(3) == 0);
	CHECK(permits_with(4) == 1);
	CHECK(permits_with(7) == 1);
	CHECK(permits_with(64) == 16);
	CHECK(permits_with(4 * STRATA_SPIN_PERMITS) == STRATA_SPIN_PERMITS);
	CHECK(permits_with(UINT32_MAX) == STRATA_SPIN_PERMITS);
}

static void a_seat_that_is_given_back_is_free_at_once(void)
{
	strata_spin_permit another;

	begin(CPUS);
	CHECK(take_all(NOW) == PERMITS);
	CHECK(!strata_spin_begin(spin, NOW + 50, &another));
	strata_spin_end(spin, &permits[1]);
	CHECK(strata_spin_taken(spin, NOW + 50) == PERMITS - 1);
	CHECK(strata_spin_begin(spin, NOW + 50, &another) && another.index == permits[1].index);
	end();
}

static void one_that_is_kept_too_long_is_the_next_ones(void)
{
	strata_spin_permit another;

	begin(4);
	REQUIRE(take_all(NOW) == 1);
	CHECK(!strata_spin_begin(spin, NOW + STRATA_SPIN_PERMIT_LIFE - 1, &another));
	REQUIRE(strata_spin_begin(spin, NOW + STRATA_SPIN_PERMIT_LIFE, &another));
	strata_spin_end(spin, &permits[0]);
	CHECK(strata_spin_taken(spin, NOW + STRATA_SPIN_PERMIT_LIFE) == 1);
	strata_spin_end(spin, &another);
	CHECK(strata_spin_taken(spin, NOW + STRATA_SPIN_PERMIT_LIFE) == 0);
	end();
}

static void the_seats_of_the_killed_are_free_when_their_time_is_over(void)
{
	pid_t child;
	int status;

	begin(CPUS);
	child = fork();
	if (child == 0) {
		(void) take_all(NOW);
		(void) raise(SIGKILL);
	}
	REQUIRE(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
	CHECK(take_all(NOW + STRATA_SPIN_PERMIT_LIFE - 1) == 0);
	CHECK(take_all(NOW + STRATA_SPIN_PERMIT_LIFE) == PERMITS);
	end();
}

/* Another process has another clock, as one in a time namespace of its own. */
static void a_clock_that_moves_holds_no_seat(void)
{
	begin(CPUS);
	CHECK(take_all(NOW) == PERMITS);
	CHECK(take_all(NOW - STRATA_SPIN_PERMIT_LIFE) == PERMITS);
	CHECK(take_all(NOW + 1000000) == PERMITS);
	CHECK(take_all(1) == PERMITS);
	CHECK(take_all(UINT64_MAX >> 17) == PERMITS);
	end();
}

static void damaged_words_are_at_worst_no_spin_for_a_moment(void)
{
	uint64_t state = 7;

	for (int i = 0; i < DAMAGES; i++) {
		uint32_t count;

		begin(CPUS);
		for (char *at = words; at < behind; at++) {
			state = state * 6364136223846793005 + 1442695040888963407;
			*at = (char) (state >> 33);
		}
		count = take_all(NOW);
		CHECK(count <= PERMITS);
		CHECK(take_all(NOW + STRATA_SPIN_PERMIT_LIFE) >= count);
		CHECK(take_all(NOW + 2 * STRATA_SPIN_PERMIT_LIFE) == PERMITS);
		end();
	}
}

static _Atomic int permitted;
static _Atomic int most_permitted;

static void *take_and_give_back(void *unused)
{
	strata_spin_permit permit;

	for (int i = 0; i < TURNS; i++) {
		if (strata_spin_begin(spin, NOW, &permit)) {
			int count = atomic_fetch_add(&permitted, 1) + 1;

			if (count > atomic_load(&most_permitted)) {
				atomic_store(&most_permitted, count);
			}
			atomic_fetch_sub(&permitted, 1);
			strata_spin_end(spin, &permit);
		}
	}
	return unused;
}

static void no_more_threads_sit_than_there_are_seats(void)
{
	pthread_t threads[THREADS];

	begin(CPUS);
	for (int i = 0; i < THREADS; i++) {
		REQUIRE(pthread_create(&threads[i], NULL, take_and_give_back, NULL) == 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
	}
	CHECK(most_permitted >= 1 && most_permitted <= PERMITS);
	CHECK(strata_spin_taken(spin, NOW) == 0);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(a_quarter_of_the_processors_may_spin);
	RUN(a_seat_that_is_given_back_is_free_at_once);
	RUN(one_that_is_kept_too_long_is_the_next_ones);
	RUN(the_seats_of_the_killed_are_free_when_their_time_is_over);
	RUN(a_clock_that_moves_holds_no_seat);
	RUN(damaged_words_are_at_worst_no_spin_for_a_moment);
	RUN(no_more_threads_sit_than_there_are_seats);
	return unit_end();
}
