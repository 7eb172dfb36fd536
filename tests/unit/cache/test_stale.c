/* What a get answers beyond its time: a real local tier above two fakes. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "cache/stale.h"

#include "cache/read.h"
#include "os/clock.h"
#include "os/map.h"
#include "os/process.h"
#include "tier/local.h"

#include "fake_tier.h"
#include "remote_fixture.h"
#include "unit.h"

enum { HEAP = 1 << 20, GENERATION = 7, TTL = 1000, ON_ERROR = 5000 /* msec */ };

static remote_fixture fixture;
static strata_database database;
static strata_store *store;
static void *memory;
static fake_tier memcached, redis;
static strata_call call;
static strata_item item;

static void begin(void)
{
	const strata_local_limits limits = { .longest_life = TTL, .kept_on_error = ON_ERROR };

	remote_fixture_begin(&fixture);
	REQUIRE(strata_map_lazy(HEAP, &memory) == STRATA_OK);
	REQUIRE(strata_store_new(memory, memory, HEAP, NULL, &store) == STRATA_OK);
	call = (strata_call){ .arena = fixture.arena, .now = strata_clock_msec() };
	database = (strata_database){ .tier_count = 3,
		.settings.stale_on_error = ON_ERROR * 1000,
		.own_generation = { .value = GENERATION, .floor = GENERATION, .heard_at = call.now } };
	database.own_refresh = call.now;
	REQUIRE(strata_keyspace_init(&database.keyspace, "test", "", strata_view_of(""), 1000) ==
			STRATA_OK);
	REQUIRE(strata_tier_local_init(&database.tiers[0], store, &database.keyspace, limits) == 0);
	fake_tier_init(&memcached, STRATA_TIER_MEMCACHED, &database.tiers[1]);
	fake_tier_init(&redis, STRATA_TIER_REDIS, &database.tiers[2]);
	for (int i = 0; i < FAKE_COPIES; i++) {
		redis.copies[i] = GENERATION;
	}
	for (int i = 0; i < 3; i++) {
		database.tiers[i].stats = strata_stats_row_of(fixture.stats, STRATA_STATS_TIER, "test",
			database.tiers[i].ops->name, STRATA_REGISTRY_COMMON);
	}
}

static void end(void)
{
	database.tiers[0].ops->fini(&database.tiers[0]);
	strata_keyspace_fini(&database.keyspace);
	strata_store_free(store);
	strata_map_free(memory, HEAP);
	remote_fixture_end(&fixture);
	(void) fake_diary_says_anything();
}

static strata_result get_from(strata_tier_kind nearest)
{
	strata_item *const one[] = { &item };

	item = (strata_item){ .key = strata_view_of("k") };
	strata_cache_get_from(&database, &call, one, 1, nearest);
	return item.result;
}

static strata_result get(void)
{
	return get_from(STRATA_TIER_LOCAL);
}

static bool is(strata_tier_kind tier, const char *text)
{
	return item.tier == tier && strata_view_equal(item.value.bytes, strata_view_of(text));
}

/* Past its soft end, and not past its hard one. */
static void hold_stale(fake_tier *fake, const char *text)
{
	fake_tier_hold(fake, "k", text);
	fake_tier_entry(fake, "k")->fresh_until = strata_clock_wall_msec() - 1000;
	fake_tier_entry(fake, "k")->expires_at = strata_clock_wall_msec() + 60000;
}

static void hold_stale_here(const char *text)
{
	strata_item here = { .key = strata_view_of("k"),
		.value = { .codec = STRATA_CODEC_STRING, .bytes = strata_view_of(text) },
		.fresh_until = strata_clock_wall_msec() - 1000,
		.expires_at = strata_clock_wall_msec() + 60000,
		.version = 5 };
	strata_item *const one[] = { &here };

	call.generation = GENERATION;
	database.tiers[0].ops->put(&database.tiers[0], &call, one, 1, STRATA_PUT_SET);
	REQUIRE(here.result == STRATA_OK);
	call.now += 5;
}

static void fill_here(const char *text)
{
	fake_tier_hold(&redis, "k", text);
	CHECK(get() == STRATA_OK && get() == STRATA_OK && is(STRATA_TIER_LOCAL, text));
	(void) fake_diary_says_anything();
}

static void fail(strata_result result)
{
	memcached.verdicts[FAKE_GET] = result;
	redis.verdicts[FAKE_GET] = result;
}

static uint64_t counted(int depth)
{
	static strata_stats_sum sums[8];
	size_t count = strata_stats_read(fixture.stats, sums, 8);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(sums[i].name, database.tiers[depth].ops->name) == 0) {
			return sums[i].counters[STRATA_COUNT_STALE];
		}
	}
	return 0;
}

/* ---- past the soft end ---- */

static void a_stale_value_is_for_a_call_that_takes_it(void)
{
	begin();
	hold_stale(&memcached, "old");
	CHECK(get() == STRATA_MISS && counted(1) == 0);
	call.takes_stale = true;
	CHECK(get() == STRATA_STALE && is(STRATA_TIER_MEMCACHED, "old") && !item.is_kept_on_error);
	CHECK(counted(1) == 1 && counted(0) == 0);
	end();
}

static void of_two_stale_values_the_deeper_one_is_newer(void)
{
	begin();
	call.takes_stale = true;
	hold_stale_here("oldest");
	hold_stale(&memcached, "older");
	CHECK(get() == STRATA_STALE && is(STRATA_TIER_MEMCACHED, "older"));
	hold_stale(&redis, "old");
	CHECK(get() == STRATA_STALE && is(STRATA_TIER_REDIS, "old"));
	end();
}

static void a_fresh_value_of_a_deeper_tier_takes_the_place_of_a_stale_one(void)
{
	begin();
	call.takes_stale = true;
	hold_stale_here("old");
	fake_tier_hold(&redis, "k", "new");
	CHECK(get() == STRATA_OK && is(STRATA_TIER_REDIS, "new"));
	CHECK(get() == STRATA_OK && is(STRATA_TIER_LOCAL, "new"));
	end();
}

static void a_stale_value_is_kept_where_deeper_tiers_fail(void)
{
	begin();
	hold_stale_here("old");
	fail(STRATA_TIMEOUT);
	CHECK(get() == STRATA_TIMEOUT && item.tier == STRATA_TIER_REDIS);
	call.takes_stale = true;
	CHECK(get() == STRATA_STALE && is(STRATA_TIER_LOCAL, "old") && item.is_kept_on_error);
	end();
}

/* ---- local copies ---- */

static void a_copy_is_served_on_error_beyond_local_ttl_and_no_longer(void)
{
	begin();
	fill_here("copy");
	call.now += TTL + 100;
	fail(STRATA_BREAKER_OPEN);
	CHECK(get() == STRATA_OK && is(STRATA_TIER_LOCAL, "copy") && item.is_kept_on_error);
	CHECK(counted(0) == 1);
	call.now += ON_ERROR - 200;
	CHECK(get() == STRATA_OK && item.is_kept_on_error);
	call.now += 200;
	CHECK(get() == STRATA_BREAKER_OPEN && item.tier == STRATA_TIER_REDIS);
	end();
}

static void a_copy_is_not_served_against_the_word_of_a_deeper_tier(void)
{
	begin();
	fill_here("copy");
	fake_tier_lose(&redis, "k");
	fake_tier_lose(&memcached, "k");
	call.now += TTL + 100;
	CHECK(get() == STRATA_MISS);
	fail(STRATA_FOREIGN);
	CHECK(get() == STRATA_FOREIGN);
	end();
}

static void a_copy_is_not_served_beyond_the_soft_end_of_its_value(void)
{
	begin();
	fake_tier_hold(&redis, "k", "copy");
	fake_tier_entry(&redis, "k")->fresh_until = strata_clock_wall_msec() + TTL + 500;
	fake_tier_entry(&redis, "k")->expires_at = strata_clock_wall_msec() + 60000;
	CHECK(get() == STRATA_OK);
	fail(STRATA_TIMEOUT);
	call.now += TTL + 100;
	CHECK(get() == STRATA_OK && item.is_kept_on_error);
	call.now += 500;
	CHECK(get() == STRATA_TIMEOUT);
	call.takes_stale = true;
	CHECK(get() == STRATA_TIMEOUT);
	end();
}

static void neither_a_set_aside_tier_nor_a_0_serves_a_copy(void)
{
	begin();
	fill_here("copy");
	call.now += TTL + 100;
	fail(STRATA_TIMEOUT);
	CHECK(get_from(STRATA_TIER_REDIS) == STRATA_TIMEOUT);
	database.settings.stale_on_error = 0;
	CHECK(get() == STRATA_TIMEOUT);
	end();
}

static void a_removal_takes_the_copy_too(void)
{
	strata_item *const one[] = { &item };

	begin();
	fill_here("copy");
	call.now += TTL + 100;
	fail(STRATA_TIMEOUT);
	database.tiers[0].ops->remove(&database.tiers[0], &call, one, 1);
	CHECK(get() == STRATA_TIMEOUT);
	end();
}

/* ---- memcached ---- */

static void say_last_heard(strata_msec ago)
{
	database.own_generation.heard_at = call.now - ago;
}

static void memcached_serves_under_the_last_generation_and_fills_nothing(void)
{
	begin();
	fake_tier_hold(&memcached, "k", "hit");
	redis.verdicts[FAKE_GET] = STRATA_REFUSED;
	for (int i = 0; i < STRATA_GENERATION_COPIES; i++) {
		redis.copy_verdicts[i] = STRATA_REFUSED;
	}
	say_last_heard(2100);
	CHECK(get() == STRATA_OK && is(STRATA_TIER_MEMCACHED, "hit") && item.is_kept_on_error);
	CHECK(get() == STRATA_OK && is(STRATA_TIER_MEMCACHED, "hit") && counted(1) == 2);
	say_last_heard(2000 + ON_ERROR + 1);
	(void) fake_diary_says_anything();
	CHECK(get() == STRATA_REFUSED);
	CHECK(fake_diary_is("R.get k; "));
	end();
}

static void memcached_that_is_confirmed_serves_and_fills_as_ever(void)
{
	begin();
	fake_tier_hold(&memcached, "k", "hit");
	say_last_heard(1900);
	CHECK(get() == STRATA_OK && is(STRATA_TIER_MEMCACHED, "hit") && !item.is_kept_on_error);
	CHECK(get() == STRATA_OK && is(STRATA_TIER_LOCAL, "hit") && counted(1) == 0);
	end();
}

static void a_tier_that_keeps_the_generation_itself_is_always_asked(void)
{
	begin();
	database.tier_count = 2;
	fake_tier_hold(&memcached, "k", "hit");
	say_last_heard(60000);
	CHECK(get() == STRATA_OK && is(STRATA_TIER_MEMCACHED, "hit") && !item.is_kept_on_error);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(a_stale_value_is_for_a_call_that_takes_it);
	RUN(of_two_stale_values_the_deeper_one_is_newer);
	RUN(a_fresh_value_of_a_deeper_tier_takes_the_place_of_a_stale_one);
	RUN(a_stale_value_is_kept_where_deeper_tiers_fail);
	RUN(a_copy_is_served_on_error_beyond_local_ttl_and_no_longer);
	RUN(a_copy_is_not_served_against_the_word_of_a_deeper_tier);
	RUN(a_copy_is_not_served_beyond_the_soft_end_of_its_value);
	RUN(neither_a_set_aside_tier_nor_a_0_serves_a_copy);
	RUN(a_removal_takes_the_copy_too);
	RUN(memcached_serves_under_the_last_generation_and_fills_nothing);
	RUN(memcached_that_is_confirmed_serves_and_fills_as_ever);
	RUN(a_tier_that_keeps_the_generation_itself_is_always_asked);
	return unit_end();
}
