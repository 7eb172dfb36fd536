/* sample: some of the keys that were read are looked at in both places of a database that moves. */
#ifndef STRATA_CACHE_MIRROR_SAMPLE_H
#define STRATA_CACHE_MIRROR_SAMPLE_H

#include "base/arena.h"
#include "database/mirror.h"

enum { STRATA_MIRROR_SAMPLE_KEYS = 64 }; /* of one look */

/* A key as in an item, and what is wanted of it. */
typedef struct {
	strata_view key;
	bool is_compared;
	bool is_filled; /* where the place that follows has nothing */
} strata_mirror_sampled;

/* What is wanted of a key that a shared tier was asked for? False: nothing. */
STRATA_MUST_CHECK bool strata_mirror_sample_wants(const strata_database *database, strata_view key,
	strata_mirror_sampled *out);

/*
 * Compares and fills; what differed before is looked at again, too, and noted where it is the same.
 * Waits for no longer than that. What there was no time for is counted as left out. Nothing here is
 * an error of the request.
 */
void strata_mirror_sample_look(strata_database *database, strata_arena *arena,
	const strata_mirror_sampled *keys, size_t count, strata_usec may_wait);

#endif
