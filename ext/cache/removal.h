/* removal: takes items out of all tiers of a database, the deepest first. */
#ifndef STRATA_CACHE_REMOVAL_H
#define STRATA_CACHE_REMOVAL_H

#include "base/call.h"
#include "database/database.h"

/*
 * These take a call whose arena and now are set, write the result of every item, and leave the
 * sentence of the last failure in call->error. They run no PHP code and use no memory of PHP.
 */

/* OK when every configured tier confirmed that the key is gone, else why one could not. */
void strata_cache_remove(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count);

/*
 * Removes the item if the deepest tier still holds what was seen, in whatever tier that was, and
 * the tags of that, which are the item's, are current. OK
 * when every configured tier confirmed that the key is gone; NOT_STORED when there is another value
 * or none; or why not. Nearer copies are dropped, unless the deepest was not asked.
 */
void strata_cache_compare_and_remove(strata_database *database, strata_call *call,
	strata_item *item, const strata_cas_token *seen);

/*
 * Around every change of the deepest tier, whatever comes of it: what nearer tiers that other hosts
 * see have to forget is under way in between. Where the process dies it is owed. What changes is
 * noted for the place that follows, where there is one (database/mirror.h).
 */
void strata_cache_announce(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count);
void strata_cache_conclude(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count);

/* What must not be served any more is taken back from a tier whatever call it is part of. */
void strata_cache_drop(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count);

/* The same for one, whose own result stays as it is. */
void strata_cache_drop_one(strata_tier *tier, strata_call *call, const strata_item *item);

/* The same one by one, for want of memory for a batch. */
void strata_cache_drop_each(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count);

/* The same in every tier but the deepest. */
void strata_cache_drop_nearer(strata_database *database, strata_call *call,
	const strata_item *item);

/*
 * The same after the deepest was asked to change the value, whatever it said. Only where it was not
 * asked, nothing has changed.
 */
void strata_cache_drop_changed(strata_database *database, strata_call *call,
	const strata_item *item);

#endif
