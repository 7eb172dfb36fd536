#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "stats/hot_keys.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

enum { NOW = 5000000, ROOM = STRATA_HOT_KEYS_KEPT * STRATA_HOT_KEYS_SPACES, THREADS = 4 };

static strata_host *host;
static strata_hot_keys *hot_keys;
static strata_prefix_space shop = { .database = "default", .name_space = "shop" };
static strata_prefix_space blog = { .database = "blog", .name_space = "" };
static strata_hot_key keys[ROOM];
static uint32_t count;

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_hot_keys_new(host, &hot_keys) == STRATA_OK);
	shop.id = strata_prefix_space_id(shop.database, shop.name_space, 33);
	blog.id = strata_prefix_space_id(blog.database, blog.name_space, 33);
}

static void end(void)
{
	strata_hot_keys_free(hot_keys);
	strata_host_free(host);
}

static void add(const strata_prefix_space *space, const char *key, unsigned times, strata_msec now)
{
	for (unsigned i = 0; i < times; i++) {
		strata_hot_keys_add(hot_keys, space, strata_view_of(key), strata_view_of(key), now);
	}
}

static void add_numbered(const strata_prefix_space *space, unsigned number, unsigned times,
	strata_msec now)
{
	char key[32];

	snprintf(key, sizeof(key), "key%u", number);
	add(space, key, times, now);
}

static void read_all(strata_msec now)
{
	count = strata_hot_keys_read(hot_keys, keys, ROOM, now);
}

static const strata_hot_key *find(const char *key, strata_msec now)
{
	read_all(now);
	for (uint32_t i = 0; i < count; i++) {
		if (strcmp(keys[i].key, key) == 0) {
			return &keys[i];
		}
	}
	return NULL;
}

static bool is_hot(const strata_prefix_space *space, const char *key, strata_msec now)
{
	const strata_hot_keys_table *found = NULL;

	return strata_hot_keys_is_hot(hot_keys, space->id, &found, strata_view_of(key), now);
}

static void keys_come_in_the_order_of_their_counts(void)
{
	begin();
	read_all(NOW);
	CHECK(count == 0 && strata_hot_keys_used(hot_keys) == 0);
	add(&shop, "one", 1, NOW);
	add(&shop, "three", 3, NOW);
	add(&shop, "two", 2, NOW);
	add(&shop, "three", 1, NOW);
	add(&blog, "one", 9, NOW);
	read_all(NOW);
	REQUIRE(count == 4 && strata_hot_keys_used(hot_keys) == 2 * STRATA_HOT_KEYS_KEPT);
	CHECK(strcmp(keys[0].key, "three") == 0 && keys[0].count == 4 && keys[0].error == 0);
	CHECK(strcmp(keys[1].key, "two") == 0 && keys[1].count == 2);
	CHECK(strcmp(keys[2].key, "one") == 0 && keys[2].count == 1);
	CHECK(strcmp(keys[0].database, "default") == 0 && strcmp(keys[0].name_space, "shop") == 0);
	CHECK(keys[3].space == blog.id && keys[3].count == 9);
	CHECK(strata_hot_keys_read(hot_keys, keys, 2, NOW) == 2);
	end();
}

/* What the paper promises: the count is never too small, and too large by its error at most. */
static void counts_are_right_within_their_errors(void)
{
	unsigned truth[1000] = { 0 };
	uint64_t word = 7;

	begin();
	for (int i = 0; i < 50000; i++) {
		unsigned number;

		word = word * 6364136223846793005 + 1442695040888963407;
		/* Half of them are one of 20. */
		number = (word >> 33) % 2 == 0 ? (word >> 40) % 20 : (word >> 40) % 1000;
		truth[number]++;
		add_numbered(&shop, number, 1, NOW);
	}
	read_all(NOW);
	CHECK(count == STRATA_HOT_KEYS_KEPT);
	for (uint32_t i = 0; i < count; i++) {
		unsigned number = (unsigned) strtoul(keys[i].key + 3, NULL, 10);

		CHECK(keys[i].count >= truth[number] && keys[i].count - keys[i].error <= truth[number]);
		CHECK(i == 0 || keys[i].count <= keys[i - 1].count);
		CHECK(i >= 20 || number < 20);
	}
	end();
}

static void counts_fade_by_halves(void)
{
	begin();
	add(&shop, "key", 64, NOW);
	CHECK(find("key", NOW + STRATA_HOT_KEYS_HALVED)->count == 32);
	CHECK(find("key", NOW + 3 * STRATA_HOT_KEYS_HALVED)->count == 8);
	CHECK(find("key", NOW + 3 * STRATA_HOT_KEYS_HALVED)->count == 8);
	CHECK(find("key", NOW + 1000 * (strata_msec) STRATA_HOT_KEYS_HALVED) == NULL);
	add(&shop, "other", 1, NOW + 1001 * (strata_msec) STRATA_HOT_KEYS_HALVED);
	CHECK(find("other", NOW + 1001 * (strata_msec) STRATA_HOT_KEYS_HALVED)->count == 1);
	end();
}

static void a_key_is_hot_by_its_least_count_and_its_share(void)
{
	begin();
	add(&shop, "hot", STRATA_HOT_KEYS_LEAST - 1, NOW);
	CHECK(!is_hot(&shop, "hot", NOW) && !find("hot", NOW)->is_hot);
	add(&shop, "hot", 1, NOW);
	CHECK(is_hot(&shop, "hot", NOW) && find("hot", NOW)->is_hot);
	CHECK(!is_hot(&blog, "hot", NOW) && !is_hot(&shop, "other", NOW));
	/* It is one of many by now. */
	for (unsigned i = 0; i < STRATA_HOT_KEYS_LEAST * STRATA_HOT_KEYS_SHARE; i++) {
		add_numbered(&shop, i, 1, NOW);
	}
	CHECK(!find("hot", NOW)->is_hot);
	(void) find("hot", NOW + STRATA_HOT_KEYS_HALVED);
	CHECK(!is_hot(&shop, "hot", NOW + STRATA_HOT_KEYS_HALVED));
	end();
}

static void what_came_by_replacing_is_not_hot(void)
{
	begin();
	for (unsigned i = 0; i < STRATA_HOT_KEYS_KEPT; i++) {
		add_numbered(&shop, i, 40, NOW);
	}
	add(&shop, "new", 1, NOW);
	CHECK(find("new", NOW)->count == 41 && find("new", NOW)->error == 40);
	CHECK(!find("new", NOW)->is_hot && !is_hot(&shop, "new", NOW));
	end();
}

static void hot_keys_cool_down(void)
{
	begin();
	add(&shop, "hot", 2 * STRATA_HOT_KEYS_LEAST, NOW);
	add(&shop, "cold", 1, NOW + STRATA_HOT_KEYS_HALVED);
	CHECK(is_hot(&shop, "hot", NOW + STRATA_HOT_KEYS_HALVED));
	add(&shop, "cold", 1, NOW + 2 * STRATA_HOT_KEYS_HALVED);
	CHECK(!is_hot(&shop, "hot", NOW + 2 * STRATA_HOT_KEYS_HALVED));
	/* Where no more of the sample comes, time says so. */
	add(&blog, "hot", STRATA_HOT_KEYS_LEAST, NOW);
	CHECK(is_hot(&blog, "hot", NOW + 2 * STRATA_HOT_KEYS_HALVED));
	CHECK(!is_hot(&blog, "hot", NOW + 2 * STRATA_HOT_KEYS_HALVED + 1));
	end();
}

static void keys_are_cut_and_told_apart_as_a_whole(void)
{
	static char one[65536], other[65536];
	strata_view first = { one, sizeof(one) }, second = { other, sizeof(other) };

	begin();
	memset(one, 'k', sizeof(one));
	memset(other, 'k', sizeof(other));
	other[65535] = 'x';
	strata_hot_keys_add(hot_keys, &shop, first, first, NOW);
	strata_hot_keys_add(hot_keys, &shop, second, second, NOW);
	strata_hot_keys_add(hot_keys, &shop, second, second, NOW);
	read_all(NOW);
	CHECK(count == 2 && keys[0].count == 2 && keys[1].count == 1);
	CHECK(strlen(keys[0].key) == STRATA_HOT_KEY_LONGEST + 3);
	CHECK(strcmp(keys[0].key + STRATA_HOT_KEY_LONGEST, "...") == 0);
	memset(one, '\xFF', sizeof(one));
	strata_hot_keys_add(hot_keys, &blog, first, first, NOW);
	read_all(NOW);
	CHECK(strlen(keys[2].key) == STRATA_HOT_KEY_LONGEST * STRATA_PRINTABLE_GROWTH + 3);
	strata_hot_keys_add(hot_keys, &shop, strata_view_of("~:~key"), strata_view_of("~key"), NOW);
	CHECK(find("~key", NOW) != NULL && find("~:~key", NOW) == NULL);
	end();
}

static void a_list_that_is_not_used_goes_to_another_space(void)
{
	char names[STRATA_HOT_KEYS_SPACES][16];
	strata_prefix_space space = { .database = "default" };

	begin();
	for (unsigned i = 0; i < STRATA_HOT_KEYS_SPACES; i++) {
		snprintf(names[i], sizeof(names[i]), "n%u", i);
		space.name_space = names[i];
		space.id = strata_prefix_space_id("default", names[i], 33);
		add(&space, "key", 20, NOW);
	}
	add(&shop, "late", 20, NOW + 60000);
	CHECK(find("late", NOW + 60000) == NULL && !is_hot(&shop, "late", NOW + 60000));
	add(&shop, "late", 20, NOW + 700000);
	CHECK(find("late", NOW + 700000) != NULL && is_hot(&shop, "late", NOW + 700000));
	CHECK(strcmp(find("late", NOW + 700000)->name_space, "shop") == 0);
	end();
}

/* ---- processes ---- */

static void *add_many(void *unused)
{
	(void) unused;
	for (unsigned i = 0; i < 20000; i++) {
		add_numbered(&shop, i % 300, 1, NOW + i);
		(void) is_hot(&shop, "key1", NOW + i);
	}
	return NULL;
}

static void threads_count_together(void)
{
	pthread_t threads[THREADS];

	begin();
	for (int i = 0; i < THREADS; i++) {
		REQUIRE(pthread_create(&threads[i], NULL, add_many, NULL) == 0);
	}
	for (int i = 0; i < 50; i++) {
		read_all(NOW);
		CHECK(count <= STRATA_HOT_KEYS_KEPT);
	}
	for (int i = 0; i < THREADS; i++) {
		REQUIRE(pthread_join(threads[i], NULL) == 0);
	}
	read_all(NOW + 20000);
	for (uint32_t i = 1; i < count; i++) {
		CHECK(keys[i].count <= keys[i - 1].count);
	}
	end();
}

/* Wherever it is killed, the next one adds at once, to a list in order. */
static void a_killed_process_leaves_a_list_to_go_on_with(void)
{
	begin();
	for (int round = 0; round < 60; round++) {
		strata_msec now = NOW + (strata_msec) round * 100;
		pid_t child = fork();

		if (child == 0) {
			for (unsigned i = 0;; i++) {
				add_numbered(&shop, i % 250, 1, now);
			}
		}
		usleep((useconds_t) (300 + round * 37));
		REQUIRE(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
		add(&shop, "after", 1000, now);
		CHECK(find("after", now) != NULL && find("after", now)->count >= 1000);
		for (uint32_t i = 1; i < count; i++) {
			CHECK(keys[i].count <= keys[i - 1].count);
		}
	}
	end();
}

static void *die_with_the_lock(void *lock)
{
	REQUIRE(pthread_mutex_lock(lock) == 0);
	return NULL;
}

/* The lock of the first list: it stands behind what is read without it. */
static pthread_mutex_t *first_lock(void)
{
	char *table = *(char **) (void *) hot_keys;

	return (pthread_mutex_t *) (void *) (table + 576);
}

static void a_dead_owner_empties_and_a_living_one_costs_a_sample(void)
{
	pthread_t thread;

	begin();
	add(&shop, "key", 20, NOW);
	CHECK(is_hot(&shop, "key", NOW));
	REQUIRE(pthread_mutex_lock(first_lock()) == 0);
	REQUIRE(pthread_mutex_unlock(first_lock()) == 0);
	REQUIRE(pthread_create(&thread, NULL, die_with_the_lock, first_lock()) == 0);
	REQUIRE(pthread_join(thread, NULL) == 0);
	add(&shop, "key", 1, NOW);
	CHECK(find("key", NOW) != NULL && find("key", NOW)->count == 1);
	CHECK(!is_hot(&shop, "key", NOW));
	REQUIRE(pthread_mutex_lock(first_lock()) == 0);
	add(&shop, "other", 1, NOW);
	CHECK(pthread_mutex_unlock(first_lock()) == 0);
	CHECK(find("other", NOW) == NULL && find("key", NOW)->count == 1);
	end();
}

static void damage_is_read_without_harm(void)
{
	char *table;
	uint64_t word = 99;

	for (int round = 0; round < 20; round++) {
		begin();
		add(&shop, "key", 20, NOW);
		table = *(char **) (void *) hot_keys;
		for (size_t i = 0; i < 20000; i++) {
			word = word * 6364136223846793005 + 1442695040888963407;
			/* Not the mutex, nor whose list it is. */
			if (i < 8 || (i >= 16 && i < 576) || i >= 640) {
				table[i] = (char) (word >> 56);
			}
		}
		for (unsigned i = 0; i < 500; i++) {
			add_numbered(&shop, i % 200, 1, NOW + i * 50);
			(void) is_hot(&shop, "key7", NOW + i * 50);
		}
		read_all(NOW + 25000);
		CHECK(count <= STRATA_HOT_KEYS_KEPT);
		for (uint32_t i = 0; i < count; i++) {
			CHECK(strlen(keys[i].key) < sizeof(keys[i].key) && keys[i].error <= keys[i].count);
		}
		end();
	}
}

int main(void)
{
	RUN(keys_come_in_the_order_of_their_counts);
	RUN(counts_are_right_within_their_errors);
	RUN(counts_fade_by_halves);
	RUN(a_key_is_hot_by_its_least_count_and_its_share);
	RUN(what_came_by_replacing_is_not_hot);
	RUN(hot_keys_cool_down);
	RUN(keys_are_cut_and_told_apart_as_a_whole);
	RUN(a_list_that_is_not_used_goes_to_another_space);
	RUN(threads_count_together);
	RUN(a_killed_process_leaves_a_list_to_go_on_with);
	RUN(a_dead_owner_empties_and_a_living_one_costs_a_sample);
	RUN(damage_is_read_without_harm);
	return unit_end();
}
