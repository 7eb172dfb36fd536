#include "tier/redis/redis_scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "redis/cluster/cluster.h"
#include "redis/cluster/slot_map.h"

enum { MOST_AT_ONCE = 500 };

bool strata_scan_progress_is_of(const strata_scan_progress *progress, const char *node)
{
	return strncmp(progress->name, node, sizeof(progress->name) - 1) == 0;
}

bool strata_scan_progress_is_open(const strata_scan_progress *progress)
{
	return !progress->is_done && !progress->is_resting;
}

uint32_t strata_redis_scan_count_open(const strata_redis_scan *scan)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < scan->count; i++) {
		count += strata_scan_progress_is_open(&scan->masters[i]);
	}
	return count;
}

bool strata_redis_scan_is_done(const strata_redis_scan *scan)
{
	for (uint32_t i = 0; i < scan->count; i++) {
		if (!scan->masters[i].is_done) {
			return false;
		}
	}
	return true;
}

void strata_redis_scan_forget(strata_redis_scan *scan)
{
	free(scan->masters);
	*scan = (strata_redis_scan){ 0 };
}

/* ---- masters ---- */

static strata_scan_progress *find_progress(const strata_redis_scan *scan, const char *name)
{
	for (uint32_t i = 0; i < scan->count; i++) {
		if (strata_scan_progress_is_of(&scan->masters[i], name)) {
			return &scan->masters[i];
		}
	}
	return NULL;
}

static strata_scan_progress *add_progress(strata_redis_scan *scan, const char *name)
{
	strata_scan_progress *masters = realloc(scan->masters, (scan->count + 1) * sizeof(*masters));
	strata_scan_progress *added;

	if (masters == NULL) {
		return NULL;
	}
	scan->masters = masters;
	added = &masters[scan->count++];
	*added = (strata_scan_progress){ .at_once = MOST_AT_ONCE };
	snprintf(added->name, sizeof(added->name), "%s", name);
	return added;
}

static strata_result note_master(strata_redis_scan *scan, const strata_master *master)
{
	strata_scan_progress *progress = find_progress(scan, master->name);

	progress = progress != NULL ? progress : add_progress(scan, master->name);
	if (progress == NULL) {
		return STRATA_NO_MEMORY;
	}
	progress->slot = master->slot;
	progress->is_there = true;
	return STRATA_OK;
}

static strata_result note_masters(strata_redis_scan *scan, strata_cluster *cluster,
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
		result = note_master(scan, &masters[i]);
	}
	return count == 0 ? STRATA_NO_OWNER : result;
}

/* The cursor of a node that is no master any more is of no use. */
static void drop_lost(strata_redis_scan *scan)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < scan->count; i++) {
		if (scan->masters[i].is_there) {
			scan->masters[kept++] = scan->masters[i];
		}
	}
	scan->count = kept;
}

strata_result strata_redis_scan_survey(strata_redis_scan *scan, strata_cluster *cluster,
	strata_arena *arena)
{
	strata_result result = STRATA_OK;

	for (uint32_t i = 0; i < scan->count; i++) {
		scan->masters[i].is_there = cluster == NULL;
		scan->masters[i].is_resting = false;
	}
	if (cluster != NULL) {
		result = note_masters(scan, cluster, arena);
	} else if (scan->count == 0) {
		result = note_master(scan, &(strata_master){ "", 0 });
	}
	if (result == STRATA_OK) {
		drop_lost(scan);
	}
	return result;
}
