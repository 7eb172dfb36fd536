#include "redis/cluster/cluster_nodes.h"

#include "base/hash.h"
#include "node/terms/client_options.h"
#include "protocol/redis_protocol.h"

static strata_node *add(strata_cluster_nodes *nodes, const char *host, uint16_t port,
	bool is_replica, strata_node_origin origin)
{
	const strata_client_options *options = is_replica ? &nodes->replica_options : nodes->options;
	strata_node *node =
		strata_node_new(&strata_redis_protocol, options, host, port, origin, nodes->stats);

	if (node != NULL) {
		nodes->members[nodes->count++] =
			(strata_cluster_member){ .node = node, .is_replica = is_replica };
	}
	return node;
}

bool strata_cluster_nodes_init(strata_cluster_nodes *nodes, const strata_hostport *seeds,
	uint32_t count)
{
	nodes->count = 0;
	nodes->replica_options = *nodes->options;
	nodes->replica_options.setup.is_replica = true;
	for (uint32_t i = 0; i < count; i++) {
		if (add(nodes, seeds[i].host, seeds[i].port, false, STRATA_NODE_CONFIGURED) == NULL) {
			return false;
		}
	}
	nodes->seed_count = count;
	return true;
}

void strata_cluster_nodes_fini(strata_cluster_nodes *nodes)
{
	while (nodes->count > 0) {
		strata_node_free(nodes->members[--nodes->count].node);
	}
}

strata_node *strata_cluster_nodes_seed(const strata_cluster_nodes *nodes, uint32_t index)
{
	return nodes->members[index].node;
}

static strata_node *find(const strata_cluster_nodes *nodes, const strata_endpoint *at,
	bool is_replica)
{
	for (uint32_t i = 0; i < nodes->count; i++) {
		const strata_cluster_member *member = &nodes->members[i];

		if (member->is_replica == is_replica &&
			strata_endpoint_is_at(at, strata_node_host(member->node),
				strata_node_port(member->node))) {
			return member->node;
		}
	}
	return NULL;
}

static strata_result find_or_add(strata_cluster_nodes *nodes, const strata_endpoint *at,
	bool is_replica, strata_node_origin origin, strata_node **out)
{
	*out = find(nodes, at, is_replica);
	if (*out != NULL) {
		strata_node_confirm(*out, origin);
		return STRATA_OK;
	}
	if (nodes->count == STRATA_CLUSTER_NODES) {
		return STRATA_PROTOCOL;
	}
	*out = add(nodes, at->host, at->port, is_replica, origin);
	return *out != NULL ? STRATA_OK : STRATA_NO_MEMORY;
}

strata_result strata_cluster_nodes_at(strata_cluster_nodes *nodes, const strata_endpoint *at,
	strata_node_origin origin, strata_node **out)
{
	return find_or_add(nodes, at, false, origin, out);
}

strata_result strata_cluster_nodes_replica_at(strata_cluster_nodes *nodes,
	const strata_endpoint *at, strata_node **out)
{
	return find_or_add(nodes, at, true, STRATA_NODE_DISCOVERED, out);
}

/* Is it in the map as what it was made for? Says which id it has there. */
static bool is_named(const strata_slot_map *map, const strata_cluster_member *member, uint64_t *id)
{
	uint16_t index =
		strata_slot_map_find(map, strata_node_host(member->node), strata_node_port(member->node));

	*id = index != STRATA_SLOT_NO_NODE ? map->nodes[index].id : 0;
	return index != STRATA_SLOT_NO_NODE &&
		   strata_slot_map_is_master(map, index) != member->is_replica;
}

/* Another node may have come to an address, with other data. */
static void update_id(strata_cluster_member *member, uint64_t id)
{
	if (member->id != 0 && id != 0 && member->id != id) {
		strata_node_drop_idle(member->node);
	}
	member->id = id != 0 ? id : member->id;
}

void strata_cluster_nodes_retire(strata_cluster_nodes *nodes, const strata_slot_map *map)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < nodes->count; i++) {
		strata_cluster_member *member = &nodes->members[i];
		uint64_t id;

		if (is_named(map, member, &id) || i < nodes->seed_count) {
			update_id(member, id);
			nodes->members[kept++] = *member;
		} else {
			strata_node_free(member->node);
		}
	}
	nodes->count = kept;
}

void strata_cluster_nodes_look_up_again(strata_cluster_nodes *nodes, strata_usec now)
{
	for (uint32_t i = 0; i < nodes->count; i++) {
		strata_node_look_up_again(nodes->members[i].node, now);
	}
}

/* The order of the seeds makes no difference. */
uint64_t strata_cluster_nodes_key(const strata_cluster_nodes *nodes)
{
	uint64_t sum = nodes->options->tls != NULL;
	uint64_t key;

	for (uint32_t i = 0; i < nodes->seed_count; i++) {
		const char *name = strata_node_name(nodes->members[i].node);

		sum += strata_hash_of(strata_view_of(name), 1);
	}
	key = strata_hash_of((strata_view){ (const char *) &sum, sizeof(sum) },
		strata_credentials_id(nodes->options));
	return key != 0 ? key : 1;
}
