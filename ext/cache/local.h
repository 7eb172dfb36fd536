/* local — what can be had of the local tier beyond what all tiers do? */
#ifndef STRATA_CACHE_LOCAL_H
#define STRATA_CACHE_LOCAL_H

#include "base/call.h"
#include "cache/database.h"

bool strata_cache_has_local(const strata_database *database);

/* A hit that was found at a glance. */
void strata_cache_count_hit(const strata_database *database);

/*
 * The shortest way to a value of the local tier: no item, no arena, no other tier. As
 * strata_store_glance(). Counting the hit and letting go of what was pinned is the caller's.
 */
bool strata_cache_glance(const strata_database *database, strata_msec now, strata_view key,
	char small[STRATA_GLANCE_SMALL], strata_record *out);

/* The image of the item takes the place of what the local tier holds, if that is the same version. */
void strata_cache_upgrade_local(strata_database *database, strata_call *call, strata_item *item);

#endif
