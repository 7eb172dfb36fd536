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

static bool is(strata_view text, const char *expected)
{
	return strata_view_equal(text, strata_view_of(expected));
}

static uint64_t generation_in(const char *name_space, const char *name)
{
	strata_keyspace keyspace = keyspace_of("catalog", name_space);

	return strata_remote_key_generation(&keyspace, strata_view_of(name));
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
	strata_keyspace keyspace = keyspace_of("catalog", "shop-1.b");
	strata_keyspace odd = keyspace_of("c", "a*[b]?\\");
	strata_keyspace bare = keyspace_of("catalog", "");

	CHECK(is(strata_remote_key_pattern(arena, &keyspace), "shop-1.b:catalog:[1-9]*"));
	CHECK(is(strata_remote_key_pattern(arena, &bare), "catalog:[1-9]*"));
	CHECK(is(strata_remote_key_pattern(arena, &odd), "a\\*\\[b\\]\\?\\\\:c:[1-9]*"));
}

int main(void)
{
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	RUN(a_name_says_of_which_generation_it_is);
	RUN(names_of_others_have_no_generation);
	RUN(a_pattern_takes_no_sign_of_a_name_for_one_of_its_own);
	strata_arena_free(arena);
	return unit_end();
}
