/*
 * A standalone server keeps one copy. In a cluster there are three, with hash tags in the slots
 * 2727, 8193 and 13650, the middles of the thirds of the slot space: three masters with a third
 * each keep one copy each. Names cannot follow the layout of the cluster, because all hosts must
 * agree on them at any time.
 */
#include "tier/redis/redis_copies.h"

#include "os/clock.h"
#include "tier/generation_copies.h"
#include "tier/remote_key.h"

/* So many commands are looked at: more of them are on more nodes, and soon on that of a copy. */
enum { MOST_LOOKED_AT = 16 };

static const char *const suffixes[STRATA_GENERATION_COPIES] = { ":{1e}", ":{7e}", ":{4e}" };
static const uint16_t slots[STRATA_GENERATION_COPIES] = { 2727, 8193, 13650 };

size_t strata_redis_copies_count(strata_redis_kind kind)
{
	return kind == STRATA_REDIS_CLUSTER ? STRATA_GENERATION_COPIES : 1;
}

strata_view strata_redis_copies_name(strata_arena *arena, const strata_keyspace *keyspace,
	strata_redis_kind kind, size_t copy)
{
	return strata_remote_key_of_generation(arena, keyspace,
		kind == STRATA_REDIS_CLUSTER ? suffixes[copy] : "");
}

/* The copy that this node keeps; as many as there are: none. */
static size_t copy_of(strata_node *const *masters, const strata_node *node)
{
	size_t copy = 0;

	while (copy < STRATA_GENERATION_COPIES && (node == NULL || masters[copy] != node)) {
		copy++;
	}
	return copy;
}

/* Not always the same one, so that no node serves the reads of all. */
static size_t copy_on_healthy_node(strata_node *const *masters, uint16_t slot)
{
	strata_usec now = strata_clock_usec();

	for (size_t i = 0; i < STRATA_GENERATION_COPIES; i++) {
		size_t copy = (slot + i) % STRATA_GENERATION_COPIES;

		if (masters[copy] != NULL && strata_node_is_healthy(masters[copy], now)) {
			return copy;
		}
	}
	return slot % STRATA_GENERATION_COPIES;
}

strata_redis_copy_choice strata_redis_copies_choose(const strata_redis_client *redis,
	const strata_redis_command *commands, size_t count)
{
	strata_node *masters[STRATA_GENERATION_COPIES];

	if (strata_redis_client_cluster(redis) == NULL || count == 0) {
		return (strata_redis_copy_choice){ 0, false };
	}
	for (size_t i = 0; i < STRATA_GENERATION_COPIES; i++) {
		masters[i] = strata_redis_client_owner(redis, slots[i]);
	}
	for (size_t i = 0; i < count && i < MOST_LOOKED_AT; i++) {
		size_t copy = copy_of(masters, strata_redis_client_owner(redis, commands[i].slot));

		if (copy < STRATA_GENERATION_COPIES) {
			return (strata_redis_copy_choice){ copy, false };
		}
	}
	return (strata_redis_copy_choice){ copy_on_healthy_node(masters, commands[0].slot), true };
}
