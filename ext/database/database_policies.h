/* database_policies: makes the policies of a database out of its settings and its tiers. */
#ifndef STRATA_DATABASE_DATABASE_POLICIES_H
#define STRATA_DATABASE_DATABASE_POLICIES_H

#include "conf/settings.h"
#include "stats/stats.h"
#include "policy/policy_table.h"
#include "tier/tier.h"

enum { STRATA_DATABASE_POLICIES_ERROR = 280 };

/*
 * *out is a table that free() takes back, or NULL where the settings hold no policy. Its prefixes
 * point into the settings. Where it is NULL although there are some, error says why, else it is
 * empty.
 */
void strata_database_policies_new(const strata_settings *settings, strata_policy_table **out,
	char error[STRATA_DATABASE_POLICIES_ERROR]);

/* Does a policy want a local tier that the database would not have for its own local_ttl? */
bool strata_database_policies_want_local(const strata_policy_table *table);

/*
 * For a place that has no local tier, before the next: a policy that names only that one leaves no
 * other out. NULL is none.
 */
void strata_database_policies_forget_local(strata_policy_table *table);

/*
 * After the tiers were made, from the nearest on: which of them each policy leaves out, and where
 * it is counted. False with a sentence in error where one names a tier that is not there.
 */
bool strata_database_policies_complete(strata_policy_table *table, const strata_settings *settings,
	const char *database, const strata_tier *tiers, size_t count, strata_stats *stats,
	char error[STRATA_DATABASE_POLICIES_ERROR]);

/* Is a key of some policy, or of none, kept out of this tier? */
bool strata_database_policies_keep_out(const strata_policy_table *table, strata_tier_kind tier);

#endif
