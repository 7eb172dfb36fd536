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

/* ---- the local tier ---- */

static uint64_t local_id(const strata_realm *realm)
{
	strata_keyspace keyspace = keyspace_of("catalog", "shop", "secret");
	strata_keyspace before = keyspace;

	strata_keyspace_enter_realm(&keyspace, realm);
	/* What other hosts see stays what it is. */
	CHECK(keyspace.namespace_id == before.namespace_id);
	CHECK(keyspace.fingerprint_seed == before.fingerprint_seed);
	CHECK(keyspace.fingerprint_id == before.fingerprint_id);
	return keyspace.local_id;
}

static void users_servers_and_epochs_are_apart_on_a_host(void)
{
	const strata_realm realms[] = {
		{ .secret = 1, .user = 33, .texts = { "redis://a", "app", "1" } },
		{ .secret = 1, .user = 0, .texts = { "redis://a", "app", "1" } },
		{ .secret = 1, .user = 33, .texts = { "redis://b", "app", "1" } },
		{ .secret = 1, .user = 33, .texts = { "redis://a", "other", "1" } },
		{ .secret = 1, .user = 33, .texts = { "redis://a", "app", "2" } },
		{ .secret = 1, .user = 33, .texts = { "redis://aa", "pp", "1" } },
		{ .secret = 1, .user = 33, .texts = { "redis://a", "app", "" } },
		{ .secret = 2, .user = 33, .texts = { "redis://a", "app", "1" } },
	};

	for (size_t i = 0; i < sizeof(realms) / sizeof(realms[0]); i++) {
		CHECK(local_id(&realms[i]) == local_id(&realms[i]));
		for (size_t j = 0; j < i; j++) {
			CHECK(local_id(&realms[i]) != local_id(&realms[j]));
		}
	}
}

static void databases_and_namespaces_stay_apart_in_one_realm(void)
{
	strata_realm realm = { .user = 33, .texts = { "redis://a" } };
	strata_keyspace one = keyspace_of("catalog", "shop", "");
	strata_keyspace other = keyspace_of("catalog", "blog", "");

	strata_keyspace_enter_realm(&one, &realm);
	strata_keyspace_enter_realm(&other, &realm);
	CHECK(one.local_id != other.local_id);
}

int main(void)
{
	RUN(databases_and_namespaces_are_apart);
	RUN(where_one_name_ends_and_the_other_begins_matters);
	RUN(users_servers_and_epochs_are_apart_on_a_host);
	RUN(databases_and_namespaces_stay_apart_in_one_realm);
	RUN(another_secret_gives_other_fingerprints_for_the_same_space);
	RUN(keys_have_fingerprints_of_their_own);
	RUN(numbers_never_change);
	return unit_end();
}
