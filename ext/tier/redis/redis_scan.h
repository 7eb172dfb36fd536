/* redis_scan: how far SCAN has come on each master. */
#ifndef STRATA_TIER_REDIS_REDIS_SCAN_H
#define STRATA_TIER_REDIS_REDIS_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/result.h"
#include "redis/cluster/cluster.h"
#include "net/endpoint.h"

enum { STRATA_SCAN_NODE_NAME = STRATA_ENDPOINT_HOST_ROOM + 16 };

/* One master. */
typedef struct {
	char name
		/* the node that gave the cursor; empty: the one server, not asked yet */
		[STRATA_SCAN_NODE_NAME];
	uint64_t cursor;
	uint32_t at_once; /* the greatest COUNT that got a reply */
	uint16_t slot;    /* one that it owns */
	bool is_there;    /* is still a master */
	bool is_done;     /* its cursor came round */
	bool is_resting;  /* until the next survey, because something went wrong */
} strata_scan_progress;

/* All zeroes is a scan that has not begun. */
typedef struct {
	strata_scan_progress *masters;
	uint32_t count;
} strata_redis_scan;

/*
 * A progress for each master that the map knows now, or for the one server (cluster is NULL). Those
 * that were there keep their cursors; a node that is no master any more is dropped. NO_OWNER: there
 * is none at all.
 */
STRATA_MUST_CHECK strata_result strata_redis_scan_survey(strata_redis_scan *scan,
	strata_cluster *cluster, strata_arena *arena);

/* Is there anything to ask it, in this call? */
bool strata_scan_progress_is_open(const strata_scan_progress *progress);
uint32_t strata_redis_scan_count_open(const strata_redis_scan *scan);

bool strata_scan_progress_is_of(const strata_scan_progress *progress, const char *node);

/* Did every progress come round? */
bool strata_redis_scan_is_done(const strata_redis_scan *scan);

/* The next one begins at the beginning. */
void strata_redis_scan_forget(strata_redis_scan *scan);

#endif
