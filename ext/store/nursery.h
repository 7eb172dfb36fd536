/* nursery — where new entries prove themselves. Every function wants the shard locked. */
#ifndef STRATA_STORE_NURSERY_H
#define STRATA_STORE_NURSERY_H

#include "store/block/entry.h"

/* Is a block of this many units small enough for it? */
bool strata_nursery_accepts(const strata_shard *shard, uint32_t units);

/*
 * Takes a block of this many units, which it accepts, and evicts what stands where its turn is.
 * Returns its place, in state WRITING and of this owner. 0 when the shard is damaged, or what is
 * held leaves no room within a turn.
 */
uint32_t strata_nursery_take(strata_shard *shard, const strata_lookup *lookup, uint32_t units,
	strata_process_owner owner);

/* The same if the place whose turn it is takes room for nothing. */
uint32_t strata_nursery_take_idle(strata_shard *shard, const strata_lookup *lookup, uint32_t units,
	strata_process_owner owner);

#endif
