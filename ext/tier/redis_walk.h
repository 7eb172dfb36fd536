/* redis_walk — which masters are to be gone through by SCAN, and how far did each of them come? */
#ifndef STRATA_TIER_REDIS_WALK_H
#define STRATA_TIER_REDIS_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/result.h"
#include "redis/cluster/cluster.h"
#include "net/endpoint.h"

enum { STRATA_REDIS_LANE_NAME = STRATA_ENDPOINT_HOST_ROOM + 16 };

/* One master. */
typedef struct {
	char name
		[STRATA_REDIS_LANE_NAME]; /* who gave the cursor; empty: the one server, not asked yet */
	uint64_t cursor;
	uint32_t at_once; /* the greatest COUNT that got a reply */
	uint16_t slot;    /* one that it owns */
	bool is_there;    /* is still a master */
	bool is_done;     /* its cursor came round */
	bool is_resting;  /* until the next survey, because something went wrong */
} strata_redis_lane;

/* All zeroes is a walk that has not begun. */
typedef struct {
	strata_redis_lane *lanes;
	uint32_t count;
} strata_redis_walk;

/*
 * A lane for each master that the map knows now, or for the one server (cluster is NULL). Those that
 * were there keep their cursors; who is no master any more is dropped. NO_OWNER: there is none at all.
 */
STRATA_MUST_CHECK strata_result strata_redis_walk_survey(strata_redis_walk *walk,
	strata_cluster *cluster, strata_arena *arena);

/* Is there anything to ask it, in this call? */
bool strata_redis_lane_is_open(const strata_redis_lane *lane);
uint32_t strata_redis_walk_count_open(const strata_redis_walk *walk);

bool strata_redis_lane_is_of(const strata_redis_lane *lane, const char *node);

/* Did every lane come round? */
bool strata_redis_walk_is_done(const strata_redis_walk *walk);

/* The next one begins at the beginning. */
void strata_redis_walk_forget(strata_redis_walk *walk);

#endif
