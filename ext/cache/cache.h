/* cache: takes a batch of items through all tiers of a database, in order. */
#ifndef STRATA_CACHE_CACHE_H
#define STRATA_CACHE_CACHE_H

#include "base/call.h"
#include "cache/database.h"

/*
 * All of these take a call whose arena and now are set, write the result of every item, and leave
 * the sentence of the last failure in call->error. None runs PHP code or uses the Zend heap.
 */

/*
 * Nearest tier first; the first that has a value wins, and the nearer ones are filled with it, for
 * as long as each may keep it. A nearer tier's failure only costs time: where no tier has a value,
 * the result is the word of the deepest.
 */
void strata_cache_get(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count);

/*
 * Deepest tier first. OK when the deepest confirmed, NOT_STORED by the mode, else why it did not. A
 * nearer tier that cannot take the new value drops the old one.
 */
void strata_cache_put(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode);

/* OK when every configured tier confirmed that the key is gone, else why one could not. */
void strata_cache_remove(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count);

/* New ends of life in the deepest tier; nearer copies are dropped. OK, MISS or why not. */
void strata_cache_touch(strata_database *database, strata_call *call, strata_item *item);

/*
 * Stores the item if the deepest tier still holds what was seen, in whatever tier that was. OK, and
 * nearer tiers follow; NOT_STORED when it is another or gone, or why not: nearer copies are
 * dropped.
 */
void strata_cache_compare(strata_database *database, strata_call *call, strata_item *item,
	const strata_cas_token *seen);

/* In the deepest tier; nearer copies are dropped. OK with the sum in item->value, or why not. */
void strata_cache_increment(strata_database *database, strata_call *call, strata_item *item,
	int64_t by, int64_t initial);

/*
 * Stamps an item that is about to be written: created now, ends after ttl (0: never), random
 * version.
 */
void strata_cache_stamp(const strata_database *database, strata_item *item, strata_msec ttl);

#endif
