/* cluster — what a thread knows of a Redis Cluster: nodes, slots, and when to ask again. */
#ifndef STRATA_REDIS_CLUSTER_CLUSTER_H
#define STRATA_REDIS_CLUSTER_CLUSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/time.h"
#include "net/endpoint.h"
#include "node/node.h"
#include "protocol/redirect.h"
#include "redis/cluster/shared_slot_map.h"

/*
 * Belongs to one thread and one database. Every `now` below is strata_clock_usec() of this moment.
 */
typedef struct strata_cluster strata_cluster;

/* options must outlive the cluster. */
STRATA_MUST_CHECK strata_result strata_cluster_new(const strata_hostport *seeds, uint32_t count,
	const strata_client_options *options, strata_stats *stats, strata_cluster **out);
void strata_cluster_free(strata_cluster *cluster);

/*
 * While a reference is held no node is freed, also when the cluster has lost it. They may overlap.
 */
void strata_cluster_ref(strata_cluster *cluster);
void strata_cluster_unref(strata_cluster *cluster);

/* So many commands of the request with this number are about to be sent. */
void strata_cluster_begin(strata_cluster *cluster, uint32_t request, size_t commands,
	strata_usec now);

/* ---- the map ---- */

/*
 * Sees to it that there is a map: asks the seeds, in random order, for the first one, and one known
 * node for the next one when the map is stale; neither more than once a second. OK when there is
 * a map, even an old one; else why the last seed gave none, with the cause in error. After a wait
 * *now is read again.
 */
STRATA_MUST_CHECK strata_result strata_cluster_learn(strata_cluster *cluster, strata_usec *now,
	strata_usec deadline, strata_arena *arena, strata_protocol_error *error);

/* The map may be old: the next learn asks for a new one. */
void strata_cluster_mark_stale(strata_cluster *cluster, strata_refresh_urgency urgency,
	strata_usec now);

/* The map may be old because this node did not answer; the next learn asks another node. */
void strata_cluster_mark_failed(strata_cluster *cluster, strata_node *node, strata_usec now);

/* The node that was last asked for a map, or the first seed; valid while a reference is held. */
const strata_node *strata_cluster_last_source(const strata_cluster *cluster);

/* OK and the owner of the slot, NO_OWNER or NO_MEMORY. */
STRATA_MUST_CHECK strata_result strata_cluster_owner(strata_cluster *cluster, uint16_t slot,
	strata_node **owner);

/* A master is addressed by one of its slots: a command for that slot goes there. */
typedef struct {
	const char *name; /* of the node; valid until the next command */
	uint16_t slot;    /* one that it owns */
} strata_master;

/*
 * Lists each owner of a slot once, as far as there is room. Asks no node: 0 while there is no map.
 * The slot may have another owner by the time of the command; the name in the command tells.
 */
uint32_t strata_cluster_list_masters(strata_cluster *cluster, strata_master *masters,
	uint32_t room);

/* A node with what it should be, for a check of all of them. */
typedef struct {
	strata_node *node; /* valid while a reference is held */
	bool is_replica;
} strata_cluster_peer;

/*
 * Lists every node of the map, masters first, as far as there is room; the seeds where there is no
 * map. Asks none.
 */
uint32_t strata_cluster_list_peers(strata_cluster *cluster, strata_cluster_peer *peers,
	uint32_t room);

/* ---- redirects ---- */

/*
 * The node that a redirect from this node leads to. MOVED gives it the slot and makes the map
 * stale; ASK changes nothing. PROTOCOL when there can be no such node, or NO_MEMORY.
 */
STRATA_MUST_CHECK strata_result strata_cluster_follow(strata_cluster *cluster,
	const strata_redirect *redirect, const strata_node *from, strata_usec now,
	strata_node **target);

/*
 * Can the node be told that the redirect leads to? Not where it names none ("?"), and the map has
 * none or many at its port: a newer map says more.
 */
bool strata_cluster_can_locate(const strata_cluster *cluster, const strata_redirect *redirect,
	const strata_node *from);

/* Does the redirect lead from this node to the owner of the slot that is known already? */
bool strata_cluster_names_owner(strata_cluster *cluster, const strata_redirect *redirect,
	const strata_node *from);

/*
 * May this host follow one more redirect of this cluster? It may follow a tenth as many as it has
 * sent commands, and 20 a second. The map becomes stale when it may not.
 */
STRATA_MUST_CHECK bool strata_cluster_take_redirect(strata_cluster *cluster, strata_usec now);

/* ---- replicas ---- */

typedef enum { STRATA_REPLICA_BY_CHOICE, STRATA_REPLICA_MASTER_FAILED } strata_replica_cause;

/* A replica to answer a plain read of this slot in its master's place; NULL: the master answers. */
strata_node *strata_cluster_pick_replica(strata_cluster *cluster, uint16_t slot,
	strata_replica_cause cause, strata_usec now);

/* The slot is written to: reads of it go to its master for the rest of this request. */
void strata_cluster_note_write(strata_cluster *cluster, uint16_t slot, strata_usec now);

#endif
