/* shard — which part of the store is this, and may we change it now? */
#ifndef STRATA_STORE_SHARD_H
#define STRATA_STORE_SHARD_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"
#include "host/pins.h"
#include "os/mutex.h"
#include "store/namespaces.h"

enum {
	STRATA_UNIT_SIZE = 16,     /* bytes; sizes and places in a heap are counted in these units */
	STRATA_BLOCK_SMALLEST = 6, /* units: every free block can hold something */
	STRATA_UNITS_PER_MARK = STRATA_BLOCK_SMALLEST,
	STRATA_CLASS_COUNT = 256,
	STRATA_CLASS_WORDS = STRATA_CLASS_COUNT / 64
};

/*
 * What all processes share of a shard, before its index and its heap. Statistics are atomic so that
 * they can be read without the lock; they are written under it, except where another rule is named.
 */
typedef struct {
	alignas(64) strata_mutex lock;

	/* Lock-free. An entry that carries another number does not count any more. */
	alignas(64) _Atomic uint32_t epoch;
	_Atomic uint64_t lock_timeouts; /* added to by whoever did not get the lock */

	/* Guarded by the lock, and derived: repair makes them anew. */
	alignas(64) uint32_t hand;        /* where eviction goes on; a block's place */
	uint32_t staged;                  /* see strata_heap_stage(); 0: none */
	_Atomic uint64_t pending_replace; /* an entry about to replace another: places, its own above */
	uint32_t share_hand;              /* where a namespace goes on that makes room for itself */
	uint64_t filled[STRATA_CLASS_WORDS];     /* bit c: free list c is not empty */
	uint32_t free_lists[STRATA_CLASS_COUNT]; /* place of the first block; 0: none */

	uint32_t taken[STRATA_NAMESPACE_COUNT]; /* units in entries of each known namespace */

	/* Statistics. */
	_Atomic uint64_t used;    /* units in blocks that are not free */
	_Atomic uint64_t retired; /* units in blocks that only wait for who looks at them */
	_Atomic uint64_t entries;
	_Atomic uint64_t evicted;
	_Atomic uint64_t evicted_large; /* of those, to clear a run for one large value */
	_Atomic uint64_t evicted_share; /* of those, because their namespace had had its share */
	_Atomic uint64_t expired;
	_Atomic uint64_t outdated; /* of those, not over, but of a generation that is */
	_Atomic uint64_t repairs;
	_Atomic uint64_t damages; /* times that repair met a block that was none */
} strata_shard_head;

/*
 * One process' view of a shard. The geometry is here, where no stray write of another process
 * reaches.
 */
typedef struct {
	strata_shard_head *head;
	_Atomic uint64_t *buckets;     /* in shared memory; see index.c */
	_Atomic uint8_t *marks;        /* in shared memory; see strata_shard_mark_of() */
	char *heap;                    /* in shared memory; place p is at heap + p * STRATA_UNIT_SIZE */
	const char *view;              /* the same memory where it can only be read */
	strata_pins *pins;             /* NULL: nobody ever holds a block */
	strata_namespaces *namespaces; /* in shared memory, of the whole store */
	uint64_t seed;                 /* of the store */
	uint32_t bucket_mask;          /* number of buckets - 1 */
	uint32_t end;                  /* the place after the last one; place 0 is never used */
	uint32_t number;               /* of this shard in its store */
	bool verifies;                 /* values carry a check, which every hit looks at */
	bool is_damaged;               /* guarded by the lock: something was found that cannot be */
} strata_shard;

/*
 * Cuts a zeroed piece of memory (aligned to 64 bytes) into head, index, marks and heap, which the
 * caller then formats. The caller has set view (of the start of the memory), pins, namespaces, seed
 * and number.
 */
STRATA_MUST_CHECK strata_result strata_shard_init(strata_shard *shard, void *memory, size_t size);

/*
 * Waits at most this long; BUSY is counted. INHERITED obliges the caller to a repair: whoever wants
 * a sound shard calls strata_repair_lock() and strata_repair_unlock() instead.
 */
STRATA_MUST_CHECK strata_mutex_outcome strata_shard_lock(strata_shard *shard, strata_usec max_wait);

void strata_shard_unlock(strata_shard *shard);

/* What this block is called among all blocks of the store. Never 0. */
static inline uint64_t strata_shard_block_number(const strata_shard *shard, uint32_t place)
{
	return (uint64_t) shard->number << 32 | place;
}

/* Does anybody look at this block, which is out of reach already? */
bool strata_shard_is_held(const strata_shard *shard, uint32_t place);

/*
 * 1: the block at this place was asked for since the hand came by. Not in the block, because who
 * reads without a lock may come late, when the block holds something else: here that costs nothing.
 */
static inline _Atomic uint8_t *strata_shard_mark_of(const strata_shard *shard, uint32_t place)
{
	return &shard->marks[place / STRATA_UNITS_PER_MARK];
}

/* Makes every entry of the shard invisible. Needs no lock. */
void strata_shard_outdate(strata_shard *shard);

/* Adds to a statistic that the lock guards: cheaper than an atomic addition. */
static inline void strata_shard_count(_Atomic uint64_t *statistic, int64_t amount)
{
	uint64_t now = atomic_load_explicit(statistic, memory_order_relaxed);

	atomic_store_explicit(statistic, now + (uint64_t) amount, memory_order_relaxed);
}

/* One 64-bit mix, for checks and seeds: every bit of the input changes about half of the output. */
static inline uint64_t strata_shard_mix(uint64_t bits)
{
	bits = (bits ^ bits >> 32) * 0x9E3779B97F4A7C15;
	bits = (bits ^ bits >> 29) * 0xBF58476D1CE4E5B9;
	return bits ^ bits >> 32;
}

#endif
