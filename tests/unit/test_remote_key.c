#include "tier/remote_key.h"

#include "unit.h"

static strata_arena *arena;

static strata_scope scope_of(const char *database, const char *name_space)
{
	strata_scope scope;

	strata_scope_init(&scope, database, name_space, strata_view_of(""), 1000);
	return scope;
}

static bool is(strata_view name, const char *text)
{
	return strata_view_equal(name, strata_view_of(text)) && name.data[name.size] == '\0';
}

static void names_begin_with_namespace_database_and_generation(void)
{
	strata_scope scope = scope_of("catalog", "shop");
	strata_scope bare = scope_of("catalog", "");

	CHECK(is(strata_remote_key(arena, &scope, 17, strata_view_of("user:1")),
		"shop:catalog:17:user:1"));
	CHECK(is(strata_remote_key(arena, &bare, 17, strata_view_of("user:1")), "catalog:17:user:1"));
	CHECK(is(strata_remote_key(arena, &bare, UINT64_MAX, strata_view_of("")),
		"catalog:18446744073709551615:"));
}

static void any_bytes_are_a_key(void)
{
	strata_scope scope = scope_of("a", "");
	strata_view name = strata_remote_key(arena, &scope, 0, (strata_view){ "\0\n\xff", 3 });

	CHECK(name.size == 7 && memcmp(name.data, "a:0:\0\n\xff", 8) == 0);
}

/* As long as the settings allow, and longer. */
static void long_names_are_not_cut(void)
{
	char name_space[300], database[300], expected[700];
	strata_scope scope;

	memset(name_space, 'n', sizeof(name_space) - 1);
	memset(database, 'd', sizeof(database) - 1);
	name_space[sizeof(name_space) - 1] = database[sizeof(database) - 1] = '\0';
	snprintf(expected, sizeof(expected), "%s:%s:5:k", name_space, database);
	scope = scope_of(database, name_space);
	CHECK(is(strata_remote_key(arena, &scope, 5, strata_view_of("k")), expected));
}

/* Hosts of one fleet run different versions for a while, and must find each other's values. */
static void hashed_names_never_change(void)
{
	strata_scope scope = scope_of("catalog", "shop");

	CHECK(is(strata_remote_key_hashed(arena, &scope, 1700000000000000, strata_view_of("user:1")),
		"shop:catalog:1700000000000000#1a45ac82b90cfa52dc997498e3565d0d"));
}

static void hashed_names_have_one_length_and_differ(void)
{
	strata_scope scope = scope_of("catalog", "");
	char key[1000];
	strata_view a, b;

	memset(key, 'x', sizeof(key));
	a = strata_remote_key_hashed(arena, &scope, 7, (strata_view){ key, 1000 });
	b = strata_remote_key_hashed(arena, &scope, 7, (strata_view){ key, 999 });
	CHECK(a.size == strlen("catalog:7#") + 32 && b.size == a.size);
	CHECK(!strata_view_equal(a, b));
}

/* Whatever the user calls it: a key with the hash of another for a name gets another name. */
static void no_key_has_the_name_of_a_hashed_one(void)
{
	strata_scope scope = scope_of("catalog", "");
	strata_view hashed = strata_remote_key_hashed(arena, &scope, 7, strata_view_of("long"));
	strata_view digits = { hashed.data + strlen("catalog:7"), 33 };

	CHECK(!strata_view_equal(strata_remote_key(arena, &scope, 7, digits), hashed));
	digits = (strata_view){ digits.data + 1, 32 };
	CHECK(!strata_view_equal(strata_remote_key(arena, &scope, 7, digits), hashed));
}

static void the_generation_has_a_name_that_no_key_has(void)
{
	strata_scope scope = scope_of("catalog", "shop");
	strata_scope bare = scope_of("catalog", "");

	CHECK(is(strata_remote_key_of_generation(arena, &scope, ":{1e}"),
		"shop:catalog:generation:{1e}"));
	CHECK(is(strata_remote_key_of_generation(arena, &bare, ""), "catalog:generation"));
}

/* ---- names as servers list them ---- */

static uint64_t generation_in(const char *name_space, const char *name)
{
	strata_scope scope = scope_of("catalog", name_space);

	return strata_remote_key_generation(&scope, strata_view_of(name));
}

static void a_name_says_of_which_generation_it_is(void)
{
	CHECK(generation_in("shop", "shop:catalog:1700000000000000:user:1") == 1700000000000000);
	CHECK(generation_in("", "catalog:1700000000000000:") == 1700000000000000);
	CHECK(generation_in("", "catalog:999999999999999999:k") == 999999999999999999);
}

static void names_of_others_have_no_generation(void)
{
	static const char *const names[] = { "", "catalog", "catalog:", "catalog:17:k",
		"catalog:1700000000000000", "catalog:1700000000000000#k", "catalog:0700000000000000:k",
		"catalog:1000000000000000000:k", "catalog:18446744073709551617:k", "catalog:generation",
		"catalog:170000000000000x:k", "catalogs:1700000000000000:k",
		"shop:catalog:1700000000000000:k" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		CHECK(generation_in("", names[i]) == 0);
	}
	CHECK(generation_in("shop", "catalog:1700000000000000:k") == 0);
	CHECK(generation_in("shop", "shops:catalog:1700000000000000:k") == 0);
	CHECK(generation_in("shop", "shop") == 0);
}

static void a_pattern_takes_no_sign_of_a_name_for_one_of_its_own(void)
{
	strata_scope scope = scope_of("catalog", "shop-1.b");
	strata_scope odd = scope_of("c", "a*[b]?\\");
	strata_scope bare = scope_of("catalog", "");

	CHECK(is(strata_remote_key_pattern(arena, &scope), "shop-1.b:catalog:[1-9]*"));
	CHECK(is(strata_remote_key_pattern(arena, &bare), "catalog:[1-9]*"));
	CHECK(is(strata_remote_key_pattern(arena, &odd), "a\\*\\[b\\]\\?\\\\:c:[1-9]*"));
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
	RUN(a_name_says_of_which_generation_it_is);
	RUN(names_of_others_have_no_generation);
	RUN(a_pattern_takes_no_sign_of_a_name_for_one_of_its_own);
	strata_arena_free(arena);
	return unit_end();
}
