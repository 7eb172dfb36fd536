#include "tier/keyspace.h"

#include "unit.h"

static strata_keyspace keyspace_of(const char *database, const char *name_space, const char *secret)
{
	strata_keyspace keyspace;

	REQUIRE(strata_keyspace_init(&keyspace, database, name_space, strata_view_of(secret), 1000) ==
			STRATA_OK);
	return keyspace;
}

static void mac_of(const strata_keyspace *keyspace, unsigned char out[STRATA_MAC_SIZE])
{
	strata_view key = strata_view_of("user:1");

	CHECK(strata_mac_of(keyspace->mac, &key, 1, out));
}

static bool have_macs_apart(const strata_keyspace *a, const strata_keyspace *b)
{
	unsigned char one[STRATA_MAC_SIZE], other[STRATA_MAC_SIZE];

	mac_of(a, one);
	mac_of(b, other);
	return memcmp(one, other, sizeof(one)) != 0;
}

static bool have_fingerprints_apart(const strata_keyspace *a, const strata_keyspace *b)
{
	strata_view key = strata_view_of("user:1");

	return strata_keyspace_fingerprint(a, key) != strata_keyspace_fingerprint(b, key);
}

static bool are_apart(const char *const names[2], const char *const others[2], const char *secret)
{
	strata_keyspace a = keyspace_of(names[0], names[1], secret);
	strata_keyspace b = keyspace_of(others[0], others[1], secret);
	bool apart = a.namespace_id != b.namespace_id && have_fingerprints_apart(&a, &b) &&
				 a.key_id == b.key_id && (secret[0] == '\0' || have_macs_apart(&a, &b));

	strata_keyspace_fini(&a);
	strata_keyspace_fini(&b);
	return apart;
}

static strata_keyspace plain_of(const char *database, const char *name_space, const char *secret)
{
	strata_keyspace keyspace;

	REQUIRE(strata_keyspace_init_plain(&keyspace, database, name_space, strata_view_of(secret),
				1000) == STRATA_OK);
	return keyspace;
}

/* Their keys have the same names, so that a value of one is one of the other. */
static void databases_with_plain_names_share_their_values(void)
{
	strata_keyspace a = plain_of("catalog", "shop", "secret"),
					b = plain_of("feed", "shop", "secret");
	strata_keyspace other = plain_of("feed", "blog", "secret");
	strata_keyspace enveloped = keyspace_of("feed", "shop", "secret");

	CHECK(!have_fingerprints_apart(&a, &b) && !have_macs_apart(&a, &b));
	CHECK(a.namespace_id != b.namespace_id);
	CHECK(have_fingerprints_apart(&a, &other) && have_macs_apart(&a, &other));
	CHECK(have_fingerprints_apart(&a, &enveloped) && have_macs_apart(&a, &enveloped));
	CHECK(strata_keyspace_names_plainly(&a, STRATA_GENERATION_OF_PLAIN_NAMES));
	CHECK(!strata_keyspace_names_plainly(&a, STRATA_GENERATION_OF_LOCKS));
	CHECK(!strata_keyspace_names_plainly(&enveloped, STRATA_GENERATION_OF_PLAIN_NAMES));
	CHECK(!strata_keyspace_writes_plainly(&a, STRATA_GENERATION_OF_PLAIN_NAMES));
	strata_keyspace_fini(&a);
	strata_keyspace_fini(&b);
	strata_keyspace_fini(&other);
	strata_keyspace_fini(&enveloped);
}

static const char *const catalog[] = { "catalog", "shop" };
static const char *const secrets[] = { "", "secret" };

static void databases_and_namespaces_are_apart(void)
{
	for (int i = 0; i < 2; i++) {
		CHECK(are_apart(catalog, (const char *[]){ "feed", "shop" }, secrets[i]));
		CHECK(are_apart(catalog, (const char *[]){ "catalog", "blog" }, secrets[i]));
		CHECK(are_apart(catalog, (const char *[]){ "catalog", "" }, secrets[i]));
	}
}

static void where_one_name_ends_and_the_other_begins_matters(void)
{
	for (int i = 0; i < 2; i++) {
		const char *const names[] = { "ab", "c" };

		CHECK(are_apart(names, (const char *[]){ "a", "bc" }, secrets[i]));
		CHECK(are_apart(names, (const char *[]){ "c", "ab" }, secrets[i]));
	}
}

static void another_secret_gives_other_numbers_for_the_same_space(void)
{
	strata_keyspace a = keyspace_of("catalog", "shop", "secret");
	strata_keyspace b = keyspace_of("catalog", "shop", "another");
	strata_keyspace none = keyspace_of("catalog", "shop", "");

	CHECK(a.namespace_id == b.namespace_id && a.namespace_id == none.namespace_id);
	CHECK(a.key_id != b.key_id && a.key_id != 0 && b.key_id != 0 && none.key_id == 0);
	CHECK(have_fingerprints_apart(&a, &b) && have_fingerprints_apart(&a, &none));
	CHECK(have_macs_apart(&a, &b) && none.mac == NULL);
	strata_keyspace_fini(&a);
	strata_keyspace_fini(&b);
}

/* 0 says that there is no secret; this one's MAC begins with zeroes. */
static void every_secret_has_a_key_id(void)
{
	strata_keyspace keyspace = keyspace_of("db", "", "114381");

	CHECK(keyspace.key_id == 1 && keyspace.mac != NULL);
	strata_keyspace_fini(&keyspace);
}

static void keys_have_fingerprints_of_their_own(void)
{
	strata_keyspace keyspace = keyspace_of("catalog", "shop", "secret");

	CHECK(strata_keyspace_fingerprint(&keyspace, strata_view_of("a")) !=
		  strata_keyspace_fingerprint(&keyspace, strata_view_of("b")));
	CHECK(strata_keyspace_fingerprint(&keyspace, strata_view_of("a")) !=
		  strata_keyspace_fingerprint(&keyspace, (strata_view){ "a\0", 2 }));
	strata_keyspace_fini(&keyspace);
}

/* Hosts of one fleet run different versions for a while, and must agree on these. */
static void numbers_never_change(void)
{
	strata_keyspace keyspace = keyspace_of("catalog", "shop", "secret");
	strata_keyspace open = keyspace_of("catalog", "shop", "");
	strata_view key = strata_view_of("user:1");

	CHECK(keyspace.namespace_id == 0x104779b86b5dd0f9);
	CHECK(keyspace.key_id == 0x5e6d);
	CHECK(strata_keyspace_fingerprint(&keyspace, key) == 0x4e3691fd0c29a577);
	CHECK(strata_keyspace_fingerprint(&open, key) == 0x787d8cddd8b7d0c8);
	CHECK(keyspace.max_value == 1000);
	strata_keyspace_fini(&keyspace);
}

/* ---- the local tier ---- */

static uint64_t local_id(const strata_realm *realm)
{
	strata_keyspace keyspace = keyspace_of("catalog", "shop", "");
	strata_keyspace before = keyspace;

	strata_keyspace_enter_realm(&keyspace, realm);
	/* What other hosts see stays what it is. */
	CHECK(keyspace.namespace_id == before.namespace_id);
	CHECK(keyspace.fingerprint_seed == before.fingerprint_seed);
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
	RUN(databases_with_plain_names_share_their_values);
	RUN(where_one_name_ends_and_the_other_begins_matters);
	RUN(users_servers_and_epochs_are_apart_on_a_host);
	RUN(databases_and_namespaces_stay_apart_in_one_realm);
	RUN(another_secret_gives_other_numbers_for_the_same_space);
	RUN(every_secret_has_a_key_id);
	RUN(keys_have_fingerprints_of_their_own);
	RUN(numbers_never_change);
	return unit_end();
}
