#include "tier/remote_key.h"

#include "unit.h"

static strata_arena *arena;

static strata_keyspace keyspace_of(const char *database, const char *name_space)
{
	strata_keyspace keyspace;

	REQUIRE(strata_keyspace_init(&keyspace, database, name_space, strata_view_of(""), 1000) ==
			STRATA_OK);
	return keyspace;
}

static strata_view named(const strata_keyspace *keyspace, uint64_t generation, strata_view key)
{
	return strata_remote_key(arena, strata_remote_prefix(arena, keyspace, generation), key);
}

static strata_view hashed_as(const strata_keyspace *keyspace, uint64_t generation, strata_view key)
{
	return strata_remote_key_hashed(arena, strata_remote_prefix(arena, keyspace, generation), key);
}

static bool is(strata_view name, const char *text)
{
	return strata_view_equal(name, strata_view_of(text)) && name.data[name.size] == '\0';
}

static void names_begin_with_namespace_database_and_generation(void)
{
	strata_keyspace keyspace = keyspace_of("catalog", "shop");
	strata_keyspace bare = keyspace_of("catalog", "");

	CHECK(is(named(&keyspace, 17, strata_view_of("user:1")), "shop:catalog:17:user:1"));
	CHECK(is(named(&bare, 17, strata_view_of("user:1")), "catalog:17:user:1"));
	CHECK(is(named(&bare, UINT64_MAX, strata_view_of("")), "catalog:18446744073709551615:"));
}

static void any_bytes_are_a_key(void)
{
	strata_keyspace keyspace = keyspace_of("a", "");
	strata_view name = named(&keyspace, 0, (strata_view){ "\0\n\xff", 3 });

	CHECK(name.size == 7 && memcmp(name.data, "a:0:\0\n\xff", 8) == 0);
}

/* As long as the settings allow, and longer. */
static void long_names_are_not_cut(void)
{
	char name_space[300], database[300], expected[700];
	strata_keyspace keyspace;

	memset(name_space, 'n', sizeof(name_space) - 1);
	memset(database, 'd', sizeof(database) - 1);
	name_space[sizeof(name_space) - 1] = database[sizeof(database) - 1] = '\0';
	snprintf(expected, sizeof(expected), "%s:%s:5:k", name_space, database);
	keyspace = keyspace_of(database, name_space);
	CHECK(is(named(&keyspace, 5, strata_view_of("k")), expected));
}

/* Hosts of one fleet run different versions for a while, and must find each other's values. */
static void hashed_names_never_change(void)
{
	strata_keyspace keyspace = keyspace_of("catalog", "shop");

	CHECK(is(hashed_as(&keyspace, 1700000000000000, strata_view_of("user:1")),
		"shop:catalog:1700000000000000#1a45ac82b90cfa52dc997498e3565d0d"));
}

static void hashed_names_have_one_length_and_differ(void)
{
	strata_keyspace keyspace = keyspace_of("catalog", "");
	char key[1000];
	strata_view a, b;

	memset(key, 'x', sizeof(key));
	a = hashed_as(&keyspace, 7, (strata_view){ key, 1000 });
	b = hashed_as(&keyspace, 7, (strata_view){ key, 999 });
	CHECK(a.size == strlen("catalog:7#") + 32 && b.size == a.size);
	CHECK(!strata_view_equal(a, b));
}

/* Whatever the user calls it: a key with the hash of another for a name gets another name. */
static void no_key_has_the_name_of_a_hashed_one(void)
{
	strata_keyspace keyspace = keyspace_of("catalog", "");
	strata_view hashed = hashed_as(&keyspace, 7, strata_view_of("long"));
	strata_view digits = { hashed.data + strlen("catalog:7"), 33 };

	CHECK(!strata_view_equal(named(&keyspace, 7, digits), hashed));
	digits = (strata_view){ digits.data + 1, 32 };
	CHECK(!strata_view_equal(named(&keyspace, 7, digits), hashed));
}

static void the_generation_has_a_name_that_no_key_has(void)
{
	strata_keyspace keyspace = keyspace_of("catalog", "shop");
	strata_keyspace bare = keyspace_of("catalog", "");

	CHECK(is(strata_remote_key_of_generation(arena, &keyspace, ":{1e}"),
		"shop:catalog:generation:{1e}"));
	CHECK(is(strata_remote_key_of_generation(arena, &bare, ""), "catalog:generation"));
}

/* As other programs have them. Those of locks and tags stay what they are. */
static void plain_names_are_the_prefix_and_the_key(void)
{
	strata_keyspace keyspace;
	strata_view of_space = strata_view_of("~0123456789abcdef:key");

	REQUIRE(strata_keyspace_init_plain(&keyspace, "catalog", "shop:", strata_view_of(""), 1000) ==
			STRATA_OK);
	CHECK(is(named(&keyspace, STRATA_GENERATION_OF_PLAIN_NAMES, strata_view_of("user:1")),
		"shop:user:1"));
	CHECK(is(named(&keyspace, STRATA_GENERATION_OF_LOCKS, strata_view_of("key")),
		"shop::catalog:1:key"));
	CHECK(strata_view_equal(strata_remote_key_written(strata_view_of("~:~key")),
		strata_view_of("~key")));
	CHECK(
		strata_view_equal(strata_remote_key_written(strata_view_of("key")), strata_view_of("key")));
	CHECK(strata_view_equal(strata_remote_key_written(of_space), of_space));
	keyspace.name_space = "";
	CHECK(
		is(named(&keyspace, STRATA_GENERATION_OF_PLAIN_NAMES, strata_view_of("user:1")), "user:1"));
}

int main(void)
{
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	RUN(names_begin_with_namespace_database_and_generation);
	RUN(any_bytes_are_a_key);
	RUN(long_names_are_not_cut);
	RUN(hashed_names_never_change);
	RUN(hashed_names_have_one_length_and_differ);
	RUN(no_key_has_the_name_of_a_hashed_one);
	RUN(the_generation_has_a_name_that_no_key_has);
	RUN(plain_names_are_the_prefix_and_the_key);
	strata_arena_free(arena);
	return unit_end();
}
