/* unit: -DSTRATA_FAILPOINTS */
/*
 * What a process that is alone makes of a store that others left: after they ended, after one was
 * killed anywhere, and after bytes of it were changed.
 *
 * STRATA_FLIPS says how many bytes are changed in all.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "base/failpoint.h"

#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "os/map.h"
#include "store/store.h"

#include "store_audit.h"
#include "store_values.h"

enum {
	NOW = 1000000,
	SIZE = 1 << 20,
	KEYS = 1000,
	REMOVED = 7,
	TARGET = 500000,
	FLIPS_A_TIME = 64
};

static strata_store *store;
static strata_arena *arena;
static void *memory;
static const void *view;
static uint32_t deadly, passed;

void strata_failpoint(const char *name)
{
	(void) name;
	if (deadly != 0 && ++passed == deadly) {
		(void) kill(getpid(), SIGKILL);
	}
}

static strata_result open_as(strata_store_birth birth)
{
	return strata_store_open(memory, view, SIZE, NULL, birth, &store);
}

static void begin(void)
{
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	REQUIRE(strata_map_two_views(SIZE, STRATA_MAP_LAZY, &memory, &view) == STRATA_OK);
	REQUIRE(open_as(STRATA_STORE_MADE) == STRATA_OK);
}

static void end(void)
{
	strata_store_free(store);
	strata_map_free_views(memory, view, SIZE);
	strata_arena_free(arena);
}

/* All processes end, and another one comes. */
static void leave_and_return(void)
{
	strata_store_free(store);
	REQUIRE(open_as(STRATA_STORE_MENDED) == STRATA_OK);
	audit_store(store);
}

static strata_result put_number(uint32_t number, uint32_t version, size_t size)
{
	numbered_key key;
	strata_record record = value_number(number, version, size);

	record.life.dead_at = number % 5 == 0 ? NOW + number : STRATA_NEVER;
	record.version = version;
	return strata_store_put(store, key_number(&key, number), NOW, STRATA_STORE_SET, &record);
}

static strata_result get_at(uint32_t number, strata_msec now, strata_record *found)
{
	numbered_key key;

	strata_arena_reset(arena);
	return strata_store_get(store, key_number(&key, number), now, STRATA_READ_COPY, arena, found);
}

static strata_result remove_number(uint32_t number)
{
	numbered_key key;

	return strata_store_remove(store, key_number(&key, number), NOW);
}

static strata_result count_number(uint32_t number, int64_t by, int64_t *sum)
{
	numbered_key key;
	strata_record initial = { .value = { .codec = STRATA_CODEC_INTEGER },
		.life.dead_at = STRATA_NEVER };

	return strata_store_increment(store, key_number(&key, number), NOW, by, &initial, sum);
}

/* Each key was stored twice, some were removed, and every tenth is a number. */
static void populate(void)
{
	int64_t sum;

	for (uint32_t version = 1; version <= 2; version++) {
		for (uint32_t i = 1; i <= KEYS; i++) {
			if (i % 10 == 0) {
				REQUIRE(count_number(i, i, &sum) == STRATA_OK);
			} else {
				REQUIRE(put_number(i, version, 8 + i % 200) == STRATA_OK);
			}
		}
	}
	for (uint32_t i = REMOVED; i <= KEYS; i += REMOVED) {
		REQUIRE(remove_number(i) == STRATA_OK);
	}
}

static bool is_as_stored_last(uint32_t number, const strata_record *found)
{
	if (number % REMOVED == 0) {
		return false;
	}
	if (number % 10 == 0) {
		return found->value.codec == STRATA_CODEC_INTEGER &&
			   found->value.integer == 2 * (int64_t) number;
	}
	return is_value_of(found, number) && found->created_at == 2;
}

/* How many are there. None may be another value than the last, one that was removed, or dead. */
static uint32_t check_population(void)
{
	uint32_t there = 0;

	for (uint32_t i = 1; i <= KEYS; i++) {
		strata_record found;

		if (get_at(i, NOW, &found) == STRATA_OK) {
			CHECK(is_as_stored_last(i, &found));
			there++;
		}
		CHECK(i % 5 != 0 || i % 10 == 0 || get_at(i, NOW + i, &found) != STRATA_OK);
	}
	return there;
}

static void all_of_it_is_there_for_the_next(void)
{
	strata_store_usage usage;

	begin();
	populate();
	CHECK(check_population() == KEYS - KEYS / REMOVED);
	leave_and_return();
	CHECK(check_population() == KEYS - KEYS / REMOVED);
	leave_and_return();
	CHECK(check_population() == KEYS - KEYS / REMOVED);
	strata_store_read_usage(store, &usage);
	CHECK(usage.damages == 0 && usage.entries == KEYS - KEYS / REMOVED);
	end();
}

static void what_changes_in_place_is_there_for_the_next(void)
{
	const strata_life life = { .dead_at = NOW + 50, .expires_at = 1 };
	numbered_key key;
	strata_record found;
	int64_t sum;

	begin();
	REQUIRE(put_number(1, 2, 5000) == STRATA_OK);
	REQUIRE(count_number(10, 3, &sum) == STRATA_OK);
	REQUIRE(count_number(10, 4, &sum) == STRATA_OK && sum == 7);
	REQUIRE(strata_store_touch(store, key_number(&key, 1), NOW, &life, 99, 0) == STRATA_OK);
	leave_and_return();
	CHECK(get_at(1, NOW, &found) == STRATA_OK && is_value_of(&found, 1) && found.version == 99);
	CHECK(get_at(1, NOW + 50, &found) == STRATA_MISS);
	CHECK(get_at(10, NOW, &found) == STRATA_OK && found.value.integer == 7);
	CHECK(count_number(10, 1, &sum) == STRATA_OK && sum == 8);
	end();
}

static void tags_are_there_for_the_next(void)
{
	strata_tag tags[2] = { { 11, 21 }, { 12, 22 } };
	numbered_key key;
	strata_record found, record = value_number(1, 1, 40);

	begin();
	record.life.dead_at = STRATA_NEVER;
	record.tags = tags;
	record.tag_count = 2;
	REQUIRE(
		strata_store_put(store, key_number(&key, 1), NOW, STRATA_STORE_SET, &record) == STRATA_OK);
	leave_and_return();
	REQUIRE(get_at(1, NOW, &found) == STRATA_OK);
	CHECK(is_value_of(&found, 1) && found.tag_count == 2);
	CHECK(memcmp(found.tags, tags, sizeof(tags)) == 0);
	end();
}

/* A removal that could not have the lock put all entries of a shard out of sight. */
static void what_a_removal_put_out_of_sight_stays_there(void)
{
	begin();
	populate();
	for (uint32_t i = 0; i < store->shard_count; i++) {
		strata_shard_outdate(&store->shards[i]);
	}
	CHECK(check_population() == 0);
	leave_and_return();
	CHECK(check_population() == 0);
	for (uint32_t i = 0; i < store->shard_count; i++) {
		atomic_fetch_sub(&store->shards[i].head->epoch, 1);
	}
	leave_and_return();
	CHECK(check_population() == 0);
	end();
}

/* Any of the bytes that say what an entry is. */
static void an_entry_with_one_wrong_byte_is_none(void)
{
	numbered_key key;
	strata_record found;
	uint32_t place = 0;
	const strata_shard *shard;
	unsigned char *bytes;
	static char before[SIZE];

	begin();
	REQUIRE(put_number(1, 1, 60) == STRATA_OK);
	for (shard = store->shards; place == 0; shard++) {
		for (uint32_t at = 1; at < shard->end && place == 0; at += strata_block_units(shard, at)) {
			place = strata_entry_is_sound(shard, at) ? at : 0;
		}
	}
	bytes = (unsigned char *) strata_entry_at(shard - 1, place);
	memcpy(before, memory, SIZE);
	for (size_t i = offsetof(strata_entry, hash);
		 i < sizeof(strata_entry) + 60 + key_number(&key, 1)->key.size + 8; i++) {
		memcpy(memory, before, SIZE);
		bytes[i] ^= 0x10;
		leave_and_return();
		CHECK(get_at(1, NOW, &found) == STRATA_MISS);
	}
	end();
}

static void another_size_or_no_store_is_said(void)
{
	strata_store *other;

	begin();
	CHECK(strata_store_open(memory, view, SIZE - 4096, NULL, STRATA_STORE_MENDED, &other) !=
		  STRATA_OK);
	CHECK(other == NULL);
	memset(memory, 0, 64);
	CHECK(
		strata_store_open(memory, view, SIZE, NULL, STRATA_STORE_MENDED, &other) == STRATA_CORRUPT);
	CHECK(
		strata_store_open(memory, view, SIZE, NULL, STRATA_STORE_JOINED, &other) == STRATA_CORRUPT);
	end();
}

/* ---- kills ---- */

static void put_target(void)
{
	(void) put_number(TARGET, 2, 150);
}

static void put_large_target(void)
{
	(void) put_number(TARGET, 2, 20000);
}

static void remove_target(void)
{
	(void) remove_number(TARGET);
}

static void touch_target(void)
{
	const strata_life life = { .dead_at = NOW + 50, .expires_at = TARGET };
	numbered_key key;

	REQUIRE(strata_store_touch(store, key_number(&key, TARGET), NOW, &life, 99, 0) == STRATA_OK);
}

static void count_target(void)
{
	int64_t sum;

	(void) count_number(TARGET + 1, 1, &sum);
}

static bool is_killed_at(uint32_t n, void (*task)(void))
{
	int status;
	pid_t child = fork();

	REQUIRE(child >= 0);
	if (child == 0) {
		deadly = n;
		task();
		_exit(0);
	}
	REQUIRE(waitpid(child, &status, 0) == child);
	return WIFSIGNALED(status);
}

static void kill_everywhere(void (*task)(void))
{
	static char before[SIZE];
	bool killed = true;

	memcpy(before, memory, SIZE);
	for (uint32_t n = 1; killed; n++) {
		strata_record found;
		int64_t sum = 0;
		strata_result counted;

		memcpy(memory, before, SIZE);
		killed = is_killed_at(n, task);
		leave_and_return();
		CHECK(check_population() == KEYS - KEYS / REMOVED);
		CHECK(get_at(TARGET, NOW, &found) != STRATA_OK || is_value_of(&found, TARGET));
		counted = get_at(TARGET + 1, NOW, &found);
		CHECK(counted == STRATA_MISS || found.value.integer == 7 || found.value.integer == 8);
		CHECK(put_number(TARGET, 3, 300) == STRATA_OK);
		CHECK(count_number(TARGET + 1, 10, &sum) == STRATA_OK);
		CHECK(sum == 17 || sum == 18 || sum == 10);
		CHECK(remove_number(TARGET) == STRATA_OK && get_at(TARGET, NOW, &found) == STRATA_MISS);
	}
	memcpy(memory, before, SIZE);
}

static void a_kill_anywhere_leaves_no_wrong_value_to_the_next(void)
{
	int64_t sum;

	begin();
	populate();
	REQUIRE(put_number(TARGET, 1, 220) == STRATA_OK);
	REQUIRE(count_number(TARGET + 1, 7, &sum) == STRATA_OK);
	kill_everywhere(put_target);
	kill_everywhere(put_large_target);
	kill_everywhere(remove_target);
	kill_everywhere(touch_target);
	kill_everywhere(count_target);
	end();
}

/* ---- flipped bytes ---- */

static uint64_t chance = 88172645463325252;

static uint64_t draw(void)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	return chance ^= chance << 17;
}

static void flip(size_t first, size_t size)
{
	((unsigned char *) memory)[first + draw() % size] ^= (unsigned char) (draw() % 255 + 1);
}

/* One third where the heads and indexes are, which most bytes are not. */
static void flip_some(void)
{
	for (int i = 0; i < FLIPS_A_TIME; i++) {
		const strata_shard *shard = &store->shards[draw() % store->shard_count];
		size_t start = (size_t) ((char *) shard->head - (char *) memory);

		if (i % 3 == 0) {
			flip(start, sizeof(*shard->head));
		} else {
			flip(0, SIZE);
		}
	}
}

static void flipped_bytes_are_no_wrong_value(void)
{
	const char *asked = getenv("STRATA_FLIPS");
	long most = asked != NULL ? atol(asked) : 10000;
	uint32_t emptied = 0, there = 0, rounds = 0;
	static char before[SIZE];

	begin();
	populate();
	memcpy(before, memory, SIZE);
	for (long flipped = 0; flipped < most; flipped += FLIPS_A_TIME) {
		memcpy(memory, before, SIZE);
		flip_some();
		strata_store_free(store);
		rounds++;
		if (open_as(STRATA_STORE_MENDED) != STRATA_OK) {
			memset(memory, 0, SIZE);
			REQUIRE(open_as(STRATA_STORE_MADE) == STRATA_OK);
			emptied++;
		}
		audit_store(store);
		there += check_population();
		CHECK(put_number(TARGET, 1, 100) == STRATA_OK);
	}
	/* A test in which nothing survives proves nothing. */
	CHECK(there > rounds * (KEYS / 4));
	CHECK(emptied < rounds);
	end();
}

int main(void)
{
	RUN(all_of_it_is_there_for_the_next);
	RUN(what_changes_in_place_is_there_for_the_next);
	RUN(tags_are_there_for_the_next);
	RUN(what_a_removal_put_out_of_sight_stays_there);
	RUN(an_entry_with_one_wrong_byte_is_none);
	RUN(another_size_or_no_store_is_said);
	RUN(a_kill_anywhere_leaves_no_wrong_value_to_the_next);
	RUN(flipped_bytes_are_no_wrong_value);
	return unit_end();
}
