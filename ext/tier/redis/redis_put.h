/* redis_put: stores values; a placeholder, or what is past its life, is in the way of none. */
#ifndef STRATA_TIER_REDIS_REDIS_PUT_H
#define STRATA_TIER_REDIS_REDIS_PUT_H

#include "tier/redis/redis_batch.h"

/* As the verb of tier/tier.h. */
void strata_redis_put(strata_redis_tier *tier, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode);

#endif
