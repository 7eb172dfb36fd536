#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "stats/differences.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"

#include "unit.h"

enum { WALL = 1700000000, THREADS = 4, MANY = 20000 };

static strata_host *host;
static strata_differences_table *table;
static strata_differences *differences;
static const strata_prefix_space shop = { 7, "default", "shop" };

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_differences_table_new(host, &table) == STRATA_OK);
	differences = strata_differences_of(table, &shop);
	REQUIRE(differences != NULL);
}

static void end(void)
{
	strata_differences_table_free(table);
	strata_host_free(host);
}

static void note_view(strata_view key, strata_difference_class class, uint64_t version)
{
	const strata_difference difference = { .key = key,
		.hash = strata_hash_of(key, 0),
		.depth = 1,
		.class = class,
		.version = version,
		.other_version = version + 1,
		.seen_at = WALL + version };

	strata_differences_note(differences, &difference);
}

static void note(const char *key, strata_difference_class class, uint64_t version)
{
	note_view(strata_view_of(key), class, version);
}

static uint64_t counted(strata_mirror_count what)
{
	return strata_differences_counted(differences, what);
}

static uint64_t total(strata_difference_class class)
{
	return strata_differences_total(differences, class);
}

static uint64_t count_of(const char *prefix, strata_difference_class class)
{
	strata_differences_row row;

	for (uint32_t i = 0; strata_differences_row_at(differences, i, &row); i++) {
		if (strcmp(row.prefix, prefix) == 0) {
			return row.counts[class];
		}
	}
	return 0;
}

static void each_space_has_one_record(void)
{
	begin();
	CHECK(strata_differences_of(table, &shop) == differences);
	for (uint64_t id = 100; id < 100 + STRATA_DIFFERENCES_SPACES - 1; id++) {
		const strata_prefix_space space = { id, "other", "" };

		CHECK(strata_differences_of(table, &space) != NULL);
	}
	CHECK(strata_differences_of(table, &(strata_prefix_space){ 99, "late", "" }) == NULL);
	CHECK(strata_differences_of(table, &shop) == differences);
	end();
}

static void no_record_counts_nothing(void)
{
	strata_differences_row row;
	strata_differences_key key;

	differences = NULL;
	strata_differences_count(NULL, STRATA_MIRROR_COPIED, 1);
	note("a", STRATA_DIFFERENCE_VALUE, 1);
	CHECK(counted(STRATA_MIRROR_COPIED) == 0 && total(STRATA_DIFFERENCE_VALUE) == 0);
	CHECK(!strata_differences_row_at(NULL, 0, &row) && row.prefix[0] == '\0');
	CHECK(!strata_differences_key_at(NULL, 0, &key) && key.key[0] == '\0');
}

static void what_was_noted_is_counted_for_its_prefix(void)
{
	begin();
	strata_differences_count(differences, STRATA_MIRROR_COPIED, 3);
	note("user:1", STRATA_DIFFERENCE_EQUAL, 1);
	note("user:2", STRATA_DIFFERENCE_MISSING, 2);
	note("page:1", STRATA_DIFFERENCE_MISSING, 3);
	note("alone", STRATA_DIFFERENCE_END, 4);
	CHECK(counted(STRATA_MIRROR_COPIED) == 3 && counted(STRATA_MIRROR_COMPARED) == 4);
	CHECK(count_of("user:", STRATA_DIFFERENCE_EQUAL) == 1);
	CHECK(count_of("user:", STRATA_DIFFERENCE_MISSING) == 1);
	CHECK(count_of("page:", STRATA_DIFFERENCE_MISSING) == 1);
	CHECK(count_of(STRATA_PREFIX_NONE, STRATA_DIFFERENCE_END) == 1);
	CHECK(count_of(STRATA_PREFIX_OTHER, STRATA_DIFFERENCE_END) == 0);
	CHECK(total(STRATA_DIFFERENCE_MISSING) == 2);
	end();
}

static void prefixes_beyond_the_room_are_other(void)
{
	strata_differences_row row;
	char key[32];

	begin();
	for (int i = 0; i < 100; i++) {
		snprintf(key, sizeof(key), "p%d:x", i);
		note(key, STRATA_DIFFERENCE_OLDER, 1);
	}
	CHECK(count_of("p0:", STRATA_DIFFERENCE_OLDER) == 1);
	CHECK(count_of(STRATA_PREFIX_OTHER, STRATA_DIFFERENCE_OLDER) ==
		  100 - (STRATA_DIFFERENCES_PREFIXES - 1));
	CHECK(total(STRATA_DIFFERENCE_OLDER) == 100);
	CHECK(strata_differences_row_at(differences, STRATA_DIFFERENCES_PREFIXES - 1, &row));
	CHECK(!strata_differences_row_at(differences, STRATA_DIFFERENCES_PREFIXES, &row));
	end();
}

static void keys_that_differ_are_kept_the_newest_first(void)
{
	strata_differences_key key;
	char text[32];

	begin();
	note("same", STRATA_DIFFERENCE_EQUAL, 1);
	CHECK(!strata_differences_key_at(differences, 0, &key));
	for (uint64_t i = 0; i < 40; i++) {
		snprintf(text, sizeof(text), "k%d", (int) i);
		note(text, STRATA_DIFFERENCE_VALUE, i);
	}
	CHECK(strata_differences_key_at(differences, 0, &key) && strcmp(key.key, "k39") == 0);
	CHECK(key.version == 39 && key.other_version == 40 && key.seen_at == WALL + 39);
	CHECK(key.class == STRATA_DIFFERENCE_VALUE &&
		  key.hash == strata_hash_of((strata_view){ "k39", 3 }, 0));
	CHECK(strata_differences_key_at(differences, 31, &key) && strcmp(key.key, "k8") == 0);
	CHECK(!strata_differences_key_at(differences, 32, &key));
	note("k20", STRATA_DIFFERENCE_END, 99);
	CHECK(strata_differences_key_at(differences, 0, &key) && strcmp(key.key, "k20") == 0);
	CHECK(strata_differences_key_at(differences, 1, &key) && strcmp(key.key, "k39") == 0);
	CHECK(strata_differences_key_at(differences, 31, &key) && strcmp(key.key, "k8") == 0);
	end();
}

static void keys_may_hold_any_bytes_of_any_length(void)
{
	static char text[5000];
	strata_differences_key key;

	begin();
	memset(text, '\x1B', sizeof(text));
	note_view((strata_view){ text, sizeof(text) }, STRATA_DIFFERENCE_FOREIGN, 1);
	CHECK(strata_differences_key_at(differences, 0, &key));
	CHECK(strncmp(key.key, "\\x1B\\x1B", 8) == 0);
	CHECK(strlen(key.key) == 4 * STRATA_DIFFERENCES_KEY + 3);
	CHECK(strcmp(key.key + 4 * STRATA_DIFFERENCES_KEY, "...") == 0);
	note_view((strata_view){ "a\0:b\\", 5 }, STRATA_DIFFERENCE_FOREIGN, 1);
	CHECK(strata_differences_key_at(differences, 0, &key) && strcmp(key.key, "a\\x00:b\\\\") == 0);
	CHECK(count_of("a\\x00:", STRATA_DIFFERENCE_FOREIGN) == 1);
	end();
}

static void each_class_and_count_has_a_word(void)
{
	for (int i = 0; i < STRATA_DIFFERENCE_CLASSES; i++) {
		for (int j = 0; j < i; j++) {
			CHECK(strcmp(strata_difference_class_name((strata_difference_class) i),
					  strata_difference_class_name((strata_difference_class) j)) != 0);
		}
	}
	for (int i = 0; i < STRATA_MIRROR_COUNTS; i++) {
		for (int j = 0; j < i; j++) {
			CHECK(strcmp(strata_mirror_count_name((strata_mirror_count) i),
					  strata_mirror_count_name((strata_mirror_count) j)) != 0);
		}
	}
}

/* ---- processes ---- */

static void *note_many(void *unused)
{
	char key[32];

	(void) unused;
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(key, sizeof(key), "p%u:%u", i % 50, i);
		note(key, i % 100 == 0 ? STRATA_DIFFERENCE_NEWER : STRATA_DIFFERENCE_EQUAL, i);
	}
	return NULL;
}

static void no_count_is_lost_between_threads(void)
{
	pthread_t threads[THREADS];
	strata_differences_key key;

	begin();
	for (int i = 0; i < THREADS; i++) {
		REQUIRE(pthread_create(&threads[i], NULL, note_many, NULL) == 0);
	}
	for (int i = 0; i < 100; i++) {
		(void) strata_differences_key_at(differences, (uint32_t) i % 32, &key);
	}
	for (int i = 0; i < THREADS; i++) {
		REQUIRE(pthread_join(threads[i], NULL) == 0);
	}
	CHECK(counted(STRATA_MIRROR_COMPARED) == THREADS * MANY);
	CHECK(total(STRATA_DIFFERENCE_NEWER) == THREADS * MANY / 100);
	CHECK(total(STRATA_DIFFERENCE_EQUAL) == THREADS * MANY - THREADS * MANY / 100);
	end();
}

static void a_killed_process_leaves_a_record_that_goes_on(void)
{
	strata_differences_key key;

	begin();
	for (int i = 0; i < 40; i++) {
		pid_t child = fork();

		if (child == 0) {
			for (uint64_t j = 0;; j++) {
				note(j % 2 == 0 ? "a:1" : "b:1", STRATA_DIFFERENCE_VALUE, j);
			}
		}
		usleep((useconds_t) (300 + i * 53));
		REQUIRE(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
		note("after", STRATA_DIFFERENCE_OLDER, 5);
		CHECK(strata_differences_key_at(differences, 0, &key) && strcmp(key.key, "after") == 0);
	}
	CHECK(total(STRATA_DIFFERENCE_OLDER) == 40);
	end();
}

static void damage_is_read_without_harm(void)
{
	const size_t size = 100000;
	strata_differences_row row;
	strata_differences_key key;
	uint64_t word = 99;
	char *bytes;

	begin();
	bytes = (char *) differences + 64;
	for (size_t i = 0; i < size; i++) {
		word = word * 6364136223846793005 + 1442695040888963407;
		bytes[i] = (char) (word >> 56);
	}
	for (uint32_t i = 0; i < 40; i++) {
		(void) strata_differences_row_at(differences, i, &row);
		CHECK(strlen(row.prefix) < sizeof(row.prefix));
		(void) strata_differences_key_at(differences, i, &key);
		CHECK(strlen(key.key) < sizeof(key.key));
	}
	note("a:1", STRATA_DIFFERENCE_VALUE, 1);
	end();
}

int main(void)
{
	RUN(each_space_has_one_record);
	RUN(no_record_counts_nothing);
	RUN(what_was_noted_is_counted_for_its_prefix);
	RUN(prefixes_beyond_the_room_are_other);
	RUN(keys_that_differ_are_kept_the_newest_first);
	RUN(keys_may_hold_any_bytes_of_any_length);
	RUN(each_class_and_count_has_a_word);
	RUN(no_count_is_lost_between_threads);
	RUN(a_killed_process_leaves_a_record_that_goes_on);
	RUN(damage_is_read_without_harm);
	return unit_end();
}
