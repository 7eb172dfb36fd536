#include "tier/scope.h"

#include "unit.h"

static strata_scope scope_of(const char *database, const char *name_space, const char *secret)
{
	strata_scope scope;

	strata_scope_init(&scope, database, name_space, strata_view_of(secret), 1000);
	return scope;
}

static bool are_apart(const strata_scope *a, const strata_scope *b)
{
	strata_view key = strata_view_of("user:1");

	return a->space != b->space &&
		   strata_scope_fingerprint(a, key) != strata_scope_fingerprint(b, key);
}

static void databases_and_namespaces_are_apart(void)
{
	strata_scope scope = scope_of("catalog", "shop", "");
	strata_scope other_database = scope_of("feed", "shop", "");
	strata_scope other_namespace = scope_of("catalog", "blog", "");
	strata_scope no_namespace = scope_of("catalog", "", "");

	CHECK(are_apart(&scope, &other_database));
	CHECK(are_apart(&scope, &other_namespace));
	CHECK(are_apart(&scope, &no_namespace));
	CHECK(are_apart(&other_namespace, &no_namespace));
}

static void where_one_name_ends_and_the_other_begins_matters(void)
{
	strata_scope a = scope_of("ab", "c", "");
	strata_scope b = scope_of("a", "bc", "");
	strata_scope c = scope_of("c", "ab", "");

	CHECK(are_apart(&a, &b));
	CHECK(are_apart(&a, &c));
}

static void another_secret_gives_other_fingerprints_for_the_same_space(void)
{
	strata_scope a = scope_of("catalog", "shop", "secret");
	strata_scope b = scope_of("catalog", "shop", "another");
	strata_view key = strata_view_of("user:1");

	CHECK(a.space == b.space);
	CHECK(a.fingerprint_id != b.fingerprint_id);
	CHECK(strata_scope_fingerprint(&a, key) != strata_scope_fingerprint(&b, key));
}

static void keys_have_fingerprints_of_their_own(void)
{
	strata_scope scope = scope_of("catalog", "shop", "secret");

	CHECK(strata_scope_fingerprint(&scope, strata_view_of("a")) !=
		  strata_scope_fingerprint(&scope, strata_view_of("b")));
	CHECK(strata_scope_fingerprint(&scope, strata_view_of("a")) !=
		  strata_scope_fingerprint(&scope, (strata_view){ "a\0", 2 }));
}

/* Hosts of one fleet run different versions for a while, and must agree on these. */
static void numbers_never_change(void)
{
	strata_scope scope = scope_of("catalog", "shop", "secret");

	CHECK(scope.space == 0x104779b86b5dd0f9);
	CHECK(scope.fingerprint_id == 0x78e3);
	CHECK(strata_scope_fingerprint(&scope, strata_view_of("user:1")) == 0xaffe6f42f4c0e735);
	CHECK(scope.max_value == 1000);
}

int main(void)
{
	RUN(databases_and_namespaces_are_apart);
	RUN(where_one_name_ends_and_the_other_begins_matters);
	RUN(another_secret_gives_other_fingerprints_for_the_same_space);
	RUN(keys_have_fingerprints_of_their_own);
	RUN(numbers_never_change);
	return unit_end();
}
