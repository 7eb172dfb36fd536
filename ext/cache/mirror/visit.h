/* visit: one stay at the two places of a database that moves, with a time of its own. */
#ifndef STRATA_CACHE_MIRROR_VISIT_H
#define STRATA_CACHE_MIRROR_VISIT_H

#include "base/call.h"
#include "database/mirror.h"

/* One of the two, with a call of its own: their generations differ. */
typedef struct {
	strata_database *database;
	strata_call call;
} strata_mirror_place;

/*
 * Nothing of it is the request's: not its budget, nor its errors. Nothing is written into a Result,
 * nothing is thrown, and no misconfiguration is reported by a call that did not ask. What nodes
 * have to do with it, their breakers and last errors, they hear as ever.
 */
typedef struct {
	strata_mirror *mirror;
	strata_mirror_place answering; /* whose database has the mirror */
	strata_mirror_place following;
	strata_arena *arena;
	strata_usec ends_at; /* monotonic: no question is sent later */
	strata_usec each;    /* that one question at the place that follows has at least */
} strata_mirror_visit;

/* The arena is the caller's, and everything that the visit gives lives in it. */
void strata_mirror_visit_begin(strata_mirror_visit *visit, strata_database *database,
	strata_arena *arena, strata_usec may_wait);

/*
 * Both generations are known, and that of the place that follows is not lower: so what is copied
 * goes under a number that no clear() of before will raise. OK, or why not.
 */
STRATA_MUST_CHECK strata_result strata_mirror_visit_prepare(strata_mirror_visit *visit);

/* Is the generation of the place that follows to be raised to that of the other one? */
STRATA_MUST_CHECK bool strata_mirror_visit_lags(const strata_mirror_visit *visit);

/* The generation of the place that follows becomes this one, unless it is a greater one. */
STRATA_MUST_CHECK strata_result strata_mirror_visit_lift(strata_mirror_visit *visit,
	uint64_t least);

/*
 * Is there time for one more question at this place? Then it gets more than what is left: a wait
 * that was cut short would count as a failure of the node, and its breaker is that of all requests.
 * The place that answers gets what any call has, the other one as much as the visit in all.
 */
STRATA_MUST_CHECK bool strata_mirror_visit_may_ask(strata_mirror_visit *visit,
	strata_mirror_place *place);

/*
 * What the deepest tier of the place holds, as strata_tier_ops.get, from where the newest is known
 * and under the generation that is proven to be the present one; numbers come with their ends. All
 * items get BUDGET where the time is over.
 */
void strata_mirror_visit_get(strata_mirror_visit *visit, strata_mirror_place *place,
	strata_item *const *items, size_t count);

#endif
