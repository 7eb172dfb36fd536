#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "store/share.h"

#include "os/process.h"

#include "store_fixture.h"
#include "store_values.h"

enum { NOW = 1000000, SIZE = 4 << 20, OTHER_SPACE = SPACE + 1, SHARE = 25, VALUE = 400 };

static strata_result put_in(uint64_t namespace_id, uint8_t share, uint32_t number, size_t size)
{
	numbered_key key;
	strata_record record = value_number(number, 1, size);

	record.share = share;
	key_number(&key, number)->namespace_id = namespace_id;
	return strata_store_put(store, &key.key, NOW, STRATA_STORE_SET, &record);
}

static bool is_in(uint64_t namespace_id, uint32_t number)
{
	numbered_key key;
	strata_record found;

	strata_arena_reset(arena);
	key_number(&key, number)->namespace_id = namespace_id;
	return strata_store_get(store, &key.key, NOW, STRATA_READ_COPY, arena, &found) == STRATA_OK &&
		   is_value_of(&found, number);
}

static uint32_t count_in(uint64_t namespace_id, uint32_t most)
{
	uint32_t there = 0;

	for (uint32_t i = 0; i < most; i++) {
		there += is_in(namespace_id, i);
	}
	return there;
}

/* Ten times what fits, of one namespace with this share. */
static void flood(uint8_t share)
{
	for (uint32_t i = 0; i < 10 * SIZE / VALUE; i++) {
		REQUIRE(put_in(OTHER_SPACE, share, i, VALUE) == STRATA_OK);
	}
}

static void who_keeps_its_share_evicts_nobody_else(void)
{
	strata_store_usage usage;

	begin_store(SIZE);
	for (uint32_t i = 0; i < 2000; i++) {
		REQUIRE(put_in(SPACE, 0, i, VALUE) == STRATA_OK);
	}
	flood(SHARE);
	CHECK(count_in(SPACE, 2000) == 2000);
	strata_store_read_usage(store, &usage);
	CHECK(usage.evicted_share == usage.evicted && usage.evicted > 0);
	end_store(SIZE);
}

static void a_share_is_used_to_its_end_and_not_beyond(void)
{
	uint32_t there;

	begin_store(SIZE);
	flood(SHARE);
	there = count_in(OTHER_SPACE, 10 * SIZE / VALUE);
	CHECK(there * (VALUE + 120) <= (uint64_t) SIZE * SHARE / 100);
	CHECK(there * (VALUE + 120) >= (uint64_t) SIZE * SHARE / 100 * 8 / 10);
	end_store(SIZE);
}

static void without_a_share_all_may_be_filled(void)
{
	strata_store_usage usage;

	begin_store(SIZE);
	REQUIRE(put_in(SPACE, 0, 1, VALUE) == STRATA_OK);
	flood(100);
	strata_store_read_usage(store, &usage);
	CHECK(usage.used > SIZE * 8ULL / 10 && usage.evicted_share == 0);
	end_store(SIZE);
}

static void what_is_asked_for_stays_within_a_share_too(void)
{
	begin_store(SIZE);
	for (uint32_t i = 0; i < 10 * SIZE / VALUE; i++) {
		REQUIRE(put_in(OTHER_SPACE, SHARE, i, VALUE) == STRATA_OK);
		CHECK(is_in(OTHER_SPACE, 0));
	}
	end_store(SIZE);
}

static void a_value_larger_than_the_share_is_refused(void)
{
	size_t size;

	begin_store(SIZE);
	size = (size_t) store->shards[0].end * STRATA_UNIT_SIZE / 10;
	CHECK(put_in(SPACE, 5, 1, size) == STRATA_TOO_LARGE);
	CHECK(put_in(SPACE, 50, 1, size) == STRATA_OK);
	end_store(SIZE);
}

static void a_count_that_was_damaged_mends_itself(void)
{
	int index;

	begin_store(SIZE);
	flood(SHARE);
	index = strata_namespaces_index(&store->head->namespaces, OTHER_SPACE);
	REQUIRE(index >= 0);
	for (uint32_t i = 0; i < store->shard_count; i++) {
		store->shards[i].head->taken[index] = UINT32_MAX;
	}
	flood(SHARE);
	CHECK(count_in(OTHER_SPACE, 10 * SIZE / VALUE) > 1000);
	end_store(SIZE);
}

/* Sites times users times epochs: those of a large machine, until PHP starts anew. */
static void hundreds_of_namespaces_are_all_counted(void)
{
	enum { SPACES = 700 };
	uint64_t id = 1;
	int unknown = 0;

	begin_store(SIZE);
	for (int i = 0; i < SPACES; i++) {
		id = id * 6364136223846793005 + 1442695040888963407;
		REQUIRE(put_in(id, 0, 1, 8) == STRATA_OK);
		unknown += strata_namespaces_index(&store->head->namespaces, id) < 0;
	}
	CHECK(unknown == 0);
	end_store(SIZE);
}

/* Values that only main can hold: its hand goes around a few times. */
static void sweep_all(void)
{
	for (uint32_t i = 0; i < 300; i++) {
		strata_result result = put_in(OTHER_SPACE, 0, i, 40000);

		CHECK(result == STRATA_OK || result == STRATA_BUSY);
	}
}

/* What others want takes nothing of it, and what is over goes all the same. */
static void what_is_reserved_gives_way_to_no_other(void)
{
	enum { KEPT = 2000, RESERVE = 40 };
	begin_store(SIZE);
	CHECK(strata_store_reserve(store, SPACE, SPACE, RESERVE) == RESERVE);
	for (uint32_t i = 0; i < KEPT; i++) {
		REQUIRE(put_in(SPACE, 0, i, VALUE) == STRATA_OK);
	}
	sweep_all();
	CHECK(count_in(SPACE, KEPT) == KEPT);
	CHECK(strata_store_reserve(store, SPACE, SPACE, 0) == 0);
	sweep_all();
	CHECK(count_in(SPACE, KEPT) < KEPT / 2);
	end_store(SIZE);
}

/* Beyond its reserve a namespace is as all others are, and it always makes room for itself. */
static void what_is_beyond_the_reserve_goes(void)
{
	uint32_t there;

	begin_store(SIZE);
	CHECK(strata_store_reserve(store, OTHER_SPACE, OTHER_SPACE, 20) == 20);
	flood(100);
	for (uint32_t i = 0; i < 10 * SIZE / VALUE; i++) {
		REQUIRE(put_in(SPACE, 0, i, VALUE) == STRATA_OK);
	}
	for (uint32_t i = 0; i < 10 * SIZE / VALUE; i++) {
		REQUIRE(put_in(SPACE, 0, i, VALUE) == STRATA_OK);
	}
	there = count_in(OTHER_SPACE, 10 * SIZE / VALUE);
	CHECK(there * (VALUE + 120) >= (uint64_t) SIZE * 15 / 100);
	CHECK(there * (VALUE + 120) <= (uint64_t) SIZE * 60 / 100);
	end_store(SIZE);
}

static void all_together_reserve_no_more_than_all(void)
{
	begin_store(SIZE);
	CHECK(strata_store_reserve(store, SPACE, SPACE, 60) == 60);
	CHECK(strata_store_reserve(store, SPACE, SPACE, 60) == 60);
	CHECK(strata_store_reserve(store, OTHER_SPACE, OTHER_SPACE, 60) == 40);
	CHECK(strata_store_reserve(store, OTHER_SPACE + 1, OTHER_SPACE + 1, 40) == 40);
	CHECK(strata_store_reserve(store, OTHER_SPACE, OTHER_SPACE, 1) == 0);
	CHECK(strata_store_reserve(store, OTHER_SPACE + 1, OTHER_SPACE + 1, 0) == 0);
	CHECK(strata_store_reserve(store, SPACE, SPACE, 10) == 10);
	CHECK(strata_store_reserve(store, OTHER_SPACE, OTHER_SPACE, 60) == 60);
	end_store(SIZE);
}

/* A release after the other, while some process uses the store all the time. */
static void a_reserve_goes_over_to_the_next_release(void)
{
	enum { FAMILY = 77 };
	begin_store(SIZE);
	for (uint64_t release = 0; release < 20; release++) {
		CHECK(strata_store_reserve(store, SPACE + 10 * release, FAMILY, 40) == 40);
	}
	CHECK(strata_store_reserve(store, OTHER_SPACE, OTHER_SPACE, 60) == 60);
	CHECK(strata_store_reserve(store, SPACE, FAMILY, 60) == 40);
	CHECK(strata_store_reserve(store, OTHER_SPACE, OTHER_SPACE, 70) == 60);
	CHECK(strata_store_reserve(store, SPACE + 1000, FAMILY, 0) == 0);
	CHECK(strata_store_reserve(store, OTHER_SPACE, OTHER_SPACE, 100) == 100);
	end_store(SIZE);
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(who_keeps_its_share_evicts_nobody_else);
	RUN(a_share_is_used_to_its_end_and_not_beyond);
	RUN(without_a_share_all_may_be_filled);
	RUN(what_is_asked_for_stays_within_a_share_too);
	RUN(a_value_larger_than_the_share_is_refused);
	RUN(a_count_that_was_damaged_mends_itself);
	RUN(hundreds_of_namespaces_are_all_counted);
	RUN(what_is_reserved_gives_way_to_no_other);
	RUN(what_is_beyond_the_reserve_goes);
	RUN(all_together_reserve_no_more_than_all);
	RUN(a_reserve_goes_over_to_the_next_release);
	return unit_end();
}
