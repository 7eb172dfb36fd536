/* read: looks for a batch of items in all tiers of a database, in order. */
#ifndef STRATA_CACHE_READ_H
#define STRATA_CACHE_READ_H

#include "base/call.h"
#include "database/database.h"

/*
 * Takes a call whose arena and now are set, writes the result of every item, and leaves the
 * sentence of the last failure in call->error. Runs no PHP code and uses no memory of PHP.
 */

/*
 * Nearest tier first; the first that has a value wins, and the nearer ones are filled with it, for
 * as long as each may keep it. A nearer tier's failure only costs time: where no tier has a value,
 * the result is the word of the deepest. What is served beyond its time is a matter of
 * cache/stale.h.
 */
void strata_cache_get(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count);

/* The same, but nothing nearer than this tier is asked, or filled. */
void strata_cache_get_from(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_tier_kind nearest);

#endif
