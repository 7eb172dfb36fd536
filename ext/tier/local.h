/* local — the tier in this host's shared memory. */
#ifndef STRATA_TIER_LOCAL_H
#define STRATA_TIER_LOCAL_H

#include "tier/scope.h"
#include "tier/tier.h"

/*
 * longest_life bounds how long a copy is served without asking a deeper tier; 0 where there is none
 * and the copy is the value. The store and the scope are borrowed. Returns 0, or -1 when out of memory.
 */
int strata_tier_local_init(strata_tier *tier, strata_store *store, const strata_scope *scope,
	strata_msec longest_life);

/* Puts the image of the item in the place of what is there, if that is the same version. */
void strata_tier_local_upgrade(strata_tier *tier, strata_call *call, const strata_item *item);

#endif
