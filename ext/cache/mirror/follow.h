/* follow: makes the place that follows hold what the one that answers holds. */
#ifndef STRATA_CACHE_MIRROR_FOLLOW_H
#define STRATA_CACHE_MIRROR_FOLLOW_H

#include "cache/mirror/pair.h"
#include "cache/mirror/visit.h"

/*
 * After strata_mirror_visit_prepare(). Writes the state of each pair; OPEN where the time was over,
 * or others wrote all the time. was_copied and was_removed say what had to be done.
 */
void strata_mirror_follow(strata_mirror_visit *visit, strata_mirror_pair *const *pairs,
	size_t count);

/* The same for keys of any routes: of both databases that of the keys is entered. */
void strata_mirror_follow_routes(strata_mirror_visit *visit, strata_mirror_pair *const *pairs,
	size_t count);

#endif
