/* raise: brings clear() and raised tags over to the place that follows. */
#ifndef STRATA_CACHE_MIRROR_RAISE_H
#define STRATA_CACHE_MIRROR_RAISE_H

#include "cache/mirror/visit.h"

/*
 * What was raised in the place that answers, by whichever host, is raised in the one that follows.
 * May be done twice, and by several hosts. OK, or why one of the two could not be asked.
 */
STRATA_MUST_CHECK strata_result strata_mirror_raise_tag(strata_mirror_visit *visit, uint64_t id);

/* The same of clear(). */
STRATA_MUST_CHECK strata_result strata_mirror_raise_generation(strata_mirror_visit *visit);

#endif
