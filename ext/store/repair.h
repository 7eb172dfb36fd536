/* repair — the lock of a shard that is sound once it is held, whatever its last owner left. */
#ifndef STRATA_STORE_REPAIR_H
#define STRATA_STORE_REPAIR_H

#include "store/block/shard.h"

/*
 * Locks the shard, waiting at most this long, and repairs it if its last owner died. False when it
 * stayed locked.
 */
STRATA_MUST_CHECK bool strata_repair_lock(strata_shard *shard, strata_usec max_wait);

/* The same for an operation that is given up then: that is counted. */
STRATA_MUST_CHECK bool strata_repair_lock_or_count(strata_shard *shard, strata_usec max_wait);

/* Repairs first, if what is_damaged says was found meanwhile. */
void strata_repair_unlock(strata_shard *shard);

/* Makes everything that is derived anew, in one walk. May itself be killed anywhere. */
void strata_repair(strata_shard *shard);

#endif
