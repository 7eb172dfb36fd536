/* tags: is what a value depends on still as it was when it was made? */
#ifndef STRATA_CACHE_TAGS_H
#define STRATA_CACHE_TAGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/call.h"
#include "base/tag.h"
#include "base/view.h"
#include "database/database.h"
#include "tier/item.h"

/* The number that stands for a tag: the same on all hosts, and never 0. */
uint64_t strata_tags_id(strata_view name);

/*
 * The same for a namespace inside another one, whose id is parent; 0: in the database itself. No
 * tag has that id, whatever its name.
 */
uint64_t strata_tags_id_of_namespace(uint64_t parent, strata_view name);

typedef enum {
	STRATA_TAGS_CURRENT,  /* each number is the present one, by a word that is still good */
	STRATA_TAGS_OUTDATED, /* one was another, by such a word */
	STRATA_TAGS_UNKNOWN   /* strata_tags_settle() finds out; also where the word is about to end */
} strata_tags_verdict;

/*
 * By what this host knows, without a question: nanoseconds, no lock. A number that is newer than
 * what the host knows is UNKNOWN, too. now is monotonic: the moment of the call or later.
 */
strata_tags_verdict strata_tags_judge(const strata_database *database, const strata_tag *tags,
	size_t count, strata_msec now);

/* Of what follows, the part that items without tags do not pay for. */
void strata_tags_verify(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count);
STRATA_MUST_CHECK strata_result strata_tags_read_tagged(strata_database *database,
	strata_call *call, strata_item *const *items, size_t count);

/*
 * After a get of one tier, and before anything of it is used: of the items with OK or STALE,
 *     those with an outdated tag become MISS, fence.version being the version of the value there;
 *     those of which this host does not know enough are asked for at the deepest tier, all in one
 *     round. Where that fails the item fails with that result: a value is never served unjudged.
 * What such an item had pinned is given back. Waits for the deepest tier within the deadlines of
 * the call, with the share that call->later_steps leaves.
 */
static inline void strata_tags_settle(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count)
{
	if (strata_items_bear_tags(items, count)) {
		strata_tags_verify(database, call, items, count);
	}
}

/*
 * Around a get of the deepest tier and strata_tags_settle() after it: of the tags that the call
 * expects there (call->expected_tags), those that the host should hear of are asked for along with
 * the get, in the same write. So a value with no other tags costs no round of its own. Not where
 * the route of the call ends before the tier that keeps the numbers.
 */
void strata_tags_hang(strata_database *database, strata_call *call);
void strata_tags_unhang(strata_database *database, strata_call *call);

/*
 * Was the number made because the tier had none, and this host knew of none? Then no invalidation
 * came since it was lost, if there ever was one.
 */
bool strata_tags_is_made(uint64_t number);

/*
 * Before a write: numbers that are 0 become the present ones, by what this host knows or by one
 * round at the deepest tier. A number that is missing there is made. OK; else the first failure,
 * and the numbers that could not be read are still 0: nothing may be stored then.
 */
STRATA_MUST_CHECK static inline strata_result strata_tags_read(strata_database *database,
	strata_call *call, strata_item *const *items, size_t count)
{
	return strata_items_bear_tags(items, count)
			   ? strata_tags_read_tagged(database, call, items, count)
			   : STRATA_OK;
}

/*
 * Gives each tag a new number: all values that bear it are out of reach, on this host at once, on
 * others within strata.tag_ttl. OK when the deepest tier confirmed all of them; else the first
 * failure: the tags that failed may or may not be outdated, and this host asks for them anew.
 */
STRATA_MUST_CHECK strata_result strata_tags_invalidate(strata_database *database, strata_call *call,
	const uint64_t *ids, size_t count);

#endif
