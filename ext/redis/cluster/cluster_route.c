/*
 * The ways that a command may go: to the owner of its slot, to where a redirect leads, and, for a plain read,
 * to a replica in the owner's place. Nothing is asked here.
 *
 * A replica is chosen for a whole round, so that the keys of one master stay in one pipeline. One that is
 * not well is passed over, but gets its chance to be found well again like any node.
 */
#include "conf/settings.h"
#include "os/clock.h"
#include "redis/cluster/cluster_parts.h"

strata_result strata_cluster_node_of(strata_cluster *cluster, uint32_t index, strata_node **out)
{
	strata_result result = STRATA_OK;

	*out = cluster->owners[index];
	if (*out == NULL) {
		const strata_endpoint *at = &cluster->slots.map->nodes[index].at;

		result = strata_cluster_nodes_at(&cluster->nodes, at, out);
		cluster->owners[index] = *out;
	}
	return result;
}

void strata_cluster_suspect_calmly(strata_cluster *cluster)
{
	if (!cluster->is_suspect) {
		cluster->is_suspect = true;
		cluster->suspected_at = strata_clock_msec();
	}
}

void strata_cluster_suspect(strata_cluster *cluster)
{
	strata_cluster_suspect_calmly(cluster);
	cluster->is_urgent = true;
}

void strata_cluster_suspect_node(strata_cluster *cluster, strata_node *node)
{
	strata_cluster_suspect(cluster);
	cluster->avoided = node;
}

strata_result strata_cluster_owner(strata_cluster *cluster, uint16_t slot, strata_node **owner)
{
	uint16_t index = strata_slot_copy_owner(&cluster->slots, slot);

	*owner = NULL;
	return index == STRATA_SLOT_NOBODY ? STRATA_NO_OWNER
									   : strata_cluster_node_of(cluster, index, owner);
}

static strata_result move_slot(strata_cluster *cluster, uint16_t slot, const strata_endpoint *to,
	strata_node **target)
{
	uint16_t index = strata_slot_copy_move(&cluster->slots, slot, to);
	strata_result result;

	strata_cluster_suspect_calmly(cluster);
	strata_refresh_turn_hurry(&strata_cluster_board(cluster)->turn);
	if (index == STRATA_SLOT_NOBODY) {
		return STRATA_PROTOCOL;
	}
	result = strata_cluster_node_of(cluster, index, target);
	cluster->informed = *target;
	return result;
}

strata_result strata_cluster_follow(strata_cluster *cluster, const strata_redirect *redirect,
	const strata_node *from, strata_node **target)
{
	strata_endpoint to = redirect->to;

	*target = NULL;
	if (!strata_endpoint_complete(&to, strata_node_host(from))) {
		return STRATA_PROTOCOL;
	}
	return redirect->kind == STRATA_REDIRECT_MOVED
			   ? move_slot(cluster, redirect->slot, &to, target)
			   : strata_cluster_nodes_at(&cluster->nodes, &to, target);
}

bool strata_cluster_may_follow(strata_cluster *cluster)
{
	if (strata_redirect_budget_take(&strata_cluster_board(cluster)->redirects,
			strata_clock_msec())) {
		return true;
	}
	strata_cluster_suspect_calmly(cluster);
	return false;
}

void strata_cluster_count(strata_cluster *cluster, size_t commands)
{
	strata_redirect_budget_earn(&strata_cluster_board(cluster)->redirects, commands,
		strata_clock_msec());
}

const strata_node *strata_cluster_asked(const strata_cluster *cluster)
{
	return cluster->asked;
}

/* ---- replicas ---- */

void strata_cluster_begin_request(strata_cluster *cluster, uint32_t request)
{
	strata_replica_reads_begin(&cluster->reads, request, strata_clock_msec());
}

void strata_cluster_note_write(strata_cluster *cluster, uint16_t slot)
{
	if (cluster->nodes.options->replica_reads != STRATA_REPLICA_READS_OFF) {
		strata_replica_reads_note_write(&cluster->reads, slot, strata_clock_msec());
	}
}

static uint32_t count_replicas(const strata_slot_map *map, uint16_t master)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < map->node_count; i++) {
		count += map->nodes[i].master == master;
	}
	return count;
}

/* The replica with this number, among those of one master. */
static strata_node *replica_at(strata_cluster *cluster, uint16_t master, uint32_t number)
{
	const strata_slot_map *map = cluster->slots.map;
	strata_node *node = NULL;
	uint32_t index = 0;

	while (map->nodes[index].master != master || number-- > 0) {
		index++;
	}
	return strata_cluster_nodes_replica_at(&cluster->nodes, &map->nodes[index].at, &node) ==
				   STRATA_OK
			   ? node
			   : NULL;
}

static strata_node *pick_replica(strata_cluster *cluster, uint16_t master, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		strata_node *node = replica_at(cluster, master, (cluster->turn + i) % count);

		if (node != NULL && strata_node_may_be_asked(node)) {
			return node;
		}
	}
	return NULL;
}

/* Is the owner the one to be asked, by the policy alone? */
static bool prefers_owner(strata_cluster *cluster, uint16_t master, uint32_t replicas)
{
	strata_node *owner;

	switch (cluster->nodes.options->replica_reads) {
		case STRATA_REPLICA_READS_PREFER: return false;
		case STRATA_REPLICA_READS_ANY: return cluster->turn / replicas % (replicas + 1) == 0;
		case STRATA_REPLICA_READS_ON_ERROR:
			return strata_cluster_node_of(cluster, master, &owner) != STRATA_OK ||
				   strata_node_may_be_asked(owner);
	}
	return true;
}

strata_node *strata_cluster_stand_in(strata_cluster *cluster, uint16_t slot,
	strata_stand_in_cause cause)
{
	uint16_t master = strata_slot_copy_owner(&cluster->slots, slot);
	uint32_t count;

	if (cluster->nodes.options->replica_reads == STRATA_REPLICA_READS_OFF ||
		master == STRATA_SLOT_NOBODY || strata_replica_reads_was_written(&cluster->reads, slot)) {
		return NULL;
	}
	cluster->has_chosen = true;
	count = count_replicas(cluster->slots.map, master);
	if (count == 0 ||
		(cause == STRATA_STAND_IN_BY_CHOICE && prefers_owner(cluster, master, count))) {
		return NULL;
	}
	return pick_replica(cluster, master, count);
}

bool strata_cluster_is_owner(strata_cluster *cluster, uint16_t slot,
	const strata_redirect *redirect, const strata_node *from)
{
	strata_endpoint to = redirect->to;
	strata_node *owner;

	return strata_endpoint_complete(&to, strata_node_host(from)) &&
		   strata_cluster_owner(cluster, slot, &owner) == STRATA_OK &&
		   strata_endpoint_is_at(&to, strata_node_host(owner), strata_node_port(owner));
}
