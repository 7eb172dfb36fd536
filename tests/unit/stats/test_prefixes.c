#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "stats/prefixes.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/process.h"

#include "unit.h"

enum { NOW = 5000000, MINUTE = 60000, MANY = 10000, THREADS = 4 };

static strata_host *host;
static strata_prefixes *prefixes;
static strata_prefix_space shop = { .database = "default", .name_space = "shop" };
static strata_prefix_space blog = { .database = "default", .name_space = "blog" };
static strata_prefix_sum sums[STRATA_PREFIX_MOST];
static uint32_t count;

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_prefixes_new(host, &prefixes) == STRATA_OK);
	shop.id = strata_prefix_space_id(shop.database, shop.name_space, 33);
	blog.id = strata_prefix_space_id(blog.database, blog.name_space, 33);
}

static void end(void)
{
	strata_prefixes_free(prefixes);
	strata_host_free(host);
}

static void add(const strata_prefix_space *space, const char *prefix, uint64_t operations,
	strata_msec now)
{
	const strata_prefix_counts counts = { .operations = operations };

	strata_prefixes_add(prefixes, space, strata_view_of(prefix), 2, &counts, now);
}

static void add_numbered(const strata_prefix_space *space, unsigned number, strata_msec now)
{
	char prefix[32];

	snprintf(prefix, sizeof(prefix), "p:%u:", number);
	add(space, prefix, 1, now);
}

static void read_all(void)
{
	count = strata_prefixes_read(prefixes, sums, STRATA_PREFIX_MOST);
}

static const strata_prefix_sum *row(const strata_prefix_space *space, const char *prefix)
{
	read_all();
	for (uint32_t i = 0; i < count; i++) {
		if (sums[i].space == space->id && strcmp(sums[i].prefix, prefix) == 0) {
			return &sums[i];
		}
	}
	return NULL;
}

static uint64_t operations_of(const strata_prefix_space *space, const char *prefix)
{
	const strata_prefix_sum *found = row(space, prefix);

	return found == NULL ? 0 : found->tiers[2].operations;
}

static uint64_t total(void)
{
	uint64_t all = 0;

	read_all();
	for (uint32_t i = 0; i < count; i++) {
		all += sums[i].tiers[2].operations;
	}
	return all;
}

static bool has_prefix(const char *key, uint32_t depth, const char *expected)
{
	return strata_view_equal(strata_prefix_of(strata_view_of(key), depth),
		strata_view_of(expected));
}

static void a_prefix_ends_at_the_colon_of_its_depth(void)
{
	CHECK(has_prefix("user:7:name:first", 2, "user:7:"));
	CHECK(has_prefix("user:7:name:first", 1, "user:"));
	CHECK(has_prefix("user:7", 2, "user:"));
	CHECK(has_prefix("user:7:", 8, "user:7:"));
	CHECK(has_prefix(":", 2, ":") && has_prefix("::", 2, "::"));
	CHECK(has_prefix("user", 2, STRATA_PREFIX_NONE) && has_prefix("", 2, STRATA_PREFIX_NONE));
	CHECK(has_prefix("user:7", 0, STRATA_PREFIX_NONE));
}

static void colons_far_away_are_not_looked_for(void)
{
	static char key[65536];

	memset(key, 'k', sizeof(key));
	key[sizeof(key) - 1] = ':';
	CHECK(strata_view_equal(strata_prefix_of((strata_view){ key, sizeof(key) }, 2),
		strata_view_of(STRATA_PREFIX_NONE)));
	key[4] = ':';
	CHECK(strata_prefix_of((strata_view){ key, sizeof(key) }, 2).size == 5);
	key[STRATA_PREFIX_LONGEST - 1] = ':';
	CHECK(strata_prefix_of((strata_view){ key, sizeof(key) }, 2).size == STRATA_PREFIX_LONGEST);
	key[STRATA_PREFIX_LONGEST - 1] = 'k';
	key[STRATA_PREFIX_LONGEST] = ':';
	CHECK(strata_prefix_of((strata_view){ key, sizeof(key) }, 2).size == 5);
}

static void what_was_added_is_read(void)
{
	const strata_prefix_counts counts = { .operations = 1,
		.hits = 2,
		.bytes_in = 3,
		.bytes_out = 4,
		.errors = 5,
		.microseconds = UINT64_C(1) << 40 };
	const strata_prefix_sum *found;

	begin();
	read_all();
	CHECK(count == 0);
	strata_prefixes_add(prefixes, &shop, strata_view_of("user:"), 1, &counts, NOW);
	strata_prefixes_add(prefixes, &shop, strata_view_of("user:"), 1, &counts, NOW);
	strata_prefixes_add_computation(prefixes, &shop, strata_view_of("user:"), 7, NOW);
	found = row(&shop, "user:");
	REQUIRE(found != NULL && count == 1);
	CHECK(strcmp(found->database, "default") == 0 && strcmp(found->name_space, "shop") == 0);
	CHECK(found->tiers[1].operations == 2 && found->tiers[1].hits == 4);
	CHECK(found->tiers[1].bytes_in == 6 && found->tiers[1].bytes_out == 8);
	CHECK(found->tiers[1].errors == 10 && found->tiers[1].microseconds == UINT64_C(2) << 40);
	CHECK(found->tiers[0].operations == 0 && found->tiers[2].operations == 0);
	CHECK(found->computations == 1 && found->microseconds_computed == 7);
	end();
}

static void rows_with_the_most_operations_come_first(void)
{
	begin();
	add(&shop, "a:", 1, NOW);
	add(&shop, "b:", 30, NOW);
	add(&blog, "a:", 2, NOW);
	CHECK(strata_prefixes_read(prefixes, sums, 2) == 2);
	CHECK(strcmp(sums[0].prefix, "b:") == 0 && sums[1].space == blog.id);
	end();
}

static void names_may_hold_any_bytes(void)
{
	const strata_prefix_counts counts = { .operations = 1 };

	begin();
	strata_prefixes_add(prefixes, &shop, (strata_view){ "a\0\xFF:", 4 }, 2, &counts, NOW);
	strata_prefixes_add(prefixes, &shop, (strata_view){ "a\0\xFE:", 4 }, 2, &counts, NOW);
	add(&shop, "<script>:", 1, NOW);
	CHECK(operations_of(&shop, "a\\x00\\xFF:") == 1 && count == 3);
	CHECK(operations_of(&shop, "<script>:") == 1);
	end();
}

static void a_full_table_counts_what_is_new_as_other(void)
{
	begin();
	for (unsigned i = 0; i < MANY; i++) {
		add_numbered(i % 2 == 0 ? &shop : &blog, i, NOW + i);
	}
	CHECK(total() == MANY && count <= STRATA_PREFIX_ROWS + 2);
	CHECK(count > STRATA_PREFIX_ROWS * 3 / 4);
	CHECK(operations_of(&shop, STRATA_PREFIX_OTHER) > MANY / 4);
	CHECK(operations_of(&blog, STRATA_PREFIX_OTHER) > MANY / 4);
	CHECK(strcmp(row(&blog, STRATA_PREFIX_OTHER)->name_space, "blog") == 0);
	end();
}

static void an_idle_row_makes_room_and_its_counts_stay(void)
{
	begin();
	add(&shop, "large:", UINT64_C(1) << 20, NOW);
	for (unsigned i = 0; i < MANY; i++) {
		add_numbered(&shop, i, NOW);
	}
	for (unsigned i = 0; i < MANY; i++) {
		add_numbered(&blog, i, NOW + 2 * MINUTE + i);
	}
	CHECK(total() == 2 * MANY + (1 << 20));
	CHECK(operations_of(&shop, "large:") == 1 << 20);
	CHECK(count > STRATA_PREFIX_ROWS * 3 / 4);
	CHECK(operations_of(&shop, STRATA_PREFIX_OTHER) > MANY - 64);
	CHECK(operations_of(&blog, STRATA_PREFIX_OTHER) > MANY / 2);
	end();
}

static void what_is_used_stays(void)
{
	begin();
	for (unsigned i = 0; i < MANY; i++) {
		add_numbered(&shop, i, NOW + i * 60);
		add(&shop, "used:", 1, NOW + i * 60);
	}
	CHECK(operations_of(&shop, "used:") == MANY && total() == 2 * MANY);
	end();
}

static void spaces_beyond_the_most_share_one_row(void)
{
	char names[200][16];

	begin();
	for (unsigned i = 0; i < MANY; i++) {
		add_numbered(&shop, i, NOW);
	}
	for (unsigned i = 0; i < 200; i++) {
		strata_prefix_space space = { .database = "default", .name_space = names[i] };

		snprintf(names[i], sizeof(names[i]), "n%u", i);
		space.id = strata_prefix_space_id("default", names[i], 33);
		add_numbered(&space, i + MANY, NOW);
	}
	CHECK(total() == MANY + 200);
	end();
}

static void users_are_told_apart_and_shown_as_one(void)
{
	strata_prefix_space other;

	begin();
	other = shop;
	other.id = strata_prefix_space_id(shop.database, shop.name_space, 1000);
	add(&shop, "a:", 3, NOW);
	add(&other, "a:", 2, NOW);
	add(&blog, "a:", 1, NOW);
	read_all();
	CHECK(count == 3);
	CHECK(strata_prefix_sums_show(sums, count, NULL, 0) == 2);
	CHECK(sums[0].tiers[2].operations == 5 && sums[1].tiers[2].operations == 1);
	read_all();
	CHECK(strata_prefix_sums_show(sums, count, &other.id, 1) == 1);
	CHECK(sums[0].tiers[2].operations == 2);
	read_all();
	CHECK(strata_prefix_sums_show(sums, count, &other.id, 0) == 0);
	end();
}

/* ---- processes ---- */

static void *add_many(void *unused)
{
	(void) unused;
	for (unsigned i = 0; i < MANY; i++) {
		add_numbered(&shop, i % 700, NOW + i * 20);
		add(&blog, "always:", 1, NOW + i * 20);
	}
	return NULL;
}

static void nothing_is_lost_between_threads(void)
{
	pthread_t threads[THREADS];
	uint64_t before = 0;

	begin();
	for (int i = 0; i < THREADS; i++) {
		REQUIRE(pthread_create(&threads[i], NULL, add_many, NULL) == 0);
	}
	for (int i = 0; i < 100; i++) {
		uint64_t now = total();

		CHECK(now >= before);
		before = now;
	}
	for (int i = 0; i < THREADS; i++) {
		REQUIRE(pthread_join(threads[i], NULL) == 0);
	}
	CHECK(total() == 2 * THREADS * MANY);
	CHECK(operations_of(&blog, "always:") + operations_of(&blog, STRATA_PREFIX_OTHER) ==
		  THREADS * MANY);
	end();
}

/* The child is killed at a moment of its own; at most one operation of it may be counted twice. */
static void a_killed_process_leaves_at_most_one_count_wrong(void)
{
	begin();
	for (int kill_after = 0; kill_after < 40; kill_after++) {
		volatile unsigned *done = strata_host_alloc(host, sizeof(*done));
		uint64_t before = total();
		pid_t child = fork();

		if (child == 0) {
			for (unsigned i = 0;; i++) {
				add_numbered(&shop, i, NOW + kill_after * 10 * MINUTE + i * 10);
				(*done)++;
			}
		}
		usleep((useconds_t) (200 + kill_after * 57));
		REQUIRE(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
		/* One that was added and not noted, and one that was moved and not taken away yet. */
		CHECK(total() >= before + *done);
		CHECK(total() <= before + *done + 2);
	}
	add(&shop, "after:", 1, NOW + 1000 * MINUTE);
	CHECK(operations_of(&shop, "after:") == 1);
	end();
}

static void damage_is_read_without_harm(void)
{
	char *bytes;
	uint64_t word = 99;
	const size_t size = 500000; /* most of the rows */

	begin();
	add(&shop, "a:", 1, NOW);
	/* What was allocated last ends where the next part begins. */
	bytes = (char *) strata_host_alloc(host, 64) - size;
	for (size_t i = 0; i < size; i++) {
		word = word * 6364136223846793005 + 1442695040888963407;
		bytes[i] = (char) (word >> 56);
	}
	for (unsigned i = 0; i < 2000; i++) {
		add_numbered(&shop, i, NOW + i);
	}
	read_all();
	for (uint32_t i = 0; i < count; i++) {
		CHECK(strlen(sums[i].prefix) < sizeof(sums[i].prefix));
		CHECK(strlen(sums[i].database) < sizeof(sums[i].database));
		CHECK(strlen(sums[i].name_space) < sizeof(sums[i].name_space));
	}
	end();
}

int main(void)
{
	RUN(a_prefix_ends_at_the_colon_of_its_depth);
	RUN(colons_far_away_are_not_looked_for);
	RUN(what_was_added_is_read);
	RUN(rows_with_the_most_operations_come_first);
	RUN(names_may_hold_any_bytes);
	RUN(a_full_table_counts_what_is_new_as_other);
	RUN(an_idle_row_makes_room_and_its_counts_stay);
	RUN(what_is_used_stays);
	RUN(spaces_beyond_the_most_share_one_row);
	RUN(users_are_told_apart_and_shown_as_one);
	RUN(nothing_is_lost_between_threads);
	RUN(a_killed_process_leaves_at_most_one_count_wrong);
	RUN(damage_is_read_without_harm);
	return unit_end();
}
