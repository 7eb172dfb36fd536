/*
 * Three things are kept apart: the board, on which all processes of the host write what they learn; the
 * map, this thread's own copy of the one that counts there; and the nodes, which have connections
 * and stay as long as somebody names their address.
 *
 *     slot -> slots -> index in its map -> owners[] -> node       owners[] is filled as it is needed
 *
 * One look at the version of the board says whether the copy is still good. A new one changes places
 * with it only when all of it was believed. Then owners[] is forgotten and found again by address, so
 * that nodes which both maps name keep their connections, and those which the new one does not name
 * are freed before the next round that finds nobody holding any. What one worker learns by a MOVED
 * stands on the board, too. Where there is no host, the board is the thread's own.
 *
 * A map is asked for by the call that needs it, when it is this process's turn, and paid for out of its
 * deadline: a seed gets its share of what is left, a refresh half of it, so that one silent node
 * leaves time for the command. What makes a map suspect (MOVED, a slot without owner, an owner that
 * does not answer) happens to many commands of many processes at once; the turn keeps that from
 * becoming a storm. It is kept for the first map as well: seeds that refuse a password would
 * otherwise be sent it by every single call.
 *
 * Seeds are kept for the day when no known node answers. Then all names are looked up again, and the
 * seeds are asked like at the first time.
 */
#include "redis/cluster/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "os/clock.h"
#include "os/process.h"
#include "redis/cluster/cluster_parts.h"
#include "redis/cluster/slot_boards.h"
#include "redis/cluster/slot_question.h"

enum {
	COLD_WAIT = 100000, /* usec, for the first map of whoever is asking for it */
	OLD = 60000         /* msec, give or take a fifth: then a map is asked for anyhow */
};

/* Is there a map? */
static bool is_known(const strata_cluster *cluster)
{
	return cluster->slots.mapped > 0;
}

/* ---- nodes ---- */

static void free_strays(strata_cluster *cluster)
{
	strata_cluster_nodes_sort_out(&cluster->nodes, cluster->slots.map);
	memset(cluster->owners, 0, sizeof(cluster->owners));
	cluster->asked = strata_cluster_nodes_seed(&cluster->nodes, 0);
	cluster->avoided = NULL;
	cluster->informed = NULL;
	cluster->has_strays = false;
}

/* What the host has for this cluster; NULL where it has nothing. */
static strata_slot_board *shared_board(const strata_cluster *cluster)
{
	struct strata_slot_boards *boards = cluster->nodes.options->boards;
	const strata_node *seed = strata_cluster_nodes_seed(&cluster->nodes, 0);

	return boards == NULL ? NULL
						  : strata_slot_boards_of(boards, strata_cluster_nodes_key(&cluster->nodes),
								strata_node_name(seed));
}

static bool set_up(strata_cluster *cluster, const strata_hostport *seeds, uint32_t count)
{
	uint64_t random = strata_process_random_word();

	if (!strata_cluster_nodes_init(&cluster->nodes, seeds, count) ||
		!strata_slot_copy_init(&cluster->slots, shared_board(cluster))) {
		return false;
	}
	cluster->asked = strata_cluster_nodes_seed(&cluster->nodes, 0);
	cluster->rotation = (uint32_t) random;
	cluster->old_age = OLD - OLD / 5 + (random >> 32) % (OLD / 5 * 2);
	return true;
}

strata_result strata_cluster_new(const strata_hostport *seeds, uint32_t count,
	const strata_wire_options *options, strata_stats *stats, strata_cluster **out)
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
	strata_slot_copy_fini(&cluster->slots);
	free(cluster);
}

void strata_cluster_hold(strata_cluster *cluster)
{
	cluster->turn += cluster->has_chosen;
	cluster->has_chosen = false;
	if (cluster->holders++ > 0) {
		return;
	}
	if (cluster->has_strays) {
		free_strays(cluster);
	}
	if (cluster->is_lost) {
		strata_cluster_nodes_look_up_again(&cluster->nodes);
		cluster->is_lost = false;
		cluster->asks_seeds = true;
	}
}

void strata_cluster_release(strata_cluster *cluster)
{
	cluster->holders--;
}

/* ---- the board ---- */

static void trust(strata_cluster *cluster)
{
	cluster->is_suspect = false;
	cluster->is_urgent = false;
}

/* Takes over what others have learnt. A board that cannot be believed leaves the map that we have. */
static void adopt(strata_cluster *cluster)
{
	strata_msec refreshed =
		atomic_load_explicit(&strata_cluster_board(cluster)->refreshed_at, memory_order_acquire);

	if (cluster->is_suspect && refreshed > cluster->suspected_at &&
		refreshed <= strata_clock_msec()) {
		trust(cluster);
	}
	switch (strata_slot_copy_update(&cluster->slots)) {
		case STRATA_SLOT_COPY_GOOD: break;
		case STRATA_SLOT_COPY_NEW:
			memset(cluster->owners, 0, sizeof(cluster->owners));
			cluster->has_strays = true;
			cluster->avoided = NULL;
			break;
		case STRATA_SLOT_COPY_DAMAGED: strata_cluster_suspect_calmly(cluster); break;
	}
}

/* ---- asking for a map ---- */

/* A node that was cut off from the others may tell of what is left on its side. */
static bool is_plausible(strata_cluster *cluster, const strata_node *node)
{
	bool was_whole = is_known(cluster) && cluster->slots.map->covered == STRATA_SLOT_COUNT;

	return !was_whole || cluster->slots.spare->covered * 2 >= STRATA_SLOT_COUNT ||
		   strata_slot_board_is_confirmed(strata_cluster_board(cluster),
			   strata_hash_of(strata_view_of(strata_node_name(node)), 0), strata_clock_msec());
}

/* The node is avoided until a map comes. */
static strata_result ask(strata_cluster *cluster, strata_node *node, strata_usec deadline,
	strata_arena *arena, strata_wire_error *error)
{
	strata_result result;

	cluster->asked = node;
	cluster->avoided = node;
	result = strata_slot_question_ask(node, cluster->slots.spare, deadline, arena, error);
	if (result == STRATA_OK && !is_plausible(cluster, node)) {
		strata_node_tell(node, "tells of less than half of the slots", NULL);
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
	strata_wire_error *error)
{
	uint32_t order[STRATA_SLOT_MAP_NODES];
	uint32_t count = cluster->nodes.seed_count;
	strata_result result = STRATA_NO_OWNER;

	cluster->asks_seeds = false;
	shuffle(order, count);
	for (uint32_t i = 0; i < count && result != STRATA_OK; i++) {
		strata_node *seed = strata_cluster_nodes_seed(&cluster->nodes, order[i]);

		result = ask(cluster, seed, slice_of(deadline, count - i), arena, error);
	}
	return result;
}

/* The turn is over: what was learnt is everybody's. */
static void end_turn(strata_cluster *cluster, uint64_t turn, strata_msec asked_at,
	strata_result result)
{
	strata_turn_outcome outcome = STRATA_TURN_FAILED;

	if (result == STRATA_OK) {
		outcome =
			strata_slot_board_publish(strata_cluster_board(cluster), cluster->slots.spare, asked_at)
				? STRATA_TURN_CHANGED
				: STRATA_TURN_SAME;
		cluster->avoided = NULL;
		trust(cluster);
		adopt(cluster);
	}
	strata_refresh_turn_end(&strata_cluster_board(cluster)->turn, turn, outcome);
	strata_slot_board_tell(strata_cluster_board(cluster), result);
}

/* ---- the first map ---- */

static strata_result tell_of_others(const strata_cluster *cluster, strata_result result,
	strata_wire_error *error)
{
	snprintf(error->text, sizeof(error->text),
		"redis %s: another process of this host asks for the slot map: %s",
		strata_node_name(cluster->asked), strata_result_text(result));
	return result;
}

/* Another process asks: its map is ours, and so is its failure. */
static strata_result wait_for_others(strata_cluster *cluster, strata_usec deadline,
	strata_wire_error *error)
{
	strata_usec now = strata_clock_usec();
	strata_usec left = now < deadline ? deadline - now : 0;

	strata_slot_board_wait(strata_cluster_board(cluster), left < COLD_WAIT ? left : COLD_WAIT);
	adopt(cluster);
	return is_known(cluster) ? STRATA_OK : tell_of_others(cluster, STRATA_TIMEOUT, error);
}

/* Between two questions the last failure is everybody's. */
static strata_result repeat_failure(const strata_cluster *cluster, strata_wire_error *error)
{
	uint32_t failure =
		atomic_load_explicit(&strata_cluster_board(cluster)->failure, memory_order_relaxed);

	if (cluster->failure != STRATA_OK) {
		*error = cluster->failure_error;
		return cluster->failure;
	}
	return tell_of_others(cluster,
		failure > STRATA_OK && failure < STRATA_RESULT_COUNT ? (strata_result) failure
															 : STRATA_NO_OWNER,
		error);
}

static strata_result learn_first(strata_cluster *cluster, strata_usec deadline, strata_arena *arena,
	strata_wire_error *error)
{
	strata_msec now = strata_clock_msec();
	uint64_t turn;

	switch (strata_refresh_turn_take(&strata_cluster_board(cluster)->turn, STRATA_TURN_URGENT, now,
		&turn)) {
		case STRATA_TURN_OURS: break;
		case STRATA_TURN_THEIRS: return wait_for_others(cluster, deadline, error);
		case STRATA_TURN_EARLY: return repeat_failure(cluster, error);
	}
	cluster->failure = ask_seeds(cluster, deadline, arena, &cluster->failure_error);
	*error = cluster->failure_error;
	end_turn(cluster, turn, now, cluster->failure);
	cluster->is_lost = cluster->failure != STRATA_OK;
	return cluster->failure;
}

/* ---- the next ones ---- */

/* One of these in turn that is well and not to be avoided. NULL when there is none. */
static strata_node *pick_among(strata_cluster *cluster, uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end; i++) {
		uint32_t index = first + (i + cluster->rotation) % (end - first);
		strata_node *node;

		if (strata_cluster_node_of(cluster, index, &node) == STRATA_OK &&
			node != cluster->avoided && strata_node_is_healthy(node)) {
			return node;
		}
	}
	return NULL;
}

static uint32_t masters_of(const strata_cluster *cluster)
{
	uint32_t count = 0;

	while (count < cluster->slots.mapped &&
		   strata_slot_map_is_master(cluster->slots.map, (uint16_t) count)) {
		count++;
	}
	return count;
}

/* Who knows of the change, a master, or else a replica. NULL when nobody is well, or as many questions as there are masters went wrong. */
static strata_node *pick(strata_cluster *cluster)
{
	uint32_t masters = masters_of(cluster);
	strata_node *node = cluster->informed;

	if (atomic_load_explicit(&strata_cluster_board(cluster)->failures, memory_order_relaxed) >=
		masters) {
		return NULL;
	}
	if (node != NULL && node != cluster->avoided && strata_node_is_healthy(node)) {
		return node;
	}
	cluster->rotation++;
	node = pick_among(cluster, 0, masters);
	return node != NULL ? node : pick_among(cluster, masters, cluster->slots.mapped);
}

/* Without an answer the old map stays, and the next question goes to somebody else. */
static void refresh(strata_cluster *cluster, strata_usec deadline, strata_arena *arena)
{
	strata_turn_need need = cluster->is_urgent ? STRATA_TURN_URGENT : STRATA_TURN_PATIENT;
	strata_node *source = cluster->asks_seeds ? NULL : pick(cluster);
	strata_msec now = strata_clock_msec();
	strata_usec half = slice_of(deadline, 2);
	strata_wire_error unused;
	uint64_t turn;

	if (source == NULL && !cluster->asks_seeds) {
		cluster->is_lost = true;
		return;
	}
	if (strata_refresh_turn_take(&strata_cluster_board(cluster)->turn, need, now, &turn) !=
		STRATA_TURN_OURS) {
		return;
	}
	cluster->informed = NULL;
	end_turn(cluster, turn, now,
		source != NULL ? ask(cluster, source, half, arena, &unused)
					   : ask_seeds(cluster, half, arena, &unused));
}

static bool is_old(const strata_cluster *cluster)
{
	strata_msec at =
		atomic_load_explicit(&strata_cluster_board(cluster)->refreshed_at, memory_order_relaxed);
	strata_msec now = strata_clock_msec();

	return now > at && now - at > cluster->old_age;
}

strata_result strata_cluster_learn(strata_cluster *cluster, strata_usec deadline,
	strata_arena *arena, strata_wire_error *error)
{
	error->text[0] = '\0';
	adopt(cluster);
	if (!is_known(cluster)) {
		return learn_first(cluster, deadline, arena, error);
	}
	if (cluster->is_suspect || is_old(cluster)) {
		refresh(cluster, deadline, arena);
	}
	return STRATA_OK;
}
