/*
 * Two things are kept apart: the map, which is data and is replaced as a whole, and the nodes,
 * which have connections and stay as long as somebody names their address.
 *
 *     slot -> map->owners[slot] -> owners[index] -> node       owners[] is filled as it is needed
 *
 * A new map is read into the spare one and changes places with the old one only when all of it was
 * believed. Then owners[] is forgotten and found again by address, so that nodes which both maps
 * name keep their connections, and nodes which the new one does not name are freed before the next
 * round that finds nobody holding any. Seeds are kept for the day when nothing else answers.
 *
 * A map is asked for by the call that needs it and paid for out of its deadline: a seed gets its
 * share of what is left, a refresh half of it, so that one silent node leaves time for the command.
 * What makes a map suspect (MOVED, a slot without owner, an owner that does not answer) happens to
 * many commands at once; the second between two questions keeps that from becoming a storm. It
 * stands between two questions for the first map as well: seeds that refuse a password would
 * otherwise be sent it by every single call.
 */
#include "remote/cluster.h"

#include <stdio.h>
#include <stdlib.h>

#include "os/clock.h"
#include "os/process.h"
#include "remote/exchange.h"
#include "remote/slot_map.h"

enum {
	MOST_NODES = 2 * STRATA_SLOT_MAP_NODES, /* those of a map and those that one before it left */
	REFRESH_INTERVAL = 1000000              /* usec */
};

struct strata_cluster {
	const strata_wire_options *options;
	strata_stats *stats;
	strata_slot_map *map;                       /* what commands follow; empty until is_known */
	strata_slot_map *spare;                     /* what the next reply is read into */
	strata_node *owners[STRATA_SLOT_MAP_NODES]; /* of map->nodes, NULL until one is needed */
	strata_node *nodes[MOST_NODES];             /* all there are, the seeds first */
	uint32_t node_count;
	uint32_t seed_count;
	uint32_t holders;
	bool is_known;
	bool is_suspect;
	bool has_strays;       /* a new map came: some nodes may be in it no more */
	strata_usec asked_at;  /* when a map was last asked for */
	strata_node *asked;    /* by whom */
	strata_node *avoided;  /* could not be reached when last tried; NULL: none */
	strata_result failure; /* while not is_known: why no seed gave a map at asked_at */
	strata_wire_error failure_error;
};

/* ---- nodes ---- */

static strata_node *find_node(const strata_cluster *cluster, const strata_endpoint *at)
{
	for (uint32_t i = 0; i < cluster->node_count; i++) {
		strata_node *node = cluster->nodes[i];

		if (strata_endpoint_is_at(at, strata_node_host(node), strata_node_port(node))) {
			return node;
		}
	}
	return NULL;
}

static strata_node *add_node(strata_cluster *cluster, const char *host, uint16_t port)
{
	strata_node *node =
		strata_node_new(&strata_resp_wire, cluster->options, host, port, cluster->stats);

	if (node != NULL) {
		cluster->nodes[cluster->node_count++] = node;
	}
	return node;
}

static strata_result node_at(strata_cluster *cluster, const strata_endpoint *at, strata_node **out)
{
	*out = find_node(cluster, at);
	if (*out != NULL) {
		return STRATA_OK;
	}
	if (cluster->node_count == MOST_NODES) {
		return STRATA_PROTOCOL;
	}
	*out = add_node(cluster, at->host, at->port);
	return *out != NULL ? STRATA_OK : STRATA_NO_MEMORY;
}

/* The node that stands at this index of the map. */
static strata_result node_of(strata_cluster *cluster, uint32_t index, strata_node **out)
{
	strata_result result = STRATA_OK;

	*out = cluster->owners[index];
	if (*out == NULL) {
		result = node_at(cluster, &cluster->map->nodes[index], out);
		cluster->owners[index] = *out;
	}
	return result;
}

static void free_strays(strata_cluster *cluster)
{
	uint32_t kept = cluster->seed_count;

	for (uint32_t i = cluster->seed_count; i < cluster->node_count; i++) {
		strata_node *node = cluster->nodes[i];

		if (strata_slot_map_has(cluster->map, strata_node_host(node), strata_node_port(node))) {
			cluster->nodes[kept++] = node;
		} else {
			strata_node_free(node);
		}
	}
	cluster->node_count = kept;
	cluster->asked = cluster->nodes[0];
	cluster->avoided = NULL;
	cluster->has_strays = false;
}

static bool add_seeds(strata_cluster *cluster, const strata_redis_seed *seeds, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (add_node(cluster, seeds[i].host, seeds[i].port) == NULL) {
			return false;
		}
	}
	cluster->seed_count = count;
	cluster->asked = cluster->nodes[0];
	return true;
}

strata_result strata_cluster_new(const strata_redis_seed *seeds, uint32_t count,
	const strata_wire_options *options, strata_stats *stats, strata_cluster **out)
{
	strata_cluster *cluster = count <= STRATA_SLOT_MAP_NODES ? calloc(1, sizeof(*cluster)) : NULL;

	*out = NULL;
	if (cluster == NULL) {
		return STRATA_NO_MEMORY;
	}
	cluster->options = options;
	cluster->stats = stats;
	cluster->map = malloc(sizeof(*cluster->map));
	cluster->spare = malloc(sizeof(*cluster->spare));
	if (cluster->map == NULL || cluster->spare == NULL || !add_seeds(cluster, seeds, count)) {
		strata_cluster_free(cluster);
		return STRATA_NO_MEMORY;
	}
	strata_slot_map_clear(cluster->map);
	*out = cluster;
	return STRATA_OK;
}

void strata_cluster_free(strata_cluster *cluster)
{
	if (cluster == NULL) {
		return;
	}
	for (uint32_t i = 0; i < cluster->node_count; i++) {
		strata_node_free(cluster->nodes[i]);
	}
	free(cluster->spare);
	free(cluster->map);
	free(cluster);
}

void strata_cluster_hold(strata_cluster *cluster)
{
	if (cluster->holders++ == 0 && cluster->has_strays) {
		free_strays(cluster);
	}
}

void strata_cluster_release(strata_cluster *cluster)
{
	cluster->holders--;
}

/* ---- asking for a map ---- */

static strata_result explain(strata_wire_error *error, const strata_node *node,
	strata_result result, const char *why)
{
	snprintf(error->text, sizeof(error->text), "redis %s: %.128s", strata_node_name(node), why);
	return result;
}

static strata_result refused(const strata_node *node, const strata_resp_reply *reply,
	strata_wire_error *error)
{
	char words[128];

	if (strata_resp_is_error(reply, "ERR This instance has cluster support disabled")) {
		return explain(error, node, STRATA_UNSUPPORTED, "is not a cluster: use redis://");
	}
	if (strata_resp_is_error(reply, "ERR unknown")) {
		return explain(error, node, STRATA_UNSUPPORTED, "does not know CLUSTER SLOTS");
	}
	strata_resp_print_error(reply, words, sizeof(words));
	return explain(error, node, strata_resp_result_of(reply), words);
}

static void accept_spare(strata_cluster *cluster)
{
	strata_slot_map *former = cluster->map;

	cluster->map = cluster->spare;
	cluster->spare = former;
	memset(cluster->owners, 0, sizeof(cluster->owners));
	cluster->is_known = true;
	cluster->is_suspect = false;
	cluster->has_strays = true;
	cluster->avoided = NULL;
}

static strata_result read_reply(strata_cluster *cluster, const strata_node *node,
	const strata_resp_reply *reply, strata_wire_error *error)
{
	strata_wire_error said;
	strata_result result;

	if (reply->type == STRATA_RESP_ERROR) {
		result = refused(node, reply, error);
	} else {
		result = strata_slot_map_read(cluster->spare, reply, strata_node_host(node), &said);
		if (result == STRATA_OK) {
			accept_spare(cluster);
			return STRATA_OK;
		}
		explain(error, node, result, said.text);
	}
	strata_stats_add_reason(strata_node_stats(node), result);
	return result;
}

/* The node is avoided until a map comes. */
static strata_result ask(strata_cluster *cluster, strata_node *node, strata_usec deadline,
	strata_arena *arena, strata_wire_error *error)
{
	strata_exchange exchange = { .node = node, .owed = 1 };
	const strata_view command[] = { strata_view_of("CLUSTER"), strata_view_of("SLOTS") };
	strata_result result;

	cluster->asked = node;
	cluster->asked_at = strata_clock_usec();
	cluster->avoided = node;
	if (strata_resp_compose(&exchange.request, command, 2) != 0) {
		return explain(error, node, STRATA_NO_MEMORY, strata_result_text(STRATA_NO_MEMORY));
	}
	strata_stats_add(strata_node_stats(node), STRATA_COUNT_REFRESHES, 1);
	strata_exchange_run(&exchange, 1, deadline, arena);
	strata_buffer_fini(&exchange.request);
	result = exchange.result;
	*error = exchange.error;
	if (result == STRATA_OK) {
		result = read_reply(cluster, node, exchange.replies[0], error);
	}
	strata_exchange_release(&exchange, STRATA_TRUSTED);
	return result;
}

/* The moment at which this share of what is left has passed. */
static strata_usec slice_of(strata_usec deadline, uint32_t shares)
{
	strata_usec now = strata_clock_usec();

	return now < deadline ? now + (deadline - now) / shares : deadline;
}

static void shuffle(uint32_t *order, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t other = (uint32_t) (strata_process_random_word() % (i + 1));

		order[i] = order[other];
		order[other] = i;
	}
}

static strata_result ask_seeds(strata_cluster *cluster, strata_usec deadline, strata_arena *arena,
	strata_wire_error *error)
{
	uint32_t order[STRATA_SLOT_MAP_NODES];
	strata_result result = STRATA_NO_OWNER;

	shuffle(order, cluster->seed_count);
	for (uint32_t i = 0; i < cluster->seed_count && result != STRATA_OK; i++) {
		strata_node *seed = cluster->nodes[order[i]];

		result = ask(cluster, seed, slice_of(deadline, cluster->seed_count - i), arena, error);
	}
	return result;
}

/* One of the map but the avoided one, then one of the seeds, then whoever is left. */
static strata_node *pick(strata_cluster *cluster)
{
	uint32_t random = (uint32_t) strata_process_random_word();
	strata_node *node;

	for (uint32_t i = 0; i < cluster->map->node_count; i++) {
		uint32_t index = (random + i) % cluster->map->node_count;

		if (node_of(cluster, index, &node) == STRATA_OK && node != cluster->avoided) {
			return node;
		}
	}
	for (uint32_t i = 0; i < cluster->seed_count; i++) {
		node = cluster->nodes[(random + i) % cluster->seed_count];
		if (node != cluster->avoided) {
			return node;
		}
	}
	return cluster->avoided;
}

/* Was a map asked for, and is it too early to ask again? */
static bool is_early(const strata_cluster *cluster)
{
	return cluster->asked_at != 0 && strata_clock_usec() - cluster->asked_at < REFRESH_INTERVAL;
}

/* The first map. Between two questions the last failure is everybody's. */
static strata_result learn_first(strata_cluster *cluster, strata_usec deadline, strata_arena *arena,
	strata_wire_error *error)
{
	if (!is_early(cluster)) {
		cluster->failure = ask_seeds(cluster, deadline, arena, &cluster->failure_error);
	}
	*error = cluster->failure_error;
	return cluster->failure;
}

strata_result strata_cluster_learn(strata_cluster *cluster, strata_usec deadline,
	strata_arena *arena, strata_wire_error *error)
{
	strata_wire_error unused;

	error->text[0] = '\0';
	if (!cluster->is_known) {
		return learn_first(cluster, deadline, arena, error);
	}
	if (cluster->is_suspect && !is_early(cluster)) {
		/* Without an answer the old map stays, and the next question goes to somebody else. */
		(void) ask(cluster, pick(cluster), slice_of(deadline, 2), arena, &unused);
	}
	return STRATA_OK;
}

/* ---- following ---- */

void strata_cluster_suspect(strata_cluster *cluster)
{
	cluster->is_suspect = true;
}

void strata_cluster_suspect_node(strata_cluster *cluster, strata_node *node)
{
	cluster->is_suspect = true;
	cluster->avoided = node;
}

strata_result strata_cluster_owner(strata_cluster *cluster, uint16_t slot, strata_node **owner)
{
	uint16_t index = cluster->map->owners[slot];

	*owner = NULL;
	return index == STRATA_SLOT_NOBODY ? STRATA_NO_OWNER : node_of(cluster, index, owner);
}

static strata_result move_slot(strata_cluster *cluster, uint16_t slot, const strata_endpoint *to,
	strata_node **target)
{
	uint16_t index = strata_slot_map_add(cluster->map, to);
	strata_result result;

	cluster->is_suspect = true;
	if (index == STRATA_SLOT_NOBODY) {
		return STRATA_PROTOCOL;
	}
	result = node_of(cluster, index, target);
	if (result == STRATA_OK) {
		cluster->map->owners[slot] = index;
	}
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
	return redirect->kind == STRATA_REDIRECT_MOVED ? move_slot(cluster, redirect->slot, &to, target)
												   : node_at(cluster, &to, target);
}

const strata_node *strata_cluster_asked(const strata_cluster *cluster)
{
	return cluster->asked;
}
