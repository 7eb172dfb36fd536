/* A walk through a store: what it finds, where it goes on, and that it believes nothing torn. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "store/walk.h"

#include <pthread.h>

#include "os/process.h"
#include "store/store_internal.h"

#include "store_fixture.h"
#include "store_values.h"

enum { SIZE = 4 << 20, NOW = 1000, MANY = 3000, ROOM = 5000 };

static strata_walked found[ROOM];
static uint32_t found_count;
static uint64_t position;

static strata_walk_order everything(void)
{
	return (strata_walk_order){
		.namespace_id = SPACE,
		.generation = GENERATION,
		.prefix = { "", 0 },
		.most_places = UINT32_MAX,
		.most_found = ROOM - STRATA_WALK_SPARE,
		.now = NOW,
	};
}

static void walk(const strata_walk_order *order)
{
	REQUIRE(strata_walk_go_on(store, order, arena, &position, found, &found_count) == STRATA_OK);
}

static uint32_t count_of(strata_walk_order order)
{
	position = STRATA_WALK_OVER;
	walk(&order);
	CHECK(position == STRATA_WALK_OVER);
	return found_count;
}

static void put_as(uint32_t number, strata_store_key *key, strata_msec dead_at)
{
	strata_record record = value_number(number, number + 1, 40 + number % 100);

	record.life.dead_at = dead_at;
	REQUIRE(strata_store_put(store, key, 1, STRATA_STORE_SET, &record) == STRATA_OK);
}

static void put(uint32_t number)
{
	numbered_key key;

	put_as(number, key_number(&key, number), STRATA_NEVER);
}

static void each_key_is_found_with_what_its_header_says(void)
{
	bool seen[MANY] = { false };

	begin_store(SIZE);
	for (uint32_t i = 0; i < MANY; i++) {
		put(i);
	}
	CHECK(count_of(everything()) == MANY);
	for (uint32_t i = 0; i < found_count; i++) {
		uint32_t number = (uint32_t) atoi(found[i].key.data + 4);

		REQUIRE(number < MANY && found[i].key.size == 10 && !seen[number]);
		seen[number] = true;
		CHECK(found[i].size == 40 + number % 100 && found[i].record.created_at == number + 1);
		CHECK(found[i].taken >= found[i].size + 10 + 96 && found[i].taken % 16 == 0);
		CHECK(found[i].record.value.codec == STRATA_CODEC_STRING);
	}
	end_store(SIZE);
}

static void only_what_is_wanted_and_served_is_found(void)
{
	strata_walk_order order = everything();
	numbered_key named;
	strata_store_key *key;

	begin_store(SIZE);
	put(17);
	put(18);
	key = key_number(&named, 170000);
	put_as(170000, key, STRATA_NEVER);
	key = key_number(&named, 19);
	put_as(19, key, NOW); /* dead as of now */
	key = key_number(&named, 20);
	key->namespace_id = SPACE + 1;
	put_as(20, key, STRATA_NEVER);
	key = key_number(&named, 21);
	key->generation = GENERATION + 1;
	key->namespace_id = SPACE + 2;
	put_as(21, key, STRATA_NEVER);
	key = key_number(&named, 22);
	put_as(22, key, STRATA_NEVER);
	REQUIRE(strata_store_remove(store, key, NOW) == STRATA_OK);
	CHECK(count_of(order) == 3);
	order.prefix = strata_view_of("key:0000");
	CHECK(count_of(order) == 2);
	order.prefix = strata_view_of("key:000017");
	CHECK(count_of(order) == 1);
	order.prefix = strata_view_of("key:0000170"); /* longer than the key */
	CHECK(count_of(order) == 0);
	end_store(SIZE);
}

/* Whatever ends a call: keys, places, or the end of a shard. */
static void calls_lead_through_everything(void)
{
	strata_walk_order by_keys = everything(), by_places = everything();
	uint32_t sum = 0, calls = 0;

	begin_store(SIZE);
	for (uint32_t i = 0; i < MANY; i++) {
		put(i);
	}
	by_keys.most_found = 1;
	position = STRATA_WALK_OVER;
	do {
		walk(&by_keys);
		CHECK(found_count <= by_keys.most_found + STRATA_WALK_SPARE);
		sum += found_count;
		calls++;
	} while (position != STRATA_WALK_OVER);
	CHECK(sum == MANY && calls > 100);
	by_places.most_places = 100;
	sum = 0;
	do {
		walk(&by_places);
		sum += found_count;
	} while (position != STRATA_WALK_OVER);
	CHECK(sum == MANY);
	end_store(SIZE);
}

static void any_position_is_taken_for_a_place(void)
{
	static const uint64_t positions[] = { UINT64_MAX, UINT32_MAX, (uint64_t) 1 << 32, 1,
		(uint64_t) 63 << 32 | UINT32_MAX };

	begin_store(SIZE);
	put(1);
	for (size_t i = 0; i < sizeof(positions) / sizeof(positions[0]); i++) {
		strata_walk_order order = everything();

		position = positions[i];
		walk(&order);
		CHECK(found_count <= 1 && position == STRATA_WALK_OVER);
	}
	end_store(SIZE);
}

/* Bytes of the heap that something else has written lead nowhere. */
static void damage_ends_a_chain(void)
{
	uint32_t before;

	begin_store(SIZE);
	for (uint32_t i = 0; i < MANY; i++) {
		put(i);
	}
	before = count_of(everything());
	for (uint32_t place = 1000; place < 3000; place++) {
		memset(store->shards[0].heap + (size_t) place * STRATA_UNIT_SIZE, 0x5A, STRATA_UNIT_SIZE);
	}
	position = STRATA_WALK_OVER;
	walk(&(strata_walk_order){ .namespace_id = SPACE,
		.generation = GENERATION,
		.prefix = { "", 0 },
		.most_places = UINT32_MAX,
		.most_found = ROOM - STRATA_WALK_SPARE,
		.now = NOW });
	CHECK(found_count < before);
	strata_store_free(store);
	strata_map_free(memory, SIZE);
	strata_arena_free(arena);
}

/* ---- others write meanwhile ---- */

static atomic_bool is_over;

static void *overwrite(void *unused)
{
	numbered_key key;

	for (uint32_t i = 0; !atomic_load(&is_over); i++) {
		uint32_t number = i % 50;
		strata_record record = { .value = { .bytes = { "0123456789abcdef0123456789abcdef",
												8 + i % 25 },
									 .codec = STRATA_CODEC_STRING },
			.version = i + 1 };

		if (i % 7 == 0) {
			(void) !strata_store_remove(store, key_number(&key, number), NOW);
		} else {
			(void) !strata_store_put(store, key_number(&key, number), NOW, STRATA_STORE_SET,
				&record);
		}
	}
	return unused;
}

static bool is_key_of_test(strata_view key)
{
	return key.size == 10 && memcmp(key.data, "key:0000", 8) == 0;
}

static void no_key_is_torn_while_others_overwrite_and_remove(void)
{
	strata_walk_order order = everything();
	pthread_t writer;

	begin_store(SIZE);
	put(99); /* nothing happens to it */
	atomic_store(&is_over, false);
	REQUIRE(pthread_create(&writer, NULL, overwrite, NULL) == 0);
	for (int i = 0; i < 300; i++) {
		bool has_quiet = false;

		strata_arena_reset(arena);
		position = STRATA_WALK_OVER;
		walk(&order);
		for (uint32_t n = 0; n < found_count; n++) {
			CHECK(is_key_of_test(found[n].key) && found[n].size >= 8);
			has_quiet |= memcmp(found[n].key.data, "key:000099", 10) == 0;
		}
		CHECK(has_quiet);
	}
	atomic_store(&is_over, true);
	REQUIRE(pthread_join(writer, NULL) == 0);
	end_store(SIZE);
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(each_key_is_found_with_what_its_header_says);
	RUN(only_what_is_wanted_and_served_is_found);
	RUN(calls_lead_through_everything);
	RUN(any_position_is_taken_for_a_place);
	RUN(damage_ends_a_chain);
	RUN(no_key_is_torn_while_others_overwrite_and_remove);
	return unit_end();
}
