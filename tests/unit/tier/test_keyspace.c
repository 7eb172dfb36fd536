#include "tier/keyspace.h"

#include "unit.h"

static strata_keyspace keyspace_of(const char *database, const char *name_space, const char *secret)
{
	strata_keyspace keyspace;

	strata_keyspace_init(&keyspace, database, name_space, strata_view_of(secret), 1000);
	return keyspace;
}

static bool are_apart(const strata_keyspace *a, const strata_keyspace *b)
{
	strata_view key = strata_view_of("user:1");

	return a->namespace_id != b->namespace_id &&
		   strata_keyspace_fingerprint(a, key) != strata_keyspace_fingerprint(b, key);
}

static void databases_and_namespaces_are_apart(void)
{
	strata_keyspace keyspace = keyspace_of("catalog", "shop", "");
	strata_keyspace other_database = keyspace_of("feed", "shop", "");
	strata_keyspace other_namespace = keyspace_of("catalog", "blog", "");
	strata_keyspace no_namespace = keyspace_of("catalog", "", "");

	CHECK(are_apart(&keyspace, &other_database));
	CHECK(are_apart(&keyspace, &other_namespace));
	CHECK(are_apart(&keyspace, &no_namespace));
	CHECK(are_apart(&other_namespace, &no_namespace));
}

static void where_one_name_ends_and_the_other_begins_matters(void)
{
	strata_keyspace a = keyspace_of("ab", "c", "");
	strata_keyspace b = keyspace_of("a", "bc", "");
	strata_keyspace c = keyspace_of("c", "ab", "");

	CHECK(are_apart(&a, &b));
	CHECK(are_apart(&a, &c));
}

static void another_secret_gives_other_fingerprints_for_the_same_space(void)
{
	strata_keyspace a = keyspace_of("catalog", "shop", "secret");
	strata_keyspace b = keyspace_of("catalog", "shop", "another");
	strata_view key = strata_view_of("user:1");

	CHECK(a.namespace_id == b.namespace_id);
	CHECK(a.fingerprint_id != b.fingerprint_id);
	CHECK(strata_keyspace_fingerprint(&a, key) != strata_keyspace_fingerprint(&b, key));
}

static void keys_have_fingerprints_of_their_own(void)
{
	strata_keyspace keyspace = keyspace_of("catalog", "shop", "secret");

	CHECK(strata_keyspace_fingerprint(&keyspace, strata_view_of("a")) !=
		  strata_keyspace_fingerprint(&keyspace, strata_view_of("b")));
	CHECK(strata_keyspace_fingerprint(&keyspace, strata_view_of("a")) !=
		  strata_keyspace_fingerprint(&keyspace, (strata_view){ "a\0", 2 }));
}

/* Hosts of one fleet run different versions for a while, and must agree on these. */
static void numbers_never_change(void)
{
	strata_keyspace keyspace = keyspace_of("catalog", "shop", "secret");

	CHECK(keyspace.namespace_id == 0x104779b86b5dd0f9);
	CHECK(keyspace.fingerprint_id == 0x78e3);
	CHECK(strata_keyspace_fingerprint(&keyspace, strata_view_of("user:1")) == 0xaffe6f42f4c0e735);
	CHECK(keyspace.max_value == 1000);
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
