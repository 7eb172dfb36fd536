/*
 * heap — which bytes of a shard are free? Blocks side by side from the first place to the end.
 * Every function here wants the shard locked.
 */
#ifndef STRATA_STORE_HEAP_H
#define STRATA_STORE_HEAP_H

#include "store/shard.h"

/* In shared memory, at the start of every block. */
typedef struct {
	_Atomic uint64_t extent; /* low half: size in units; high half: a check over size and place */
	uint32_t left;           /* units of the block before this one, 0 for the first; derived */
	_Atomic uint32_t state;  /* strata_block_state */
	_Atomic uint64_t owner;  /* WRITING: who writes without the lock; 0: who has the lock */
} strata_block;

/* Numbers that memory does not hold by accident. Repair frees what nobody has a right to. */
typedef enum {
	STRATA_BLOCK_FREE = 0x46524545,
	STRATA_BLOCK_WRITING = 0x57524954, /* taken, its content not yet valid */
	STRATA_BLOCK_RETIRED = 0x52455449, /* an entry no more, but somebody may still look at it */
	STRATA_BLOCK_LIVE = 0x4C495645     /* an entry that may be found */
} strata_block_state;

/* No block is smaller, so every free block can hold something. Units. */
enum { STRATA_BLOCK_SMALLEST = 6 };

static inline strata_block *strata_block_at(const strata_shard *shard, uint32_t place)
{
	return (strata_block *) (shard->heap + (size_t) place * STRATA_UNIT_SIZE);
}

/* The block's size in units; 0 if there is no block at this place, whatever number the place is. */
uint32_t strata_block_units(const strata_shard *shard, uint32_t place);

/* The same for a block in this state. */
uint32_t strata_block_units_in(const strata_shard *shard, uint32_t place, strata_block_state state);

/* Takes effect as one store, in the order in which the program has it. */
void strata_block_set_state(strata_shard *shard, uint32_t place, strata_block_state state);

/* Makes the whole heap one free block. */
void strata_heap_format(strata_shard *shard);

/*
 * The place of a block of at least this many units, in state WRITING and of this owner. 0 when no
 * free block is large enough.
 */
uint32_t strata_heap_take(strata_shard *shard, uint32_t units, strata_process_owner owner);

/* Does this block in state WRITING belong to a thread that still lives and writes? */
bool strata_block_is_being_written(const strata_shard *shard, uint32_t place);

/*
 * Frees a block and joins it with free neighbours. Returns the place of the free block it became.
 */
uint32_t strata_heap_give(strata_shard *shard, uint32_t place);

/* For repair, which walks the heap from left to right and leaves derived data as it finds it. */
void strata_heap_forget_lists(strata_shard *shard);
void strata_heap_list(strata_shard *shard, uint32_t place);
void strata_heap_set_extent(strata_shard *shard, uint32_t place, uint32_t units);

/* The largest free block, in units. */
uint32_t strata_heap_largest(const strata_shard *shard);

#endif
