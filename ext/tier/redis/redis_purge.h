/* redis_purge — what clear() left behind on Redis, found by SCAN and removed in small steps. */
#ifndef STRATA_TIER_REDIS_REDIS_PURGE_H
#define STRATA_TIER_REDIS_REDIS_PURGE_H

#include "tier/purge.h"
#include "tier/redis/redis_batch.h"

/*
 * How far the walks through the masters came. Belongs to the tier, so to one thread of one process.
 */
typedef struct strata_redis_purge strata_redis_purge;

void strata_redis_purge_free(strata_redis_purge *purge);

/* As the verb of tier/tier.h. */
STRATA_MUST_CHECK strata_result strata_redis_purge_go_on(strata_redis_tier *tier, strata_call *call,
	const strata_purge_order *order, strata_purge *out);

#endif
