/* pass: names that changed in the place that answers are brought over to the one that follows. */
#ifndef STRATA_CACHE_MIRROR_PASS_H
#define STRATA_CACHE_MIRROR_PASS_H

#include "base/arena.h"
#include "database/mirror.h"

enum { STRATA_MIRROR_PASS_NAMES = 64 }; /* of one pass */

typedef struct {
	uint32_t taken;   /* names that were due; as many as fit: there may be more */
	uint32_t settled; /* that need nothing more */
	uint32_t failed;  /* whose place failed: the caller had better pause where nothing else came */
	bool is_shut;     /* a place is not asked for now, and waiting for it would be in vain */
} strata_mirror_outcome;

/* Is there anything that is to be brought over now? A few loads. */
STRATA_MUST_CHECK bool strata_mirror_pass_is_due(const strata_database *database);

/*
 * Of a database with a mirror. Nothing is asked where no name is due. Names that are not settled
 * are due again later, to whichever process comes along: at once where nothing but the time was
 * over. Asks nothing after that time; the arena
 * is the caller's. Nothing here is an error of the request.
 */
strata_mirror_outcome strata_mirror_pass(strata_database *database, strata_arena *arena,
	strata_usec may_wait);

#endif
