/* redis_generation — the copies of a database's generation on Redis. */
#ifndef STRATA_TIER_REDIS_REDIS_GENERATION_H
#define STRATA_TIER_REDIS_REDIS_GENERATION_H

#include "tier/generation_copies.h"
#include "tier/redis/redis_batch.h"

/* As the verbs of tier/tier.h. */
STRATA_MUST_CHECK strata_result strata_redis_generation_read(const strata_redis_tier *tier,
	strata_call *call, strata_generation_question question, strata_generation_copies *out);
STRATA_MUST_CHECK strata_result strata_redis_generation_raise(const strata_redis_tier *tier,
	strata_call *call, const strata_generation_order *order, strata_generation_copies *out);

#endif
