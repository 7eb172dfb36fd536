#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "os/mutex.h"

#include <sys/wait.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/map.h"

#include "unit.h"

/* In shared memory, fresh for every test. */
static strata_mutex *mutex;

static void begin(void)
{
	void *memory;

	REQUIRE(strata_map_lazy(sizeof(*mutex), &memory) == STRATA_OK);
	mutex = memory;
	REQUIRE(strata_mutex_init(mutex) == STRATA_OK);
}

static void end(void)
{
	strata_map_free(mutex, sizeof(*mutex));
}

/* What a child sees when it tries the lock; it gives it back at once. */
static strata_mutex_outcome outcome_in_a_child(strata_usec patience)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		strata_mutex_outcome outcome = strata_mutex_lock(mutex, patience);

		if (outcome == STRATA_MUTEX_INHERITED) {
			strata_mutex_repaired(mutex);
		}
		if (outcome != STRATA_MUTEX_BUSY) {
			strata_mutex_unlock(mutex);
		}
		_exit((int) outcome);
	}
	REQUIRE(waitpid(child, &status, 0) == child && WIFEXITED(status));
	return (strata_mutex_outcome) WEXITSTATUS(status);
}

static void die_holding_it(void)
{
	pid_t child = fork();

	if (child == 0) {
		if (strata_mutex_lock(mutex, 0) == STRATA_MUTEX_BUSY) {
			_exit(1);
		}
		(void) kill(getpid(), SIGKILL);
	}
	REQUIRE(waitpid(child, NULL, 0) == child);
}

static void another_process_gets_it_only_while_it_is_free(void)
{
	begin();
	CHECK(outcome_in_a_child(0) == STRATA_MUTEX_TAKEN);
	CHECK(strata_mutex_lock(mutex, 0) == STRATA_MUTEX_TAKEN);
	CHECK(outcome_in_a_child(0) == STRATA_MUTEX_BUSY);
	strata_mutex_unlock(mutex);
	CHECK(outcome_in_a_child(0) == STRATA_MUTEX_TAKEN);
	end();
}

static void a_wait_ends_when_patience_is_over_and_not_before(void)
{
	strata_usec start;

	begin();
	CHECK(strata_mutex_lock(mutex, 0) == STRATA_MUTEX_TAKEN);
	start = strata_clock_usec();
	CHECK(outcome_in_a_child(3000) == STRATA_MUTEX_BUSY);
	CHECK(strata_clock_usec() - start >= 3000);
	strata_mutex_unlock(mutex);
	end();
}

static void the_next_owner_is_told_that_the_last_one_died(void)
{
	begin();
	die_holding_it();
	CHECK(strata_mutex_lock(mutex, 0) == STRATA_MUTEX_INHERITED);
	strata_mutex_repaired(mutex);
	strata_mutex_unlock(mutex);
	CHECK(strata_mutex_lock(mutex, 0) == STRATA_MUTEX_TAKEN);
	strata_mutex_unlock(mutex);
	end();
}

static void a_repairer_that_dies_leaves_the_repair_to_the_next(void)
{
	begin();
	die_holding_it();
	die_holding_it(); /* inherits, and dies before strata_mutex_repaired() */
	CHECK(outcome_in_a_child(0) == STRATA_MUTEX_INHERITED);
	CHECK(outcome_in_a_child(0) == STRATA_MUTEX_TAKEN);
	end();
}

static void a_mutex_that_nobody_repaired_is_busy_and_not_a_hang(void)
{
	begin();
	die_holding_it();
	CHECK(strata_mutex_lock(mutex, 0) == STRATA_MUTEX_INHERITED);
	strata_mutex_unlock(mutex);
	CHECK(strata_mutex_lock(mutex, 1000) == STRATA_MUTEX_BUSY);
	end();
}

static void a_waiter_inherits_from_an_owner_killed_meanwhile(void)
{
	int pipes[2];
	char byte;
	pid_t owner;

	begin();
	REQUIRE(pipe(pipes) == 0);
	owner = fork();
	if (owner == 0) {
		bool taken = strata_mutex_lock(mutex, 0) == STRATA_MUTEX_TAKEN;

		if (!taken || write(pipes[1], "x", 1) != 1) {
			_exit(1);
		}
		/* Long enough for the other to be asleep in most runs; right in any case. */
		(void) usleep(5000);
		(void) kill(getpid(), SIGKILL);
	}
	REQUIRE(read(pipes[0], &byte, 1) == 1);
	CHECK(strata_mutex_lock(mutex, 10000000) == STRATA_MUTEX_INHERITED);
	strata_mutex_repaired(mutex);
	strata_mutex_unlock(mutex);
	REQUIRE(waitpid(owner, NULL, 0) == owner);
	close(pipes[0]);
	close(pipes[1]);
	end();
}

static void a_child_does_not_own_what_its_parent_holds(void)
{
	begin();
	CHECK(strata_mutex_lock(mutex, 0) == STRATA_MUTEX_TAKEN);
	/* The child ends, and its copy of the list of held mutexes with it. */
	CHECK(outcome_in_a_child(0) == STRATA_MUTEX_BUSY);
	CHECK(pthread_mutex_trylock(&mutex->native) == EBUSY);
	strata_mutex_unlock(mutex);
	CHECK(outcome_in_a_child(0) == STRATA_MUTEX_TAKEN);
	end();
}

int main(void)
{
	RUN(another_process_gets_it_only_while_it_is_free);
	RUN(a_wait_ends_when_patience_is_over_and_not_before);
	RUN(the_next_owner_is_told_that_the_last_one_died);
	RUN(a_repairer_that_dies_leaves_the_repair_to_the_next);
	RUN(a_mutex_that_nobody_repaired_is_busy_and_not_a_hang);
	RUN(a_waiter_inherits_from_an_owner_killed_meanwhile);
	RUN(a_child_does_not_own_what_its_parent_holds);
	return unit_end();
}
