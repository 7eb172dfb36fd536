/* The map of the heap is a sample: it has to be near the truth, and to end whatever it meets. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "store/map/heap_map.h"

#include "os/process.h"
#include "store/block/heap.h"

#include "store_fixture.h"
#include "store_values.h"

enum { NOW = 1000000, SIZE = 16 << 20, OTHER_SPACE = SPACE + 1 };

static strata_heap_map map;

static void put_in(uint64_t namespace_id, uint32_t number, size_t size)
{
	numbered_key key;
	strata_record record = value_number(number, 1, size);

	key_number(&key, number)->namespace_id = namespace_id;
	REQUIRE(strata_store_put(store, &key.key, NOW, STRATA_STORE_SET, &record) == STRATA_OK);
}

static uint64_t seen_of(const strata_heap_map_cell *cell)
{
	return cell->live + cell->retired + cell->free;
}

/* Percent of the heap, each cell counted by what was seen in it. */
static double live_percent(void)
{
	double live = 0;
	uint32_t seen = 0;

	strata_heap_map_look(store, &map);
	for (uint32_t i = 0; i < map.count; i++) {
		if (seen_of(&map.cells[i]) > 0) {
			live += (double) map.cells[i].live / (double) seen_of(&map.cells[i]);
			seen++;
		}
	}
	CHECK(seen >= map.count * 9 / 10);
	return 100 * live / (double) seen;
}

static double used_percent(void)
{
	strata_store_usage usage;

	strata_store_read_usage(store, &usage);
	return 100 * (double) usage.used / (double) (usage.used + usage.free);
}

static void an_empty_heap_is_free_everywhere(void)
{
	uint64_t bytes = 0;
	strata_store_usage usage;

	begin_store(SIZE);
	strata_heap_map_look(store, &map);
	strata_store_read_usage(store, &usage);
	CHECK(map.count > 0 && map.count <= STRATA_HEAP_MAP_CELLS);
	for (uint32_t i = 0; i < map.count; i++) {
		CHECK(map.cells[i].free > 0);
		CHECK(map.cells[i].live == 0 && map.cells[i].retired == 0 && map.cells[i].pinned == 0);
		bytes += map.cells[i].free;
	}
	/* A block is seen as a whole: all of the heap was, since it is so few. */
	CHECK(bytes == usage.free);
	CHECK(map.cell_size * map.count >= usage.free);
	end_store(SIZE);
}

static void a_part_that_is_filled_shows_as_that_part(size_t size)
{
	begin_store(SIZE);
	for (uint32_t i = 0; used_percent() < 50; i++) {
		put_in(SPACE, i, size);
	}
	CHECK(live_percent() > 40 && live_percent() < 60);
	for (uint32_t i = 0; i < 3 * SIZE / size; i++) {
		put_in(SPACE, i, size);
	}
	CHECK(live_percent() > 75);
	end_store(SIZE);
}

static void small_values_are_sampled(void)
{
	a_part_that_is_filled_shows_as_that_part(100);
}

static void large_values_are_followed(void)
{
	a_part_that_is_filled_shows_as_that_part(VALUE_MOST);
}

/* Hundreds of small ones in front of one that is larger than several cells. */
static void what_lies_behind_small_values_is_found(void)
{
	begin_store(SIZE);
	for (uint32_t i = 0; i < 40000; i++) {
		put_in(SPACE, i, 8 + i % 40);
	}
	for (uint32_t i = 0; i < 20; i++) {
		put_in(SPACE, 50000 + i, VALUE_MOST);
	}
	CHECK(live_percent() > used_percent() - 12 && live_percent() < used_percent() + 12);
	end_store(SIZE);
}

static void what_is_no_block_ends_no_walk_wrongly(void)
{
	begin_store(SIZE);
	for (uint32_t i = 0; i < 20000; i++) {
		put_in(SPACE, i, 200);
	}
	for (uint32_t i = 0; i < store->shard_count; i++) {
		strata_shard *shard = &store->shards[i];

		for (uint32_t place = shard->end / 4; place < shard->end / 2; place++) {
			memset(strata_block_at(shard, place), (int) (place * 7), STRATA_UNIT_SIZE);
		}
	}
	strata_heap_map_look(store, &map);
	CHECK(map.cells[0].live > 0);
	for (uint32_t i = 0; i < map.count; i++) {
		CHECK(seen_of(&map.cells[i]) <= map.cell_size);
	}
	strata_store_free(store);
	strata_map_free(memory, SIZE);
	strata_arena_free(arena);
}

static void namespaces_are_told_by_what_they_fill(void)
{
	strata_heap_map_share shares[3];

	begin_store(SIZE);
	CHECK(strata_heap_map_shares(store, shares, 3) == 0);
	for (uint32_t i = 0; i < 100; i++) {
		put_in(SPACE, i, 100);
		put_in(OTHER_SPACE, i, 1000);
	}
	CHECK(strata_heap_map_shares(store, shares, 3) == 2);
	CHECK(shares[0].namespace_id == OTHER_SPACE && shares[0].bytes >= 100000);
	CHECK(shares[1].namespace_id == SPACE && shares[1].bytes >= 10000);
	CHECK(shares[1].bytes < 50000);
	end_store(SIZE);
}

static void with_little_room_the_largest_are_told(void)
{
	strata_heap_map_share shares[3];

	begin_store(SIZE);
	for (uint32_t i = 0; i < 60; i++) {
		for (uint32_t n = 0; n <= (i * 7) % 60; n++) {
			put_in(100 + i, n, 300);
		}
	}
	CHECK(strata_heap_map_shares(store, shares, 3) == 60);
	CHECK(shares[0].bytes > shares[1].bytes && shares[1].bytes > shares[2].bytes);
	CHECK((shares[0].namespace_id - 100) * 7 % 60 == 59);
	CHECK((shares[2].namespace_id - 100) * 7 % 60 == 57);
	end_store(SIZE);
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(an_empty_heap_is_free_everywhere);
	RUN(small_values_are_sampled);
	RUN(large_values_are_followed);
	RUN(what_lies_behind_small_values_is_found);
	RUN(what_is_no_block_ends_no_walk_wrongly);
	RUN(namespaces_are_told_by_what_they_fill);
	RUN(with_little_room_the_largest_are_told);
	return unit_end();
}
