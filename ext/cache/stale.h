/* stale: what a get may answer beyond its time. */
#ifndef STRATA_CACHE_STALE_H
#define STRATA_CACHE_STALE_H

#include "base/call.h"
#include "database/database.h"

/*
 * Two kinds of values are served beyond their time. Past its soft end a value is for remember() and
 * fetch(), which say so by call->takes_stale: where tiers differ, the deepest one that has any.
 * Within its soft end it is for every get while deeper tiers cannot be asked, for stale_on_error:
 *
 *     a local copy          longer than local_ttl
 *     a hit in memcached    though the deepest tier has not confirmed the generation
 *
 * The item says is_kept_on_error then, and fills no nearer tier: or the times would add up.
 */
typedef struct {
	strata_database *database;
	strata_call *call;
	strata_item *const *all; /* of the call */
	size_t count;
	strata_tier_kind nearest; /* that the call may ask */

	strata_item **items; /* those of which a nearer tier has a stale value */
	strata_item *copies; /* each with that value */
	size_t kept;
} strata_stale;

void strata_stale_begin(strata_stale *stale, strata_database *database, strata_call *call,
	strata_item *const *items, size_t count, strata_tier_kind nearest);

/* Was the generation under which this tier would be asked confirmed lately enough? */
bool strata_stale_may_ask(const strata_stale *stale, size_t depth);

/* This tier has answered. Before nearer ones are filled from it. */
void strata_stale_note(strata_stale *stale, size_t depth, strata_item *const *items, size_t count);

/* All tiers have been asked, and the generation too where that was due. */
void strata_stale_complete(strata_stale *stale);

#endif
