#include "policy/policy_table.h"

#include "unit.h"

static strata_policy_table table;

static void have(const char *text)
{
	char error[STRATA_POLICY_ERROR];
	strata_policies policies;

	REQUIRE(strata_policies_parse(strata_view_of(text), &policies, error));
	strata_policy_table_init(&table, &policies);
}

/* Does the key have the policy with this prefix? NULL: has it none? */
static bool has_policy(const char *key, const char *prefix)
{
	int found = strata_policy_table_find(&table, strata_view_of(key));

	if (prefix == NULL || found == STRATA_POLICY_NONE) {
		return prefix == NULL && found == STRATA_POLICY_NONE;
	}
	return strata_view_equal(table.list.items[found].prefix, strata_view_of(prefix));
}

static void without_policies_no_key_has_one(void)
{
	have("");
	CHECK(has_policy("a", NULL) && has_policy("", NULL) && has_policy("~:a", NULL));
}

static void the_longest_prefix_counts(void)
{
	have("p*; page:*; *; page:en:*; pagf*; q*; page:en:a*");
	CHECK(has_policy("page:en:1", "page:en:"));
	CHECK(has_policy("page:en:a1", "page:en:a"));
	CHECK(has_policy("page:en:", "page:en:"));
	CHECK(has_policy("page:e", "page:"));
	CHECK(has_policy("page", "p"));
	CHECK(has_policy("p", "p"));
	CHECK(has_policy("q", "q"));
	CHECK(has_policy("r", ""));
	CHECK(has_policy("\xFF\xFF", ""));
}

static void without_one_for_all_other_keys_have_none(void)
{
	have("page:*; b*; \xFF*");
	CHECK(has_policy("page", NULL) && has_policy("a", NULL) && has_policy("c", NULL));
	CHECK(has_policy("page:", "page:") && has_policy("bb", "b") && has_policy("\xFF", "\xFF"));
}

static void the_name_inside_of_a_namespace_counts(void)
{
	have("page:*; ~*; :*");
	CHECK(has_policy("~0123456789abcdef:page:1", "page:"));
	CHECK(has_policy("~0123456789abcdef:~x", "~"));
	CHECK(has_policy("~0123456789abcdef:other", NULL));
	CHECK(has_policy("~0123456789abcdef:", NULL));
	CHECK(has_policy("~:~0123456789abcdef:page:1", "~"));
	CHECK(has_policy("~:~", "~"));
	CHECK(has_policy("~", "~"));
	have("*");
	CHECK(has_policy("~0123456789abcdef:", "") && has_policy("~:", ""));
}

static void tiers_are_those_of_the_policy(void)
{
	have("a*; *; b*");
	for (uint32_t i = 0; i < table.list.count; i++) {
		table.kept_out[i] = (uint8_t) (1 + table.list.items[i].prefix.size);
	}
	table.kept_out_otherwise = 7;
	CHECK(strata_policy_table_kept_out(&table, strata_view_of("a1")) == 2);
	CHECK(strata_policy_table_kept_out(&table, strata_view_of("c")) == 1);
	have("a*");
	table.kept_out_otherwise = 7;
	CHECK(strata_policy_table_kept_out(&table, strata_view_of("c")) == 7);
}

/* Against the plain way, over all short keys of three letters. */
static void lookups_agree_with_a_walk_over_all(void)
{
	char key[5] = "";

	have("a*; ab*; abc*; b*; bc*; c*; cc*; ccc*; cccc*");
	for (int i = 0; i < 256; i++) {
		const strata_policy *longest = NULL;
		int found;

		for (int at = 0; at < 4; at++) {
			key[at] = "abcd"[i >> 2 * at & 3];
		}
		for (uint32_t j = 0; j < table.list.count; j++) {
			const strata_policy *policy = &table.list.items[j];

			if (strata_view_starts(strata_view_of(key), policy->prefix) &&
				(longest == NULL || policy->prefix.size > longest->prefix.size)) {
				longest = policy;
			}
		}
		found = strata_policy_table_find(&table, strata_view_of(key));
		CHECK(longest == (found == STRATA_POLICY_NONE ? NULL : &table.list.items[found]));
	}
}

int main(void)
{
	RUN(without_policies_no_key_has_one);
	RUN(the_longest_prefix_counts);
	RUN(without_one_for_all_other_keys_have_none);
	RUN(the_name_inside_of_a_namespace_counts);
	RUN(tiers_are_those_of_the_policy);
	RUN(lookups_agree_with_a_walk_over_all);
	return unit_end();
}
