/* local_slot_map — a thread's own copy of the shared slot map, where every command is looked up. */
#ifndef STRATA_REDIS_CLUSTER_LOCAL_SLOT_MAP_H
#define STRATA_REDIS_CLUSTER_LOCAL_SLOT_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "redis/cluster/shared_slot_map.h"

typedef struct {
	strata_shared_slot_map *shared;
	strata_shared_slot_map *private_map; /* the same where there is no host, else NULL */
	uint64_t version;                    /* that the map is a copy of; 0: of none */
	strata_slot_map *map;                /* what commands follow */
	strata_slot_map *back_buffer;        /* what the next one is read into */
	uint32_t mapped;                     /* nodes of the map as copied; 0: nothing is known yet */
	uint16_t added[STRATA_ADDED_NODES];  /* the index in map of each added node */
} strata_local_slot_map;

/* shared: NULL for one of this thread alone. False when out of memory; fini in any case. */
STRATA_MUST_CHECK bool strata_local_slot_map_init(strata_local_slot_map *local,
	strata_shared_slot_map *shared);
void strata_local_slot_map_fini(strata_local_slot_map *local);

typedef enum {
	STRATA_SLOT_MAP_UNCHANGED,
	STRATA_SLOT_MAP_REPLACED, /* all indexes mean something else */
	STRATA_SLOT_MAP_DAMAGED   /* the shared map does not check; the copy is as it was */
} strata_slot_map_change;

/* Takes over what other processes have learnt since. Costs one load where nothing changed. */
strata_slot_map_change strata_local_slot_map_update(strata_local_slot_map *local);

/* Index of the owner in local->map; STRATA_SLOT_NO_NODE: none is known. */
uint16_t strata_local_slot_map_owner(strata_local_slot_map *local, uint16_t slot);

/*
 * Gives the slot to this node, for all processes where the shared map has room for it. Its index,
 * or STRATA_SLOT_NO_NODE when the map has no room.
 */
uint16_t strata_local_slot_map_move(strata_local_slot_map *local, uint16_t slot,
	const strata_endpoint *to);

#endif
