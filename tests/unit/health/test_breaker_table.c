#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "health/breaker_table.h"

#include <sys/wait.h>
#include <unistd.h>

#include "os/process.h"

#include "health/breaker_fixture.h"

static void all_processes_see_one_breaker(void)
{
	int status;
	pid_t child;

	begin();
	child = fork();
	REQUIRE(child >= 0);
	if (child == 0) {
		strata_breaker own;

		if (strata_breaker_of(table, "redis", "10.0.0.1:6379", &limits, &own)) {
			strata_breaker_force(&own, STRATA_STATE_FORCED_OPEN, 0, START);
		}
		_exit(0);
	}
	REQUIRE(waitpid(child, &status, 0) == child);
	CHECK(!is_admitted(START) && look(START).cause == STRATA_BREAKER_OPERATOR);
	end();
}

static void nodes_that_were_replaced_do_not_weigh_for_ever(void)
{
	static const char *const gone[] = { "10.0.1.1:1", "10.0.1.2:1", "10.0.1.3:1" };
	strata_msec later = START + 120000;
	uint64_t token;

	begin();
	for (int i = 0; i < 3; i++) {
		strata_breaker other;

		REQUIRE(strata_breaker_of(table, "redis", gone[i], &limits, &other));
		for (int times = 0; times < 2; times++) {
			REQUIRE(strata_breaker_admit(&other, STRATA_PRIORITY_NORMAL, START, &token) ==
					STRATA_ADMITTED);
			strata_breaker_leave(&other, STRATA_OUTCOME_HARD, START);
		}
		CHECK(strata_breaker_look(&other, START).state == STRATA_STATE_OPEN);
		CHECK(strata_breaker_is_in_use(&other, START));
		CHECK(!strata_breaker_is_in_use(&other, later));
	}
	CHECK(strata_breaker_table_is_half_out(table, "redis", START));
	CHECK(!strata_breaker_table_is_half_out(table, "redis", later));
	end();
}

static void names_lead_to_records_until_all_are_taken(void)
{
	strata_breaker found;
	char name[32];
	int made = 0;

	begin();
	CHECK(!strata_breaker_find(table, "10.0.0.9:1", 0, &found));
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "node:%d", i);
		made += strata_breaker_of(table, "redis", name, &limits, &found);
	}
	CHECK(made == 255);
	CHECK(strata_breaker_find(table, "node:7", 0, &found));
	CHECK(strata_breaker_find(table, "10.0.0.1:6379", 0, &found) && found.record == breaker.record);
	end();
}

static void logins_have_breakers_of_their_own_and_what_an_operator_wants_holds_for_all(void)
{
	strata_breaker other, third, found;
	uint64_t token;

	begin();
	REQUIRE(strata_breaker_of(table, "redis of another", "10.0.0.1:6379", &limits, &other));
	CHECK(other.record != breaker.record);
	ask(STRATA_OUTCOME_AUTH, START);
	CHECK(look(START).state == STRATA_STATE_OPEN);
	CHECK(strata_breaker_admit(&other, STRATA_PRIORITY_NORMAL, START, &token) == STRATA_ADMITTED);
	CHECK(strata_breaker_find(table, "10.0.0.1:6379", 1, &found) && found.record == other.record);
	CHECK(!strata_breaker_find(table, "10.0.0.1:6379", 2, &found));
	strata_breaker_force(&other, STRATA_STATE_FORCED_OPEN, 0, START);
	REQUIRE(strata_breaker_of(table, "redis of a third", "10.0.0.1:6379", &limits, &third));
	CHECK(strata_breaker_look(&third, START).state == STRATA_STATE_FORCED_OPEN);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(all_processes_see_one_breaker);
	RUN(nodes_that_were_replaced_do_not_weigh_for_ever);
	RUN(names_lead_to_records_until_all_are_taken);
	RUN(logins_have_breakers_of_their_own_and_what_an_operator_wants_holds_for_all);
	return unit_end();
}
