/* redis_tier_fixture: the tier on Redis, over one toy server or a cluster of them. */
#ifndef STRATA_TESTS_UNIT_REDIS_TIER_FIXTURE_H
#define STRATA_TESTS_UNIT_REDIS_TIER_FIXTURE_H

#include "tier/redis/redis.h"

#include "remote_fixture.h"
#include "toy_redis.h"
#include "unit.h"

enum { GENERATION = 7, MOST_NODES = 3 };

static remote_fixture fixture;
static toy_redis toys[MOST_NODES];
static unsigned node_count;
static strata_keyspace keyspace;
static strata_call call;
static strata_tier tier;

static inline void begin_with(unsigned nodes, strata_redis_kind kind)
{
	strata_hostport seed;
	strata_redis_client *redis;

	remote_fixture_begin(&fixture);
	node_count = nodes;
	for (unsigned i = 0; i < nodes; i++) {
		toy_redis_start(&toys[i]);
	}
	toy_redis_form_cluster(toys, nodes);
	seed = (strata_hostport){ "127.0.0.1", toy_redis_port(&toys[0]) };
	REQUIRE(strata_keyspace_init(&keyspace, "db", "", strata_view_of("secret"), 1000) == STRATA_OK);
	call = (strata_call){ .arena = fixture.arena, .generation = GENERATION };
	REQUIRE(strata_redis_client_new(kind, &seed, 1, &fixture.options, 3, fixture.stats, &redis) ==
			STRATA_OK);
	REQUIRE(strata_tier_redis_init(&tier, redis, kind, &keyspace) == 0);
}

static inline void end(void)
{
	tier.ops->fini(&tier);
	strata_keyspace_fini(&keyspace);
	for (unsigned i = 0; i < node_count; i++) {
		CHECK(toy_redis_end(&toys[i]));
	}
	remote_fixture_end(&fixture);
}

/* What the first server was told since the last time. */
static inline bool heard(const char *commands)
{
	return toy_redis_heard(&toys[0], commands);
}

#endif
