/* evict — the choice of what goes where room is wanted. Every function wants the shard locked. */
#ifndef STRATA_STORE_EVICT_H
#define STRATA_STORE_EVICT_H

#include "store/block/entry.h"

/*
 * Frees what it must to take a block of this many units, at most about three times as much as that.
 * Returns its place, in state WRITING and of this owner. 0 when the shard is damaged, smaller than
 * that, or too much of it is held.
 */
uint32_t strata_evict_for(strata_shard *shard, uint32_t units, strata_process_owner owner,
	strata_msec now);

/* What is written to this place is new: it has half a round at least before it may be evicted. */
void strata_evict_welcome(strata_shard *shard, uint32_t place);

/*
 * In a shard that is copying, as readers hold too much, ten times a second at most: frees some
 * of what was retired and is held no longer.
 */
void strata_evict_relieve(strata_shard *shard, strata_msec now);

/* Is it time for that? Needs no lock. */
bool strata_evict_may_relieve(const strata_shard *shard, strata_msec now);

/*
 * Makes the entries of the namespace give way to each other until so many units more are within its
 * share. False when that cannot be: it alone is larger, or readers hold what the namespace has. For
 * a second after that it is false at once, unless there is room by then.
 */
STRATA_MUST_CHECK bool strata_evict_within_share(strata_shard *shard, const strata_lookup *lookup,
	uint32_t units);

#endif
