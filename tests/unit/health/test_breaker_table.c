#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "health/breaker_table.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
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

		if (strata_breaker_of(table, "redis", "10.0.0.1:6379", STRATA_REGISTRY_COMMON, &limits,
				&own)) {
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

		REQUIRE(
			strata_breaker_of(table, "redis", gone[i], STRATA_REGISTRY_COMMON, &limits, &other));
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
	for (int i = 0; i < 1100; i++) {
		snprintf(name, sizeof(name), "node:%d", i);
		made += strata_breaker_of(table, "redis", name, STRATA_REGISTRY_COMMON, &limits, &found);
	}
	CHECK(made == STRATA_BREAKER_TABLE_COMMON - 1);
	CHECK(strata_breaker_find(table, "node:7", 0, &found));
	CHECK(strata_breaker_find(table, "10.0.0.1:6379", 0, &found) && found.record == breaker.record);
	end();
}

/* What is only heard of takes none of the records of what is configured. */
static void configured_nodes_have_records_reserved(void)
{
	strata_breaker found;
	char name[32];
	int made = 0;

	begin();
	for (int i = 0; i < 1100; i++) {
		snprintf(name, sizeof(name), "heard:%d", i);
		(void) strata_breaker_of(table, "redis", name, STRATA_REGISTRY_COMMON, &limits, &found);
	}
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "node:%d", i);
		made += strata_breaker_of(table, "redis", name, STRATA_REGISTRY_RESERVED, &limits, &found);
	}
	CHECK(made == STRATA_BREAKER_TABLE_RESERVED);
	end();
}

static strata_breaker_entry *make_and_release(const char *name, strata_breaker *made)
{
	REQUIRE(strata_breaker_of(table, "redis", name, STRATA_REGISTRY_COMMON, &limits, made));
	strata_breaker_release(made);
	return made->record;
}

static void forced_and_half_open_ones_are_never_given_back_and_others_are(void)
{
	strata_msec now = strata_clock_msec();
	strata_breaker idle, forced, closed, open, other;
	uint64_t token;
	char name[32];

	begin();
	make_and_release("idle", &idle);
	make_and_release("forced open", &forced);
	make_and_release("forced closed", &closed);
	make_and_release("half open", &open);
	CHECK(strata_breaker_force(&forced, STRATA_STATE_FORCED_OPEN, 0, now));
	CHECK(strata_breaker_force(&closed, STRATA_STATE_FORCED_CLOSED, now + 60000, now));
	CHECK(strata_breaker_is_not_ready(&open, now));
	for (int i = 5; i < STRATA_BREAKER_TABLE_COMMON; i++) {
		snprintf(name, sizeof(name), "node:%d", i);
		REQUIRE(strata_breaker_of(table, "redis", name, STRATA_REGISTRY_COMMON, &limits, &other));
	}
	/* Longer than a thread that cannot hold may be at one. */
	usleep(2100000);
	now = strata_clock_msec();
	REQUIRE(strata_breaker_admit(&open, STRATA_PRIORITY_NORMAL, now, &token) == STRATA_ADMIT_PROBE);
	CHECK(strata_breaker_of(table, "redis", "new", STRATA_REGISTRY_COMMON, &limits, &other));
	CHECK(other.record == idle.record && !strata_breaker_is_current(&idle));
	CHECK(!strata_breaker_of(table, "redis", "too many", STRATA_REGISTRY_COMMON, &limits, &other));
	CHECK(strata_breaker_look(&forced, now).state == STRATA_STATE_FORCED_OPEN);
	CHECK(strata_breaker_look(&closed, now).state == STRATA_STATE_FORCED_CLOSED);
	CHECK(strata_breaker_look(&open, now).state == STRATA_STATE_HALF_OPEN);
	end();
}

/* Its record is another node's by now, which is not to be taken out for it. */
static void what_is_forced_on_one_that_is_gone_meets_no_other(void)
{
	strata_breaker gone, other;
	char name[32];

	begin();
	make_and_release("gone", &gone);
	for (int i = 2; i < STRATA_BREAKER_TABLE_COMMON; i++) {
		snprintf(name, sizeof(name), "node:%d", i);
		REQUIRE(strata_breaker_of(table, "redis", name, STRATA_REGISTRY_COMMON, &limits, &other));
	}
	usleep(2100000);
	REQUIRE(strata_breaker_of(table, "redis", "new", STRATA_REGISTRY_COMMON, &limits, &other));
	CHECK(other.record == gone.record);
	CHECK(!strata_breaker_force(&gone, STRATA_STATE_FORCED_OPEN, 0, START));
	CHECK(strata_breaker_look(&other, START).state == STRATA_STATE_CLOSED);
	end();
}

static void take_all_records_and_die(void)
{
	strata_breaker other;
	char name[32];

	for (int i = 1;; i++) {
		snprintf(name, sizeof(name), "node:%d", i);
		if (!strata_breaker_of(table, "redis", name, STRATA_REGISTRY_COMMON, &limits, &other)) {
			(void) raise(SIGKILL);
		}
	}
}

static void records_of_a_killed_process_serve_others(void)
{
	strata_breaker other;
	char name[32];
	int made = 0;
	pid_t child;

	begin();
	child = fork();
	REQUIRE(child >= 0);
	if (child == 0) {
		take_all_records_and_die();
	}
	REQUIRE(waitpid(child, NULL, 0) == child);
	CHECK(!strata_breaker_of(table, "redis", "new", STRATA_REGISTRY_COMMON, &limits, &other));
	usleep(2100000);
	for (int i = 0; i < STRATA_BREAKER_TABLE_COMMON - 1; i++) {
		snprintf(name, sizeof(name), "new:%d", i);
		made += strata_breaker_of(table, "redis", name, STRATA_REGISTRY_COMMON, &limits, &other);
	}
	CHECK(made == STRATA_BREAKER_TABLE_COMMON - 1);
	CHECK(strata_breaker_is_current(&breaker));
	end();
}

static void the_limit_of_a_node_can_be_seen_by_its_name(void)
{
	strata_breaker found;

	begin();
	CHECK(strata_breaker_find(table, "10.0.0.1:6379", 0, &found));
	CHECK(strata_breaker_look(&found, START).limit == MANY);
	end();
}

static void logins_have_breakers_of_their_own_and_what_an_operator_wants_holds_for_all(void)
{
	strata_breaker other, third, found;
	uint64_t token;

	begin();
	REQUIRE(strata_breaker_of(table, "redis of another", "10.0.0.1:6379", STRATA_REGISTRY_COMMON,
		&limits, &other));
	CHECK(other.record != breaker.record);
	ask(STRATA_OUTCOME_AUTH, START);
	CHECK(look(START).state == STRATA_STATE_OPEN);
	CHECK(strata_breaker_admit(&other, STRATA_PRIORITY_NORMAL, START, &token) == STRATA_ADMITTED);
	CHECK(strata_breaker_find(table, "10.0.0.1:6379", 1, &found) && found.record == other.record);
	CHECK(!strata_breaker_find(table, "10.0.0.1:6379", 2, &found));
	strata_breaker_force(&other, STRATA_STATE_FORCED_OPEN, 0, START);
	REQUIRE(strata_breaker_of(table, "redis of a third", "10.0.0.1:6379", STRATA_REGISTRY_COMMON,
		&limits, &third));
	CHECK(strata_breaker_look(&third, START).state == STRATA_STATE_FORCED_OPEN);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(all_processes_see_one_breaker);
	RUN(nodes_that_were_replaced_do_not_weigh_for_ever);
	RUN(names_lead_to_records_until_all_are_taken);
	RUN(configured_nodes_have_records_reserved);
	RUN(forced_and_half_open_ones_are_never_given_back_and_others_are);
	RUN(what_is_forced_on_one_that_is_gone_meets_no_other);
	RUN(records_of_a_killed_process_serve_others);
	RUN(the_limit_of_a_node_can_be_seen_by_its_name);
	RUN(logins_have_breakers_of_their_own_and_what_an_operator_wants_holds_for_all);
	return unit_end();
}
