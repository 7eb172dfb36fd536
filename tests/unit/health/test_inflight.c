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
		REQUIRE(may_connect(STRATA_PRIORITY_NORMAL, START));
	}
	CHECK(!may_connect(STRATA_PRIORITY_NORMAL, START));
	strata_connect_turn_end(&breaker);
	CHECK(may_connect(STRATA_PRIORITY_NORMAL, START));
	end();
}

static strata_connect_turn turn_of(strata_priority priority, strata_msec deadline)
{
	return (strata_connect_turn){ .priority = priority, .deadline = deadline };
}

/* Beyond the eight there is room for as many urgent ones, and those that have no more time. */
static void urgent_handshakes_have_room_of_their_own(void)
{
	strata_connect_turn turn = turn_of(STRATA_PRIORITY_URGENT, START + 100);

	begin();
	for (int i = 0; i < 8; i++) {
		REQUIRE(may_connect(STRATA_PRIORITY_NORMAL, START));
	}
	for (int i = 0; i < 8; i++) {
		CHECK(may_connect(STRATA_PRIORITY_URGENT, START));
	}
	CHECK(strata_connect_turn_take(&breaker, &turn, START) == STRATA_TURN_LATER);
	CHECK(turn.waits_for_room && turn.at > START && turn.at <= START + 50);
	CHECK(strata_connect_turn_take(&breaker, &turn, START + 49) == STRATA_TURN_LATER);
	CHECK(strata_connect_turn_take(&breaker, &turn, START + 50) == STRATA_TURN_NOW);
	end();
}

static void a_caller_waits_for_room_half_of_its_time(void)
{
	strata_connect_turn turn = turn_of(STRATA_PRIORITY_NORMAL, START + 100);
	strata_connect_turn other = turn_of(STRATA_PRIORITY_NORMAL, START + 100);

	begin();
	for (int i = 0; i < 8; i++) {
		REQUIRE(may_connect(STRATA_PRIORITY_NORMAL, START));
	}
	CHECK(strata_connect_turn_take(&breaker, &turn, START) == STRATA_TURN_LATER);
	CHECK(strata_connect_turn_take(&breaker, &other, START) == STRATA_TURN_LATER);
	strata_connect_turn_end(&breaker);
	strata_connect_turn_await_room(&breaker, &turn, 60 * 1000 * 1000);
	CHECK(strata_connect_turn_take(&breaker, &turn, turn.at) == STRATA_TURN_NOW);
	CHECK(strata_connect_turn_take(&breaker, &other, START + 50) == STRATA_TURN_NEVER);
	end();
}

/* A deletion is not held up by the limit of operations, be the node closed or recovering. */
static void urgent_operations_have_no_limit_in_flight(void)
{
	uint64_t token;

	begin();
	while (is_admitted(START)) {
	}
	CHECK(look(START).inflight == MANY);
	CHECK(strata_breaker_admit(&breaker, STRATA_PRIORITY_URGENT, START, &token) == STRATA_ADMITTED);
	CHECK(look(START).inflight == MANY + 1);
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
	RUN(urgent_handshakes_have_room_of_their_own);
	RUN(a_caller_waits_for_room_half_of_its_time);
	RUN(urgent_operations_have_no_limit_in_flight);
	RUN(after_any_flipped_bit_the_dead_are_taken_off_within_one_interval);
	return unit_end();
}
