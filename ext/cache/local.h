/* local — what the local tier offers beyond what all tiers do. */
#ifndef STRATA_CACHE_LOCAL_H
#define STRATA_CACHE_LOCAL_H

#include "base/call.h"
#include "database/database.h"

bool strata_cache_has_local(const strata_database *database);

/* Is it the only one? Then there is nothing to confirm, to follow, or to serve on an error. */
static inline bool strata_cache_is_local_alone(const strata_database *database)
{
	return database->tier_count == 1 && database->tiers[0].ops->kind == STRATA_TIER_LOCAL;
}

/*
 * Counts for the local tier: one, or up to 256. The host is told of so many at once, or when a
 * request ends or a status is wanted. True: strata_cache_next_sampled() is to be asked until it
 * says that there is no more.
 */
STRATA_MUST_CHECK bool strata_cache_count_local(strata_database *database, strata_counter counter);
STRATA_MUST_CHECK bool strata_cache_count_many(strata_database *database, strata_counter counter,
	uint32_t count);
void strata_cache_flush_counts(strata_database *database);

/* Which of so many that were counted last is of the sample, from 0 on; count: none, or no more. */
uint32_t strata_cache_next_sampled(strata_database *database, uint32_t count);

/*
 * The fast path to a value of the local tier: no item, no arena, no other tier. As
 * strata_store_peek(). The caller counts the hit and releases what it does not keep.
 */
bool strata_cache_peek(strata_database *database, strata_view key, strata_peek_mode mode,
	strata_store_hit *out);

/*
 * The same for many keys of one call, for which the generation is looked at once: first
 * strata_cache_expect() for their hashes, then a peek for each.
 */
typedef struct {
	strata_database *database;
	uint64_t generation;
	strata_peek_mode mode;
} strata_cache_peeks;

/* False where the local tier cannot be asked, or not yet. */
STRATA_MUST_CHECK bool strata_cache_begin_peeks(strata_database *database, strata_peek_mode mode,
	strata_cache_peeks *out);
void strata_cache_expect(const strata_cache_peeks *peeks, const strata_view *keys, uint32_t count,
	uint64_t *hashes);
STRATA_MUST_CHECK bool strata_cache_peek_expected(const strata_cache_peeks *peeks, strata_view key,
	uint64_t hash, strata_store_hit *out);

/* Gives back the pin of an image that is not handed out where it lies. */
void strata_cache_release_hit(strata_database *database, const strata_store_hit *hit);

/* The same for an item of a get. */
void strata_cache_release(strata_database *database, strata_item *item);

/*
 * The same for counting, where the local tier is the only one. As strata_store_increment_at_once();
 * counting that it was done is the caller's.
 */
bool strata_cache_increment_at_once(strata_database *database, strata_view key, int64_t by,
	int64_t *sum);

/*
 * The same for set, where the local tier is the only one and no policy speaks: as
 * strata_store_set_at_once(). Of the record the value is given, which is no image; the rest is
 * written here. ttl of 0: it never ends.
 */
bool strata_cache_set_at_once(strata_database *database, strata_view key, strata_msec ttl,
	strata_record *record);

/* The image of the item replaces what the local tier holds, if that is the same version. */
void strata_cache_upgrade_local(strata_database *database, strata_call *call, strata_item *item);

#endif
