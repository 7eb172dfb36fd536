/* memcached — the tier on memcached servers. */
#ifndef STRATA_TIER_MEMCACHED_MEMCACHED_H
#define STRATA_TIER_MEMCACHED_MEMCACHED_H

#include "memcached/memcached.h"
#include "tier/keyspace.h"
#include "tier/tier.h"

/*
 * The deepest tier holds the values. A nearer one holds copies of what a deeper one gave: its get
 * hands out a token for each miss, to one caller of the fleet, and what that caller found is stored
 * only if nothing else happened to the key (see fill in tier/tier.h).
 */
typedef enum { STRATA_MEMCACHED_DEEPEST, STRATA_MEMCACHED_NEARER } strata_memcached_place;

/*
 * Takes the pool over, also when it fails; the keyspace is borrowed. Returns 0, or -1 when out of
 * memory.
 */
int strata_tier_memcached_init(strata_tier *tier, strata_memcached *pool,
	const strata_keyspace *keyspace, strata_memcached_place place);

#endif
