/* redis_fence: fences on Redis: SET NX and GET in one write, and scripts on one key. */
#ifndef STRATA_TIER_REDIS_REDIS_FENCE_H
#define STRATA_TIER_REDIS_REDIS_FENCE_H

#include "tier/redis/redis_batch.h"

/* As the verbs of tier/tier.h. */
void strata_redis_fence_take(strata_redis_tier *tier, strata_call *call, strata_item *const *items,
	size_t count);
void strata_redis_fence_put(strata_redis_tier *tier, strata_call *call, strata_item *const *items,
	size_t count);
void strata_redis_fence_leave(strata_redis_tier *tier, strata_call *call, strata_item *const *items,
	size_t count);

#endif
