/* slot_masters — which node has which slots by what this host knows now, for those that look. */
#ifndef STRATA_REDIS_CLUSTER_SLOT_MASTERS_H
#define STRATA_REDIS_CLUSTER_SLOT_MASTERS_H

#include <stdint.h>

#include "net/endpoint.h"
#include "redis/cluster/shared_slot_map.h"

/* Slots one behind the other that have one owner. */
typedef struct {
	uint16_t first;
	uint16_t last;
	uint16_t node; /* index into nodes */
} strata_slot_range;

typedef struct {
	strata_endpoint *nodes; /* masters with slots, replicas, and nodes that a MOVED named */
	uint16_t *replicates;   /* of each node, the index of its master; NO_NODE: it is one itself */
	uint32_t node_count;
	strata_slot_range *ranges; /* in the order of slots; slots without an owner are in none */
	uint32_t range_count;
} strata_slot_masters;

/*
 * Of the cluster whose record of the table has this number: the map that counts, and what MOVED
 * replies have said since. OK; MISS where there is no such record, or no map came yet; CORRUPT;
 * NO_MEMORY. The caller frees *out by strata_slot_masters_fini(), in any case.
 */
STRATA_MUST_CHECK strata_result strata_slot_masters_read(const strata_slot_map_table *table,
	uint32_t number, strata_slot_masters *out);

void strata_slot_masters_fini(strata_slot_masters *masters);

#endif
