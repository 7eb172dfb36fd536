/* memcached_replicas: plain values on two servers, of which the second stands in for the first. */
#ifndef STRATA_TIER_MEMCACHED_MEMCACHED_REPLICAS_H
#define STRATA_TIER_MEMCACHED_MEMCACHED_REPLICAS_H

#include "tier/tier.h"

/*
 * From now on the tier, which must be on memcached, deepest, and on two servers at least, keeps
 * what put() with mode SET and put_over_fence() store at two places of the ring. The first place
 * decides everything. The second is asked by get() where the first is out, and never holds anything
 * older than what the first held last. Integers that servers count, fences and generations are at
 * the first place only. Records of sessions are at both: see memcached_session_store.c.
 */
void strata_memcached_replicas_begin(strata_tier *tier);

#endif
