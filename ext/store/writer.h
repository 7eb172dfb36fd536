/* writer — the ways in which a value gets under its key. */
#ifndef STRATA_STORE_WRITER_H
#define STRATA_STORE_WRITER_H

#include "store/block/entry.h"

/* Locks the shard on the way, twice for a large value. OK, NOT_STORED, TOO_LARGE or BUSY. */
STRATA_MUST_CHECK strata_result strata_write(strata_shard *shard, const strata_lookup *lookup,
	strata_store_mode mode, const strata_record *record);

/*
 * The fast path of SET, of a value that is small: where the shard is sound and not locked, and the
 * room is there without a search. False, and nothing done, in every other case.
 */
STRATA_MUST_CHECK bool strata_write_at_once(strata_shard *shard, const strata_lookup *lookup,
	const strata_record *record);

/* Whatever is there, with the shard locked. OK, TOO_LARGE, or BUSY when too much of it is held. */
STRATA_MUST_CHECK strata_result strata_write_locked(strata_shard *shard,
	const strata_lookup *lookup, const strata_record *record);

/*
 * With the shard locked, the place of the entry, if it is kept, served or not; 0: none. One that is
 * gone is dropped at once. Damage is repaired before the answer is no: an entry behind it could
 * come back later.
 */
uint32_t strata_write_find_kept(strata_shard *shard, const strata_lookup *lookup);

/* Is it there to be served? */
bool strata_write_is_served(const strata_shard *shard, uint32_t place, strata_msec now);

/* The place of the entry, if it is there to be served. */
uint32_t strata_write_find(strata_shard *shard, const strata_lookup *lookup);

#endif
