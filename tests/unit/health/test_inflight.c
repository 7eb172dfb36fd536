#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "health/inflight.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/process.h"

#include "health/breaker_fixture.h"

static void no_more_than_the_limit_are_under_way_at_once(void)
{
	begin();
	for (int i = 0; i < MANY; i++) {
		REQUIRE(is_admitted(START));
	}
	CHECK(!is_admitted(START));
	strata_breaker_leave(&breaker, STRATA_OUTCOME_OK, START);
	CHECK(is_admitted(START));
	end();
}

static void what_a_killed_process_had_under_way_is_taken_back(void)
{
	int ready[2];
	char byte;
	pid_t child;

	begin();
	REQUIRE(pipe(ready) == 0);
	child = fork();
	REQUIRE(child >= 0);
	if (child == 0) {
		for (int i = 0; i < MANY; i++) {
			(void) !is_admitted(START);
		}
		(void) !write(ready[1], "x", 1);
		pause();
	}
	REQUIRE(read(ready[0], &byte, 1) == 1);
	CHECK(!is_admitted(START + 200));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	CHECK(is_admitted(START + 400) && look(START).inflight == 1);
	close(ready[0]);
	close(ready[1]);
	end();
}

static void at_most_eight_handshakes_at_once(void)
{
	begin();
	for (int i = 0; i < 8; i++) {
		REQUIRE(strata_breaker_may_connect(&breaker, START));
	}
	CHECK(!strata_breaker_may_connect(&breaker, START));
	strata_breaker_connected(&breaker);
	CHECK(strata_breaker_may_connect(&breaker, START));
	end();
}

/* The sum is wrong, and what stands in the gate says when it was last counted. */
static bool recounts_after_damage(unsigned bit)
{
	strata_inflight *inflight = &breaker.record->inflight;

	atomic_store(&inflight->sums[STRATA_INFLIGHT_OPERATIONS], MANY);
	if (is_admitted(START)) {
		strata_breaker_leave(&breaker, STRATA_OUTCOME_LOCAL, START);
	}
	atomic_store(&inflight->sums[STRATA_INFLIGHT_OPERATIONS], MANY);
	atomic_fetch_xor(&inflight->recounts.word, (uint64_t) 1 << bit);
	return is_admitted(START + 100);
}

static void after_any_flipped_bit_the_dead_are_taken_off_within_one_interval(void)
{
	for (unsigned bit = 0; bit < 64; bit++) {
		begin();
		CHECK(recounts_after_damage(bit));
		end();
	}
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(no_more_than_the_limit_are_under_way_at_once);
	RUN(what_a_killed_process_had_under_way_is_taken_back);
	RUN(at_most_eight_handshakes_at_once);
	RUN(after_any_flipped_bit_the_dead_are_taken_off_within_one_interval);
	return unit_end();
}
