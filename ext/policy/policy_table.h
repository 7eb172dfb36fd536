/* policy_table: which policy a key has, and which tiers it keeps the key out of. */
#ifndef STRATA_POLICY_POLICY_TABLE_H
#define STRATA_POLICY_POLICY_TABLE_H

#include "conf/policies.h"
#include "stats/stats.h"

/* Belongs to one database of one thread. The caller fills the last group, by the place of each. */
typedef struct {
	strata_policies
		list;           /* by the first byte of the prefix, longest first; that of all keys last */
	uint8_t first[256]; /* by the first byte of a key: the place of the first such policy + 1 */

	uint8_t kept_out[STRATA_POLICIES_MOST]; /* bits of tiers (conf/policies.h) without such keys */
	uint8_t kept_out_otherwise;             /* the same of keys without a policy */
	strata_stats_row *rows[STRATA_POLICIES_MOST]; /* where it is counted */
} strata_policy_table;

enum { STRATA_POLICY_NONE = -1 };

/* Puts the policies into order. Their texts are borrowed. */
void strata_policy_table_init(strata_policy_table *table, const strata_policies *policies);

/*
 * The place of the policy with the longest prefix that the key begins with, or STRATA_POLICY_NONE.
 * The key is that of an item; in a namespace the name inside of it counts.
 */
int strata_policy_table_find(const strata_policy_table *table, strata_view key);

/* Which tiers such a key does not use: bits as in conf/policies.h, which are those of kinds. */
uint8_t strata_policy_table_kept_out(const strata_policy_table *table, strata_view key);

#endif
