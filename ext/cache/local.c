#include "cache/local.h"

#include "cache/generation.h"
#include "tier/local.h"

bool strata_cache_has_local(const strata_database *database)
{
	return database->tier_count > 0 && database->tiers[0].ops->kind == STRATA_TIER_LOCAL;
}

bool strata_cache_glance(const strata_database *database, strata_msec now, strata_view key,
	char small[STRATA_GLANCE_SMALL], strata_record *out)
{
	strata_store_key wanted = { .space = database->scope.space, .key = key };

	return strata_cache_has_local(database) &&
		   strata_cache_is_prepared(database, now, &wanted.generation) &&
		   strata_store_glance(database->store, &wanted, now, small, out);
}

void strata_cache_count_hit(const strata_database *database)
{
	strata_stats_add(database->tiers[0].stats, STRATA_COUNT_HITS, 1);
}

void strata_cache_upgrade_local(strata_database *database, strata_call *call, strata_item *item)
{
	strata_tier_local_upgrade(&database->tiers[0], call, item);
}
