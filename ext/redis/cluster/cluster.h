/* cluster — which nodes are there, which one owns this slot, and when is that asked again? */
#ifndef STRATA_REDIS_CLUSTER_CLUSTER_H
#define STRATA_REDIS_CLUSTER_CLUSTER_H

#include <stdint.h>

#include "base/arena.h"
#include "base/time.h"
#include "node/node.h"
#include "protocol/redirect.h"
#include "net/endpoint.h"

/* Belongs to one thread and one database. */
typedef struct strata_cluster strata_cluster;

/* options must outlive the cluster. */
STRATA_MUST_CHECK strata_result strata_cluster_new(const strata_hostport *seeds, uint32_t count,
	const strata_wire_options *options, strata_stats *stats, strata_cluster **out);
void strata_cluster_free(strata_cluster *cluster);

/*
 * Between a hold and its release no node is freed, also when the cluster has lost it. Holds may
 * overlap.
 */
void strata_cluster_hold(strata_cluster *cluster);
void strata_cluster_release(strata_cluster *cluster);

/*
 * Sees to it that there is a map: asks the seeds, in random order, for the first one, and one known
 * node for the next one when the map is suspect; neither more than once a second. OK when there is
 * a map, even an old one; else why the last seed gave none, with the cause in error.
 */
STRATA_MUST_CHECK strata_result strata_cluster_learn(strata_cluster *cluster, strata_usec deadline,
	strata_arena *arena, strata_wire_error *error);

/* Something shows that the map may be old: the next learn asks again. */
void strata_cluster_suspect(strata_cluster *cluster);

/* The map may be old, but all slots can be served by it so far. */
void strata_cluster_suspect_calmly(strata_cluster *cluster);

/* The same, because this node could not be reached; it is not the one to be asked. */
void strata_cluster_suspect_node(strata_cluster *cluster, strata_node *node);

/* OK and the owner of the slot, NO_OWNER or NO_MEMORY. */
STRATA_MUST_CHECK strata_result strata_cluster_owner(strata_cluster *cluster, uint16_t slot,
	strata_node **owner);

/*
 * The node that a redirect from this node leads to. MOVED gives it the slot and makes the map
 * suspect; ASK changes nothing. PROTOCOL when there can be no such node, or NO_MEMORY.
 */
STRATA_MUST_CHECK strata_result strata_cluster_follow(strata_cluster *cluster,
	const strata_redirect *redirect, const strata_node *from, strata_node **target);

/* ---- replicas ---- */

typedef enum { STRATA_STAND_IN_BY_CHOICE, STRATA_STAND_IN_OWNER_FAILED } strata_stand_in_cause;

/* A replica that is to answer a plain read of this slot in its owner's place; NULL: the owner is. */
strata_node *strata_cluster_stand_in(strata_cluster *cluster, uint16_t slot,
	strata_stand_in_cause cause);

/* The slot is written to: reads of it go to its owner for the rest of this request. */
void strata_cluster_note_write(strata_cluster *cluster, uint16_t slot);

/* This is the number of the request that what follows belongs to. */
void strata_cluster_begin_request(strata_cluster *cluster, uint32_t request);

/* Does the redirect lead from this node to the owner of the slot that is known already? */
bool strata_cluster_is_owner(strata_cluster *cluster, uint16_t slot,
	const strata_redirect *redirect, const strata_node *from);

/*
 * May this host follow one more redirect of this cluster? It may follow a tenth as many as it has sent
 * commands, and 20 a second. The map becomes suspect when it may not.
 */
STRATA_MUST_CHECK bool strata_cluster_may_follow(strata_cluster *cluster);

/* So many commands are sent. */
void strata_cluster_count(strata_cluster *cluster, size_t commands);

/* The node that was last asked for a map, or the first seed; valid while the cluster is held. */
const strata_node *strata_cluster_asked(const strata_cluster *cluster);

#endif
