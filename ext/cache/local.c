#include "cache/local.h"

#include "cache/generation.h"
#include "tier/local.h"

bool strata_cache_has_local(const strata_database *database)
{
	return database->tier_count > 0 && database->tiers[0].ops->kind == STRATA_TIER_LOCAL;
}

bool strata_cache_peek(strata_database *database, strata_call *call, strata_item *item)
{
	/* Without a generation the local tier is used all the same, under one of its own. */
	strata_result prepared = strata_cache_prepare(database, call);

	(void) prepared;
	return strata_cache_has_local(database) &&
		   strata_tier_local_peek(&database->tiers[0], call, item);
}

void strata_cache_count_hit(strata_database *database)
{
	strata_stats_add(database->tiers[0].stats, STRATA_COUNT_HITS, 1);
}

void strata_cache_upgrade_local(strata_database *database, strata_call *call, strata_item *item)
{
	strata_tier_local_upgrade(&database->tiers[0], call, item);
}
