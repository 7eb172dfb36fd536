/* The fast path of set stores what put stores, or does nothing. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "store/store.h"

#include "base/hash.h"
#include "os/clock.h"
#include "os/process.h"

#include "store_fixture.h"
#include "store_values.h"

enum { NOW = 1000000, SIZE = 4 << 20, MANY = 2000, SHARE = 5 };

static bool set_record(uint32_t number, const strata_record *record)
{
	numbered_key key;

	key_number(&key, number);
	return strata_store_set_at_once(store, &key.key, strata_store_salt(store, SPACE, GENERATION),
		record);
}

static bool set(uint32_t number, uint32_t version, size_t size)
{
	strata_record record = value_number(number, version, size);

	return set_record(number, &record);
}

static strata_result put(uint32_t number, uint32_t version, size_t size)
{
	numbered_key key;
	strata_record record = value_number(number, version, size);

	return strata_store_put(store, key_number(&key, number), NOW, STRATA_STORE_SET, &record);
}

static strata_result get(uint32_t number, strata_msec now, strata_record *found)
{
	numbered_key key;

	strata_arena_reset(arena);
	return strata_store_get(store, key_number(&key, number), now, STRATA_READ_COPY, arena, found);
}

static bool holds(uint32_t number, uint32_t version)
{
	strata_record found;

	return get(number, NOW, &found) == STRATA_OK && is_value_of(&found, number) &&
		   found.created_at == version;
}

static strata_store_usage usage(void)
{
	strata_store_usage now;

	strata_store_read_usage(store, &now);
	return now;
}

static strata_shard *shard_of(uint32_t number)
{
	numbered_key key;
	uint64_t hash;

	key_number(&key, number);
	hash = strata_hash_of(key.key.key, strata_store_salt(store, SPACE, GENERATION));
	return (strata_shard *) &store->shards[hash >> 32 & (store->shard_count - 1)];
}

static void what_is_set_is_got(void)
{
	strata_msec end = strata_clock_msec() + 100000;
	strata_record record = { .value = { .integer = -5, .codec = STRATA_CODEC_INTEGER },
		.life = { .dead_at = end, .kept_for = 3, .fresh_until = 4, .expires_at = 5 },
		.created_at = 6,
		.version = 7,
		.cost_msec = 8 };
	strata_record found;

	begin_store(SIZE);
	for (int i = 0; i < 3; i++) {
		CHECK(set_record(1, &record));
		CHECK(get(1, NOW, &found) == STRATA_OK && found.value.codec == STRATA_CODEC_INTEGER);
		CHECK(found.value.integer == -5 && found.life.dead_at == end);
		CHECK(found.life.kept_for == 3 && found.life.fresh_until == 4);
		CHECK(found.life.expires_at == 5 && found.created_at == 6 && found.version == 7);
		CHECK(found.cost_msec == 8 && found.tag_count == 0);
		CHECK(get(1, end, &found) == STRATA_MISS);
	}
	CHECK(usage().entries == 1);
	end_store(SIZE);
}

/* Room that a value which is over leaves is the slow path's to give. */
static void what_is_over_is_for_the_slow_path(void)
{
	strata_record record = value_number(1, 1, 100);

	begin_store(SIZE);
	record.life.dead_at = 1;
	CHECK(set_record(1, &record));
	CHECK(!set(1, 2, 100) && usage().expired == 0 && usage().entries == 1);
	CHECK(put(1, 2, 100) == STRATA_OK && holds(1, 2) && usage().expired == 1);
	end_store(SIZE);
}

/* Sizes differ, so that one takes the place of another only sometimes. */
static void both_ways_may_alternate(void)
{
	uint32_t quick = 0;

	begin_store(SIZE);
	for (uint32_t version = 0; version < 6; version++) {
		for (uint32_t i = 0; i < MANY; i++) {
			size_t size = 8 + (i * 7 + version * 131) % 500;
			bool is_set = (i + version) % 3 != 0 && set(i, version, size);

			quick += is_set;
			CHECK(is_set || put(i, version, size) == STRATA_OK);
		}
		for (uint32_t i = 0; i < MANY; i++) {
			CHECK(holds(i, version));
		}
		audit_store(store);
	}
	CHECK(usage().entries == MANY && usage().evicted == 0 && usage().damages == 0);
	CHECK(quick > MANY * 3);
	end_store(SIZE);
}

static void what_is_large_is_for_the_slow_path(void)
{
	begin_store(SIZE);
	CHECK(set(1, 1, STRATA_LARGEST_AT_ONCE) && holds(1, 1));
	CHECK(!set(1, 2, STRATA_LARGEST_AT_ONCE + 1) && holds(1, 1));
	end_store(SIZE);
}

static void no_lock_is_waited_for(void)
{
	begin_store(SIZE);
	CHECK(set(1, 1, 100));
	REQUIRE(strata_shard_lock(shard_of(1), 0) == STRATA_MUTEX_TAKEN);
	CHECK(!set(1, 2, 100));
	strata_shard_unlock(shard_of(1));
	CHECK(holds(1, 1) && usage().lock_timeouts == 0);
	CHECK(set(1, 2, 100) && holds(1, 2));
	end_store(SIZE);
}

static void while_readers_hold_too_much_it_is_for_the_slow_path(void)
{
	begin_store(SIZE);
	CHECK(set(1, 1, 100));
	atomic_store(&shard_of(1)->head->is_copying, 1);
	CHECK(!set(1, 2, 100) && holds(1, 1));
	atomic_store(&shard_of(1)->head->is_copying, 0);
	end_store(SIZE);
}

static void nothing_is_evicted(void)
{
	uint32_t i = 0;
	strata_store_usage full;

	begin_store(SIZE);
	for (uint32_t refused = 0; refused < 50; i++) {
		refused += !set(i, 1, 400);
		REQUIRE(i < SIZE / 400);
	}
	full = usage();
	CHECK(full.evicted == 0 && full.refused_held == 0 && full.entries == i - 50);
	while (i < SIZE / 200) {
		CHECK(put(i++, 1, 400) == STRATA_OK);
	}
	full = usage();
	CHECK(full.evicted > 0);
	for (uint32_t j = i; j < i + 100; j++) {
		strata_record found;

		CHECK(!set(j, 1, 400) && get(j, NOW, &found) == STRATA_MISS);
	}
	CHECK(usage().evicted == full.evicted && usage().entries == full.entries);
	end_store(SIZE);
}

static void a_share_is_kept_to(void)
{
	uint32_t there = 0;

	begin_store(SIZE);
	for (uint32_t i = 0; i < MANY; i++) {
		strata_record record = value_number(i, 1, 400);

		record.share = SHARE;
		there += set_record(i, &record);
	}
	CHECK(there > 0 && (uint64_t) there * 528 <= SIZE / 100 * SHARE);
	CHECK(usage().entries == there && usage().evicted == 0);
	end_store(SIZE);
}

/* The key's own chain leads into nowhere: what it held is lost, but never there twice. */
static void damage_is_repaired_first(void)
{
	strata_shard *shard;
	uint32_t hash;
	numbered_key key;

	begin_store(SIZE);
	CHECK(set(1, 1, 100));
	shard = shard_of(1);
	key_number(&key, 1);
	hash = (uint32_t) strata_hash_of(key.key.key, strata_store_salt(store, SPACE, GENERATION));
	atomic_store(strata_index_bucket(shard, hash), (uint64_t) 7 << 32 | (shard->end - 3));
	CHECK(!set(1, 2, 100));
	CHECK(holds(1, 1) && usage().repairs == 1 && usage().entries == 1);
	CHECK(set(1, 2, 100) && holds(1, 2) && usage().entries == 1);
	end_store(SIZE);
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(what_is_set_is_got);
	RUN(what_is_over_is_for_the_slow_path);
	RUN(both_ways_may_alternate);
	RUN(what_is_large_is_for_the_slow_path);
	RUN(no_lock_is_waited_for);
	RUN(while_readers_hold_too_much_it_is_for_the_slow_path);
	RUN(nothing_is_evicted);
	RUN(a_share_is_kept_to);
	RUN(damage_is_repaired_first);
	return unit_end();
}
