/* store — where do values live on this host? Opaque blocks in shared memory, found by key. */
#ifndef STRATA_STORE_STORE_H
#define STRATA_STORE_STORE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "host/pins.h"

typedef struct strata_store strata_store;

/* What is looked for. Two keys are the same if all three of space, generation and key are. */
typedef struct {
	uint64_t space;      /* hash of database and namespace */
	uint64_t generation; /* of that space; older entries are invisible and evicted first */
	strata_view key;     /* 1 byte to 64 KiB */
} strata_store_key;

typedef struct {
	strata_value value;     /* from get: in the caller's arena, or pinned in its place */
	strata_msec dead_at;    /* monotonic: this copy is not served from here on; STRATA_NEVER */
	strata_msec created_at; /* wall clock: when the value was first stored anywhere */
	strata_msec expires_at; /* wall clock: when the value itself ends; STRATA_NEVER */
	uint64_t version;       /* random, given by who puts; an increment makes it another */

	/* From get, for who looks again later. */
	const void *origin; /* of an image: the address that it was placed for */
	uint64_t block;     /* what is pinned, so that value may be read where it is; 0: nothing */
	bool is_own_pin;    /* this thread held no pin of the block before, and may take it back */
	uint64_t seen;      /* on a miss too: a token of the place where the key is looked for */

	/* For put. */
	uint8_t share; /* percent of the heap that the space may fill; 0: all of it */
	uint64_t
		expected; /* STRATA_PUT_SWAP: the version whose form this is; STRATA_PUT_COMPARE: to be replaced */
} strata_record;

typedef enum {
	STRATA_READ_COPY, /* the value is copied into the arena */
	STRATA_READ_PIN   /* an image stays where it is, and is pinned; copied where that cannot be */
} strata_read_mode;

typedef enum {
	STRATA_PUT_SET,     /* whatever is there */
	STRATA_PUT_ADD,     /* only if nothing is there */
	STRATA_PUT_REPLACE, /* only if something is there */
	STRATA_PUT_COMPARE, /* only if the version that is expected is there */
	STRATA_PUT_FILL,    /* only if nothing is there and nothing was stored or removed since seen */
	STRATA_PUT_SWAP     /* another form of the version that is expected there; its times stay */
} strata_put_mode;

typedef struct {
	uint64_t size;         /* bytes of the heap, its index included */
	uint64_t used;         /* bytes in blocks of entries */
	uint64_t free;         /* bytes in free blocks */
	uint64_t retired;      /* bytes, of those used, that only wait until nobody looks at them */
	uint64_t pinned;       /* bytes in blocks that somebody looks at, retired or not */
	uint64_t largest_free; /* bytes: the longest free run of any shard */
	uint64_t entries;
	uint64_t evicted;       /* removed to make room, still valid */
	uint64_t evicted_large; /* of those, to clear a run for one large value */
	uint64_t evicted_share; /* of those, because their space had had its share */
	uint64_t expired;       /* removed because their time was over, or their generation */
	uint64_t outdated;      /* of those, because of their generation: a clear() came before */
	uint64_t repairs;       /* of shards whose lock's owner died, or that were found damaged */
	uint64_t
		damages; /* times that something was given up because something else had written there */
	uint64_t lock_timeouts; /* operations given up because a shard stayed locked */
	uint32_t shards;
	uint64_t value_limit; /* bytes: the largest value that is accepted */
} strata_store_usage;

/*
 * Lays a store out in memory of this size, which is zeroed and shared by all processes that will
 * use the handle (they inherit it by fork). At least 1 MiB. The number of shards follows the size,
 * so that a value of min(size / 8, 16 MiB) is always accepted. readable is where the same memory can
 * be read and not written, or memory itself. Without pins nothing is ever pinned.
 */
STRATA_MUST_CHECK strata_result strata_store_new(void *memory, const void *readable, size_t size,
	strata_pins *pins, strata_store **out);

/*
 * From here on every value is stored with a check, which every hit looks at; what was damaged is a miss,
 * counted in damages. Numbers have none, since they change in their place. Before the store is used,
 * by all processes or none.
 */
void strata_store_verify(strata_store *store);
bool strata_store_verifies(const strata_store *store);

/* Frees the handle; the memory and what other processes see in it stay. */
void strata_store_free(strata_store *store);

/*
 * OK fills *out; MISS; BUSY when the shard is changed all the time, or damaged, and stayed locked for
 * 2 ms too; NO_MEMORY. Takes no lock otherwise. *out is zeroed in every case but OK, seen excepted.
 */
STRATA_MUST_CHECK strata_result strata_store_get(strata_store *store, const strata_store_key *key,
	strata_msec now, strata_read_mode mode, strata_arena *arena, strata_record *out);

/* What tells the hash of a key in this space and generation from that of the same key in others. */
uint64_t strata_store_salt(const strata_store *store, uint64_t space, uint64_t generation);

/*
 * What was seen at a glance. Numbers, and values without bytes, are final. So are the bytes of an
 * image, which is pinned. Those of anything else lie where writers may write: they are copied first
 * and believed if strata_store_is_unchanged() says so afterwards.
 */
typedef struct {
	strata_codec_id codec;
	bool is_own_pin; /* as in strata_record */
	int64_t integer;
	strata_view bytes;
	uint64_t version;
	uint64_t block;
	const _Atomic uint64_t *watched; /* what changes when the entry does, */
	uint64_t word;                   /* and what it was */
} strata_glimpse;

/*
 * The shortest way to a value that is there and sound. False for everything else: absent, over,
 * damaged, just being changed, an image without a pin to be had. Never waits.
 */
STRATA_MUST_CHECK bool strata_store_glance(strata_store *store, const strata_store_key *key,
	uint64_t salt, strata_glimpse *out);

STRATA_MUST_CHECK static inline bool strata_store_is_unchanged(const strata_glimpse *seen)
{
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(seen->watched, memory_order_relaxed) == seen->word;
}

/*
 * OK, NOT_STORED (by the mode), TOO_LARGE (also for the share of its space), or BUSY after 2 ms, or at once when too much of the shard
 * is pinned. Evicts what it must, never everything. A value of more than 8 KiB is written without
 * the lock.
 */
STRATA_MUST_CHECK strata_result strata_store_put(strata_store *store, const strata_store_key *key,
	strata_msec now, strata_put_mode mode, const strata_record *record);

/*
 * OK when an entry was removed, MISS when there was none. Cannot fail: if the shard stays locked
 * for 20 ms, all its entries are made invisible instead (its generation is raised), and the answer
 * is OK.
 */
STRATA_MUST_CHECK strata_result strata_store_remove(strata_store *store,
	const strata_store_key *key, strata_msec now);

/* Sets both ends of life; OK, MISS or BUSY. */
STRATA_MUST_CHECK strata_result strata_store_touch(strata_store *store, const strata_store_key *key,
	strata_msec now, strata_msec dead_at, strata_msec expires_at);

/*
 * Adds `by` to an integer in place. Where there is none, stores initial->value.integer + by with
 * initial's times. *sum is the number afterwards, 0 unless OK. OK, NOT_INTEGER, OVERFLOW (both
 * leave the entry as it is), TOO_LARGE, or BUSY after 100 ms: who counts cannot make do with a miss.
 */
STRATA_MUST_CHECK strata_result strata_store_increment(strata_store *store,
	const strata_store_key *key, strata_msec now, int64_t by, const strata_record *initial,
	int64_t *sum);

/*
 * The shortest way to do that to an integer that is there, where its shard is sound and nobody has its
 * lock: true with *sum written. False, and nothing done, in every other case.
 */
STRATA_MUST_CHECK bool strata_store_increment_at_once(strata_store *store,
	const strata_store_key *key, uint64_t salt, int64_t by, int64_t *sum);

/* Frees what is retired and not held by anybody any more, without waiting until somebody needs the room. */
void strata_store_free_retired(strata_store *store);

void strata_store_read_usage(strata_store *store, strata_store_usage *out);

#endif
