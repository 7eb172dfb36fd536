#include "cache/local.h"

#include "base/compiler.h"
#include "cache/generation.h"
#include "os/process.h"
#include "tier/local.h"

/* To count in shared memory is an eighth of a hit; so this many are counted there at once. */
enum { MOST_UNTOLD = 256 };

bool strata_cache_has_local(const strata_database *database)
{
	return database->tier_count > 0 && database->tiers[0].ops->kind == STRATA_TIER_LOCAL;
}

static STRATA_COLD void salt(strata_database *database, uint64_t generation)
{
	database->salt = strata_store_salt(database->store, database->scope.space, generation);
	database->salted_for = generation;
}

bool strata_cache_glance(strata_database *database, strata_view key, strata_glimpse *out)
{
	strata_store_key wanted = { .space = database->scope.space, .key = key };

	if (database->store == NULL || !strata_cache_is_prepared(database, &wanted.generation)) {
		return false;
	}
	/* It changes with the generation, so seldom that it is kept. */
	if (database->salted_for != wanted.generation || database->salt == 0) {
		salt(database, wanted.generation);
	}
	return strata_store_glance(database->store, &wanted, database->salt, out);
}

/* A child begins at nothing: what its parent has not told yet, the parent will tell. */
static void begin_anew_after_fork(strata_database *database)
{
	if (database->hits_since != strata_process_generation()) {
		database->hits_since = strata_process_generation();
		database->untold_hits = 0;
	}
}

void strata_cache_count_hit(strata_database *database)
{
	begin_anew_after_fork(database);
	if (++database->untold_hits >= MOST_UNTOLD) {
		strata_cache_tell_hits(database);
	}
}

void strata_cache_tell_hits(strata_database *database)
{
	begin_anew_after_fork(database);
	if (database->untold_hits > 0) {
		strata_stats_add(database->tiers[0].stats, STRATA_COUNT_HITS, database->untold_hits);
		database->untold_hits = 0;
	}
}

void strata_cache_upgrade_local(strata_database *database, strata_call *call, strata_item *item)
{
	strata_tier_local_upgrade(&database->tiers[0], call, item);
}
