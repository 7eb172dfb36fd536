#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "stats/stats.h"

#include <sys/wait.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include "unit.h"

enum { ROOM = STRATA_STATS_MOST };

static strata_host *host;
static strata_process_slots *slots;
static strata_stats *stats;
static strata_stats_sum sums[ROOM];

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	REQUIRE(strata_stats_new(host, slots, &stats) == STRATA_OK);
}

static void end(void)
{
	strata_stats_free(stats);
	strata_process_slots_free(slots);
	strata_host_free(host);
}

static strata_stats_row *node(const char *name)
{
	return strata_stats_row_of(stats, STRATA_STATS_NODE, "redis", name, STRATA_REGISTRY_COMMON);
}

static void what_was_added_is_read(void)
{
	strata_stats_row *row;

	begin();
	CHECK(strata_stats_read(stats, sums, ROOM) == 0);
	row = strata_stats_row_of(stats, STRATA_STATS_TIER, "default", "local", STRATA_REGISTRY_COMMON);
	strata_stats_add(row, STRATA_COUNT_HITS, 3);
	strata_stats_add(row, STRATA_COUNT_HITS, 4);
	strata_stats_add_reason(row, STRATA_TIMEOUT);
	CHECK(strata_stats_read(stats, sums, ROOM) == 1);
	CHECK(sums[0].kind == STRATA_STATS_TIER);
	CHECK(strcmp(sums[0].group, "default") == 0 && strcmp(sums[0].name, "local") == 0);
	CHECK(sums[0].counters[STRATA_COUNT_HITS] == 7);
	CHECK(sums[0].counters[STRATA_COUNT_MISSES] == 0);
	CHECK(sums[0].reasons[STRATA_TIMEOUT] == 1);
	end();
}

static void a_hit_and_a_miss_are_not_reasons(void)
{
	strata_stats_row *row;

	begin();
	row = node("a");
	for (int result = 0; result < STRATA_RESULT_COUNT; result++) {
		strata_stats_add_reason(row, (strata_result) result);
	}
	CHECK(strata_stats_read(stats, sums, ROOM) == 1);
	for (int result = 0; result < STRATA_RESULT_COUNT; result++) {
		bool news = result != STRATA_OK && result != STRATA_MISS;

		CHECK(sums[0].reasons[result] == (news ? 1 : 0));
	}
	end();
}

static void counting_on_no_row_does_nothing(void)
{
	strata_stats_add(NULL, STRATA_COUNT_HITS, 1);
	strata_stats_add_reason(NULL, STRATA_TIMEOUT);
}

static void rows_are_told_apart_by_kind_group_and_name(void)
{
	begin();
	strata_stats_add(node("a"), STRATA_COUNT_SETS, 1);
	strata_stats_add(node("b"), STRATA_COUNT_SETS, 2);
	strata_stats_add(strata_stats_row_of(stats, STRATA_STATS_NODE, "memcached", "a",
						 STRATA_REGISTRY_COMMON),
		STRATA_COUNT_SETS, 3);
	strata_stats_add(strata_stats_row_of(stats, STRATA_STATS_TIER, "redis", "a",
						 STRATA_REGISTRY_COMMON),
		STRATA_COUNT_SETS, 4);
	strata_stats_add(node("a"), STRATA_COUNT_SETS, 10);
	CHECK(strata_stats_read(stats, sums, ROOM) == 4);
	/* That of a tier is reserved, and so comes first. */
	CHECK(sums[0].counters[STRATA_COUNT_SETS] == 4);
	CHECK(sums[1].counters[STRATA_COUNT_SETS] == 11);
	CHECK(sums[2].counters[STRATA_COUNT_SETS] == 2);
	CHECK(sums[3].counters[STRATA_COUNT_SETS] == 3);
	end();
}

static void little_room_is_filled_and_all_rows_are_counted(void)
{
	begin();
	strata_stats_add(node("a"), STRATA_COUNT_SETS, 1);
	strata_stats_add(node("b"), STRATA_COUNT_SETS, 2);
	memset(sums, 0x55, sizeof(sums));
	CHECK(strata_stats_read(stats, sums, 1) == 2);
	CHECK(sums[0].counters[STRATA_COUNT_SETS] == 1);
	CHECK(sums[1].counters[STRATA_COUNT_SETS] == 0x5555555555555555);
	CHECK(strata_stats_read(stats, NULL, 0) == 2);
	end();
}

static void names_too_long_are_cut_and_still_one_row(void)
{
	char name[300];

	begin();
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	strata_stats_add(strata_stats_row_of(stats, STRATA_STATS_NODE, name, name,
						 STRATA_REGISTRY_COMMON),
		STRATA_COUNT_SETS, 1);
	strata_stats_add(strata_stats_row_of(stats, STRATA_STATS_NODE, name, name,
						 STRATA_REGISTRY_COMMON),
		STRATA_COUNT_SETS, 1);
	CHECK(strata_stats_read(stats, sums, ROOM) == 1);
	CHECK(strlen(sums[0].group) == 63 && strlen(sums[0].name) == 127);
	CHECK(sums[0].counters[STRATA_COUNT_SETS] == 2);
	end();
}

static strata_stats_row *numbered(int number)
{
	char name[32];

	snprintf(name, sizeof(name), "node %d", number);
	return node(name);
}

/* Of all rows. */
static uint64_t total(void)
{
	uint32_t rows = strata_stats_read(stats, sums, ROOM);
	uint64_t all = 0;

	for (uint32_t i = 0; i < rows; i++) {
		all += sums[i].counters[STRATA_COUNT_SETS];
	}
	return all;
}

static uint64_t departed(void)
{
	uint32_t rows = strata_stats_read(stats, sums, ROOM);
	bool is_there = rows > 0 && strcmp(sums[rows - 1].name, STRATA_STATS_DEPARTED) == 0;

	return is_there ? sums[rows - 1].counters[STRATA_COUNT_SETS] : 0;
}

static void when_all_rows_are_taken_one_counts_for_the_others(void)
{
	uint32_t rows;

	begin();
	for (int i = 0; i < STRATA_STATS_COMMON + 100; i++) {
		strata_stats_add(numbered(i), STRATA_COUNT_SETS, 1);
	}
	rows = strata_stats_read(stats, sums, ROOM);
	CHECK(rows == STRATA_STATS_COMMON + 1 && departed() == 100);
	CHECK(total() == STRATA_STATS_COMMON + 100);
	/* Tiers and configured nodes have theirs all the same. */
	strata_stats_add(strata_stats_row_of(stats, STRATA_STATS_TIER, "default", "redis",
						 STRATA_REGISTRY_RESERVED),
		STRATA_COUNT_SETS, 1);
	strata_stats_add(strata_stats_row_of(stats, STRATA_STATS_NODE, "redis", "configured",
						 STRATA_REGISTRY_RESERVED),
		STRATA_COUNT_SETS, 1);
	CHECK(strata_stats_read(stats, sums, ROOM) == STRATA_STATS_COMMON + 3 && departed() == 100);
	end();
}

static void what_is_given_back_keeps_its_counts_with_the_departed(void)
{
	strata_stats_row *first;

	begin();
	first = numbered(0);
	strata_stats_add(first, STRATA_COUNT_SETS, 7);
	strata_stats_add_reason(first, STRATA_TIMEOUT);
	strata_stats_add_time(first, 1000);
	strata_stats_release(stats, first);
	for (int i = 1; i < STRATA_STATS_COMMON; i++) {
		strata_stats_add(numbered(i), STRATA_COUNT_SETS, 1);
	}
	CHECK(departed() == 0 && total() == STRATA_STATS_COMMON + 6);
	usleep(2100000);
	strata_stats_add(numbered(STRATA_STATS_COMMON), STRATA_COUNT_SETS, 1);
	CHECK(departed() == 7 && total() == STRATA_STATS_COMMON + 7);
	{
		uint32_t rows = strata_stats_read(stats, sums, ROOM);

		CHECK(rows == STRATA_STATS_COMMON + 1);
		CHECK(sums[rows - 1].reasons[STRATA_TIMEOUT] == 1);
		CHECK(strata_stats_percentile(&sums[rows - 1], 0.5) >= 1000);
		CHECK(sums[rows - 1].time_sum == 1000 && sums[0].time_sum == 0);
		CHECK(sums[0].reasons[STRATA_TIMEOUT] == 0);
	}
	end();
}

static void a_row_of_a_tier_is_never_given_back(void)
{
	strata_stats_row *tier;

	begin();
	tier =
		strata_stats_row_of(stats, STRATA_STATS_TIER, "default", "local", STRATA_REGISTRY_RESERVED);
	strata_stats_release(stats, tier);
	usleep(2100000);
	for (int i = 0; i < 2 * STRATA_STATS_MOST; i++) {
		char name[32];

		snprintf(name, sizeof(name), "configured %d", i);
		(void) strata_stats_row_of(stats, STRATA_STATS_NODE, "redis", name,
			STRATA_REGISTRY_RESERVED);
	}
	strata_stats_add(tier, STRATA_COUNT_HITS, 1);
	CHECK(strata_stats_read(stats, sums, ROOM) >= STRATA_STATS_RESERVED);
	CHECK(strcmp(sums[0].name, "local") == 0 && sums[0].counters[STRATA_COUNT_HITS] == 1);
	end();
}

/* Processes that come, count and are killed, over more names than there are rows. */
static void no_sum_falls_while_rows_come_and_go(void)
{
	uint64_t last = 0;

	begin();
	for (int round = 0; round < 60; round++) {
		pid_t child = fork();

		if (child == 0) {
			(void) alarm(60);
			for (int i = 0;; i++) {
				strata_stats_add(numbered(round * 300 + i % 300), STRATA_COUNT_SETS, 1);
			}
		}
		for (int i = 0; i < 6; i++) {
			uint64_t now;

			(void) usleep(10000);
			now = total();
			CHECK(now >= last);
			last = now;
		}
		REQUIRE(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
	}
	CHECK(departed() > 0);
	end();
}

static void processes_add_to_one_sum(void)
{
	enum { CHILDREN = 9, TIMES = 2000 };

	begin();
	for (int i = 0; i < CHILDREN; i++) {
		pid_t child = fork();

		if (child == 0) {
			/* All make the rows at once, so some rows may be made twice. */
			for (int j = 0; j < TIMES; j++) {
				strata_stats_add(node(j % 2 ? "odd" : "even"), STRATA_COUNT_SETS, 1);
			}
			_exit(0);
		}
		REQUIRE(child > 0);
	}
	for (int i = 0; i < CHILDREN; i++) {
		REQUIRE(wait(NULL) > 0);
	}
	CHECK(strata_stats_read(stats, sums, ROOM) == 2);
	CHECK(sums[0].counters[STRATA_COUNT_SETS] == CHILDREN * TIMES / 2);
	CHECK(sums[1].counters[STRATA_COUNT_SETS] == CHILDREN * TIMES / 2);
	end();
}

static void makers_killed_at_any_moment_leave_a_readable_table(void)
{
	begin();
	for (int round = 0; round < 30; round++) {
		pid_t child = fork();

		if (child == 0) {
			(void) alarm(60);
			for (unsigned i = 0;; i++) {
				char name[32];

				snprintf(name, sizeof(name), "node %d %u", round, i % 5);
				strata_stats_add(node(name), STRATA_COUNT_SETS, 1);
			}
		}
		(void) usleep(500);
		REQUIRE(kill(child, SIGKILL) == 0);
		REQUIRE(waitpid(child, NULL, 0) == child);
	}
	strata_stats_add(node("after"), STRATA_COUNT_SETS, 5);
	{
		uint32_t rows = strata_stats_read(stats, sums, ROOM);

		CHECK(rows > 0 && rows <= 151);
		CHECK(strcmp(sums[rows - 1].name, "after") == 0);
		CHECK(sums[rows - 1].counters[STRATA_COUNT_SETS] == 5);
	}
	end();
}

static void percentiles_are_right_within_a_quarter(void)
{
	static const strata_usec times[] = { 1, 3, 7, 100, 1000, 12345, 999999, 9000000 };

	begin();
	strata_stats_add(node("none"), STRATA_COUNT_SETS, 1);
	REQUIRE(strata_stats_read(stats, sums, ROOM) == 1);
	CHECK(strata_stats_percentile(&sums[0], 0.5) == 0);
	end();
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		strata_usec seen;

		begin();
		strata_stats_add_time(node("one"), times[i]);
		REQUIRE(strata_stats_read(stats, sums, ROOM) == 1);
		seen = strata_stats_percentile(&sums[0], 0.99);
		CHECK(seen >= times[i] && seen <= times[i] + times[i] / 4);
		end();
	}
	begin();
	for (int i = 0; i < 99; i++) {
		strata_stats_add_time(node("many"), 50);
	}
	strata_stats_add_time(node("many"), 100000000);
	REQUIRE(strata_stats_read(stats, sums, ROOM) == 1);
	CHECK(strata_stats_percentile(&sums[0], 0.5) < 64);
	CHECK(strata_stats_percentile(&sums[0], 0.99) < 64);
	CHECK(strata_stats_percentile(&sums[0], 1) > 10000000);
	end();
}

static strata_stats_row *row_of_tier(const char *name)
{
	return strata_stats_row_of(stats, STRATA_STATS_TIER, "default", name, STRATA_REGISTRY_RESERVED);
}

/* A number of 32 bits holds 71 minutes of microseconds. */
static void the_sum_of_times_does_not_wrap(void)
{
	const strata_usec hour = UINT64_C(3600000000);

	begin();
	strata_stats_add_time(node("a"), hour);
	strata_stats_add_time(node("a"), hour);
	REQUIRE(strata_stats_read(stats, sums, ROOM) == 1);
	CHECK(sums[0].time_sum == 2 * hour && sums[0].times[STRATA_TIME_CLASSES - 1] == 2);
	end();
}

static void endings_of_a_tier_make_its_counters(void)
{
	begin();
	strata_stats_add_ending(row_of_tier("redis"), STRATA_OPERATION_GET, STRATA_ENDED_DONE, 5);
	strata_stats_add_ending(row_of_tier("redis"), STRATA_OPERATION_GET, STRATA_ENDED_MISS, 2);
	strata_stats_add_ending(row_of_tier("redis"), STRATA_OPERATION_GET, STRATA_ENDED_FAILED, 1);
	strata_stats_add_ending(row_of_tier("redis"), STRATA_OPERATION_SET, STRATA_ENDED_DONE, 3);
	strata_stats_add_ending(row_of_tier("redis"), STRATA_OPERATION_SET, STRATA_ENDED_FAILED, 9);
	strata_stats_add_ending(row_of_tier("redis"), STRATA_OPERATION_INCREMENT, STRATA_ENDED_DONE, 4);
	strata_stats_add_ending(row_of_tier("redis"), STRATA_OPERATION_COMPARE_AND_DELETE,
		STRATA_ENDED_DONE, 6);
	strata_stats_add_ending(row_of_tier("redis"), STRATA_OPERATION_FILL, STRATA_ENDED_DONE, 7);
	REQUIRE(strata_stats_read(stats, sums, ROOM) == 1);
	CHECK(sums[0].counters[STRATA_COUNT_HITS] == 5 && sums[0].counters[STRATA_COUNT_MISSES] == 3);
	CHECK(sums[0].counters[STRATA_COUNT_SETS] == 7 && sums[0].counters[STRATA_COUNT_DELETES] == 6);
	CHECK(sums[0].counters[STRATA_COUNT_INCREMENTS] == 4 &&
		  sums[0].counters[STRATA_COUNT_FILLS] == 7);
	CHECK(sums[0].endings[STRATA_OPERATION_SET][STRATA_ENDED_FAILED] == 9);
	end();
}

/* Both kinds of rows have their own things in the same place. */
static void a_node_has_no_endings_and_a_tier_no_times(void)
{
	begin();
	strata_stats_add_time(row_of_tier("redis"), 50);
	strata_stats_add_ending(node("a"), STRATA_OPERATION_GET, STRATA_ENDED_DONE, 5);
	strata_stats_add_size(node("a"), STRATA_SIZE_READ, 5);
	REQUIRE(strata_stats_read(stats, sums, ROOM) == 2);
	CHECK(sums[0].kind == STRATA_STATS_TIER && sums[0].counters[STRATA_COUNT_HITS] == 0);
	CHECK(strata_stats_percentile(&sums[0], 1) == 0 && strata_stats_percentile(&sums[1], 1) == 0);
	CHECK(sums[1].time_sum == 0 && sums[1].counters[STRATA_COUNT_HITS] == 0);
	end();
}

static void sizes_are_in_the_class_that_ends_at_them_or_later(void)
{
	static const uint64_t sizes[] = { 0, 64, 65, 256, UINT64_C(16) << 20, UINT64_C(1) << 40 };
	static const uint32_t classes[] = { 0, 0, 1, 1, 9, 10 };
	uint64_t sum = 0;

	begin();
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		strata_stats_sum before = sums[0];

		strata_stats_add_size(row_of_tier("redis"), STRATA_SIZE_STORED, sizes[i]);
		sum += sizes[i];
		REQUIRE(strata_stats_read(stats, sums, ROOM) == 1);
		CHECK(sums[0].sizes[STRATA_SIZE_STORED][classes[i]] ==
			  (i == 0 ? 0 : before.sizes[STRATA_SIZE_STORED][classes[i]]) + 1);
		CHECK(sums[0].sizes[STRATA_SIZE_READ][classes[i]] == 0);
	}
	CHECK(sums[0].size_sums[STRATA_SIZE_STORED] == sum);
	end();
}

static void each_result_has_an_ending(void)
{
	CHECK(strata_ending_of(STRATA_OK) == STRATA_ENDED_DONE);
	CHECK(strata_ending_of(STRATA_MISS) == STRATA_ENDED_MISS);
	CHECK(strata_ending_of(STRATA_STALE) == STRATA_ENDED_STALE);
	CHECK(strata_ending_of(STRATA_NOT_STORED) == STRATA_ENDED_NOT_STORED);
	CHECK(strata_ending_of(STRATA_FOREIGN) == STRATA_ENDED_UNUSABLE);
	CHECK(strata_ending_of(STRATA_BREAKER_OPEN) == STRATA_ENDED_REFUSED);
	CHECK(strata_ending_of(STRATA_TIMEOUT) == STRATA_ENDED_FAILED);
	CHECK(strcmp(strata_ending_name(STRATA_OPERATION_GET, STRATA_ENDED_DONE), "hit") == 0);
	CHECK(strcmp(strata_ending_name(STRATA_OPERATION_SET, STRATA_ENDED_DONE), "stored") == 0);
}

/* As strata_stats_read(), but a process that is stopped in the middle cannot keep it waiting. */
static void a_look_has_the_sums_without_a_lock(void)
{
	uint32_t count = 0;

	begin();
	strata_stats_add(node("a"), STRATA_COUNT_SETS, 1);
	strata_stats_add(node("b"), STRATA_COUNT_SETS, 2);
	CHECK(strata_stats_look(stats, sums, ROOM, &count) && count == 2);
	CHECK(sums[0].counters[STRATA_COUNT_SETS] == 1 && sums[1].counters[STRATA_COUNT_SETS] == 2);
	end();
}

static void counters_have_their_public_names(void)
{
	CHECK(strcmp(strata_counter_name(STRATA_COUNT_HITS), "hits") == 0);
	CHECK(strcmp(strata_counter_name(STRATA_COUNT_LEASE_WAITS), "lease_waits") == 0);
}

int main(void)
{
	RUN(what_was_added_is_read);
	RUN(a_hit_and_a_miss_are_not_reasons);
	RUN(counting_on_no_row_does_nothing);
	RUN(rows_are_told_apart_by_kind_group_and_name);
	RUN(little_room_is_filled_and_all_rows_are_counted);
	RUN(names_too_long_are_cut_and_still_one_row);
	RUN(when_all_rows_are_taken_one_counts_for_the_others);
	RUN(what_is_given_back_keeps_its_counts_with_the_departed);
	RUN(a_row_of_a_tier_is_never_given_back);
	RUN(no_sum_falls_while_rows_come_and_go);
	RUN(processes_add_to_one_sum);
	RUN(makers_killed_at_any_moment_leave_a_readable_table);
	RUN(percentiles_are_right_within_a_quarter);
	RUN(the_sum_of_times_does_not_wrap);
	RUN(endings_of_a_tier_make_its_counters);
	RUN(a_node_has_no_endings_and_a_tier_no_times);
	RUN(sizes_are_in_the_class_that_ends_at_them_or_later);
	RUN(each_result_has_an_ending);
	RUN(a_look_has_the_sums_without_a_lock);
	RUN(counters_have_their_public_names);
	return unit_end();
}
