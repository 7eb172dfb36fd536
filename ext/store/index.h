/* index — a hash table from keys to places. Every function but one wants the shard locked. */
#ifndef STRATA_STORE_INDEX_H
#define STRATA_STORE_INDEX_H

#include "store/block/entry.h"

/* No chain of honest entries comes near this, since the seed is random. */
enum { STRATA_LONGEST_CHAIN = 4096 };

static inline _Atomic uint64_t *strata_index_bucket(const strata_shard *shard, uint32_t hash)
{
	return &shard->buckets[hash & shard->bucket_mask];
}

static inline uint32_t strata_index_first(uint64_t word)
{
	return (uint32_t) word;
}

/*
 * What a bucket looked like, with the epoch of its shard, as one number: as long as it is the
 * same, nothing was stored or removed there. Needs no lock.
 */
static inline uint64_t strata_index_token(uint64_t word, uint32_t epoch)
{
	return strata_shard_mix(word ^ strata_shard_mix((uint64_t) epoch + 1));
}

/* The token of now. */
uint64_t strata_index_token_of(const strata_shard *shard, uint32_t hash);

/* The place of the sound entry with this key, dead or alive; 0 when there is none. */
uint32_t strata_index_find(strata_shard *shard, const strata_lookup *lookup);

/*
 * The same for a number, by fewer checks: 0 also where anything else has the hash of the key, or is
 * not as it should be.
 */
uint32_t strata_index_find_integer(const strata_shard *shard, const strata_lookup *lookup);

/* Puts an entry that is written and LIVE, and whose key is not in the index, where it is found. */
void strata_index_add(strata_shard *shard, uint32_t place);

/* Puts it where the old one of the same key was, which no reader finds any more. */
void strata_index_replace(strata_shard *shard, uint32_t place, uint32_t old);

/*
 * An entry stops being one. Returns the place of the free block that it became, or 0 when it
 * is pinned: then the block is retired, and the next hand that finds it unpinned frees it.
 */
uint32_t strata_index_drop(strata_shard *shard, uint32_t place);

/*
 * The same for an entry that was replaced by another one of its namespace, which counts for that
 * from here on. A block that is not pinned is staged for the next entry.
 */
void strata_index_retire_replaced(strata_shard *shard, uint32_t place, uint32_t successor);

/* Looks at what was retired without a look, and frees of it what is not pinned. */
void strata_index_free_unseen(strata_shard *shard);

/* Frees a retired block that is not pinned any more. Returns the free block's place or 0. */
uint32_t strata_index_free_retired(strata_shard *shard, uint32_t place);

/* Makes every token of the bucket stale. */
void strata_index_disturb(strata_shard *shard, uint32_t hash);

/* For repair: finds nothing from here on. */
void strata_index_clear(strata_shard *shard);

#endif
