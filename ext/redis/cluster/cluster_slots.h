/* cluster_slots — the command CLUSTER SLOTS: asks one node for its slot map. */
#ifndef STRATA_REDIS_CLUSTER_CLUSTER_SLOTS_H
#define STRATA_REDIS_CLUSTER_CLUSTER_SLOTS_H

#include "base/arena.h"
#include "node/node.h"
#include "redis/cluster/slot_map.h"

/* OK and a map; else the node and the cause are in error, and the map must not be used. */
STRATA_MUST_CHECK strata_result strata_cluster_slots_run(strata_node *node, strata_slot_map *map,
	strata_usec deadline, strata_arena *arena, strata_protocol_error *error);

#endif
