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
 * Deepest tier first. OK when the deepest confirmed, NOT_STORED by the mode, else why it did not.
 * Afterwards memcached above it has nothing under the key, and the local tier the new value, or
 * nothing where other processes were there meanwhile.
 */
void strata_cache_put(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode);

/*
 * Stores the item if the deepest tier still holds what was seen, in whatever tier that was, and the
 * tags of that, which are the item's, are current. OK, and
 * nearer tiers follow; NOT_STORED when it is another or gone, or why not: nearer copies are
 * dropped.
 */
void strata_cache_compare(strata_database *database, strata_call *call, strata_item *item,
	const strata_cas_token *seen);

/*
 * Stores what was computed if item->fence.version is what the deepest tier holds under the
 * generation of the call, which is that of the miss. OK, and nearer tiers follow; NOT_STORED or why
 * not: nearer copies are dropped, since nothing computed is kept that was not stored.
 */
void strata_cache_put_over_fence(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count);

/*
 * Gives TOO_LARGE, before any server is asked, to what is larger than strata.max_value allows a
 * shared tier. True when any was.
 */
bool strata_cache_refuse_large(const strata_tier *tier, const strata_database *database,
	strata_call *call, strata_item *const *items, size_t count);

/*
 * Stamps an item that is about to be written: created now, ends after ttl (0: never), or as the
 * policy of its key says, random version.
 */
void strata_cache_stamp(const strata_database *database, strata_item *item, strata_msec ttl);

/* The same for what remember() computed, which is kept for it so much longer, or by the policy. */
void strata_cache_stamp_computed(const strata_database *database, strata_item *item,
	strata_msec ttl, strata_msec stale);

#endif
