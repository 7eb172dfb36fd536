#include "tier/redis_walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "redis/cluster/cluster.h"
#include "redis/cluster/slot_map.h"

enum { MOST_AT_ONCE = 500 };

bool strata_redis_lane_is_of(const strata_redis_lane *lane, const char *node)
{
	return strncmp(lane->name, node, sizeof(lane->name) - 1) == 0;
}

bool strata_redis_lane_is_open(const strata_redis_lane *lane)
{
	return !lane->is_done && !lane->is_resting;
}

uint32_t strata_redis_walk_count_open(const strata_redis_walk *walk)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < walk->count; i++) {
		count += strata_redis_lane_is_open(&walk->lanes[i]);
	}
	return count;
}

bool strata_redis_walk_is_done(const strata_redis_walk *walk)
{
	for (uint32_t i = 0; i < walk->count; i++) {
		if (!walk->lanes[i].is_done) {
			return false;
		}
	}
	return true;
}

void strata_redis_walk_forget(strata_redis_walk *walk)
{
	free(walk->lanes);
	*walk = (strata_redis_walk){ 0 };
}

/* ---- masters ---- */

static strata_redis_lane *find_lane(const strata_redis_walk *walk, const char *name)
{
	for (uint32_t i = 0; i < walk->count; i++) {
		if (strata_redis_lane_is_of(&walk->lanes[i], name)) {
			return &walk->lanes[i];
		}
	}
	return NULL;
}

static strata_redis_lane *add_lane(strata_redis_walk *walk, const char *name)
{
	strata_redis_lane *lanes = realloc(walk->lanes, (walk->count + 1) * sizeof(*lanes));
	strata_redis_lane *added;

	if (lanes == NULL) {
		return NULL;
	}
	walk->lanes = lanes;
	added = &lanes[walk->count++];
	*added = (strata_redis_lane){ .at_once = MOST_AT_ONCE };
	snprintf(added->name, sizeof(added->name), "%s", name);
	return added;
}

static strata_result note_master(strata_redis_walk *walk, const strata_master *master)
{
	strata_redis_lane *lane = find_lane(walk, master->name);

	lane = lane != NULL ? lane : add_lane(walk, master->name);
	if (lane == NULL) {
		return STRATA_NO_MEMORY;
	}
	lane->slot = master->slot;
	lane->is_there = true;
	return STRATA_OK;
}

static strata_result note_masters(strata_redis_walk *walk, strata_cluster *cluster,
	strata_arena *arena)
{
	strata_master *masters = strata_arena_alloc(arena, STRATA_SLOT_MAP_NODES * sizeof(*masters));
	strata_result result = STRATA_OK;
	uint32_t count;

	if (masters == NULL) {
		return STRATA_NO_MEMORY;
	}
	count = strata_cluster_list_masters(cluster, masters, STRATA_SLOT_MAP_NODES);
	for (uint32_t i = 0; i < count && result == STRATA_OK; i++) {
		result = note_master(walk, &masters[i]);
	}
	return count == 0 ? STRATA_NO_OWNER : result;
}

/* Nobody can go on with the cursor of who is no master any more. */
static void drop_lost(strata_redis_walk *walk)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < walk->count; i++) {
		if (walk->lanes[i].is_there) {
			walk->lanes[kept++] = walk->lanes[i];
		}
	}
	walk->count = kept;
}

strata_result strata_redis_walk_survey(strata_redis_walk *walk, strata_cluster *cluster,
	strata_arena *arena)
{
	strata_result result = STRATA_OK;

	for (uint32_t i = 0; i < walk->count; i++) {
		walk->lanes[i].is_there = cluster == NULL;
		walk->lanes[i].is_resting = false;
	}
	if (cluster != NULL) {
		result = note_masters(walk, cluster, arena);
	} else if (walk->count == 0) {
		result = note_master(walk, &(strata_master){ "", 0 });
	}
	if (result == STRATA_OK) {
		drop_lost(walk);
	}
	return result;
}
