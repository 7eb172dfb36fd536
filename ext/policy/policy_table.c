#include "policy/policy_table.h"

#include <stdlib.h>

#include "policy/key.h"

/* ---- order ---- */

/* That of all keys has no first byte, and is asked when no other one fits. */
static int rank_of(const strata_policy *policy)
{
	return policy->prefix.size == 0 ? 256 : (unsigned char) policy->prefix.data[0];
}

static int compare(const void *one, const void *other)
{
	const strata_policy *a = one, *b = other;

	if (rank_of(a) != rank_of(b)) {
		return rank_of(a) - rank_of(b);
	}
	return a->prefix.size < b->prefix.size ? 1 : -(a->prefix.size > b->prefix.size);
}

void strata_policy_table_init(strata_policy_table *table, const strata_policies *policies)
{
	*table = (strata_policy_table){ .list = *policies };
	qsort(table->list.items, table->list.count, sizeof(table->list.items[0]), compare);
	for (uint32_t i = table->list.count; i > 0; i--) {
		int rank = rank_of(&table->list.items[i - 1]);

		if (rank < 256) {
			table->first[rank] = (uint8_t) i;
		}
	}
}

/* ---- looking up ---- */

int strata_policy_table_find(const strata_policy_table *table, strata_view key)
{
	const strata_policies *list = &table->list;
	strata_view name = strata_key_shown(key);
	int rank = name.size > 0 ? (unsigned char) name.data[0] : 256;
	uint32_t i = rank < 256 && table->first[rank] > 0 ? table->first[rank] - 1U : list->count;

	for (; i < list->count && rank_of(&list->items[i]) == rank; i++) {
		if (strata_view_starts(name, list->items[i].prefix)) {
			return (int) i;
		}
	}
	return list->count > 0 && list->items[list->count - 1].prefix.size == 0 ? (int) list->count - 1
																			: STRATA_POLICY_NONE;
}

uint8_t strata_policy_table_kept_out(const strata_policy_table *table, strata_view key)
{
	int found = strata_policy_table_find(table, key);

	return found == STRATA_POLICY_NONE ? table->kept_out_otherwise : table->kept_out[found];
}
