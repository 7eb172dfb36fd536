/*
 * Blocks lie side by side, so that their sizes lead from one to the next. To follow all of them
 * would take as long as there are entries. So some are followed at the beginning of each cell, and
 * the walk then jumps to the next cell. There it has to find the header of a block again: the first
 * that passes its check (see strata_block_units()). Where none is near, a large block covers that
 * place, and the jump is tried at half its length, and so on, until the walk comes to that block by
 * sizes. A budget of headers bounds the whole.
 *
 * Others write meanwhile. A header is believed only as far as its check goes, and every step leads
 * forward, within the shard.
 */
#include "store/map/heap_map.h"

#include <stdlib.h>
#include <string.h>

#include "os/clock.h"
#include "store/block/heap.h"
#include "store/store_internal.h"

enum {
	BLOCKS_EACH = 24,   /* that are followed before a jump */
	SEARCHED = 256,     /* units, in which a jump looks for a header */
	COST_OF_SEARCH = 8, /* as headers: reading on costs less than going somewhere else */
	MOST_LOOKS = 48 * STRATA_HEAP_MAP_CELLS,
	MOST_PINNED = 8192
};

typedef struct {
	const strata_shard *shard;
	strata_heap_map_cell *cells; /* of this shard */
	uint32_t count;
	uint32_t stride; /* units of a cell */
	uint32_t looks;  /* that are left */
} walk;

static uint32_t cell_of(const walk *walk, uint32_t place)
{
	uint32_t number = (place - 1) / walk->stride;

	return number < walk->count ? number : walk->count - 1;
}

/* The place where the next cell begins. */
static uint32_t end_of_cell(const walk *walk, uint32_t place)
{
	uint32_t number = cell_of(walk, place) + 1;

	return number < walk->count ? 1 + number * walk->stride : walk->shard->end;
}

static void add(strata_heap_map_cell *cell, strata_block_state state, uint64_t bytes)
{
	switch (state) {
		case STRATA_BLOCK_FREE: cell->free += bytes; break;
		case STRATA_BLOCK_RETIRED: cell->retired += bytes; break;
		case STRATA_BLOCK_WRITING:
		case STRATA_BLOCK_LIVE: cell->live += bytes; break;
	}
}

/* A large block lies in several cells. */
static void count(const walk *walk, uint32_t place, uint32_t units)
{
	strata_block_state state =
		(strata_block_state) atomic_load_explicit(&strata_block_at(walk->shard, place)->state,
			memory_order_relaxed);
	uint32_t end = place + units;

	while (place < end) {
		uint32_t until = end_of_cell(walk, place);

		until = until < end ? until : end;
		add(&walk->cells[cell_of(walk, place)], state,
			(uint64_t) (until - place) * STRATA_UNIT_SIZE);
		place = until;
	}
}

/* The first header near this place; 0: there is none. */
static uint32_t find_header(walk *walk, uint32_t place)
{
	uint32_t rest = walk->shard->end - place;
	uint32_t until = place + (rest < SEARCHED ? rest : SEARCHED);

	walk->looks -= walk->looks < COST_OF_SEARCH ? walk->looks : COST_OF_SEARCH;
	for (; place < until; place++) {
		if (strata_block_units(walk->shard, place) != 0) {
			return place;
		}
	}
	return 0;
}

/* From block to block, some of them, up to the goal. Returns how far it came. */
static uint32_t follow(walk *walk, uint32_t place, uint32_t goal)
{
	for (int i = 0; i < BLOCKS_EACH && place < goal && walk->looks > 0; i++) {
		uint32_t units = strata_block_units(walk->shard, place);

		walk->looks--;
		if (units == 0) {
			/* Another process has just joined it with its neighbour, or it is damaged. */
			uint32_t next = find_header(walk, place + 1);

			return next == 0 ? goal : next;
		}
		count(walk, place, units);
		place += units;
	}
	return place;
}

/* To the goal, or as far as there is a block to go on from. */
static uint32_t jump(walk *walk, uint32_t place, uint32_t goal)
{
	for (uint32_t way = goal - place; way > SEARCHED && walk->looks > 0; way /= 2) {
		uint32_t found = find_header(walk, place + way);

		if (found != 0) {
			return found;
		}
	}
	return place;
}

static void look_at_shard(walk *walk)
{
	uint32_t place = 1;

	while (place < walk->shard->end && walk->looks > 0) {
		uint32_t goal = end_of_cell(walk, place);

		place = follow(walk, place, goal);
		if (place < goal) {
			place = jump(walk, place, goal);
		}
	}
}

/* What is held is known by the tables of those that hold it. */
static void add_pinned(const strata_store *store, strata_heap_map *out, uint32_t each)
{
	uint64_t *blocks = store->pins == NULL ? NULL : malloc(MOST_PINNED * sizeof(*blocks));
	size_t count;

	if (blocks == NULL) {
		return;
	}
	count = strata_pins_list(store->pins, strata_clock_msec(), blocks, MOST_PINNED);
	for (size_t i = 0; i < count; i++) {
		uint32_t number = (uint32_t) (blocks[i] >> 32), place = (uint32_t) blocks[i];
		uint32_t units =
			number >= store->shard_count ? 0 : strata_block_units(&store->shards[number], place);

		if (units != 0) {
			walk walk = { &store->shards[number], &out->cells[number * each], each,
				store->shards[number].end / each + 1, 0 };

			walk.cells[cell_of(&walk, place)].pinned += (uint64_t) units * STRATA_UNIT_SIZE;
		}
	}
	free(blocks);
}

void strata_heap_map_look(const strata_store *store, strata_heap_map *out)
{
	uint32_t each = STRATA_HEAP_MAP_CELLS / store->shard_count;

	memset(out, 0, sizeof(*out));
	for (uint32_t i = 0; i < store->shard_count; i++) {
		const strata_shard *shard = &store->shards[i];
		walk walk = { shard, &out->cells[i * each], each, shard->end / each + 1,
			MOST_LOOKS / store->shard_count };

		look_at_shard(&walk);
	}
	out->count = each * store->shard_count;
	out->cell_size = ((uint64_t) store->shards[0].end / each + 1) * STRATA_UNIT_SIZE;
	add_pinned(store, out, each);
}

/* ---- namespaces ---- */

static uint64_t bytes_of(const strata_store *store, uint32_t index)
{
	uint64_t units = 0;

	for (uint32_t i = 0; i < store->shard_count; i++) {
		units += atomic_load_explicit(&store->shards[i].head->taken[index], memory_order_relaxed);
	}
	return units * STRATA_UNIT_SIZE;
}

/* Into its place among those that are there already, which the smallest of them may lose. */
static void insert(strata_heap_map_share *out, uint32_t room, uint32_t there,
	strata_heap_map_share one)
{
	uint32_t place = there < room ? there : room;

	for (; place > 0 && out[place - 1].bytes < one.bytes; place--) {
		if (place < room) {
			out[place] = out[place - 1];
		}
	}
	if (place < room) {
		out[place] = one;
	}
}

uint32_t strata_heap_map_shares(const strata_store *store, strata_heap_map_share *out,
	uint32_t room)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < STRATA_NAMESPACE_COUNT; i++) {
		strata_heap_map_share one = {
			.namespace_id = atomic_load_explicit(&store->head->namespaces.known[i].namespace_id,
				memory_order_relaxed),
			.bytes = bytes_of(store, i),
		};

		if (one.namespace_id != 0 && one.bytes > 0) {
			insert(out, room, found, one);
			found++;
		}
	}
	return found;
}
