/* memcached_generation — the copies of a database's generation on memcached servers. */
#ifndef STRATA_TIER_MEMCACHED_MEMCACHED_GENERATION_H
#define STRATA_TIER_MEMCACHED_MEMCACHED_GENERATION_H

#include "tier/generation_copies.h"
#include "tier/memcached/memcached_batch.h"

/* As the verbs of tier/tier.h. */
STRATA_MUST_CHECK strata_result strata_memcached_generation_read(const strata_memcached_tier *tier,
	strata_call *call, strata_generation_question question, strata_generation_copies *out);
STRATA_MUST_CHECK strata_result strata_memcached_generation_raise(const strata_memcached_tier *tier,
	strata_call *call, const strata_generation_order *order, strata_generation_copies *out);

#endif
