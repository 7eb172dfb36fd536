/* store — the values of this host: opaque blocks in shared memory, found by key. */
#ifndef STRATA_STORE_STORE_H
#define STRATA_STORE_STORE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/result.h"
#include "host/pins.h"
#include "store/block/store_types.h"

typedef struct {
	uint64_t size;         /* bytes of the heap, its index included */
	uint64_t used;         /* bytes in blocks of entries */
	uint64_t free;         /* bytes in free blocks */
	uint64_t retired;      /* bytes, of those used, that are removed and that readers may hold */
	uint64_t pinned;       /* bytes in pinned blocks, retired or not */
	uint64_t largest_free; /* bytes: the longest free run of any shard */
	uint64_t entries;
	uint64_t evicted;       /* removed to make room, still valid */
	uint64_t evicted_large; /* of those, to clear a run for one large value */
	uint64_t evicted_share; /* of those, because their namespace had had its share */
	uint64_t refused_held;  /* writes refused because readers hold the room for them */
	uint64_t expired;       /* removed because their time was over, or their generation */
	uint64_t outdated;      /* of those, because of their generation: a clear() came before */
	uint64_t repairs;       /* of shards whose lock's owner died, or that were found damaged */
	uint64_t
		damages; /* times that something was given up because something else had written there */
	uint64_t lock_timeouts; /* operations given up because a shard stayed locked */
	uint32_t shards;
	uint32_t copying;     /* shards of which readers get copies, since they hold too much there */
	uint64_t value_limit; /* bytes: the largest value that is accepted */
} strata_store_usage;

/*
 * Lays a store out in memory of this size, which is zeroed and shared by all processes that will
 * use the handle (they inherit it by fork). At least 1 MiB. The number of shards follows the size,
 * so that a value of min(size / 8, 16 MiB) is always accepted. readable is where the same memory
 * can be read and not written, or memory itself. Without pins nothing is ever pinned.
 */
STRATA_MUST_CHECK strata_result strata_store_new(void *memory, const void *readable, size_t size,
	strata_pins *pins, strata_store **out);

/*
 * A store in memory that outlives its processes. There each entry has a check over all of it, also
 * a number. MENDED makes all but the entries anew and drops those that are not as they were stored;
 * what it finds may be anything. MENDED and JOINED are CORRUPT where the memory holds no store of
 * this layout and size. The bounds of memory are those of the caller, never read from there.
 */
STRATA_MUST_CHECK strata_result strata_store_open(void *memory, const void *readable, size_t size,
	strata_pins *pins, strata_store_birth birth, strata_store **out);

/*
 * From here on every value is stored with a check, which every hit looks at. What was damaged is a
 * miss, counted in damages. Numbers have none, since they change in their place. Before the store
 * is used, by all processes or none.
 */
void strata_store_verify(strata_store *store);
bool strata_store_verifies(const strata_store *store);

/* Frees the handle; the memory and what other processes see in it stay. */
void strata_store_free(strata_store *store);

/*
 * OK fills *out; MISS; BUSY when the shard is changed all the time, or damaged, and stayed locked
 * for 2 ms too; TOO_LARGE for a copy past what the arena allows; NO_MEMORY. Takes no lock
 * otherwise. *out is zeroed in every case but OK, seen excepted. With a MISS it also describes what
 * is kept under the key, if anything is: codec (of a placeholder: ABSENT), version and life, and no
 * bytes.
 */
STRATA_MUST_CHECK strata_result strata_store_get(strata_store *store, const strata_store_key *key,
	strata_msec now, strata_read_mode mode, strata_arena *arena, strata_record *out);

/* The same from where a peek of the same key stopped; NULL: from the beginning. */
STRATA_MUST_CHECK strata_result strata_store_get_from(strata_store *store,
	const strata_store_key *key, const strata_store_cursor *cursor, strata_msec now,
	strata_read_mode mode, strata_arena *arena, strata_record *out);

/*
 * A token of the place where the key is looked for: it changes whenever something is stored or
 * removed there, this key or one of the few beside it. Takes no lock.
 */
uint64_t strata_store_watch(strata_store *store, const strata_store_key *key);

/* The seed of the hashes of keys in this namespace and generation. */
uint64_t strata_store_salt(const strata_store *store, uint64_t namespace_id, uint64_t generation);

/*
 * The fast path to a value that is there and sound. False for everything else: absent, over,
 * damaged, just being changed, an image that cannot be pinned as the mode wants; then out->cursor
 * says where a get may go on. False also for a value with tags, which out tells all the same. Never
 * waits.
 */
STRATA_MUST_CHECK bool strata_store_peek(strata_store *store, const strata_store_key *key,
	uint64_t salt, strata_peek_mode mode, strata_store_hit *out);

/*
 * The same in two steps, for many keys of one call: the hashes of all of them with this salt, by
 * which the processor fetches their buckets and entries for several at once; then a peek for each.
 */
void strata_store_expect(const strata_store *store, const strata_view *keys, uint32_t count,
	uint64_t salt, uint64_t *hashes);
STRATA_MUST_CHECK bool strata_store_peek_expected(strata_store *store, const strata_store_key *key,
	uint64_t hash, strata_peek_mode mode, strata_store_hit *out);

/*
 * Gives back this thread's own pin of a block, which a read reported with a value of this size; 0
 * is none.
 */
void strata_store_release(strata_store *store, uint64_t block, size_t size);

/*
 * OK; NOT_STORED (by the mode); TOO_LARGE (also for the share of its namespace); BUSY after 2 ms,
 * or at once when too much of the shard is pinned. Evicts what it must, never everything. A value
 * of more than 8 KiB is written without the lock.
 */
STRATA_MUST_CHECK strata_result strata_store_put(strata_store *store, const strata_store_key *key,
	strata_msec now, strata_store_mode mode, const strata_record *record);

/* The same. *meets_tags: NOT_STORED, since ADD or REPLACE met a value with tags. */
STRATA_MUST_CHECK strata_result strata_store_put_or_note(strata_store *store,
	const strata_store_key *key, strata_msec now, strata_store_mode mode,
	const strata_record *record, bool *meets_tags);

/*
 * OK when an entry was removed, MISS when there was none. Cannot fail: if the shard stays locked
 * for 20 ms, all its entries are made invisible instead (its epoch is raised), and the answer
 * is OK.
 */
STRATA_MUST_CHECK strata_result strata_store_remove(strata_store *store,
	const strata_store_key *key, strata_msec now);

/* The same, if this version is there, served or kept. OK, NOT_STORED, or BUSY after 2 ms. */
STRATA_MUST_CHECK strata_result strata_store_remove_version(strata_store *store,
	const strata_store_key *key, strata_msec now, uint64_t expected);

/*
 * Gives what is served there another life and another version; OK, MISS or BUSY. NOT_STORED where
 * it has tags and another version than the approved one; 0: none was.
 */
STRATA_MUST_CHECK strata_result strata_store_touch(strata_store *store, const strata_store_key *key,
	strata_msec now, const strata_life *life, uint64_t version, uint64_t approved);

/*
 * Sees to it that something is under the key, for at least that many milliseconds, over which a
 * value can be stored by its version: what is dead and kept, or the version `seen`; else the
 * placeholder, a record with codec ABSENT and a version. OK with *version; NOT_STORED when another
 * version is served there; TOO_LARGE or BUSY.
 */
STRATA_MUST_CHECK strata_result strata_store_take_fence(strata_store *store,
	const strata_store_key *key, strata_msec now, strata_msec kept_for, uint64_t seen,
	const strata_record *placeholder, uint64_t *version);

/*
 * Adds `by` to an integer in place. Where there is none, stores initial->value.integer + by with
 * initial's times, or says MISS where initial is of codec ABSENT. *sum is the number afterwards, 0
 * unless OK. OK; NOT_INTEGER, OVERFLOW and, where a value with tags is there, NOT_STORED (they
 * leave the entry as it is); TOO_LARGE, or BUSY after 100 ms: a counter cannot degrade to a miss.
 */
STRATA_MUST_CHECK strata_result strata_store_increment(strata_store *store,
	const strata_store_key *key, strata_msec now, int64_t by, const strata_record *initial,
	int64_t *sum);

/*
 * The fast path of that, to an integer that is there, where its shard is sound and not locked: true
 * with *sum written. False, and nothing done, in every other case.
 */
STRATA_MUST_CHECK bool strata_store_increment_at_once(strata_store *store,
	const strata_store_key *key, uint64_t salt, int64_t by, int64_t *sum);

/*
 * The fast path of SET, of a value that is no image and of at most so many bytes (never too large
 * for a store), where its shard is sound and not locked and has a free block: true when it is
 * stored. False, and nothing done, in every other case.
 */
enum { STRATA_LARGEST_AT_ONCE = 512 };
STRATA_MUST_CHECK bool strata_store_set_at_once(strata_store *store, const strata_store_key *key,
	uint64_t salt, const strata_record *record);

/*
 * The namespace keeps so many percent of the heap from now on, as far as it fills them: no entry of
 * it that is alive makes room for another namespace. Others of its family keep nothing any more.
 * Returns percent. Where other families have left less of 100, returns that, and changes nothing.
 * Takes no lock.
 */
uint32_t strata_store_reserve(strata_store *store, uint64_t namespace_id, uint64_t family,
	uint32_t percent);

/* The largest value like this one that is accepted, and the most that a share allows: bytes. */
size_t strata_store_value_limit(const strata_store *store, const strata_value *value);
size_t strata_store_share_limit(const strata_store *store, uint8_t share);

/* Frees at once what is retired and not pinned any more. */
void strata_store_free_retired(strata_store *store);

void strata_store_read_usage(strata_store *store, strata_store_usage *out);

/* The same without any lock: largest_free is 0. */
void strata_store_look_at_usage(const strata_store *store, strata_store_usage *out);

#endif
