/*
 * walk — goes through what lies in the store, some places at a time and without a lock: for looking
 * only. What comes or goes meanwhile may be missing, or be met twice.
 */
#ifndef STRATA_STORE_WALK_H
#define STRATA_STORE_WALK_H

#include "base/arena.h"
#include "store/block/store_types.h"

/*
 * Which entries are wanted: those that would be served to this namespace and generation, and whose
 * key begins so.
 */
typedef struct {
	uint64_t namespace_id;
	uint64_t generation;
	strata_view prefix;   /* may be empty */
	uint32_t most_places; /* buckets and entries, about: with 16 MiB of keys what bounds a call */
	uint32_t most_found;  /* and ends it when so many were found */
	strata_msec now;      /* monotonic */
} strata_walk_order;

/* Many entries of one bucket come along with the last one that was wanted. */
enum { STRATA_WALK_SPARE = 64, STRATA_WALK_OVER = 0 };

/* One entry that was found. No value is read. */
typedef struct {
	strata_view key;      /* in the arena */
	strata_record record; /* codec, life, created_at, version, cost; tags in the arena */
	size_t size;          /* bytes of the value, as it lies there */
	size_t taken;         /* bytes of the heap that header, key and value take */
} strata_walked;

/*
 * *position says where the walk goes on: STRATA_WALK_OVER begins it, and is what stands there after
 * the last place. Any other number is taken for a place of this store. found has room for
 * most_found and STRATA_WALK_SPARE more, and *count is how many there are. OK; NO_MEMORY, with
 * those that were found before. A bucket that changes all the time is left out.
 */
STRATA_MUST_CHECK strata_result strata_walk_go_on(const strata_store *store,
	const strata_walk_order *order, strata_arena *arena, uint64_t *position, strata_walked *found,
	uint32_t *count);

#endif
