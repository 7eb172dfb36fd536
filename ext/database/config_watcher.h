/* config_watcher — the topology file: whether it changed, and whether it may be taken over. */
#ifndef STRATA_DATABASE_CONFIG_WATCHER_H
#define STRATA_DATABASE_CONFIG_WATCHER_H

#include "database/runtime.h"
#include "conf/topology.h"

typedef struct {
	const char *path;
	bool (*is_database)(strata_view name);

	/*
	 * What only a trial shows, before all processes follow. False with a sentence in error. NULL:
	 * nothing is tried.
	 */
	bool (*is_usable)(const strata_topology *before, const strata_topology *after,
		char error[STRATA_TOPOLOGY_ERROR]);
} strata_config_watcher;

typedef enum {
	STRATA_CONFIG_QUIET,   /* nothing new, or nothing that was not reported before */
	STRATA_CONFIG_TAKEN,   /* all processes will follow */
	STRATA_CONFIG_EXPOSED, /* the same, and the sentence warns that others can read it */
	STRATA_CONFIG_REJECTED /* what was in force stays, and the sentence says why */
} strata_config_news;

/*
 * Looks where it is this process's turn, see strata_published_config_is_due(). A process whose full
 * names lead to other files than those of the process that made the runtime never does: a pool in a
 * chroot would have the whole host follow a file of its own. Where there are only such ones, that
 * is a rejection. is_usable may run anything, so the caller holds nothing.
 */
strata_config_news strata_config_watcher_take_turn(const strata_runtime *runtime,
	const strata_config_watcher *watcher, strata_msec now,
	char sentence[STRATA_PUBLISHED_CONFIG_WHY]);

/* The same for strata_config_watcher_look_ahead(). */
strata_config_news strata_config_watcher_take_turn_ahead(const strata_runtime *runtime,
	const strata_config_watcher *watcher, strata_msec now,
	char sentence[STRATA_PUBLISHED_CONFIG_WHY]);

/*
 * Looks at the file, and keeps out the nodes that are to be. A file that belongs to neither root
 * nor the user that made the runtime, or that others may write, is rejected, whatever stands in it:
 * what counts is the file that was opened, not the links that led there.
 */
strata_config_news strata_config_watcher_look(const strata_runtime *runtime,
	const strata_config_watcher *watcher, char sentence[STRATA_PUBLISHED_CONFIG_WHY]);

/*
 * Beside the file another one may lie, named like it with STRATA_CONFIG_NEXT at its end: what is to
 * be in force from a moment on, which stands in it. It is judged in the same way and published with
 * its moment. Each process finds by the wall clock that the moment has come, without a look at any
 * file, and from then on it is in force and the other one is not.
 *
 * Looks at it. TAKEN: it will come, or has, or no longer will. What is rejected does not come.
 * Where it had come before, what is in force stays. Where it is gone, so is its moment. Where it
 * had come, the file is judged anew, and if that is taken, it is in force again.
 */
#define STRATA_CONFIG_NEXT ".next"
strata_config_news strata_config_watcher_look_ahead(const strata_runtime *runtime,
	const strata_config_watcher *watcher, char sentence[STRATA_PUBLISHED_CONFIG_WHY]);

#endif
