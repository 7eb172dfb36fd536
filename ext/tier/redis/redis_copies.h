/* redis_copies: where a tier on Redis keeps the copies of the generation. */
#ifndef STRATA_TIER_REDIS_REDIS_COPIES_H
#define STRATA_TIER_REDIS_REDIS_COPIES_H

#include "base/arena.h"
#include "redis/redis_client.h"
#include "redis/redis_command.h"
#include "tier/keyspace.h"

/* One, and in a cluster three. */
size_t strata_redis_copies_count(strata_redis_kind kind);

/* The name of one of them; data is NULL when out of memory. */
strata_view strata_redis_copies_name(strata_arena *arena, const strata_keyspace *keyspace,
	strata_redis_kind kind, size_t copy);

typedef struct {
	size_t copy;
	bool is_apart; /* its node gets none of the commands: it may be waited for alone */
} strata_redis_copy_choice;

/*
 * The copy that costs least to read with these commands: one that a node keeps to which one of them
 * goes, as far as the slot map tells, else one of a healthy node.
 */
strata_redis_copy_choice strata_redis_copies_choose(const strata_redis_client *redis,
	const strata_redis_command *commands, size_t count);

#endif
