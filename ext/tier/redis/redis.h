/* redis — the tier on a Redis server or cluster, the deepest one. */
#ifndef STRATA_TIER_REDIS_REDIS_H
#define STRATA_TIER_REDIS_REDIS_H

#include "redis/router.h"
#include "tier/keyspace.h"
#include "tier/tier.h"

/*
 * Takes the connection pool over, also when it fails; the keyspace is borrowed. On a standalone
 * server there is one copy of the generation, in a cluster three. Returns 0, or -1 when out of
 * memory.
 */
int strata_tier_redis_init(strata_tier *tier, strata_redis_client *redis, strata_redis_kind kind,
	const strata_keyspace *keyspace);

#endif
