/* unit: -Wl,--wrap=strata_arena_alloc,--wrap=strata_arena_copy,--wrap=malloc,--wrap=calloc,--wrap=realloc */
/*
 * Every operation on three tiers, once for every place where it asks for memory, without getting it
 * there: it must say so, and an old value must not be left where a new one belongs.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "cache/change.h"
#include "cache/read.h"
#include "cache/removal.h"
#include "cache/write.h"

#include "cache/generation.h"
#include "os/clock.h"
#include "tier/memcached/memcached.h"
#include "tier/redis/redis.h"

#include "fake_memcached.h"
#include "fake_tier.h"
#include "remote_fixture.h"
#include "scarce_memory.h"
#include "toy_redis.h"
#include "unit.h"

enum { COUNT = 2, GENERATION = 7, MOST_STEPS = 200 };

/* ---- three tiers ---- */

static remote_fixture fixture;
static strata_database database;
static strata_call call;
static fake_tier local;
static fake_memcached server;
static toy_redis redis;
static strata_item items[COUNT];
static strata_item *const list[COUNT] = { &items[0], &items[1] };

static void open_memcached(void)
{
	const strata_ring_server one = { "127.0.0.1", fake_memcached_port(&server), 1, NULL };
	strata_memcached *pool;

	REQUIRE(strata_memcached_new(&one, 1, &fixture.options, fixture.stats, &pool) == STRATA_OK);
	REQUIRE(strata_tier_memcached_init(&database.tiers[1], pool, &database.keyspace,
				STRATA_MEMCACHED_NEARER) == 0);
}

static void open_redis(void)
{
	const strata_hostport one = { "127.0.0.1", toy_redis_port(&redis) };
	strata_redis_client *pool;

	REQUIRE(strata_redis_client_new(STRATA_REDIS_STANDALONE, &one, 1, &fixture.options, 3,
				fixture.stats, &pool) == STRATA_OK);
	REQUIRE(strata_tier_redis_init(&database.tiers[2], pool, STRATA_REDIS_STANDALONE,
				&database.keyspace) == 0);
}

static void begin(void)
{
	remote_fixture_begin(&fixture);
	fake_memcached_start(&server);
	toy_redis_start(&redis);
	database = (strata_database){ .tier_count = 3,
		.own_generation = { .value = GENERATION, .floor = GENERATION } };
	REQUIRE(
		strata_keyspace_init(&database.keyspace, "db", "", strata_view_of(""), 1000) == STRATA_OK);
	call = (strata_call){ .arena = fixture.arena, .now = strata_clock_msec() };
	database.own_refresh = call.now;
	fake_tier_init(&local, STRATA_TIER_LOCAL, &database.tiers[0]);
	open_memcached();
	open_redis();
}

static void end(void)
{
	database.tiers[1].ops->fini(&database.tiers[1]);
	database.tiers[2].ops->fini(&database.tiers[2]);
	CHECK(fake_memcached_end(&server));
	CHECK(toy_redis_end(&redis));
	remote_fixture_end(&fixture);
}

static void name_items(const char *text)
{
	static const char *const keys[COUNT] = { "a", "b" };

	for (int i = 0; i < COUNT; i++) {
		items[i] = (strata_item){ .key = strata_view_of(keys[i]),
			.value = { .codec = STRATA_CODEC_STRING, .bytes = strata_view_of(text) },
			.result = STRATA_CORRUPT };
		strata_cache_stamp(&database, &items[i], 0);
	}
}

static void put_all(const char *text)
{
	name_items(text);
	strata_cache_put(&database, &call, list, COUNT, STRATA_PUT_SET);
}

static void get_all(void)
{
	name_items("");
	strata_cache_get(&database, &call, list, COUNT);
}

static void remove_all(void)
{
	name_items("");
	strata_cache_remove(&database, &call, list, COUNT);
}

/*
 * Does it again and again, each time with one request more granted, until none is refused any more.
 * The arena is emptied in between, so that its own growing takes part.
 */
static void starve(void (*prepare)(void), void (*operation)(void), void (*check)(void))
{
	int step = 0;

	do {
		strata_arena_reset(fixture.arena);
		prepare();
		has_refused = false;
		left = step;
		is_counting = true;
		operation();
		is_counting = false;
		check();
		(void) fake_diary_says_anything();
		REQUIRE(++step < MOST_STEPS);
	} while (has_refused);
	CHECK(step > 5);
}

static void put_old(void)
{
	put_all("old");
	CHECK(items[0].result == STRATA_OK && items[1].result == STRATA_OK);
}

static void put_new(void)
{
	put_all("new");
}

static bool is_known(strata_result result)
{
	return result == STRATA_OK || result == STRATA_NO_MEMORY;
}

static bool has_text(const strata_item *item, const char *text)
{
	return strata_view_equal(item->value.bytes, strata_view_of(text));
}

/* ---- what must be so ---- */

/* The bytes behind the envelope. */
static bool ends_with(const char *value, size_t size, const char *text)
{
	size_t length = strlen(text);

	return size >= length && memcmp(value + size - length, text, length) == 0;
}

static bool deepest_holds(const char *name, const char *text)
{
	fake_item item = fake_memcached_item(&server, name);
	toy_key key = toy_redis_key(&redis, name);

	return database.tier_count == 3 ? ends_with(key.value, key.size, text)
									: ends_with(item.value, item.size, text);
}

static void check_put(void)
{
	for (int i = 0; i < COUNT; i++) {
		CHECK(is_known(items[i].result));
		CHECK(has_refused || items[i].result == STRATA_OK);
	}
	CHECK(items[0].result != STRATA_OK || deepest_holds("db:7:a", "new"));
	CHECK(items[1].result != STRATA_OK || deepest_holds("db:7:b", "new"));
	CHECK(!fake_tier_holds(&local, "a", "old") && !fake_tier_holds(&local, "b", "old"));
}

static void a_put_that_was_not_made_is_not_reported(void)
{
	begin();
	starve(put_old, put_new, check_put);
	end();
}

/* One of them is refused before any server is asked, so that the rest takes a list. */
static void put_one_too_large(void)
{
	static const char large[200] = "large";

	name_items("new");
	items[1].value.bytes = (strata_view){ large, sizeof(large) };
	database.keyspace.max_value = sizeof(large) - 1;
	strata_cache_put(&database, &call, list, COUNT, STRATA_PUT_SET);
}

static void check_put_beside_a_large_one(void)
{
	CHECK(is_known(items[0].result));
	CHECK(has_refused || items[0].result == STRATA_OK);
	CHECK(items[1].result == STRATA_TOO_LARGE);
	CHECK(items[0].result != STRATA_OK || deepest_holds("db:7:a", "new"));
	CHECK(!fake_tier_holds(&local, "a", "old") && !fake_tier_holds(&local, "b", "old"));
}

static void beside_a_value_that_is_too_large_the_others_are_put_or_not_reported(void)
{
	begin();
	starve(put_old, put_one_too_large, check_put_beside_a_large_one);
	end();
}

static void forget_nearest(void)
{
	put_old();
	local.count = 0;
}

static void check_get(void)
{
	for (int i = 0; i < COUNT; i++) {
		CHECK(is_known(items[i].result));
		CHECK(has_refused || items[i].result == STRATA_OK);
		CHECK(items[i].result != STRATA_OK || has_text(&items[i], "old"));
	}
}

static void a_get_finds_the_value_or_says_why_not(void)
{
	begin();
	starve(forget_nearest, get_all, check_get);
	end();
}

/* The local tier needs no memory to forget. */
static void check_remove(void)
{
	for (int i = 0; i < COUNT; i++) {
		CHECK(is_known(items[i].result));
		CHECK(has_refused || items[i].result == STRATA_OK);
	}
	CHECK(fake_tier_lacks(&local, "a") && fake_tier_lacks(&local, "b"));
	CHECK(items[0].result != STRATA_OK || toy_redis_key(&redis, "db:7:a").size == 0);
	CHECK(items[0].result != STRATA_OK || fake_memcached_item(&server, "db:7:a").size == 0);
}

static void a_removal_is_confirmed_by_all_or_not_reported(void)
{
	begin();
	starve(put_old, remove_all, check_remove);
	end();
}

static void touch_first(void)
{
	name_items("");
	strata_cache_touch(&database, &call, &items[0]);
}

static void check_change(void)
{
	CHECK(is_known(items[0].result));
	CHECK(has_refused || items[0].result == STRATA_OK);
	CHECK(fake_tier_lacks(&local, "a"));
}

static void a_touch_leaves_no_copy_in_the_local_tier(void)
{
	begin();
	starve(put_old, touch_first, check_change);
	end();
}

static void remove_first(void)
{
	remove_all();
	CHECK(items[0].result == STRATA_OK);
}

static void count_first(void)
{
	name_items("");
	strata_cache_increment(&database, &call, &items[0], 1, 10);
	CHECK(items[0].value.integer == (items[0].result == STRATA_OK ? 11 : 0));
}

static void a_count_says_the_sum_or_why_there_is_none(void)
{
	begin();
	starve(remove_first, count_first, check_change);
	end();
}

/* Connections that lacked memory are closed, and the servers take so many and no more. */
static void starve_on_memcached(void (*prepare)(void), void (*operation)(void), void (*check)(void))
{
	begin();
	database.tier_count = 2;
	starve(prepare, operation, check);
	end();
}

static void count_downwards(void)
{
	name_items("");
	strata_cache_increment(&database, &call, &items[0], -1, 0);
	CHECK(items[0].value.integer == (items[0].result == STRATA_OK ? -1 : 0));
}

static void the_same_goes_for_memcached_as_the_deepest(void)
{
	starve_on_memcached(put_old, put_new, check_put);
	starve_on_memcached(forget_nearest, get_all, check_get);
	starve_on_memcached(put_old, touch_first, check_change);
	starve_on_memcached(remove_first, count_first, check_change);
	starve_on_memcached(remove_first, count_downwards, check_change);
}

static strata_result cleared;

static void nothing(void)
{
}

static void clear(void)
{
	cleared = strata_cache_clear(&database, &call);
}

static void check_cleared(void)
{
	CHECK(is_known(cleared) && (has_refused || cleared == STRATA_OK));
}

static void a_clear_that_was_not_made_is_not_reported(void)
{
	begin();
	starve(nothing, clear, check_cleared);
	end();
	starve_on_memcached(nothing, clear, check_cleared);
}

int main(void)
{
	RUN(a_put_that_was_not_made_is_not_reported);
	RUN(beside_a_value_that_is_too_large_the_others_are_put_or_not_reported);
	RUN(a_get_finds_the_value_or_says_why_not);
	RUN(a_removal_is_confirmed_by_all_or_not_reported);
	RUN(a_touch_leaves_no_copy_in_the_local_tier);
	RUN(a_count_says_the_sum_or_why_there_is_none);
	RUN(the_same_goes_for_memcached_as_the_deepest);
	RUN(a_clear_that_was_not_made_is_not_reported);
	return unit_end();
}
