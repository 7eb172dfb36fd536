/*
 * No host may lose the present generation, so that what this host heard last is not enough: the
 * copies are read for each call, and what they hold counts, not what a clear() raised here that may
 * never have reached them.
 */
#include "cache/servers/purge.h"

static strata_result purge_tier(strata_tier *tier, strata_call *call,
	const strata_purge_order *order, strata_purge *out)
{
	strata_generation_copies copies;
	strata_result result =
		tier->ops->read_generation(tier, call, STRATA_GENERATION_AND_CLOCK, &copies);

	if (result != STRATA_OK) {
		return result;
	}
	/* A number that all hosts take for absent would make everything else former. */
	strata_generation_copies_sum_up(&copies, strata_generation_copies_limit(&copies));
	/* A database that was never used has left nothing behind. */
	if (copies.greatest == 0) {
		out->is_done = true;
		return STRATA_OK;
	}
	call->generation = copies.greatest;
	return tier->ops->purge(tier, call, order, out);
}

strata_result strata_cache_purge(strata_database *database, strata_call *call,
	const strata_purge_order *order, strata_purge *out)
{
	strata_tier *deepest = strata_database_deepest(database);

	*out = (strata_purge){ 0 };
	if (deepest == NULL || deepest->ops->purge == NULL) {
		return STRATA_UNCONFIGURED;
	}
	/* No clear() left anything, and names alone do not tell what is another program's. */
	if (database->keyspace.naming == STRATA_NAMES_PLAIN) {
		out->is_done = true;
		return STRATA_OK;
	}
	return purge_tier(deepest, call, order, out);
}
