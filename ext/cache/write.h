/* write: stores a batch of items in all tiers of a database, the deepest first. */
#ifndef STRATA_CACHE_WRITE_H
#define STRATA_CACHE_WRITE_H

#include "base/call.h"
#include "database/database.h"

/*
 * These take a call whose arena and now are set, write the result of every item, and leave the
 * sentence of the last failure in call->error. They run no PHP code and use no memory of PHP.
 */

/*
 * Deepest tier first. OK when the deepest confirmed, NOT_STORED by the mode, else why it did not. A
 * nearer tier that cannot take the new value drops the old one.
 */
void strata_cache_put(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode);

/*
 * What was computed since its miss: stored as by PUT_SET, but under the generation that was seen at
 * the miss, and under no other. NOT_STORED where there is another now: it may be made of what that
 * clear() was about.
 */
void strata_cache_put_computed(strata_database *database, strata_call *call, strata_item *item,
	uint64_t generation);

/*
 * Stores the item if the deepest tier still holds what was seen, in whatever tier that was. OK, and
 * nearer tiers follow; NOT_STORED when it is another or gone, or why not: nearer copies are
 * dropped.
 */
void strata_cache_compare(strata_database *database, strata_call *call, strata_item *item,
	const strata_cas_token *seen);

/*
 * Stamps an item that is about to be written: created now, ends after ttl (0: never), random
 * version.
 */
void strata_cache_stamp(const strata_database *database, strata_item *item, strata_msec ttl);

#endif
