/*
 * The copies have one name and lie on up to three servers in a row, of which the first follows from
 * the database: all hosts with the same list of servers look in the same places.
 */
#include "tier/memcached/memcached_copies.h"

#include "os/clock.h"
#include "tier/generation_copies.h"

size_t strata_memcached_copies_count(const strata_memcached *pool)
{
	uint32_t nodes = strata_memcached_count(pool);

	return nodes < STRATA_GENERATION_COPIES ? nodes : (size_t) STRATA_GENERATION_COPIES;
}

uint32_t strata_memcached_copies_node(const strata_memcached *pool, const strata_keyspace *keyspace,
	size_t copy)
{
	return (uint32_t) ((keyspace->namespace_id + copy) % strata_memcached_count(pool));
}

/* Not always the same one, so that no server serves the reads of all. */
static size_t copy_on_healthy_server(const strata_memcached *pool, const strata_keyspace *keyspace,
	size_t first)
{
	size_t copies = strata_memcached_copies_count(pool);
	strata_usec now = strata_clock_usec();

	for (size_t i = 0; i < copies; i++) {
		size_t copy = (first + i) % copies;

		if (strata_memcached_is_healthy(pool, strata_memcached_copies_node(pool, keyspace, copy),
				now)) {
			return copy;
		}
	}
	return first % copies;
}

strata_memcached_copy_choice strata_memcached_copies_choose(const strata_memcached *pool,
	const strata_keyspace *keyspace, const strata_memcached_command *commands, size_t count)
{
	uint32_t nodes = strata_memcached_count(pool);
	uint32_t first = strata_memcached_copies_node(pool, keyspace, 0);
	size_t copies = strata_memcached_copies_count(pool);

	for (size_t i = 0; i < count; i++) {
		size_t copy = (commands[i].node + nodes - first) % nodes;

		if (copy < copies) {
			return (strata_memcached_copy_choice){ copy, false };
		}
	}
	return (strata_memcached_copy_choice){
		copy_on_healthy_server(pool, keyspace, count > 0 ? commands[0].node : 0), true
	};
}
