/* slot_question — what does this node say to CLUSTER SLOTS? */
#ifndef STRATA_REDIS_CLUSTER_SLOT_QUESTION_H
#define STRATA_REDIS_CLUSTER_SLOT_QUESTION_H

#include "base/arena.h"
#include "node/node.h"
#include "redis/cluster/slot_map.h"

/* OK and a map, or why there is none, with the node and the cause in error; the map is then not to be used. */
STRATA_MUST_CHECK strata_result strata_slot_question_ask(strata_node *node, strata_slot_map *map,
	strata_usec deadline, strata_arena *arena, strata_wire_error *error);

#endif
