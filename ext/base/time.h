/* time: types of moments and durations. The type says the unit, the name says the clock. */
#ifndef STRATA_BASE_TIME_H
#define STRATA_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

typedef uint64_t strata_msec; /* milliseconds */
typedef uint64_t strata_usec; /* microseconds */

/* The moment that never comes: an entry that does not expire. 0 everywhere a moment is stored. */
#define STRATA_NEVER ((strata_msec) 0)

static inline strata_msec strata_msec_of(strata_usec moment)
{
	return moment / 1000;
}

/*
 * Is the clock of another machine, which is so many microseconds ahead, certain to be off by more
 * than what soft ends, generations and leases put up with?
 */
static inline bool strata_usec_is_apart(int64_t difference, strata_usec uncertainty)
{
	uint64_t apart = difference < 0 ? -(uint64_t) difference : (uint64_t) difference;

	return apart > 2000000 + uncertainty;
}

#endif
