/* memcached — the tier on memcached servers. */
#ifndef STRATA_TIER_MEMCACHED_MEMCACHED_H
#define STRATA_TIER_MEMCACHED_MEMCACHED_H

#include "memcached/memcached.h"
#include "tier/keyspace.h"
#include "tier/tier.h"

/*
 * Takes the pool over, also when it fails; the keyspace is borrowed. Returns 0, or -1 when out of
 * memory.
 */
int strata_tier_memcached_init(strata_tier *tier, strata_memcached *pool,
	const strata_keyspace *keyspace);

#endif
