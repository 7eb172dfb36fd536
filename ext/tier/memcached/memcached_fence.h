/* memcached_fence: fences on memcached: add and look in one write, then compare-and-swap. */
#ifndef STRATA_TIER_MEMCACHED_MEMCACHED_FENCE_H
#define STRATA_TIER_MEMCACHED_MEMCACHED_FENCE_H

#include "tier/memcached/memcached_batch.h"

/* As the verbs of tier/tier.h. */
void strata_memcached_fence_take(strata_memcached_tier *tier, strata_call *call,
	strata_item *const *items, size_t count);
void strata_memcached_fence_put(const strata_memcached_tier *tier, strata_call *call,
	strata_item *const *items, size_t count);
void strata_memcached_fence_leave(const strata_memcached_tier *tier, strata_call *call,
	strata_item *const *items, size_t count);

#endif
