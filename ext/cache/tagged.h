/* tagged: what depends on whether a value is there, where that bears tags. */
#ifndef STRATA_CACHE_TAGGED_H
#define STRATA_CACHE_TAGGED_H

#include "base/call.h"
#include "database/database.h"
#include "store/store.h"
#include "tier/tier.h"

/* Of a hit with tags: are they? What is not is released. */
bool strata_tagged_is_current(strata_database *database, const strata_store_hit *hit);

/*
 * After a peek that was false: is there a value all the same, which has tags, and are they known to
 * be current? Asks nothing. What is not is released, and a get goes on from the cursor.
 */
static inline bool strata_tagged_is_hit(strata_database *database, const strata_store_hit *hit)
{
	return hit->cursor.is_set && hit->tag_count > 0 && strata_tagged_is_current(database, hit);
}

/*
 * The part of the deepest tier in each verb, which has to be prepared. Where it meets a value with
 * tags (is_tagged_there) that is read, judged, and changed by its version, if it is still there:
 * some tries, then BUSY. What the verb leaves in place keeps its tags, with their numbers.
 */

/* An outdated value gives way to add, and is none to replace. The results are those of put(). */
void strata_tagged_put_unless(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count, strata_put_mode mode);

/* The same; a set does not ask what is there. */
static inline void strata_tagged_put(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count, strata_put_mode mode)
{
	strata_tier *deepest = strata_database_deepest(database);

	if (mode == STRATA_PUT_SET) {
		deepest->ops->put(deepest, call, items, count, mode);
	} else {
		strata_tagged_put_unless(database, call, items, count, mode);
	}
}

/* An outdated value is a MISS. */
void strata_tagged_touch(strata_database *database, strata_call *call, strata_item *item);

/*
 * Over an outdated value it starts anew, or says MISS (adds_nothing). A new number gets the tags of
 * the item, which may lack their numbers yet; such an item is counted by compare-and-swap alone.
 */
void strata_tagged_increment(strata_database *database, strata_call *call, strata_item *item,
	int64_t by, int64_t initial);

/*
 * Before a comparison: is what was seen still a value, by its tags, which are the item's, with the
 * numbers that were seen? Else the item is NOT_STORED, or says why that is not known.
 */
STRATA_MUST_CHECK bool strata_tagged_is_seen(strata_database *database, strata_call *call,
	strata_item *item);

/* The token for such an item: a number with tags is known by its version. */
strata_cas_token strata_tagged_token(const strata_item *item, const strata_cas_token *seen);

#endif
