/* redis_change: changes a value in place by one command or one short script. */
#ifndef STRATA_TIER_REDIS_REDIS_CHANGE_H
#define STRATA_TIER_REDIS_REDIS_CHANGE_H

#include "tier/redis/redis_batch.h"

/* As the verbs of tier/tier.h. */
void strata_redis_change_touch(const strata_redis_tier *tier, strata_call *call, strata_item *item);
void strata_redis_change_compare(const strata_redis_tier *tier, strata_call *call,
	strata_item *item, const strata_cas_token *seen);
void strata_redis_change_remove(const strata_redis_tier *tier, strata_call *call, strata_item *item,
	const strata_cas_token *seen);
void strata_redis_change_increment(const strata_redis_tier *tier, strata_call *call,
	strata_item *item, int64_t by, int64_t initial);

#endif
