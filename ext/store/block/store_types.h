/* store_types — the words of the store: a key, a record, and the ways to read and to put. */
#ifndef STRATA_STORE_STORE_TYPES_H
#define STRATA_STORE_STORE_TYPES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/tag.h"
#include "base/time.h"
#include "base/value.h"

typedef struct strata_store strata_store;

/* What the memory of a store is to the process that opens it. */
typedef enum {
	STRATA_STORE_PASSING, /* it ends with its processes */
	STRATA_STORE_MADE,    /* the same in memory that outlives them */
	STRATA_STORE_MENDED,  /* the process is alone with what others left there */
	STRATA_STORE_JOINED   /* others use it right now: nothing is written by opening it */
} strata_store_birth;

/* What is looked for. Two keys are the same if namespace, generation and key are. */
typedef struct {
	uint64_t namespace_id; /* hash of database and namespace */
	uint64_t generation;   /* of that namespace; older entries are invisible, evicted first */
	strata_view key;       /* 1 byte to 64 KiB, and the prefix of an item's key */
} strata_store_key;

/*
 * An entry is served until it is dead. It is kept for as long again as kept_for says: for a read
 * that asks for what is kept, and for its version, over which another value may be stored. Eviction
 * takes it as soon as it is dead.
 */
typedef struct {
	strata_msec dead_at;     /* monotonic: this copy is not served from here on; STRATA_NEVER */
	strata_msec kept_for;    /* from dead_at on; at most STRATA_LONGEST_KEPT counts */
	strata_msec fresh_until; /* wall clock: the soft end of the value itself; STRATA_NEVER */
	strata_msec expires_at;  /* wall clock: its hard end; STRATA_NEVER */
} strata_life;

#define STRATA_LONGEST_KEPT ((strata_msec) UINT32_MAX) /* 49 days */

typedef struct {
	strata_value value; /* from get: in the caller's arena, or pinned in its place */
	strata_life life;
	strata_msec created_at; /* wall clock: when the value was first stored anywhere */
	uint64_t version;       /* random, given by the writer; an increment makes it another */
	uint32_t cost_msec;     /* how long the value took to compute; 0 where that is not known */
	uint8_t share;      /* for put: percent of the heap that the namespace may fill; 0: all of it */
	uint16_t tag_count; /* at most STRATA_TAGS_MOST */
	strata_tag *tags;   /* from get: in the caller's arena, for the caller to judge */

	/* From get. */
	bool is_own_pin;    /* this thread held no pin of the block before, and may release it */
	const void *origin; /* of an image: the address that it was placed for */
	uint64_t block;     /* what is pinned, so that value may be read where it is; 0: nothing */
	uint64_t seen; /* on a miss too: as strata_store_watch(); FILL: what must not have changed */

	/* For put. */
	uint64_t expected; /* SWAP: the version whose form this is; COMPARE: to go */
} strata_record;

typedef enum {
	STRATA_READ_COPY, /* the value is copied into the arena */
	STRATA_READ_PIN,  /* an image stays where it is, and is pinned; copied where that cannot be */
	STRATA_READ_KEPT  /* the same, also of a value that is dead and kept */
} strata_read_mode;

typedef enum {
	STRATA_STORE_SET,     /* whatever is there */
	STRATA_STORE_ADD,     /* only if nothing is there */
	STRATA_STORE_REPLACE, /* only if something is there, and has no tags */
	STRATA_STORE_FILL,    /* only if nothing came or went since seen */
	STRATA_STORE_SWAP,    /* another form of the version that is expected there; its life stays */
	STRATA_STORE_COMPARE  /* only if the expected version is there: served, kept, placeholder */
} strata_store_mode;

/* What a peek does about an image that it finds. */
typedef enum {
	STRATA_PEEK_PIN, /* pins it where it lies */
	STRATA_PEEK_LOOK /* leaves it to the caller, as it does all other bytes */
} strata_peek_mode;

/*
 * Where a peek stopped in the chain of a key that it did not find. A get of the same key goes on
 * from there if namespace, generation, epoch and bucket are still as the peek found them.
 */
typedef struct strata_store_cursor {
	uint64_t hash; /* of the key: chooses shard and bucket */
	uint64_t namespace_id;
	uint64_t generation; /* of the database */
	uint64_t word;       /* of the bucket */
	uint32_t epoch;      /* of the shard */
	uint32_t place;      /* the entry to look at next; 0: the chain is over */
	bool is_set;         /* false: the peek never came to a chain */
} strata_store_cursor;

/*
 * What a peek found. Of a value with tags strata_store_peek() says no, and tag_count how many there
 * are: the caller judges them first. Numbers, and values without bytes, are final. So are the bytes
 * of an image that is pinned. Other bytes lie where writers may write, and so do tags: they are
 * copied first, and believed if strata_store_is_unchanged() says so afterwards.
 */
typedef struct {
	strata_codec_id codec;
	bool is_own_pin; /* as in strata_record */
	int64_t integer;
	strata_view bytes;
	const void *origin; /* of an image: the address that it was placed for */
	uint64_t version;
	uint64_t block;
	const _Atomic uint64_t *watched; /* the bucket, which changes when the entry does */
	const char *tags;                /* in shared memory, as they lie there: see bytes */
	uint16_t tag_count;              /* set where cursor.is_set */
	strata_store_cursor cursor;      /* of a miss; of a hit without tags, only its word is set */
} strata_store_hit;

STRATA_MUST_CHECK static inline bool strata_store_is_unchanged(const strata_store_hit *hit)
{
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(hit->watched, memory_order_relaxed) == hit->cursor.word;
}

#endif
