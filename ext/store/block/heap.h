/*
 * heap — the free bytes of a shard and the used ones: blocks side by side from the first place to
 * the end. Every function here wants the shard locked.
 */
#ifndef STRATA_STORE_HEAP_H
#define STRATA_STORE_HEAP_H

#include "store/block/shard.h"

/* In shared memory, at the start of every block. */
typedef struct {
	_Atomic uint64_t extent; /* low half: size in units; high half: a check over size and place */
	uint32_t left;           /* units of the block before this one, 0 for the first; derived */
	_Atomic uint32_t state;  /* strata_block_state */
	_Atomic uint64_t owner;  /* WRITING: the thread that writes without the lock; else 0 */
} strata_block;

/* Numbers that memory does not hold by accident. Repair frees what has no owner. */
typedef enum {
	STRATA_BLOCK_FREE = 0x46524545,
	STRATA_BLOCK_WRITING = 0x57524954, /* taken, its content not yet valid */
	STRATA_BLOCK_RETIRED = 0x52455449, /* an entry no more, but a process may still pin it */
	STRATA_BLOCK_LIVE = 0x4C495645     /* an entry that may be found */
} strata_block_state;

static inline strata_block *strata_block_at(const strata_shard *shard, uint32_t place)
{
	return (strata_block *) (shard->heap + (size_t) place * STRATA_UNIT_SIZE);
}

/*
 * The size below, the check above: the upper half of one product, in which every bit of size, place
 * and seed takes part. It is looked at a dozen times in every write, so it has to be short.
 */
static inline uint64_t strata_block_extent_of(const strata_shard *shard, uint32_t place,
	uint32_t units)
{
	uint64_t both = (uint64_t) place << 32 | units;
	uint64_t product = ((both ^ shard->seed) + (both >> 32)) * 0x9E3779B97F4A7C15;

	return (product & 0xFFFFFFFF00000000) | units;
}

/* The block's size in units; 0 if there is no block at this place, whatever number the place is. */
static inline uint32_t strata_block_units(const strata_shard *shard, uint32_t place)
{
	uint64_t extent;
	uint32_t units;

	if (place == 0 || place >= shard->end) {
		return 0;
	}
	extent = atomic_load_explicit(&strata_block_at(shard, place)->extent, memory_order_relaxed);
	units = (uint32_t) extent;
	if (units < STRATA_BLOCK_SMALLEST || units > shard->end - place) {
		return 0;
	}
	return extent == strata_block_extent_of(shard, place, units) ? units : 0;
}

static inline bool strata_block_is(const strata_shard *shard, uint32_t place,
	strata_block_state state)
{
	return atomic_load_explicit(&strata_block_at(shard, place)->state, memory_order_relaxed) ==
		   state;
}

/* The same for a block in this state. */
static inline uint32_t strata_block_units_in(const strata_shard *shard, uint32_t place,
	strata_block_state state)
{
	uint32_t units = strata_block_units(shard, place);

	return units != 0 && strata_block_is(shard, place, state) ? units : 0;
}

/* Takes effect as one store, in the order in which the program has it. */
void strata_block_set_state(strata_shard *shard, uint32_t place, strata_block_state state);

/* Makes each ring one free block. */
void strata_heap_format(strata_shard *shard);

/*
 * The place of a block of main of at least this many units, in state WRITING and of this owner. 0
 * when no free block of main is large enough.
 */
uint32_t strata_heap_take(strata_shard *shard, uint32_t units, strata_process_owner owner);

/* The same of the free block at this place of the nursery, which is large enough. */
uint32_t strata_heap_take_at(strata_shard *shard, uint32_t place, uint32_t units,
	strata_process_owner owner);

/* The same of the block that is staged, if it is of this ring and of just this size; else 0. */
uint32_t strata_heap_take_staged(strata_shard *shard, strata_shard_ring ring, uint32_t units,
	strata_process_owner owner);

/* Does this block in state WRITING belong to a thread that still lives and writes? */
bool strata_block_is_being_written(const strata_shard *shard, uint32_t place);

/*
 * Frees a block and joins it with free neighbours. Returns the place of the free block it became.
 */
uint32_t strata_heap_give(strata_shard *shard, uint32_t place);

/*
 * A block that no process can read any more is staged for the next overwrite of its size and ring,
 * instead of being joined with its neighbours and cut off again. One a shard: the one staged before
 * is freed.
 */
void strata_heap_stage(strata_shard *shard, uint32_t place);

/* For repair, which walks the heap from left to right and leaves derived data as it finds it. */
void strata_heap_forget_lists(strata_shard *shard);
void strata_heap_list(strata_shard *shard, uint32_t place);
void strata_heap_set_extent(strata_shard *shard, uint32_t place, uint32_t units);

/* The largest free block of main, in units. */
uint32_t strata_heap_largest(const strata_shard *shard);

#endif
