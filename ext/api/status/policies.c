#include "api/status/policies.h"

#include "php_strata.h"

#include "api/request/globals.h"
#include "conf/ini.h"
#include "conf/policies.h"

/* How often it was applied by all processes of the host. */
static uint64_t applied(const strata_stats_sum *sums, uint32_t count, const char *database,
	const char *pattern)
{
	for (uint32_t i = 0; i < count; i++) {
		if (sums[i].kind == STRATA_STATS_POLICY && strcmp(sums[i].group, database) == 0 &&
			strcmp(sums[i].name, pattern) == 0) {
			return sums[i].counters[STRATA_COUNT_APPLIED];
		}
	}
	return 0;
}

/* In seconds; null where the policy does not say. */
static void add_seconds(zval *row, const char *name, const strata_policy *policy, uint8_t bit,
	strata_msec time)
{
	if ((policy->given & bit) != 0) {
		add_assoc_double(row, name, (double) time / 1000);
	} else {
		add_assoc_null(row, name);
	}
}

static void add_tiers(zval *row, const strata_policy *policy)
{
	char tiers[STRATA_POLICY_TIERS_TEXT];

	if ((policy->given & STRATA_POLICY_TIERS) != 0) {
		strata_policy_print_tiers(policy->tiers, tiers);
		add_assoc_string(row, "tiers", tiers);
	} else {
		add_assoc_null(row, "tiers");
	}
}

static void add_policy(zval *section, const strata_policy *policy, const strata_stats_sum *sums,
	uint32_t count, const char *database)
{
	char pattern[STRATA_POLICY_LONGEST + 2];
	zval row;

	snprintf(pattern, sizeof(pattern), "%.*s*", (int) policy->prefix.size, policy->prefix.data);
	array_init(&row);
	add_seconds(&row, "ttl", policy, STRATA_POLICY_TTL, policy->ttl);
	add_seconds(&row, "stale", policy, STRATA_POLICY_STALE, policy->stale);
	add_seconds(&row, "local_ttl", policy, STRATA_POLICY_LOCAL_TTL, policy->local_ttl);
	add_tiers(&row, policy);
	add_assoc_long(&row, "applied", (zend_long) applied(sums, count, database, pattern));
	add_assoc_zval(section, pattern, &row);
}

static void add_database(zval *policies, const char *database, const strata_stats_sum *sums,
	uint32_t count)
{
	strata_password_trouble unused;
	char error[STRATA_POLICY_ERROR];
	strata_policies list;
	strata_settings settings;
	zval section;

	if (strata_ini_try(database, STRATA_G(topology), &settings, &unused) != 0) {
		return;
	}
	/* Where there are too many the database cannot be opened, and that is said. */
	(void) strata_policies_parse(strata_view_of(settings.policies), &list, error);
	array_init(&section);
	for (uint32_t i = 0; i < list.count; i++) {
		add_policy(&section, &list.items[i], sums, count, database);
	}
	add_assoc_zval(policies, database, &section);
	strata_settings_fini(&settings);
}

void strata_api_add_policies(zval *status, const strata_stats_sum *sums, uint32_t count)
{
	zval policies;

	array_init(&policies);
	for (uint32_t i = 0; i < strata_ini_database_count(); i++) {
		add_database(&policies, strata_ini_database_name(i), sums, count);
	}
	add_assoc_zval(status, "policies", &policies);
}
