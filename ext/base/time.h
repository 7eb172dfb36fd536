/* time: types of moments and durations. The type says the unit, the name says the clock. */
#ifndef STRATA_BASE_TIME_H
#define STRATA_BASE_TIME_H

#include <stdint.h>

typedef uint64_t strata_msec; /* milliseconds */
typedef uint64_t strata_usec; /* microseconds */

/* The moment that never comes: an entry that does not expire. 0 everywhere a moment is stored. */
#define STRATA_NEVER ((strata_msec) 0)

#endif
