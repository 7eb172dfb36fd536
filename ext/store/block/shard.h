/* shard — one part of the store, with a lock, an index and a heap of its own. */
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
#include "store/block/namespaces.h"

enum {
	STRATA_UNIT_SIZE = 16,     /* bytes; sizes and places in a heap are counted in these units */
	STRATA_BLOCK_SMALLEST = 8, /* units: every free block can hold something */
	STRATA_UNITS_PER_MARK = STRATA_BLOCK_SMALLEST,
	STRATA_CLASS_COUNT = 256,
	STRATA_CLASS_WORDS = STRATA_CLASS_COUNT / 64,
	STRATA_UNSEEN = 64,         /* blocks that are looked for together */
	STRATA_NURSERY_PERCENT = 8, /* of a shard's places; the others are main */
	STRATA_GHOST_WAYS = 8       /* ghosts in a set */
};

/* A shard has two rings, each of which is swept in the order of places; see evict.c. */
typedef enum { STRATA_RING_MAIN, STRATA_RING_NURSERY } strata_shard_ring;

/*
 * What all processes share of a shard, before its index and its heap. Statistics are atomic so that
 * they can be read without the lock; they are written under it, except where another rule is named.
 */
typedef struct {
	alignas(64) strata_mutex lock;

	/* Lock-free. An entry that carries another number does not count any more. */
	alignas(64) _Atomic uint32_t epoch;
	_Atomic uint32_t is_copying;    /* 1: readers hold too much of it, and get copies for now */
	_Atomic uint32_t relieved_at;   /* msec, the lower half: when that was last looked into */
	_Atomic uint64_t lock_timeouts; /* added to by a process that gave up for want of the lock */
	_Atomic uint32_t epoch_again;   /* ~epoch: for a process that finds it after all others ended */

	/* Guarded by the lock, and derived: repair makes them anew. */
	alignas(64) uint32_t hand;        /* where eviction goes on in main; a block's place */
	uint32_t nursery_hand;            /* the same in the nursery */
	uint32_t dead_hand;               /* where main is looked through for what is dead */
	uint32_t finds_dead;              /* the last such look found something */
	uint32_t staged;                  /* see strata_heap_stage(); 0: none */
	_Atomic uint64_t pending_replace; /* an entry about to replace another: places, its own above */
	uint32_t share_hand;              /* where a namespace goes on that makes room for itself */
	uint64_t filled[STRATA_CLASS_WORDS];     /* bit c: free list c is not empty */
	uint32_t free_lists[STRATA_CLASS_COUNT]; /* place of the first block; 0: none */

	/* Of each known namespace: units in entries, and in what is retired and still held. */
	_Atomic uint32_t taken[STRATA_NAMESPACE_COUNT]; /* others look without the lock */
	uint32_t refused_at[STRATA_NAMESPACE_COUNT];    /* msec, the lower half; see evict.c */
	uint32_t relief_hand;                           /* where the next relief goes on */
	uint32_t held_seen;   /* units that were held when the hand passed them in this turn */
	uint32_t held_before; /* the same of the turn before */
	uint32_t holders;     /* processes that might hold anything, at the last look */

	/* Retired blocks of which it is not known whether they are held; see index.c. */
	uint32_t unseen[STRATA_UNSEEN]; /* places */
	uint32_t unseen_count;
	uint32_t unseen_units;

	/* Statistics. */
	_Atomic uint64_t used;    /* units in blocks that are not free */
	_Atomic uint64_t retired; /* units in blocks that only wait for their pins */
	_Atomic uint64_t entries;
	_Atomic uint64_t evicted;
	_Atomic uint64_t evicted_large; /* of those, to clear a run for one large value */
	_Atomic uint64_t evicted_share; /* of those, because their namespace had had its share */
	_Atomic uint64_t refused_held;  /* writes refused because readers hold the room for them */
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
	uint16_t *ghosts;              /* in shared memory; see ghosts.h */
	char *heap;                    /* in shared memory; place p is at heap + p * STRATA_UNIT_SIZE */
	const char *view;              /* the same memory where it can only be read */
	strata_pins *pins;             /* NULL: no block is ever held */
	strata_namespaces *namespaces; /* in shared memory, of the whole store */
	uint64_t seed;                 /* of the store */
	strata_pin_bound bound;        /* of what one thread may hold of the store; see is_copying */
	uint32_t bucket_mask;          /* number of buckets - 1 */
	uint32_t ghost_sets;           /* each of STRATA_GHOST_WAYS */
	uint32_t border;               /* main has the places before it, the nursery those from it on */
	uint32_t end;                  /* the place after the last one; place 0 is never used */
	uint32_t number;               /* of this shard in its store */
	bool verifies;                 /* values carry a check, which every hit looks at */
	bool is_damaged;               /* guarded by the lock: something was found that cannot be */
	bool is_lasting; /* entries outlive the processes: each carries a check over all of it */
	bool is_checked; /* repair keeps only what passes that check, as this process is alone */
	bool has_twins;  /* and it found two entries of one key */
} strata_shard;

/*
 * Finds head, index, marks, ghosts and heap in a piece of memory (aligned to 64 bytes), of which
 * nothing is read or written. The caller has set view (of the start of the memory), pins,
 * namespaces, seed, the allowance of its bound, and number. NO_MEMORY where it is too small.
 */
STRATA_MUST_CHECK strata_result strata_shard_place(strata_shard *shard, void *memory, size_t size);

/* For a shard that no other process uses yet. */
STRATA_MUST_CHECK strata_result strata_shard_make_lock(strata_shard *shard);

/* Both, in zeroed memory, which the caller then formats. */
STRATA_MUST_CHECK strata_result strata_shard_init(strata_shard *shard, void *memory, size_t size);

/*
 * Waits at most this long. INHERITED obliges the caller to a repair: for a sound shard there are
 * strata_repair_lock() and strata_repair_unlock().
 */
STRATA_MUST_CHECK strata_mutex_outcome strata_shard_lock(strata_shard *shard, strata_usec max_wait);

void strata_shard_unlock(strata_shard *shard);

static inline strata_shard_ring strata_shard_ring_of(const strata_shard *shard, uint32_t place)
{
	return place < shard->border ? STRATA_RING_MAIN : STRATA_RING_NURSERY;
}

/* The place after the last one of the ring that this place lies in. */
static inline uint32_t strata_shard_ring_end(const strata_shard *shard, uint32_t place)
{
	return place < shard->border ? shard->border : shard->end;
}

/* What this block is called among all blocks of the store. Never 0. */
static inline uint64_t strata_shard_block_number(const strata_shard *shard, uint32_t place)
{
	return (uint64_t) shard->number << 32 | place;
}

/*
 * May this block, which is out of reach already, be pinned by any process? False of one that no
 * reader marked: that is known without a look at what processes hold.
 */
bool strata_shard_may_be_held(const strata_shard *shard, uint32_t place);

/* With the lock: looks at what processes hold, which is remembered as how many. */
void strata_shard_look_at_pins(const strata_shard *shard, strata_pins_asked *asked, size_t count);

/*
 * Marks stand beside the heap and not in the block: a reader may come late, when the block holds
 * something else. Here that costs nothing. A new entry begins without marks of its predecessor.
 */
typedef enum {
	STRATA_MARK_VISITED = 1, /* it was asked for since the hand came by */
	STRATA_MARK_PINNED = 2,  /* a reader may have pinned it, since it was written */
	STRATA_MARK_LODGER =
		4,                /* it stands in main for want of another use of the place; see evict.c */
	STRATA_MARK_FRESH = 8 /* a lodger that has not had half a round yet when the hand comes by */
} strata_shard_mark;

static inline _Atomic uint8_t *strata_shard_marks_of(const strata_shard *shard, uint32_t place)
{
	return &shard->marks[place / STRATA_UNITS_PER_MARK];
}

static inline bool strata_shard_has_mark(const strata_shard *shard, uint32_t place,
	strata_shard_mark mark)
{
	return (atomic_load_explicit(strata_shard_marks_of(shard, place), memory_order_relaxed) &
			   mark) != 0;
}

/* Written only if missing, so that a key that is read all the time keeps its line where it is. */
static inline void strata_shard_set_marks(const strata_shard *shard, uint32_t place, uint8_t marks)
{
	_Atomic uint8_t *set = strata_shard_marks_of(shard, place);

	if ((atomic_load_explicit(set, memory_order_relaxed) & marks) != marks) {
		atomic_fetch_or_explicit(set, marks, memory_order_relaxed);
	}
}

static inline void strata_shard_clear_marks(const strata_shard *shard, uint32_t place,
	uint8_t marks)
{
	atomic_fetch_and_explicit(strata_shard_marks_of(shard, place), (uint8_t) ~marks,
		memory_order_relaxed);
}

/*
 * With the lock: so many units more, or less, are retired and wait for their readers; the hand has
 * passed so many that are held. Past an eighth of the shard, readers get copies.
 */
void strata_shard_count_retired(strata_shard *shard, int64_t units);
void strata_shard_count_held(strata_shard *shard, uint32_t units);

/* The hand begins its next turn. */
void strata_shard_begin_turn(strata_shard *shard);

/* Some time has passed: what the hand saw held counts an eighth less. */
void strata_shard_relieve(strata_shard *shard);

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
