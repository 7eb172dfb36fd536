/*
 * A slot is looked up in two places: first in the shared overrides, which say what has moved since
 * the map was made, then in the map. An override is an index. It counts among the nodes that the
 * copy came with; behind those, the copy grows by nodes that only a MOVED has named.
 */
#include "redis/cluster/local_slot_map.h"

#include <stdlib.h>
#include <string.h>

bool strata_local_slot_map_init(strata_local_slot_map *local, strata_shared_slot_map *shared)
{
	local->map = malloc(sizeof(*local->map));
	local->back_buffer = malloc(sizeof(*local->back_buffer));
	local->private_map = shared == NULL ? strata_shared_slot_map_new() : NULL;
	local->shared = shared == NULL ? local->private_map : shared;
	if (local->map == NULL || local->back_buffer == NULL || local->shared == NULL) {
		return false;
	}
	strata_slot_map_clear(local->map);
	return true;
}

void strata_local_slot_map_fini(strata_local_slot_map *local)
{
	free(local->private_map);
	free(local->back_buffer);
	free(local->map);
}

static void swap_buffers(strata_local_slot_map *local, uint64_t version)
{
	strata_slot_map *former = local->map;

	local->map = local->back_buffer;
	local->back_buffer = former;
	local->version = version;
	local->mapped = local->map->node_count;
	memset(local->added, 0xFF, sizeof(local->added));
}

strata_slot_map_change strata_local_slot_map_update(strata_local_slot_map *local)
{
	uint64_t version = strata_shared_slot_map_version(local->shared);

	if (version == local->version) {
		return STRATA_SLOT_MAP_UNCHANGED;
	}
	if (strata_shared_slot_map_read(local->shared, local->back_buffer, &version) != STRATA_OK) {
		return STRATA_SLOT_MAP_DAMAGED;
	}
	swap_buffers(local, version);
	return STRATA_SLOT_MAP_REPLACED;
}

static uint16_t find_added(strata_local_slot_map *local, uint16_t index)
{
	uint16_t number = index - STRATA_SLOT_MAP_NODES;
	strata_endpoint at;

	if (!strata_slot_overrides_read_node(&local->shared->overrides, local->version, index, &at)) {
		return STRATA_SLOT_NO_NODE;
	}
	if (local->added[number] == STRATA_SLOT_NO_NODE) {
		local->added[number] = strata_slot_map_add(local->map, &at);
	}
	return local->added[number];
}

uint16_t strata_local_slot_map_owner(strata_local_slot_map *local, uint16_t slot)
{
	const strata_slot_overrides *overrides = &local->shared->overrides;
	uint16_t moved = strata_slot_overrides_find(overrides, local->version, slot);

	if (moved != STRATA_SLOT_NO_NODE && moved >= local->mapped) {
		moved = find_added(local, moved);
	}
	return moved != STRATA_SLOT_NO_NODE ? moved : local->map->master_of[slot];
}

uint16_t strata_local_slot_map_move(strata_local_slot_map *local, uint16_t slot,
	const strata_endpoint *to)
{
	uint16_t index = strata_slot_map_add(local->map, to);
	strata_slot_overrides *overrides = &local->shared->overrides;

	if (index != STRATA_SLOT_NO_NODE) {
		uint16_t noted = index < local->mapped
							 ? index
							 : strata_slot_overrides_add_node(overrides, local->version, to);

		strata_slot_overrides_set(overrides, local->version, slot, noted);
		local->map->master_of[slot] = index;
	}
	return index;
}
