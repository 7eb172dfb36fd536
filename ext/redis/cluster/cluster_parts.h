/* cluster_parts — what cluster.c, which learns the slots, and cluster_route.c, which uses them, have in common. */
#ifndef STRATA_REDIS_CLUSTER_CLUSTER_PARTS_H
#define STRATA_REDIS_CLUSTER_CLUSTER_PARTS_H

#include "redis/cluster/cluster.h"
#include "redis/cluster/cluster_nodes.h"
#include "redis/cluster/replica_reads.h"
#include "redis/cluster/slot_copy.h"

struct strata_cluster {
	strata_cluster_nodes nodes;
	strata_slot_copy slots;
	strata_node *owners[STRATA_SLOT_MAP_NODES]; /* of map->nodes, NULL until one is needed */
	uint32_t holders;
	bool is_suspect;
	bool is_urgent;           /* some slots cannot be served by the map there is */
	bool has_strays;          /* a new map came: some nodes may be in it no more */
	bool is_lost;             /* nobody who is known answers: names are to be looked up again */
	bool asks_seeds;          /* they were, and the seeds are whom to ask next */
	strata_msec suspected_at; /* when it became suspect */
	strata_msec old_age;      /* of a map */
	uint32_t rotation;        /* who is asked next */
	uint32_t turn;            /* which of several nodes reads of this round go to */
	bool has_chosen;          /* reads of this round were given their nodes by that */
	strata_replica_reads reads;
	strata_node *asked;    /* for a map, the last time */
	strata_node *informed; /* somebody who knows of a change, as a MOVED led there; NULL: nobody */
	strata_node *avoided;  /* could not be reached when last tried; NULL: none */
	strata_result failure; /* while not is_known: why no seed gave a map, when we asked last */
	strata_wire_error failure_error;
};

static inline strata_slot_board *strata_cluster_board(const strata_cluster *cluster)
{
	return cluster->slots.board;
}

/* The node that stands at this index of the map, asked as a master. */
STRATA_MUST_CHECK strata_result strata_cluster_node_of(strata_cluster *cluster, uint32_t index,
	strata_node **out);

#endif
