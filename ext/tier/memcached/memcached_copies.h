/* memcached_copies: which servers keep the copies of the generation. */
#ifndef STRATA_TIER_MEMCACHED_MEMCACHED_COPIES_H
#define STRATA_TIER_MEMCACHED_MEMCACHED_COPIES_H

#include "memcached/memcached.h"
#include "tier/keyspace.h"

/* As many as there are servers, three at most. */
size_t strata_memcached_copies_count(const strata_memcached *pool);

/* The server that keeps this copy. */
uint32_t strata_memcached_copies_node(const strata_memcached *pool, const strata_keyspace *keyspace,
	size_t copy);

typedef struct {
	size_t copy;
	bool is_apart; /* its server gets none of the commands: it may be waited for alone */
} strata_memcached_copy_choice;

/*
 * The copy that costs least to read with these commands: one on a server to which one of them goes,
 * else one on a healthy server.
 */
strata_memcached_copy_choice strata_memcached_copies_choose(const strata_memcached *pool,
	const strata_keyspace *keyspace, const strata_memcached_command *commands, size_t count);

#endif
