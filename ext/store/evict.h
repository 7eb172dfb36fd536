/* evict — the choice of what goes where room is wanted. Every function wants the shard locked. */
#ifndef STRATA_STORE_EVICT_H
#define STRATA_STORE_EVICT_H

#include "store/block/entry.h"

/* The room that an entry needs. */
typedef struct {
	uint32_t units;
	uint32_t old; /* place of the entry of the same key that it will replace; 0: none */
	strata_process_owner owner;
	bool is_placeholder;
} strata_room;

/*
 * Takes a block for an entry under this key, and evicts what it must: of what is in use, at most
 * about three times as much as that. Returns its place, in state WRITING and of room's owner. 0
 * when the shard is damaged, smaller than that, or too much of it is held. The entry that it will
 * replace may go on the way.
 */
uint32_t strata_evict_for(strata_shard *shard, const strata_lookup *lookup,
	const strata_room *room);

/*
 * The same where it takes no search: the block that an overwrite finds staged, or one of a list of
 * free ones. 0 in every other case, and nothing happened but what damage there is was noted. Where
 * the namespace would leave its share, readers hold too much, or what is replaced is over, it is 0
 * too.
 */
uint32_t strata_evict_at_once(strata_shard *shard, const strata_lookup *lookup,
	const strata_room *room);

/* What is written to this place is new, and begins without the marks of what was there. */
void strata_evict_welcome(strata_shard *shard, uint32_t place);

/*
 * In a shard that is copying, as readers hold too much, ten times a second at most: frees some
 * of what was retired and is held no longer.
 */
void strata_evict_relieve(strata_shard *shard, strata_msec now);

/* Is it time for that? Needs no lock. */
bool strata_evict_may_relieve(const strata_shard *shard, strata_msec now);

/*
 * Makes the entries of the namespace give way to each other until so many units more are within its
 * share. False when that cannot be: it alone is larger, or readers hold what the namespace has. For
 * a second after that it is false at once, unless there is room by then.
 */
STRATA_MUST_CHECK bool strata_evict_within_share(strata_shard *shard, const strata_lookup *lookup,
	uint32_t units);

#endif
