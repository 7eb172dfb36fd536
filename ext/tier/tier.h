/* tier — one place where values are kept, behind one const table for each kind of place. */
#ifndef STRATA_TIER_TIER_H
#define STRATA_TIER_TIER_H

#include <stddef.h>
#include <stdint.h>

#include "base/call.h"
#include "stats/stats.h"
#include "tier/generation_copies.h"
#include "tier/item.h"
#include "tier/purge.h"

typedef struct strata_tier strata_tier;

/*
 * Batch first: every verb takes an array of items and writes the result of each, with all nodes of
 * the tier asked in parallel; a single key is a batch of one. Nothing here runs PHP code or uses
 * the Zend heap.
 */
typedef struct {
	strata_tier_kind kind;
	const char *name; /* as status shows it */

	/*
	 * OK with the second group of the item filled; MISS; a reason why a value that is there is not
	 * ours to return (FOREIGN, OTHER_KEY, CORRUPT, UNKNOWN_CODEC: misses, but counted as such); a
	 * refusal or failure. Only OK leaves something to read in the group.
	 */
	void (*get)(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count);

	/* OK, NOT_STORED by the mode, TOO_LARGE, a refusal or failure. */
	void (*put)(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count,
		strata_put_mode mode);

	/* OK when something was removed, MISS when nothing was there, a refusal or failure. */
	void (*remove)(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count);

	/*
	 * Gives the value the ends of life and the version in the item, and nothing else. OK, MISS,
	 * NOT_STORED when others change it all the time, why the value is not ours, a refusal or
	 * failure. The item's second group stays as it was.
	 */
	void (*touch)(strata_tier *tier, strata_call *call, strata_item *item);

	/*
	 * Stores the item if what is under the key is still what was seen. OK; NOT_STORED when it is
	 * another or gone; TOO_LARGE, a refusal or failure.
	 */
	void (*compare)(strata_tier *tier, strata_call *call, strata_item *item,
		const strata_cas_token *seen);

	/*
	 * Adds `by` to the integer under the key; where there is nothing, stores `initial + by` with
	 * the item's expiry. OK, NOT_INTEGER or OVERFLOW (both change nothing), a refusal or failure.
	 * Leaves the sum in item->value, or 0 unless OK, and the rest of the second group as it was.
	 */
	void (*increment)(strata_tier *tier, strata_call *call, strata_item *item, int64_t by,
		int64_t initial);

	/*
	 * Shared tiers only, else NULL: the copies of the database's generation, kept on up to three
	 * different nodes. Reading is OK when at least one copy could be read.
	 */
	STRATA_MUST_CHECK strata_result (*read_generation)(strata_tier *tier, strata_call *call,
		strata_generation_question question, strata_generation_copies *out);

	/*
	 * Makes the copies hold what the order says, and never lowers one that already does. *out is
	 * what they hold afterwards, as the tier says: a copy of which that is not known has failed. A
	 * tier that can make a number and not raise it makes one copy, where there is none. OK when
	 * every copy holds what was ordered, else why one does not, with the cause in call->error.
	 */
	STRATA_MUST_CHECK strata_result (*raise_generation)(strata_tier *tier, strata_call *call,
		const strata_generation_order *order, strata_generation_copies *out);

	/*
	 * NULL where what clear() left behind goes by itself. Looks at about as many entries of the
	 * servers as the limit says, and goes on next time where it ended; call->generation is the
	 * present one. OK, or why a node could not be asked, which does not keep it from the others.
	 * *out is written in any case.
	 */
	STRATA_MUST_CHECK strata_result (*purge)(strata_tier *tier, strata_call *call,
		const strata_purge_order *order, strata_purge *out);

	/* Closes what the tier holds in this process and frees its state. */
	void (*fini)(strata_tier *tier);
} strata_tier_ops;

struct strata_tier {
	const strata_tier_ops *ops;
	void *state;             /* what the ops keep; belongs to one thread */
	strata_stats_row *stats; /* of this tier in this database */
};

#endif
