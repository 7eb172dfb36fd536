/* shard — which part of the store is this, and may we change it now? */
#ifndef STRATA_STORE_SHARD_H
#define STRATA_STORE_SHARD_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"
#include "os/mutex.h"
#include "store/space.h"

enum {
	STRATA_UNIT_SIZE = 16, /* bytes; sizes and places in a heap are counted in these units */
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
	alignas(64) _Atomic uint32_t generation;
	_Atomic uint64_t lock_timeouts; /* added to by whoever did not get the lock */

	/* Guarded by the lock, and derived: repair makes them anew. */
	alignas(64) uint32_t hand;               /* where eviction goes on; a block's place */
	uint64_t filled[STRATA_CLASS_WORDS];     /* bit c: free list c is not empty */
	uint32_t free_lists[STRATA_CLASS_COUNT]; /* place of the first block; 0: none */

	/* Statistics. */
	_Atomic uint64_t used; /* units in blocks that are not free */
	_Atomic uint64_t entries;
	_Atomic uint64_t evicted;
	_Atomic uint64_t expired;
	_Atomic uint64_t repairs;
	_Atomic uint64_t damages; /* times that repair met a block that was none */
} strata_shard_head;

/*
 * One process' view of a shard. The geometry is here, where no stray write of another process
 * reaches.
 */
typedef struct {
	strata_shard_head *head;
	uint32_t *buckets;     /* in shared memory; place of the first entry of each chain, 0: none */
	char *heap;            /* in shared memory; place p is at heap + p * STRATA_UNIT_SIZE */
	strata_spaces *spaces; /* in shared memory, of the whole store */
	uint64_t seed;         /* of the store */
	uint32_t bucket_mask;  /* number of buckets - 1 */
	uint32_t end;          /* the place after the last one; place 0 is never used */
	bool is_damaged;       /* guarded by the lock: something was found that cannot be */
} strata_shard;

/*
 * Cuts a zeroed piece of memory (aligned to 64 bytes) into head, index and heap, and makes the heap
 * one free block.
 */
STRATA_MUST_CHECK strata_result strata_shard_init(strata_shard *shard, void *memory, size_t size,
	strata_spaces *spaces, uint64_t seed);

/*
 * Waits at most this long. A shard whose last owner died is repaired before it is handed over.
 * False when it stayed locked; that is counted.
 */
STRATA_MUST_CHECK bool strata_shard_lock(strata_shard *shard, strata_usec patience);

/* Repairs first, if what is_damaged says was found meanwhile. */
void strata_shard_unlock(strata_shard *shard);

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
