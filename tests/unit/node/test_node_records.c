/* What a thread holds of the host for its nodes: breakers and rows of statistics. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "node/node.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "health/breaker_table.h"
#include "line_protocol.h"
#include "os/clock.h"
#include "os/process.h"
#include "unit.h"

enum { FRESH = 2100000 /* usec: longer than a thread that cannot hold may be at a record */ };

static strata_host *host;
static strata_process_slots *slots;
static strata_stats *stats;
static strata_client_options options;

static void begin(void)
{
	options = (strata_client_options){ .limits = { 64, 50, 100 } };
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	REQUIRE(strata_stats_new(host, slots, &stats) == STRATA_OK);
	REQUIRE(strata_breaker_table_new(host, slots, &options.breaker_table) == STRATA_OK);
}

static void end(void)
{
	strata_breaker_table_free(options.breaker_table);
	strata_stats_free(stats);
	strata_process_slots_free(slots);
	strata_host_free(host);
}

static strata_node *node_at(uint16_t port, strata_node_origin origin)
{
	strata_node *node = strata_node_new(&line_protocol, &options, "10.0.0.1", port, origin, stats);

	REQUIRE(node != NULL);
	return node;
}

static bool has_breaker(const char *name)
{
	strata_breaker found;

	return strata_breaker_find(options.breaker_table, name, 0, &found);
}

static bool has_row(const char *name)
{
	static strata_stats_sum sums[STRATA_STATS_MOST];
	uint32_t count = strata_stats_read(stats, sums, STRATA_STATS_MOST);

	for (uint32_t i = 0; i < count; i++) {
		if (strcmp(sums[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

static bool has_both(const char *name)
{
	return has_breaker(name) && has_row(name);
}

/* Takes every common record there is, as other nodes would. */
static void take_all_others(void)
{
	static const strata_breaker_limits limits = { 64, 50, 100 };
	strata_breaker unused;
	char name[32];

	usleep(FRESH);
	for (int i = 0; i < STRATA_STATS_COMMON + STRATA_BREAKER_TABLE_COMMON; i++) {
		snprintf(name, sizeof(name), "other:%d", i);
		(void) strata_breaker_of(options.breaker_table, "line", name, STRATA_REGISTRY_COMMON,
			&limits, &unused);
		(void) strata_stats_row_of(stats, STRATA_STATS_NODE, "line", name, STRATA_REGISTRY_COMMON);
	}
}

static void operate(strata_node *node, strata_outcome outcome)
{
	strata_usec now = strata_clock_usec();
	strata_protocol_error error;

	CHECK(strata_node_enter(node, STRATA_PRIORITY_NORMAL, &now, now + 1000000, 0, &error) ==
		  STRATA_OK);
	strata_node_leave(node, outcome, now);
}

static void records_of_a_node_are_held_as_long_as_it_lives(void)
{
	strata_node *kept, *freed;

	begin();
	kept = node_at(1, STRATA_NODE_DISCOVERED);
	freed = node_at(2, STRATA_NODE_DISCOVERED);
	operate(kept, STRATA_OUTCOME_OK);
	operate(freed, STRATA_OUTCOME_OK);
	strata_node_free(freed);
	CHECK(has_both("10.0.0.1:1") && has_both("10.0.0.1:2"));
	take_all_others();
	CHECK(has_both("10.0.0.1:1") && !has_breaker("10.0.0.1:2") && !has_row("10.0.0.1:2"));
	strata_node_free(kept);
	end();
}

/* Two databases of one thread ask the same server. */
static void the_last_node_of_a_name_lets_go_of_its_records(void)
{
	strata_node *first, *second;

	begin();
	first = node_at(1, STRATA_NODE_DISCOVERED);
	second = node_at(1, STRATA_NODE_DISCOVERED);
	strata_node_free(first);
	take_all_others();
	CHECK(has_both("10.0.0.1:1"));
	strata_node_free(second);
	end();
}

static void a_redirect_gives_a_node_records_after_its_first_answer(void)
{
	strata_node *node;

	begin();
	node = node_at(1, STRATA_NODE_REDIRECTED);
	operate(node, STRATA_OUTCOME_HARD);
	operate(node, STRATA_OUTCOME_SOFT);
	CHECK(!has_breaker("10.0.0.1:1") && !has_row("10.0.0.1:1") && has_row(STRATA_STATS_DEPARTED));
	operate(node, STRATA_OUTCOME_OK);
	CHECK(has_both("10.0.0.1:1"));
	strata_node_free(node);
	end();
}

static void a_map_that_names_it_too_gives_them_at_once(void)
{
	strata_node *node;

	begin();
	node = node_at(1, STRATA_NODE_REDIRECTED);
	operate(node, STRATA_OUTCOME_HARD);
	strata_node_confirm(node, STRATA_NODE_DISCOVERED);
	operate(node, STRATA_OUTCOME_HARD);
	CHECK(has_both("10.0.0.1:1"));
	strata_node_free(node);
	end();
}

static void without_room_it_is_asked_all_the_same_and_finds_room_later(void)
{
	strata_node *node;

	begin();
	take_all_others();
	node = node_at(1, STRATA_NODE_DISCOVERED);
	operate(node, STRATA_OUTCOME_OK);
	CHECK(!has_breaker("10.0.0.1:1") && !has_row("10.0.0.1:1"));
	strata_node_free(node);
	/* One that is configured has its own. */
	node = node_at(1, STRATA_NODE_CONFIGURED);
	operate(node, STRATA_OUTCOME_OK);
	CHECK(has_both("10.0.0.1:1"));
	strata_node_free(node);
	end();
}

/* The child goes on with a node of its parent, which is killed. */
static void a_child_of_fork_holds_them_itself_from_its_next_operation_on(void)
{
	int ends[2], stay[2];
	char byte;
	pid_t parent;

	begin();
	REQUIRE(pipe(ends) == 0 && pipe(stay) == 0);
	parent = fork();
	if (parent == 0) {
		strata_node *node = node_at(1, STRATA_NODE_DISCOVERED);

		operate(node, STRATA_OUTCOME_OK);
		if (fork() == 0) {
			operate(node, STRATA_OUTCOME_OK);
			(void) !write(ends[1], "x", 1);
			(void) close(stay[1]);
			(void) !read(stay[0], &byte, 1);
			_exit(0);
		}
		(void) pause();
		_exit(0);
	}
	REQUIRE(parent > 0 && read(ends[0], &byte, 1) == 1);
	REQUIRE(kill(parent, SIGKILL) == 0 && waitpid(parent, NULL, 0) == parent);
	take_all_others();
	CHECK(has_both("10.0.0.1:1"));
	for (int i = 0; i < 2; i++) {
		(void) close(ends[i]);
		(void) close(stay[i]);
	}
	end();
}

/* A child whose parent let go of a record that is another node's by now. */
static void a_child_of_fork_never_writes_into_a_record_that_is_anothers(void)
{
	strata_breaker found;
	strata_node *node;
	pid_t child;
	int status;

	begin();
	node = node_at(1, STRATA_NODE_DISCOVERED);
	operate(node, STRATA_OUTCOME_OK);
	child = fork();
	if (child == 0) {
		strata_usec now;

		usleep(2 * FRESH + 2000000);
		now = strata_clock_usec();
		/* Nothing was asked for anew yet. */
		strata_node_is_not_ready(node, now);
		_exit(strata_node_is_healthy(node, now) ? 0 : 1);
	}
	strata_node_free(node);
	take_all_others();
	CHECK(!has_breaker("10.0.0.1:1"));
	REQUIRE(waitpid(child, &status, 0) == child);
	CHECK(status == 0);
	for (int i = 0; i < STRATA_BREAKER_TABLE_COMMON; i++) {
		char name[32];

		snprintf(name, sizeof(name), "other:%d", i);
		CHECK(!strata_breaker_find(options.breaker_table, name, 0, &found) ||
			  strata_breaker_look(&found, strata_clock_msec()).state == STRATA_STATE_CLOSED);
	}
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(records_of_a_node_are_held_as_long_as_it_lives);
	RUN(the_last_node_of_a_name_lets_go_of_its_records);
	RUN(a_redirect_gives_a_node_records_after_its_first_answer);
	RUN(a_map_that_names_it_too_gives_them_at_once);
	RUN(without_room_it_is_asked_all_the_same_and_finds_room_later);
	RUN(a_child_of_fork_holds_them_itself_from_its_next_operation_on);
	RUN(a_child_of_fork_never_writes_into_a_record_that_is_anothers);
	return unit_end();
}
