#include "database/database_policies.h"

#include <stdio.h>
#include <stdlib.h>

_Static_assert(STRATA_POLICY_LOCAL == 1 << STRATA_TIER_LOCAL &&
				   STRATA_POLICY_MEMCACHED == 1 << STRATA_TIER_MEMCACHED &&
				   STRATA_POLICY_REDIS == 1 << STRATA_TIER_REDIS,
	"the bits of the settings are those of the kinds");

void strata_database_policies_new(const strata_settings *settings, strata_policy_table **out,
	char error[STRATA_DATABASE_POLICIES_ERROR])
{
	char why[STRATA_POLICY_ERROR];
	strata_policies policies;

	*out = NULL;
	error[0] = '\0';
	if (!strata_policies_parse(strata_view_of(settings->policies), &policies, why)) {
		snprintf(error, STRATA_DATABASE_POLICIES_ERROR, "%s", why);
		return;
	}
	if (policies.count == 0) {
		return;
	}
	*out = malloc(sizeof(**out));
	if (*out == NULL) {
		snprintf(error, STRATA_DATABASE_POLICIES_ERROR, "out of memory");
		return;
	}
	strata_policy_table_init(*out, &policies);
}

/* A copy there would live for no time. */
static bool has_no_copies(const strata_policy *policy, const strata_settings *settings)
{
	return (policy->given & STRATA_POLICY_LOCAL_TTL) != 0 ? policy->local_ttl == 0
														  : settings->local_ttl == 0;
}

bool strata_database_policies_want_local(const strata_policy_table *table)
{
	for (uint32_t i = 0; table != NULL && i < table->list.count; i++) {
		const strata_policy *policy = &table->list.items[i];

		if (policy->local_ttl > 0 || policy->tiers == STRATA_POLICY_LOCAL) {
			return true;
		}
	}
	return false;
}

void strata_database_policies_forget_local(strata_policy_table *table)
{
	for (uint32_t i = 0; table != NULL && i < table->list.count; i++) {
		strata_policy *policy = &table->list.items[i];

		policy->tiers &= (uint8_t) ~STRATA_POLICY_LOCAL;
		if (policy->tiers == 0) {
			policy->tiers = STRATA_POLICY_ALL_TIERS;
			policy->given &= (uint8_t) ~STRATA_POLICY_TIERS;
		}
	}
}

static uint8_t bits_of(const strata_tier *tiers, size_t count)
{
	uint8_t bits = 0;

	for (size_t i = 0; i < count; i++) {
		bits |= (uint8_t) (1U << tiers[i].ops->kind);
	}
	return bits;
}

static bool refuse(const strata_policy *policy, uint8_t there, const char *why, char *error)
{
	char named[STRATA_POLICY_TIERS_TEXT], known[STRATA_POLICY_TIERS_TEXT];

	strata_policy_print_tiers(policy->tiers, named);
	strata_policy_print_tiers(there, known);
	snprintf(error, STRATA_DATABASE_POLICIES_ERROR, "%.*s*: tiers = %s %s; accepted: of %s",
		(int) policy->prefix.size, policy->prefix.data, named, why, known);
	return false;
}

/* What a policy without tiers leaves out, too: copies that would live for no time. */
static uint8_t copies_kept_out(const strata_policy *policy, const strata_settings *settings,
	uint8_t tiers)
{
	bool are_copies = tiers != STRATA_POLICY_LOCAL && (tiers & STRATA_POLICY_LOCAL) != 0;

	return are_copies && has_no_copies(policy, settings) ? STRATA_POLICY_LOCAL : 0;
}

static bool complete_one(const strata_policy *policy, const strata_settings *settings,
	uint8_t there, uint8_t *kept_out, char *error)
{
	bool is_named = (policy->given & STRATA_POLICY_TIERS) != 0;
	uint8_t tiers = policy->tiers & there;

	*kept_out = 0;
	if (is_named && tiers != policy->tiers) {
		return refuse(policy, there, "names a tier that the database does not have", error);
	}
	*kept_out = copies_kept_out(policy, settings, tiers);
	if (is_named && *kept_out != 0) {
		return refuse(policy, there & (uint8_t) ~STRATA_POLICY_LOCAL,
			"names local, where the local_ttl of the database is 0", error);
	}
	*kept_out |= there & (uint8_t) ~tiers;
	return true;
}

/* What a session holds must not be lost with a host. */
static bool may_be_local(const strata_policy *policy, const strata_settings *settings,
	const char *database, uint8_t there, char *error)
{
	return policy->tiers != STRATA_POLICY_LOCAL || strcmp(database, "sessions") != 0 ||
		   settings->session_local == STRATA_SESSION_LOCAL_ON ||
		   refuse(policy, there, "leaves sessions without a shared tier", error);
}

bool strata_database_policies_complete(strata_policy_table *table, const strata_settings *settings,
	const char *database, const strata_tier *tiers, size_t count, strata_stats *stats,
	char error[STRATA_DATABASE_POLICIES_ERROR])
{
	const strata_policy none = { .tiers = STRATA_POLICY_ALL_TIERS };
	uint8_t there = bits_of(tiers, count);

	error[0] = '\0';
	for (uint32_t i = 0; i < table->list.count; i++) {
		const strata_policy *policy = &table->list.items[i];
		char pattern[STRATA_POLICY_LONGEST + 2];

		if (!complete_one(policy, settings, there, &table->kept_out[i], error) ||
			!may_be_local(policy, settings, database, there, error)) {
			return false;
		}
		snprintf(pattern, sizeof(pattern), "%.*s*", (int) policy->prefix.size, policy->prefix.data);
		table->rows[i] = strata_stats_row_of(stats, STRATA_STATS_POLICY, database, pattern,
			STRATA_REGISTRY_COMMON);
	}
	return complete_one(&none, settings, there, &table->kept_out_otherwise, error);
}

bool strata_database_policies_keep_out(const strata_policy_table *table, strata_tier_kind tier)
{
	bool keeps_out = (table->kept_out_otherwise & 1U << tier) != 0;

	for (uint32_t i = 0; i < table->list.count; i++) {
		keeps_out |= (table->kept_out[i] & 1U << tier) != 0;
	}
	return keeps_out;
}
