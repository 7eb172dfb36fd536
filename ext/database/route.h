/* route: which tiers of a database the keys of a call go through. */
#ifndef STRATA_DATABASE_ROUTE_H
#define STRATA_DATABASE_ROUTE_H

#include "base/call.h"
#include "database/database.h"

/*
 * A policy may keep keys out of tiers. The deepest tier that is left to them is then their deepest,
 * which has the word, and what is deeper is not there for the call. Nearer tiers that are left out
 * are not asked and not filled, and still told to forget: so a policy may come and go, and what it
 * left in such a tier is never older than the last write.
 *
 *     tiers = local, redis    get  local -> redis        set  redis, memcached forgets, local
 *     tiers = memcached       get  memcached             set  memcached, local forgets
 *     tiers = local           get  local                 set  local
 *
 * A delete goes to all tiers, and so does all that concerns the database as a whole: its generation
 * is kept in its deepest tier, whatever the routes of its keys.
 */
typedef struct {
	uint8_t kept_out;
	uint8_t deeper;
} strata_route;

/* The tiers that this key is kept out of: bits by strata_tier_kind. */
static inline uint8_t strata_route_of(const strata_database *database, strata_view key)
{
	return database->policies == NULL ? 0 : strata_policy_table_kept_out(database->policies, key);
}

/*
 * Until it is left again, the database is to the cache one without these tiers. Returns the route
 * of before. Routes are left in the opposite order.
 */
strata_route strata_route_change(strata_database *database, uint8_t kept_out);
void strata_route_restore(strata_database *database, strata_route before);

/* Without policies there is one route, and nothing to be done. */
static inline strata_route strata_route_enter(strata_database *database, uint8_t kept_out)
{
	return database->policies == NULL ? (strata_route){ 0, 0 }
									  : strata_route_change(database, kept_out);
}

static inline void strata_route_leave(strata_database *database, strata_route before)
{
	if (database->policies != NULL) {
		strata_route_restore(database, before);
	}
}

/* Is this tier asked, and filled, on the present route? */
static inline bool strata_route_asks(const strata_database *database, strata_tier_kind tier)
{
	return (database->kept_out & 1U << tier) == 0;
}

/* What is done with items of one route; with is its caller's. */
typedef void (*strata_route_verb)(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count, const void *with);

/* All items of one route at once, and the routes one after the other. */
void strata_route_each(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_route_verb verb, const void *with);

#endif
