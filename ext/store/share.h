/*
 * share — the count of what each namespace fills of a shard, and the most that it may fill. Every
 * function here wants the shard locked.
 */
#ifndef STRATA_STORE_SHARE_H
#define STRATA_STORE_SHARE_H

#include "store/block/entry.h"

/*
 * An entry begins or ends to take room. It does so until its block is freed, whether it may still
 * be found or only waits for its readers. What is counted is derived, and repair counts it anew.
 */
void strata_share_add(strata_shard *shard, uint32_t place);
void strata_share_subtract(strata_shard *shard, uint32_t place);
void strata_share_forget(strata_shard *shard);

/*
 * Where the units of the namespace are counted; NULL when it is not known. Changed with the lock,
 * and read without it by those that only look.
 */
_Atomic uint32_t *strata_share_taken(strata_shard *shard, uint64_t namespace_id);

static inline uint32_t strata_share_read(const _Atomic uint32_t *taken)
{
	return atomic_load_explicit(taken, memory_order_relaxed);
}

/*
 * Was the namespace refused in the last second, because readers hold what it may fill? Then it is
 * again, without another look for what could give way. note: it is now.
 */
bool strata_share_was_refused(const strata_shard *shard, uint64_t namespace_id, strata_msec now);
void strata_share_note_refusal(strata_shard *shard, uint64_t namespace_id, strata_msec now);

/*
 * Is the entry at this place one of those that the namespace has reserved room for, and another
 * namespace wants it? See strata_store_reserve().
 */
bool strata_share_is_reserved(const strata_shard *shard, uint32_t place, uint64_t wanted_by);

/* More than this the entries of the namespace never fill of the shard: units. */
uint32_t strata_share_limit(const strata_shard *shard, const strata_lookup *lookup);

#endif
