#include "database/policy_terms.h"

#include "os/process.h"

/* 0 asks for nothing. */
static strata_msec within(strata_msec asked, strata_msec most)
{
	return asked == 0 || asked > most ? most : asked;
}

strata_terms strata_policy_terms(const strata_database *database, strata_view key,
	strata_terms asked)
{
	const strata_policy_table *table = database->policies;
	int found = table != NULL ? strata_policy_table_find(table, key) : STRATA_POLICY_NONE;
	const strata_policy *policy;

	if (found == STRATA_POLICY_NONE) {
		return asked;
	}
	policy = &table->list.items[found];
	strata_stats_add(table->rows[found], STRATA_COUNT_APPLIED, 1);
	if ((policy->given & STRATA_POLICY_TTL) != 0) {
		asked.ttl = within(asked.ttl, policy->ttl);
	}
	if ((policy->given & STRATA_POLICY_STALE) != 0) {
		asked.stale = within(asked.stale, policy->stale);
	}
	return asked;
}

void strata_policy_count_applied(const strata_database *database, strata_item *const *items,
	size_t count)
{
	const strata_policy_table *table = database->policies;

	for (size_t i = 0; i < count; i++) {
		int found = strata_policy_table_find(table, items[i]->key);

		if (found != STRATA_POLICY_NONE) {
			strata_stats_add(table->rows[found], STRATA_COUNT_APPLIED, 1);
		}
	}
}

/* Nothing outlives what was asked for. */
strata_msec strata_policy_jittered(const strata_database *database, strata_msec ttl)
{
	strata_msec most = ttl / 100 * database->settings.ttl_jitter;

	return most == 0 ? ttl : ttl - strata_process_random_word() % (most + 1);
}
