/*
 * Three things are kept apart: the shared map, where all processes of the host write what they
 * learn; the local map, this thread's copy of it; and the nodes, which have connections and stay as
 * long as a map names their address.
 *
 *     slot -> local map -> index in it -> node_at[] -> node    node_at[] is filled when needed
 *
 * One look at the shared version says whether the copy is still good. A new map replaces the copy
 * only when all of it checks. Then node_at[] is cleared and found again by address: nodes in both
 * maps keep their connections. Nodes that the new map lacks are retired, and freed at the next
 * reference that finds no other. A MOVED is shared, too. Without a host the shared map is the
 * thread's own.
 *
 * A map is asked for by the command that needs it, when the gate lets this process through, within
 * that command's deadline: a seed gets half of what is left, and so does a refresh. So one silent
 * node leaves time for the command, and many seeds do not make the first one's time short: where
 * all processes of a host begin at once, that is the one that a map comes from. Many commands of
 * many processes find a map stale at once (MOVED, a slot without owner, an owner that does not
 * answer); the gate keeps that from becoming a storm. It guards the first map as well: seeds that
 * refuse a password must not be sent it by every command.
 *
 * The seeds are the last resort, when no known node answers. Then all names are resolved again, and
 * the seeds are asked as at the first time.
 *
 * A replica is chosen once for all commands that are sent together, so that the keys of one master
 * stay in one pipeline. An unhealthy one is passed over, but is probed like any node.
 */
#include "redis/cluster/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "conf/settings.h"
#include "os/clock.h"
#include "os/process.h"
#include "redis/cluster/cluster_nodes.h"
#include "redis/cluster/cluster_slots.h"
#include "redis/cluster/local_slot_map.h"
#include "redis/cluster/replica_reads.h"

enum {
	FIRST_MAP_WAIT = 100000, /* usec, for the first map while another process asks for it */
	MAX_AGE = 60000          /* msec, give or take a fifth: an older map is refreshed anyhow */
};

struct strata_cluster {
	strata_cluster_nodes nodes;
	strata_local_slot_map slots;
	strata_node *node_at[STRATA_SLOT_MAP_NODES]; /* of map->nodes, NULL until one is needed */
	uint32_t refs;
	bool is_stale;
	bool is_urgent;          /* some slots cannot be served by the map there is */
	bool has_retired;        /* a new map came: some nodes may be missing there */
	bool is_lost;            /* no known node answers: names are to be resolved again */
	bool asks_seeds;         /* they were, and the seeds are to be asked next */
	strata_msec stale_since; /* while is_stale */
	strata_msec max_age;     /* of a map */
	uint32_t source_turn;    /* which node is asked for a map next */
	uint32_t replica_turn;   /* which of several nodes the reads sent together go to */
	bool has_chosen;         /* reads were given their nodes by that */
	strata_replica_reads reads;
	strata_node *last_source; /* it was asked for a map last */
	strata_node *moved_hint;  /* a MOVED led there, so it knows of the change; NULL: none */
	strata_node *last_failed; /* it could not be reached when last tried; NULL: none */
	strata_result failure;    /* without a map: why no seed gave one, when this thread asked last */
	strata_protocol_error failure_error;
};

/* Of the same origin as strata_clock_msec(). */
static strata_msec msec_of(strata_usec moment)
{
	return moment / 1000;
}

static bool has_map(const strata_cluster *cluster)
{
	return cluster->slots.mapped > 0;
}

/* ---- life ---- */

static void free_retired(strata_cluster *cluster)
{
	strata_cluster_nodes_retire(&cluster->nodes, cluster->slots.map);
	memset(cluster->node_at, 0, sizeof(cluster->node_at));
	cluster->last_source = strata_cluster_nodes_seed(&cluster->nodes, 0);
	cluster->last_failed = NULL;
	cluster->moved_hint = NULL;
	cluster->has_retired = false;
}

/* What the host has for this cluster; NULL where it has nothing. */
static strata_shared_slot_map *shared_map(const strata_cluster *cluster)
{
	struct strata_slot_map_table *table = cluster->nodes.options->slot_maps;
	const strata_node *seed = strata_cluster_nodes_seed(&cluster->nodes, 0);

	return table == NULL ? NULL
						 : strata_slot_map_table_claim(table,
							   strata_cluster_nodes_key(&cluster->nodes), strata_node_name(seed));
}

static bool set_up(strata_cluster *cluster, const strata_hostport *seeds, uint32_t count)
{
	uint64_t random = strata_process_random_word();

	if (!strata_cluster_nodes_init(&cluster->nodes, seeds, count) ||
		!strata_local_slot_map_init(&cluster->slots, shared_map(cluster))) {
		return false;
	}
	cluster->last_source = strata_cluster_nodes_seed(&cluster->nodes, 0);
	cluster->source_turn = (uint32_t) random;
	cluster->max_age = MAX_AGE - MAX_AGE / 5 + (random >> 32) % (MAX_AGE / 5 * 2);
	return true;
}

strata_result strata_cluster_new(const strata_hostport *seeds, uint32_t count,
	const strata_client_options *options, strata_stats *stats, strata_cluster **out)
{
	strata_cluster *cluster = count <= STRATA_SLOT_MAP_NODES ? calloc(1, sizeof(*cluster)) : NULL;

	*out = NULL;
	if (cluster == NULL) {
		return STRATA_NO_MEMORY;
	}
	cluster->nodes.options = options;
	cluster->nodes.stats = stats;
	if (!set_up(cluster, seeds, count)) {
		strata_cluster_free(cluster);
		return STRATA_NO_MEMORY;
	}
	*out = cluster;
	return STRATA_OK;
}

void strata_cluster_free(strata_cluster *cluster)
{
	if (cluster == NULL) {
		return;
	}
	strata_cluster_nodes_fini(&cluster->nodes);
	strata_local_slot_map_fini(&cluster->slots);
	free(cluster);
}

void strata_cluster_ref(strata_cluster *cluster)
{
	cluster->replica_turn += cluster->has_chosen;
	cluster->has_chosen = false;
	if (cluster->refs++ > 0) {
		return;
	}
	if (cluster->has_retired) {
		free_retired(cluster);
	}
	if (cluster->is_lost) {
		strata_cluster_nodes_look_up_again(&cluster->nodes, strata_clock_usec());
		cluster->is_lost = false;
		cluster->asks_seeds = true;
	}
}

void strata_cluster_unref(strata_cluster *cluster)
{
	cluster->refs--;
}

void strata_cluster_begin(strata_cluster *cluster, uint32_t request, size_t commands,
	strata_usec now)
{
	strata_shared_slot_map_earn_redirects(cluster->slots.shared, commands, msec_of(now));
	strata_replica_reads_begin(&cluster->reads, request, msec_of(now));
}

/* ---- stale or not ---- */

void strata_cluster_mark_stale(strata_cluster *cluster, strata_refresh_urgency urgency,
	strata_usec now)
{
	if (!cluster->is_stale) {
		cluster->is_stale = true;
		cluster->stale_since = msec_of(now);
	}
	cluster->is_urgent |= urgency == STRATA_REFRESH_URGENT;
}

void strata_cluster_mark_failed(strata_cluster *cluster, strata_node *node, strata_usec now)
{
	strata_cluster_mark_stale(cluster, STRATA_REFRESH_URGENT, now);
	cluster->last_failed = node;
}

static void mark_fresh(strata_cluster *cluster)
{
	cluster->is_stale = false;
	cluster->is_urgent = false;
}

/* Takes over what other processes have learnt. A shared map that does not check leaves ours. */
static void adopt(strata_cluster *cluster, strata_usec now)
{
	strata_msec refreshed =
		atomic_load_explicit(&cluster->slots.shared->refreshed_at, memory_order_acquire);

	if (cluster->is_stale && refreshed > cluster->stale_since && refreshed <= msec_of(now)) {
		mark_fresh(cluster);
	}
	switch (strata_local_slot_map_update(&cluster->slots)) {
		case STRATA_SLOT_MAP_UNCHANGED: break;
		case STRATA_SLOT_MAP_REPLACED:
			memset(cluster->node_at, 0, sizeof(cluster->node_at));
			cluster->has_retired = true;
			cluster->last_failed = NULL;
			break;
		case STRATA_SLOT_MAP_DAMAGED:
			strata_cluster_mark_stale(cluster, STRATA_REFRESH_LAZY, now);
			break;
	}
}

/* ---- asking for a map ---- */

/* A node that was cut off from the others may report what is left on its side. */
static bool is_plausible(strata_cluster *cluster, const strata_node *node)
{
	bool was_whole = has_map(cluster) && cluster->slots.map->covered == STRATA_SLOT_COUNT;

	return !was_whole || cluster->slots.back_buffer->covered * 2 >= STRATA_SLOT_COUNT ||
		   strata_shared_slot_map_is_confirmed(cluster->slots.shared,
			   strata_hash_of(strata_view_of(strata_node_name(node)), 0), strata_clock_msec());
}

/* The node counts as failed until a map comes. */
static strata_result ask(strata_cluster *cluster, strata_node *node, strata_usec deadline,
	strata_arena *arena, strata_protocol_error *error)
{
	strata_result result;

	cluster->last_source = node;
	cluster->last_failed = node;
	result = strata_cluster_slots_run(node, cluster->slots.back_buffer, deadline, arena, error);
	if (result == STRATA_OK && !is_plausible(cluster, node)) {
		strata_node_log_event(node, "tells of less than half of the slots", NULL);
		result = STRATA_NO_OWNER;
	}
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
	strata_protocol_error *error)
{
	uint32_t order[STRATA_SLOT_MAP_NODES];
	uint32_t count = cluster->nodes.seed_count;
	strata_result result = STRATA_NO_OWNER;

	cluster->asks_seeds = false;
	shuffle(order, count);
	for (uint32_t i = 0; i < count && result != STRATA_OK; i++) {
		strata_node *seed = strata_cluster_nodes_seed(&cluster->nodes, order[i]);

		result = ask(cluster, seed, slice_of(deadline, i + 1 < count ? 2 : 1), arena, error);
	}
	return result;
}

/* Shares what this process was told: a map, or why there is none. */
static void end_refresh(strata_cluster *cluster, uint64_t ticket, strata_usec asked_at,
	strata_result result)
{
	strata_shared_slot_map *shared = cluster->slots.shared;
	strata_gate_outcome outcome = STRATA_GATE_FAILED;

	if (result == STRATA_OK) {
		outcome =
			strata_shared_slot_map_publish(shared, cluster->slots.back_buffer, msec_of(asked_at))
				? STRATA_GATE_CHANGED
				: STRATA_GATE_SAME;
		cluster->last_failed = NULL;
		mark_fresh(cluster);
		adopt(cluster, asked_at);
	}
	strata_shared_slot_map_end_refresh(shared, ticket, outcome, result);
}

/* ---- the first map ---- */

static strata_result explain_others(const strata_cluster *cluster, strata_result result,
	strata_protocol_error *error)
{
	snprintf(error->text, sizeof(error->text),
		"redis %s: another process of this host asks for the slot map: %s",
		strata_node_name(cluster->last_source), strata_result_text(result));
	return result;
}

/* Another process asks: this one shares its map, or its failure. */
static strata_result wait_for_others(strata_cluster *cluster, strata_usec *now,
	strata_usec deadline, strata_protocol_error *error)
{
	strata_usec left = *now < deadline ? deadline - *now : 0;

	strata_shared_slot_map_wait(cluster->slots.shared,
		left < FIRST_MAP_WAIT ? left : FIRST_MAP_WAIT);
	*now = strata_clock_usec();
	adopt(cluster, *now);
	return has_map(cluster) ? STRATA_OK : explain_others(cluster, STRATA_TIMEOUT, error);
}

/* Until the next refresh, the last failure holds for all processes. */
static strata_result repeat_failure(const strata_cluster *cluster, strata_protocol_error *error)
{
	if (cluster->failure != STRATA_OK) {
		*error = cluster->failure_error;
		return cluster->failure;
	}
	return explain_others(cluster, strata_shared_slot_map_failure(cluster->slots.shared), error);
}

static strata_result learn_first(strata_cluster *cluster, strata_usec *now, strata_usec deadline,
	strata_arena *arena, strata_protocol_error *error)
{
	strata_usec asked_at = *now;
	uint64_t ticket;

	switch (strata_shared_slot_map_take_refresh(cluster->slots.shared, STRATA_REFRESH_FIRST,
		msec_of(asked_at), &ticket)) {
		case STRATA_GATE_TAKEN: break;
		case STRATA_GATE_HELD: return wait_for_others(cluster, now, deadline, error);
		case STRATA_GATE_EARLY: return repeat_failure(cluster, error);
	}
	cluster->failure = ask_seeds(cluster, deadline, arena, &cluster->failure_error);
	*now = strata_clock_usec();
	*error = cluster->failure_error;
	end_refresh(cluster, ticket, asked_at, cluster->failure);
	cluster->is_lost = cluster->failure != STRATA_OK;
	return cluster->failure;
}

/* ---- the next ones ---- */

/* The node that stands at this index of the map, asked as a master. */
static strata_result find_node(strata_cluster *cluster, uint32_t index, strata_node **out)
{
	strata_result result = STRATA_OK;

	*out = cluster->node_at[index];
	if (*out == NULL) {
		const strata_endpoint *at = &cluster->slots.map->nodes[index].at;
		strata_node_origin origin =
			index < cluster->slots.mapped ? STRATA_NODE_DISCOVERED : STRATA_NODE_REDIRECTED;

		result = strata_cluster_nodes_at(&cluster->nodes, at, origin, out);
		cluster->node_at[index] = *out;
	}
	return result;
}

/* The next healthy one of these that has not just failed. NULL when there is none. */
static strata_node *pick_among(strata_cluster *cluster, uint32_t first, uint32_t end,
	strata_usec now)
{
	for (uint32_t i = first; i < end; i++) {
		uint32_t index = first + (i + cluster->source_turn) % (end - first);
		strata_node *node;

		if (find_node(cluster, index, &node) == STRATA_OK && node != cluster->last_failed &&
			strata_node_is_healthy(node, now)) {
			return node;
		}
	}
	return NULL;
}

static uint32_t count_masters(const strata_cluster *cluster)
{
	uint32_t count = 0;

	while (count < cluster->slots.mapped &&
		   strata_slot_map_is_master(cluster->slots.map, (uint16_t) count)) {
		count++;
	}
	return count;
}

/*
 * The node that a MOVED led to, a master, or else a replica. NULL when none of them is healthy, or
 * as many refreshes failed in a row as there are masters.
 */
static strata_node *pick_source(strata_cluster *cluster, strata_usec now)
{
	uint32_t masters = count_masters(cluster);
	strata_node *node = cluster->moved_hint;

	if (atomic_load_explicit(&cluster->slots.shared->failures, memory_order_relaxed) >= masters) {
		return NULL;
	}
	if (node != NULL && node != cluster->last_failed && strata_node_is_healthy(node, now)) {
		return node;
	}
	cluster->source_turn++;
	node = pick_among(cluster, 0, masters, now);
	return node != NULL ? node : pick_among(cluster, masters, cluster->slots.mapped, now);
}

/* Without an answer the old map stays, and the next refresh asks another node. */
static void refresh(strata_cluster *cluster, strata_usec *now, strata_usec deadline,
	strata_arena *arena)
{
	strata_usec asked_at = *now;
	strata_refresh_urgency urgency =
		cluster->is_urgent ? STRATA_REFRESH_URGENT : STRATA_REFRESH_LAZY;
	strata_node *source = cluster->asks_seeds ? NULL : pick_source(cluster, asked_at);
	strata_usec half = asked_at < deadline ? asked_at + (deadline - asked_at) / 2 : deadline;
	strata_protocol_error unused;
	uint64_t ticket;

	if (source == NULL && !cluster->asks_seeds) {
		cluster->is_lost = true;
		return;
	}
	if (strata_shared_slot_map_take_refresh(cluster->slots.shared, urgency, msec_of(asked_at),
			&ticket) != STRATA_GATE_TAKEN) {
		return;
	}
	cluster->moved_hint = NULL;
	end_refresh(cluster, ticket, asked_at,
		source != NULL ? ask(cluster, source, half, arena, &unused)
					   : ask_seeds(cluster, half, arena, &unused));
	*now = strata_clock_usec();
}

static bool is_old(const strata_cluster *cluster, strata_usec now)
{
	strata_msec at =
		atomic_load_explicit(&cluster->slots.shared->refreshed_at, memory_order_relaxed);

	return msec_of(now) > at && msec_of(now) - at > cluster->max_age;
}

strata_result strata_cluster_learn(strata_cluster *cluster, strata_usec *now, strata_usec deadline,
	strata_arena *arena, strata_protocol_error *error)
{
	error->text[0] = '\0';
	adopt(cluster, *now);
	if (!has_map(cluster)) {
		return learn_first(cluster, now, deadline, arena, error);
	}
	if (cluster->is_stale || is_old(cluster, *now)) {
		refresh(cluster, now, deadline, arena);
	}
	return STRATA_OK;
}

const strata_node *strata_cluster_last_source(const strata_cluster *cluster)
{
	return cluster->last_source;
}

/* ---- owners ---- */

strata_result strata_cluster_owner(strata_cluster *cluster, uint16_t slot, strata_node **owner)
{
	uint16_t index = strata_local_slot_map_owner(&cluster->slots, slot);

	*owner = NULL;
	return index == STRATA_SLOT_NO_NODE ? STRATA_NO_OWNER : find_node(cluster, index, owner);
}

static bool is_listed(const strata_master *masters, uint32_t count, const char *name)
{
	for (uint32_t i = 0; i < count; i++) {
		if (strcmp(masters[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

uint32_t strata_cluster_list_masters(strata_cluster *cluster, strata_master *masters, uint32_t room)
{
	const strata_node *former = NULL;
	uint32_t count = 0;

	strata_cluster_ref(cluster);
	for (uint32_t slot = 0; slot < STRATA_SLOT_COUNT && count < room; slot++) {
		strata_node *owner;

		/* Neighbours mostly have the same one. */
		if (strata_cluster_owner(cluster, (uint16_t) slot, &owner) != STRATA_OK ||
			owner == former) {
			continue;
		}
		former = owner;
		if (!is_listed(masters, count, strata_node_name(owner))) {
			masters[count++] = (strata_master){ strata_node_name(owner), (uint16_t) slot };
		}
	}
	strata_cluster_unref(cluster);
	return count;
}

static uint32_t list_seeds(const strata_cluster *cluster, strata_cluster_peer *peers, uint32_t room)
{
	uint32_t count = 0;

	for (; count < cluster->nodes.seed_count && count < room; count++) {
		peers[count] = (strata_cluster_peer){
			.node = strata_cluster_nodes_seed(&cluster->nodes, count),
		};
	}
	return count;
}

uint32_t strata_cluster_list_peers(strata_cluster *cluster, strata_cluster_peer *peers,
	uint32_t room)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < cluster->slots.mapped && count < room; i++) {
		strata_cluster_peer *peer = &peers[count];
		strata_result result;

		peer->is_replica = !strata_slot_map_is_master(cluster->slots.map, (uint16_t) i);
		result = peer->is_replica ? strata_cluster_nodes_replica_at(&cluster->nodes,
										&cluster->slots.map->nodes[i].at, &peer->node)
								  : find_node(cluster, i, &peer->node);
		count += result == STRATA_OK;
	}
	return has_map(cluster) ? count : list_seeds(cluster, peers, room);
}

/* ---- redirects ---- */

static strata_result move_slot(strata_cluster *cluster, uint16_t slot, const strata_endpoint *to,
	strata_usec now, strata_node **target)
{
	uint16_t index = strata_local_slot_map_move(&cluster->slots, slot, to);
	strata_result result;

	strata_cluster_mark_stale(cluster, STRATA_REFRESH_LAZY, now);
	strata_shared_slot_map_reset_backoff(cluster->slots.shared);
	if (index == STRATA_SLOT_NO_NODE) {
		return STRATA_PROTOCOL;
	}
	result = find_node(cluster, index, target);
	cluster->moved_hint = *target;
	return result;
}

/* The one node of the map, apart from the one that answered, that is at this port. */
static const strata_endpoint *only_one_at(const strata_cluster *cluster, uint16_t port,
	const strata_node *from)
{
	const strata_slot_map *map = cluster->slots.map;
	const strata_endpoint *found = NULL;

	for (uint32_t i = 0; i < map->node_count; i++) {
		const strata_endpoint *at = &map->nodes[i].at;

		if (at->port != port ||
			strata_endpoint_is_at(at, strata_node_host(from), strata_node_port(from))) {
			continue;
		}
		if (found != NULL) {
			return NULL;
		}
		found = at;
	}
	return found;
}

/* Where the redirect leads. False when that cannot be told. */
static bool locate(const strata_cluster *cluster, const strata_redirect *redirect,
	const strata_node *from, strata_endpoint *to)
{
	const strata_endpoint *known =
		redirect->is_unknown ? only_one_at(cluster, redirect->to.port, from) : NULL;

	*to = known != NULL ? *known : redirect->to;
	return strata_endpoint_complete(to, strata_node_host(from));
}

bool strata_cluster_can_locate(const strata_cluster *cluster, const strata_redirect *redirect,
	const strata_node *from)
{
	strata_endpoint to;

	return !redirect->is_unknown ||
		   (locate(cluster, redirect, from, &to) &&
			   !strata_endpoint_is_at(&to, strata_node_host(from), strata_node_port(from)));
}

strata_result strata_cluster_follow(strata_cluster *cluster, const strata_redirect *redirect,
	const strata_node *from, strata_usec now, strata_node **target)
{
	strata_endpoint to;

	*target = NULL;
	if (!locate(cluster, redirect, from, &to)) {
		return STRATA_PROTOCOL;
	}
	return redirect->kind == STRATA_REDIRECT_MOVED
			   ? move_slot(cluster, redirect->slot, &to, now, target)
			   : strata_cluster_nodes_at(&cluster->nodes, &to, STRATA_NODE_REDIRECTED, target);
}

bool strata_cluster_names_owner(strata_cluster *cluster, const strata_redirect *redirect,
	const strata_node *from)
{
	strata_endpoint to;
	strata_node *owner;

	return locate(cluster, redirect, from, &to) &&
		   strata_cluster_owner(cluster, redirect->slot, &owner) == STRATA_OK &&
		   strata_endpoint_is_at(&to, strata_node_host(owner), strata_node_port(owner));
}

bool strata_cluster_take_redirect(strata_cluster *cluster, strata_usec now)
{
	if (strata_shared_slot_map_take_redirect(cluster->slots.shared, msec_of(now))) {
		return true;
	}
	strata_cluster_mark_stale(cluster, STRATA_REFRESH_LAZY, now);
	return false;
}

/* ---- replicas ---- */

void strata_cluster_note_write(strata_cluster *cluster, uint16_t slot, strata_usec now)
{
	if (cluster->nodes.options->replica_reads != STRATA_REPLICA_READS_OFF) {
		strata_replica_reads_note_write(&cluster->reads, slot, msec_of(now));
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

static strata_node *first_usable(strata_cluster *cluster, uint16_t master, uint32_t count,
	strata_usec now)
{
	for (uint32_t i = 0; i < count; i++) {
		strata_node *node = replica_at(cluster, master, (cluster->replica_turn + i) % count);

		if (node != NULL && strata_node_may_be_asked(node, now)) {
			return node;
		}
	}
	return NULL;
}

/* Is the master to be asked, by the policy alone? */
static bool prefers_master(strata_cluster *cluster, uint16_t master, uint32_t replicas,
	strata_usec now)
{
	strata_node *node;

	switch (cluster->nodes.options->replica_reads) {
		case STRATA_REPLICA_READS_PREFER: return false;
		case STRATA_REPLICA_READS_ANY:
			return cluster->replica_turn / replicas % (replicas + 1) == 0;
		case STRATA_REPLICA_READS_ON_ERROR:
			return find_node(cluster, master, &node) != STRATA_OK ||
				   strata_node_may_be_asked(node, now);
	}
	return true;
}

strata_node *strata_cluster_pick_replica(strata_cluster *cluster, uint16_t slot,
	strata_replica_cause cause, strata_usec now)
{
	uint16_t master = strata_local_slot_map_owner(&cluster->slots, slot);
	uint32_t count;

	if (cluster->nodes.options->replica_reads == STRATA_REPLICA_READS_OFF ||
		master == STRATA_SLOT_NO_NODE || strata_replica_reads_was_written(&cluster->reads, slot)) {
		return NULL;
	}
	cluster->has_chosen = true;
	count = count_replicas(cluster->slots.map, master);
	if (count == 0 ||
		(cause == STRATA_REPLICA_BY_CHOICE && prefers_master(cluster, master, count, now))) {
		return NULL;
	}
	return first_usable(cluster, master, count, now);
}
