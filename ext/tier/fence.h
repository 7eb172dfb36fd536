/*
 * fence: what a computed value is stored over.
 *
 * The caller that is to compute a value leaves a placeholder under the key itself: an envelope
 * without a value. Its version is the fence. What was computed is stored only while that version is
 * still there, so that any set or delete voids it.
 */
#ifndef STRATA_TIER_FENCE_H
#define STRATA_TIER_FENCE_H

#include <stdint.h>

#include "base/time.h"

typedef enum {
	STRATA_FENCE_NONE,  /* none was asked for, or none is to be had: nothing computed is stored */
	STRATA_FENCE_TAKEN, /* the caller has the lease: it computes, and stores over the fence */
	STRATA_FENCE_HELD   /* another caller of the fleet has it, until its end at most */
} strata_fence_state;

/*
 * The lease stands in the header of the placeholder, or of the stale value that is to be refreshed.
 * It is advice. The version alone decides whether a value is stored.
 */
typedef struct {
	strata_fence_state state;
	uint64_t version; /* what must still be there; 0: nothing is known to be there */
	uint64_t owner;   /* of the lease; random, a new one for each computation; 0: it is free */
	strata_msec end;  /* wall clock: when the lease ends */
} strata_fence;

#endif
