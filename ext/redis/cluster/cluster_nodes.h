/* cluster_nodes — the nodes of a cluster that one thread has connections to. */
#ifndef STRATA_REDIS_CLUSTER_CLUSTER_NODES_H
#define STRATA_REDIS_CLUSTER_CLUSTER_NODES_H

#include <stdbool.h>
#include <stdint.h>

#include "net/endpoint.h"
#include "node/node.h"
#include "redis/cluster/slot_map.h"

enum {
	STRATA_CLUSTER_NODES = 2 * STRATA_SLOT_MAP_NODES /* of a map, and what one before it left */
};

typedef struct {
	strata_node *node;
	uint64_t id; /* in the cluster, when a map last named it; 0: not said */
	bool is_replica;
} strata_cluster_member;

typedef struct {
	const strata_client_options *options;
	strata_client_options replica_options; /* the same, but for what they are */
	strata_stats *stats;
	uint32_t seed_count;
	strata_cluster_member members[STRATA_CLUSTER_NODES]; /* the seeds first */
	uint32_t count;
} strata_cluster_nodes;

/* The seeds, of which there is at least one. False when out of memory; fini in any case. */
STRATA_MUST_CHECK bool strata_cluster_nodes_init(strata_cluster_nodes *nodes,
	const strata_hostport *seeds, uint32_t count);
void strata_cluster_nodes_fini(strata_cluster_nodes *nodes);

strata_node *strata_cluster_nodes_seed(const strata_cluster_nodes *nodes, uint32_t index);

/* The node at this address, made if it is new. PROTOCOL when there are too many, or NO_MEMORY. */
STRATA_MUST_CHECK strata_result strata_cluster_nodes_at(strata_cluster_nodes *nodes,
	const strata_endpoint *at, strata_node_origin origin, strata_node **out);

/* The same as one that is asked as a replica: another node, with connections of its own. */
STRATA_MUST_CHECK strata_result strata_cluster_nodes_replica_at(strata_cluster_nodes *nodes,
	const strata_endpoint *at, strata_node **out);

/*
 * Frees the nodes that are not in the map any more, and closes the connections to an address that
 * another node has taken over. No node may be in use; seeds stay.
 */
void strata_cluster_nodes_retire(strata_cluster_nodes *nodes, const strata_slot_map *map);

/* Has the names of all of them looked up again. */
void strata_cluster_nodes_look_up_again(strata_cluster_nodes *nodes, strata_usec now);

/* A number for what these seeds, this user and this kind of connection lead to; never 0. */
uint64_t strata_cluster_nodes_key(const strata_cluster_nodes *nodes);

#endif
