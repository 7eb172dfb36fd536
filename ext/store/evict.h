/* evict — what goes when there is no room? Wants the shard locked. */
#ifndef STRATA_STORE_EVICT_H
#define STRATA_STORE_EVICT_H

#include "store/entry.h"

/*
 * Frees what it must to take a block of this many units, at most about three times as much as that.
 * Returns its place, in state WRITING. 0 when the shard is damaged, or smaller than that.
 */
uint32_t strata_evict_for(strata_shard *shard, uint32_t units, strata_msec now);

#endif
