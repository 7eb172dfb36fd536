/* slot_map — which node owns which slot, as one reply to CLUSTER SLOTS says: data, without I/O. */
#ifndef STRATA_REDIS_CLUSTER_SLOT_MAP_H
#define STRATA_REDIS_CLUSTER_SLOT_MAP_H

#include <stdint.h>

#include "net/endpoint.h"
#include "protocol/protocol.h"
#include "protocol/resp.h"
#include "protocol/slots.h"

enum {
	STRATA_SLOT_MAP_NODES = 1024,    /* a cluster has at most about a thousand */
	STRATA_SLOT_NO_NODE = UINT16_MAX /* the index of no node */
};

typedef struct {
	strata_endpoint at;
	uint16_t master; /* the index of the one it replicates; STRATA_SLOT_NO_NODE: it is a master */
	uint64_t id;     /* a hash of its id in the cluster, which outlives its address; 0: not said */
} strata_slot_map_node;

/* The head of a map. */
typedef struct {
	uint32_t nodes;
	uint32_t covered; /* slots that have an owner */
} strata_slot_map_counts;

/*
 * No pointers inside, so that one process may read what another one learned. It begins with counts.
 */
typedef struct {
	uint32_t node_count;
	uint32_t covered;
	uint16_t master_of[STRATA_SLOT_COUNT]; /* index into nodes, or STRATA_SLOT_NO_NODE */
	strata_slot_map_node nodes[STRATA_SLOT_MAP_NODES]; /* only node_count of them are written */
} strata_slot_map;

/* No node and no owner of any slot. */
void strata_slot_map_clear(strata_slot_map *map);

/*
 * Reads the reply to CLUSTER SLOTS into the map, whose former content is lost. asked_host is where
 * the reply came from, for nodes that do not name their host. Two replies that say the same in
 * another order give the same bytes. Anything but OK says why in error and
 * leaves a map that must not be used: PROTOCOL for a reply that contradicts itself or the
 * specification, NO_OWNER for one that names no usable master at all, UNSUPPORTED for one that
 * names more than STRATA_SLOT_MAP_NODES.
 */
STRATA_MUST_CHECK strata_result strata_slot_map_read(strata_slot_map *map,
	const strata_resp_reply *reply, const char *asked_host, strata_protocol_error *error);

/*
 * The index of this node, which is added as a master if it is new; STRATA_SLOT_NO_NODE when there
 * is no room.
 */
uint16_t strata_slot_map_add(strata_slot_map *map, const strata_endpoint *node);

/* The index of the node at this address, or STRATA_SLOT_NO_NODE. */
uint16_t strata_slot_map_find(const strata_slot_map *map, const char *host, uint16_t port);

bool strata_slot_map_is_master(const strata_slot_map *map, uint16_t index);

/* How many bytes from its start are written. */
size_t strata_slot_map_size(const strata_slot_map *map);

/*
 * Does every number in it lie where it may, and is every address one? For what came through shared
 * memory.
 */
bool strata_slot_map_is_sound(const strata_slot_map *map);

#endif
