#include "redis/cluster/slot_masters.h"

#include <stdlib.h>

enum { MOST_NODES = STRATA_SLOT_MAP_NODES + STRATA_ADDED_NODES };

/* An owner by what was noted since, if that can be believed; else by the map. */
static uint16_t owner_of(const strata_shared_slot_map *shared, const strata_slot_map *map,
	uint64_t version, uint16_t slot)
{
	uint16_t noted = strata_slot_overrides_find(&shared->overrides, version, slot);
	strata_endpoint added;

	if (noted < map->node_count ||
		strata_slot_overrides_read_node(&shared->overrides, version, noted, &added)) {
		return noted;
	}
	return map->master_of[slot];
}

static void add_slot(strata_slot_masters *out, uint16_t slot, uint16_t node)
{
	strata_slot_range *last = out->range_count > 0 ? &out->ranges[out->range_count - 1] : NULL;

	if (last != NULL && last->node == node && last->last + 1 == slot) {
		last->last = slot;
	} else {
		out->ranges[out->range_count++] = (strata_slot_range){ slot, slot, node };
	}
}

/* Added nodes follow those of the map; where one is not to be read, it has no slots either. */
static void write_nodes(const strata_shared_slot_map *shared, const strata_slot_map *map,
	uint64_t version, strata_slot_masters *out)
{
	for (uint32_t i = 0; i < map->node_count; i++) {
		out->nodes[i] = map->nodes[i].at;
		out->replicates[i] = map->nodes[i].master;
	}
	out->node_count = map->node_count;
	for (uint16_t i = 0; i < STRATA_ADDED_NODES; i++) {
		uint16_t index = (uint16_t) (STRATA_SLOT_MAP_NODES + i);

		if (strata_slot_overrides_read_node(&shared->overrides, version, index,
				&out->nodes[out->node_count])) {
			out->replicates[out->node_count] = index;
			out->node_count++;
		}
	}
}

/* An added node has its number of the overrides in place of a master, until here. */
static uint16_t place_of(const strata_slot_map *map, const strata_slot_masters *out, uint16_t index)
{
	for (uint32_t i = map->node_count; index >= STRATA_SLOT_MAP_NODES && i < out->node_count; i++) {
		if (out->replicates[i] == index) {
			return (uint16_t) i;
		}
	}
	return index < map->node_count ? index : STRATA_SLOT_NO_NODE;
}

static void write_ranges(const strata_shared_slot_map *shared, const strata_slot_map *map,
	uint64_t version, strata_slot_masters *out)
{
	for (uint32_t slot = 0; slot < STRATA_SLOT_COUNT; slot++) {
		uint16_t node = place_of(map, out, owner_of(shared, map, version, (uint16_t) slot));

		if (node != STRATA_SLOT_NO_NODE) {
			add_slot(out, (uint16_t) slot, node);
		}
	}
	for (uint32_t i = map->node_count; i < out->node_count; i++) {
		out->replicates[i] = STRATA_SLOT_NO_NODE;
	}
}

static strata_result read_map(const strata_shared_slot_map *shared, strata_slot_map *map,
	strata_slot_masters *out)
{
	uint64_t version;
	strata_result result = strata_shared_slot_map_read(shared, map, &version);

	if (result != STRATA_OK) {
		return result;
	}
	out->nodes = calloc(MOST_NODES, sizeof(*out->nodes));
	out->replicates = calloc(MOST_NODES, sizeof(*out->replicates));
	out->ranges = calloc(STRATA_SLOT_COUNT, sizeof(*out->ranges));
	if (out->nodes == NULL || out->replicates == NULL || out->ranges == NULL) {
		return STRATA_NO_MEMORY;
	}
	write_nodes(shared, map, version, out);
	write_ranges(shared, map, version, out);
	return STRATA_OK;
}

strata_result strata_slot_masters_read(const strata_slot_map_table *table, uint32_t number,
	strata_slot_masters *out)
{
	const strata_shared_slot_map *shared = strata_slot_map_table_at(table, number);
	strata_slot_map *map;
	strata_result result;

	*out = (strata_slot_masters){ .node_count = 0 };
	if (shared == NULL) {
		return STRATA_MISS;
	}
	map = malloc(sizeof(*map));
	if (map == NULL) {
		return STRATA_NO_MEMORY;
	}
	result = read_map(shared, map, out);
	free(map);
	return result;
}

void strata_slot_masters_fini(strata_slot_masters *masters)
{
	free(masters->nodes);
	free(masters->replicates);
	free(masters->ranges);
	*masters = (strata_slot_masters){ .node_count = 0 };
}
