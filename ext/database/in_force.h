/* in_force: which text of the topology file counts now, and which one did or will. */
#ifndef STRATA_DATABASE_IN_FORCE_H
#define STRATA_DATABASE_IN_FORCE_H

#include "conf/topology.h"
#include "database/runtime.h"

/*
 * There are up to three texts, and the first of them counts that is there:
 *
 *     runtime->coming    the coming file, once its moment has come
 *     runtime->edited    the file after an edit that changes places, three seconds after it was
 *                        seen, until it is kept; see below
 *     runtime->config    the file
 *
 * Every process finds out by itself, by two words and the wall clock, and no file.
 *
 * Around such a change the places of a database on both sides of it are told of each change at
 * once: some processes still read the former one, or read the next one already, on this host and on
 * others. That is while strata_in_force_is_switching(): from five seconds before the moment on,
 * until no request of this host goes by another text any more, and for ten seconds at least.
 */
enum {
	STRATA_SWITCH_BEFORE = 5000, /* msec */
	STRATA_SWITCH_AFTER = 10000, /* msec, at least */
	STRATA_SWITCH_NOTICE = 3000  /* msec from an edit that is seen to its moment */
};

/* The version of what is in force: another one, and it may be another text. A few loads. */
uint64_t strata_in_force_version(const strata_runtime *runtime);

/* Has the moment of the coming file come? */
bool strata_in_force_has_come(const strata_runtime *runtime);

/* For status: a version as a small number, which grows with each text that was in force. */
uint64_t strata_in_force_number(const strata_runtime *runtime, uint64_t version);

/*
 * What is in force now, with its version. False where there is nothing or it is not to be had: then
 * *out is empty, and *version what it would have been, or 0 when it is worth another try. moved_at:
 * see strata_published_config_read(); or the moment that has come, where that named other servers.
 */
bool strata_in_force_read(const strata_runtime *runtime, bool (*is_database)(strata_view name),
	strata_topology *out, uint64_t *version, uint64_t *moved_at);

/* The text of one publication, whether it counts or not; the rest as above. */
bool strata_in_force_read_one(const strata_published_config *config,
	bool (*is_database)(strata_view name), strata_topology *out, uint64_t *version,
	uint64_t *moved_at);

/*
 * The version on the other side of a change, for a thread that goes by this one: the next one
 * shortly before the moment, the former one after it, the one in force where the thread stays
 * behind. 0: there is none.
 */
uint64_t strata_in_force_other(const strata_runtime *runtime, uint64_t followed);

/* Its text. False where it is not to be had. */
bool strata_in_force_read_version(const strata_runtime *runtime,
	bool (*is_database)(strata_view name), uint64_t version, strata_topology *out);

bool strata_in_force_is_switching(const strata_runtime *runtime);

/* An edit that has come is over, for that matter: the text is to become that of the file. */
bool strata_in_force_is_to_be_kept(const strata_runtime *runtime);

#endif
