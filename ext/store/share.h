/*
 * share — how much of a shard does a space fill, and what goes when it wants more than its share? Every
 * function here wants the shard locked.
 */
#ifndef STRATA_STORE_SHARE_H
#define STRATA_STORE_SHARE_H

#include "store/entry.h"

/* An entry begins or ends to take room. What is counted is derived, and repair counts it anew. */
void strata_share_add(strata_shard *shard, uint32_t place);
void strata_share_subtract(strata_shard *shard, uint32_t place);
void strata_share_forget(strata_shard *shard);

/* More than this the entries of the space never fill of the shard: units. */
uint32_t strata_share_limit(const strata_shard *shard, const strata_lookup *lookup);

/*
 * Makes the space's entries give way to each other until so many units more are within its share.
 * False when that cannot be: it alone is larger, or what it holds is being looked at.
 */
STRATA_MUST_CHECK bool strata_share_make_room(strata_shard *shard, const strata_lookup *lookup,
	uint32_t units);

#endif
