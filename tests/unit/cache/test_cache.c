/*
 * Which tier is asked, filled and told, in what order, with tiers that write down what they are
 * asked.
 */
#include "cache/change.h"
#include "cache/read.h"
#include "cache/removal.h"
#include "cache/write.h"

#include "os/clock.h"

#include "fake_tier.h"
#include "remote_fixture.h"
#include "unit.h"

enum { MOST = 4, GENERATION = 7 };

static remote_fixture fixture;
static strata_database database;
static strata_call call;
static fake_tier local, memcached, redis;
static strata_item items[MOST];
static strata_item *list[MOST];

static void begin(void)
{
	static fake_tier *const fakes[] = { &local, &memcached, &redis };

	remote_fixture_begin(&fixture);
	database = (strata_database){ .tier_count = 3,
		.own_generation = { .value = GENERATION, .floor = GENERATION } };
	REQUIRE(strata_keyspace_init(&database.keyspace, "test", "", strata_view_of(""), 1000) ==
			STRATA_OK);
	call = (strata_call){ .arena = fixture.arena, .now = strata_clock_msec() };
	database.own_refresh = call.now;
	for (int i = 0; i < 3; i++) {
		fake_tier_init(fakes[i], (strata_tier_kind) i, &database.tiers[i]);
		database.tiers[i].stats = strata_stats_row_of(fixture.stats, STRATA_STATS_TIER, "test",
			database.tiers[i].ops->name, STRATA_REGISTRY_COMMON);
	}
}

/* The nearest of the three are taken away. */
static void keep_deepest(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		database.tiers[i] = database.tiers[3 - count + i];
	}
	database.tier_count = count;
}

static void end(void)
{
	remote_fixture_end(&fixture);
}

static void name(size_t count, const char *const *keys)
{
	for (size_t i = 0; i < count; i++) {
		items[i] = (strata_item){ .key = strata_view_of(keys[i]), .result = STRATA_CORRUPT };
		list[i] = &items[i];
	}
}

static strata_result get_one(const char *key)
{
	name(1, &key);
	strata_cache_get(&database, &call, list, 1);
	return items[0].result;
}

static void give(size_t index, const char *key, const char *text)
{
	items[index] = (strata_item){ .key = strata_view_of(key),
		.value = { .codec = STRATA_CODEC_STRING, .bytes = strata_view_of(text) },
		.result = STRATA_CORRUPT };
	list[index] = &items[index];
	strata_cache_stamp(&database, &items[index], 0);
}

static strata_result put_one(const char *key, const char *text, strata_put_mode mode)
{
	give(0, key, text);
	strata_cache_put(&database, &call, list, 1, mode);
	return items[0].result;
}

static strata_result remove_one(const char *key)
{
	name(1, &key);
	strata_cache_remove(&database, &call, list, 1);
	return items[0].result;
}

static bool has(size_t index, strata_tier_kind tier, const char *text)
{
	return items[index].result == STRATA_OK && items[index].tier == tier &&
		   strata_view_equal(items[index].value.bytes, strata_view_of(text));
}

static uint64_t counted(const char *tier, strata_counter counter)
{
	strata_stats_sum sums[8];
	uint32_t rows = strata_stats_read(fixture.stats, sums, 8);

	for (uint32_t i = 0; i < rows && i < 8; i++) {
		if (strcmp(sums[i].name, tier) == 0) {
			return sums[i].counters[counter];
		}
	}
	return UINT64_MAX;
}

/* ---- get ---- */

static void the_nearest_tier_that_has_it_answers_and_nobody_else_is_asked(void)
{
	begin();
	fake_tier_hold(&local, "a", "near");
	fake_tier_hold(&redis, "a", "deep");
	CHECK(get_one("a") == STRATA_OK);
	CHECK(has(0, STRATA_TIER_LOCAL, "near"));
	CHECK(fake_diary_is("L.get a; "));
	end();
}

/* The path of every page: nothing but the value may cost memory there. */
static void a_hit_in_the_first_tier_takes_nothing_from_the_arena(void)
{
	char *before, *after;

	begin();
	fake_tier_hold(&local, "a", "near");
	before = strata_arena_alloc(fixture.arena, 16);
	CHECK(get_one("a") == STRATA_OK);
	after = strata_arena_alloc(fixture.arena, 16);
	CHECK(after == before + 16);
	end();
}

static void what_is_found_deep_fills_the_tiers_above(void)
{
	begin();
	fake_tier_hold(&redis, "a", "deep");
	CHECK(get_one("a") == STRATA_OK);
	CHECK(has(0, STRATA_TIER_REDIS, "deep"));
	CHECK(fake_diary_is("L.get a; M.get a; R.get a; L.fill a; M.fill a; "));
	CHECK(fake_tier_holds(&local, "a", "deep") && fake_tier_holds(&memcached, "a", "deep"));
	end();
}

static void each_key_of_a_batch_goes_as_deep_as_it_must(void)
{
	begin();
	fake_tier_hold(&local, "a", "1");
	fake_tier_hold(&memcached, "b", "2");
	fake_tier_hold(&redis, "c", "3");
	name(4, (const char *const[]){ "d", "c", "b", "a" });
	strata_cache_get(&database, &call, list, 4);
	CHECK(items[0].result == STRATA_MISS && items[0].tier == STRATA_TIER_REDIS);
	CHECK(has(1, STRATA_TIER_REDIS, "3"));
	CHECK(has(2, STRATA_TIER_MEMCACHED, "2"));
	CHECK(has(3, STRATA_TIER_LOCAL, "1"));
	CHECK(fake_diary_is("L.get d c b a; M.get d c b; L.fill b; R.get d c; L.fill c; M.fill c; "));
	end();
}

static void a_key_may_be_asked_for_twice(void)
{
	begin();
	fake_tier_hold(&redis, "a", "deep");
	name(2, (const char *const[]){ "a", "a" });
	strata_cache_get(&database, &call, list, 2);
	CHECK(has(0, STRATA_TIER_REDIS, "deep") && has(1, STRATA_TIER_REDIS, "deep"));
	end();
}

static void somebody_stores_a_newer_one(void)
{
	fake_tier_hold(&local, "a", "newer");
	fake_tier_hold(&memcached, "a", "newer");
}

static void a_fill_overwrites_nothing_newer(void)
{
	begin();
	fake_tier_hold(&redis, "a", "old");
	redis.after_get = somebody_stores_a_newer_one;
	CHECK(get_one("a") == STRATA_OK);
	CHECK(fake_tier_holds(&local, "a", "newer") && fake_tier_holds(&memcached, "a", "newer"));
	CHECK(counted("local", STRATA_COUNT_FILLS) == 0);
	end();
}

static void another_host_removes_it(void)
{
	fake_tier_lose(&redis, "a");
	fake_tier_lose(&memcached, "a");
	fake_tier_lose(&local, "a");
}

/* Nothing is there when the fill comes, and all the same it is too late. */
static void a_fill_after_a_removal_brings_nothing_back(void)
{
	begin();
	fake_tier_hold(&redis, "a", "old");
	redis.after_get = another_host_removes_it;
	CHECK(get_one("a") == STRATA_OK);
	CHECK(fake_tier_lacks(&local, "a") && fake_tier_lacks(&memcached, "a"));
	CHECK(counted("memcached", STRATA_COUNT_FILLS) == 0);
	end();
}

static void memcached_is_filled_by_the_one_that_got_the_token(void)
{
	begin();
	fake_tier_hold(&redis, "a", "deep");
	memcached.keeps_tokens = true;
	CHECK(get_one("a") == STRATA_OK);
	CHECK(fake_diary_is("L.get a; M.get a; R.get a; L.fill a; "));
	end();
}

static void a_replica_gives_it(void)
{
	items[0].is_from_replica = true;
}

static void it_is_kept_for_want_of_a_newer_one(void)
{
	items[0].is_kept_on_error = true;
}

static void what_may_be_old_fills_no_tier_of_other_hosts(void)
{
	begin();
	fake_tier_hold(&redis, "a", "deep");
	redis.after_get = a_replica_gives_it;
	CHECK(get_one("a") == STRATA_OK);
	CHECK(fake_diary_is("L.get a; M.get a; R.get a; L.fill a; "));
	fake_tier_lose(&local, "a");
	redis.after_get = it_is_kept_for_want_of_a_newer_one;
	CHECK(get_one("a") == STRATA_OK);
	CHECK(fake_diary_is("L.get a; M.get a; R.get a; "));
	redis.verdicts[FAKE_GET] = STRATA_STALE;
	redis.after_get = NULL;
	(void) get_one("a");
	CHECK(fake_diary_is("L.get a; M.get a; R.get a; "));
	end();
}

static void integers_do_not_fill_memcached(void)
{
	begin();
	fake_tier_hold_integer(&redis, "n", 5);
	fake_tier_hold(&redis, "a", "text");
	name(2, (const char *const[]){ "n", "a" });
	strata_cache_get(&database, &call, list, 2);
	CHECK(items[0].result == STRATA_OK && items[0].value.integer == 5);
	CHECK(fake_diary_is("L.get n a; M.get n a; R.get n a; L.fill n a; M.fill a; "));
	end();
}

static void a_failure_in_between_costs_one_wait_and_no_fill(void)
{
	begin();
	fake_tier_hold(&redis, "a", "deep");
	fake_tier_hold(&redis, "b", "deep");
	memcached.verdicts[FAKE_GET] = STRATA_TIMEOUT;
	memcached.about = "a";
	name(2, (const char *const[]){ "a", "b" });
	strata_cache_get(&database, &call, list, 2);
	CHECK(has(0, STRATA_TIER_REDIS, "deep") && has(1, STRATA_TIER_REDIS, "deep"));
	CHECK(fake_diary_is("L.get a b; M.get a b; R.get a b; L.fill a b; M.fill b; "));
	end();
}

static void a_value_that_is_not_ours_is_looked_for_deeper(void)
{
	begin();
	fake_tier_hold(&redis, "a", "deep");
	memcached.verdicts[FAKE_GET] = STRATA_FOREIGN;
	CHECK(get_one("a") == STRATA_OK);
	CHECK(fake_diary_is("L.get a; M.get a; R.get a; L.fill a; "));
	end();
}

static void where_nobody_has_it_the_deepest_has_the_word(void)
{
	begin();
	memcached.verdicts[FAKE_GET] = STRATA_TIMEOUT;
	CHECK(get_one("a") == STRATA_MISS);
	memcached.verdicts[FAKE_GET] = STRATA_OK;
	redis.verdicts[FAKE_GET] = STRATA_REFUSED;
	CHECK(get_one("a") == STRATA_REFUSED);
	CHECK(items[0].tier == STRATA_TIER_REDIS && items[0].node != NULL);
	end();
}

static void every_answer_is_counted_once_where_it_was_given(void)
{
	begin();
	fake_tier_hold(&redis, "c", "3");
	fake_tier_hold(&local, "a", "1");
	name(3, (const char *const[]){ "a", "b", "c" });
	strata_cache_get(&database, &call, list, 3);
	CHECK(counted("local", STRATA_COUNT_HITS) == 1 && counted("local", STRATA_COUNT_MISSES) == 2);
	CHECK(counted("memcached", STRATA_COUNT_HITS) == 0 &&
		  counted("memcached", STRATA_COUNT_MISSES) == 2);
	CHECK(counted("redis", STRATA_COUNT_HITS) == 1 && counted("redis", STRATA_COUNT_MISSES) == 1);
	CHECK(
		counted("local", STRATA_COUNT_FILLS) == 1 && counted("memcached", STRATA_COUNT_FILLS) == 1);
	end();
}

/* ---- put ---- */

static void a_set_goes_deepest_first_and_memcached_above_forgets(void)
{
	begin();
	fake_tier_hold(&local, "a", "old");
	fake_tier_hold(&memcached, "a", "old");
	CHECK(put_one("a", "new", STRATA_PUT_SET) == STRATA_OK);
	CHECK(fake_diary_is("R.set a; M.del a; L.fill a; "));
	CHECK(fake_tier_holds(&local, "a", "new") && fake_tier_lacks(&memcached, "a") &&
		  fake_tier_holds(&redis, "a", "new"));
	CHECK(local.entries[0].version == items[0].version);
	CHECK(redis.entries[0].version == items[0].version);
	CHECK(counted("redis", STRATA_COUNT_SETS) == 1 && counted("local", STRATA_COUNT_SETS) == 1);
	end();
}

static void another_process_removes_it(void)
{
	fake_tier_lose(&local, "a");
}

static void another_process_sets_it(void)
{
	fake_tier_hold(&local, "a", "newer");
}

/* This one came first to the deepest tier, or last: the local tier cannot tell. */
static void a_set_leaves_nothing_here_where_anything_happened_meanwhile(void)
{
	begin();
	redis.after_put = another_process_removes_it;
	CHECK(put_one("a", "new", STRATA_PUT_SET) == STRATA_OK);
	CHECK(fake_tier_holds(&redis, "a", "new") && fake_tier_lacks(&local, "a"));
	redis.after_put = another_process_sets_it;
	CHECK(put_one("a", "new", STRATA_PUT_SET) == STRATA_OK);
	CHECK(fake_tier_holds(&redis, "a", "new") && fake_tier_lacks(&local, "a"));
	end();
}

/* Of two values the later one stays, in the tier that has the word. */
static void of_two_values_for_one_key_the_later_stays(void)
{
	begin();
	give(0, "a", "first");
	give(1, "a", "second");
	strata_cache_put(&database, &call, list, 2, STRATA_PUT_SET);
	CHECK(items[0].result == STRATA_OK && items[1].result == STRATA_OK);
	CHECK(fake_tier_lacks(&local, "a") && fake_tier_holds(&redis, "a", "second"));
	end();
}

/* It is the newest that this host knows, and the old one must not come back. */
static void when_the_deepest_fails_a_set_is_kept_here_alone(void)
{
	begin();
	fake_tier_hold(&memcached, "a", "old");
	redis.verdicts[FAKE_PUT] = STRATA_TIMEOUT;
	CHECK(put_one("a", "new", STRATA_PUT_SET) == STRATA_TIMEOUT);
	CHECK(items[0].tier == STRATA_TIER_REDIS);
	CHECK(fake_tier_holds(&local, "a", "new") && fake_tier_lacks(&memcached, "a"));
	end();
}

/* Nobody knows whether it was replaced or not. */
static void when_the_deepest_fails_a_replace_is_dropped_above(void)
{
	begin();
	fake_tier_hold(&local, "a", "old");
	fake_tier_hold(&memcached, "a", "old");
	redis.verdicts[FAKE_PUT] = STRATA_TIMEOUT;
	CHECK(put_one("a", "new", STRATA_PUT_REPLACE) == STRATA_TIMEOUT);
	CHECK(fake_diary_is("R.replace a; M.del a; L.del a; "));
	CHECK(put_one("a", "new", STRATA_PUT_ADD) == STRATA_TIMEOUT);
	CHECK(fake_diary_is("R.add a; M.del a; L.del a; "));
	end();
}

static void a_condition_that_did_not_hold_changes_nothing_above(void)
{
	begin();
	fake_tier_hold(&redis, "a", "there");
	fake_tier_hold(&local, "a", "there");
	CHECK(put_one("a", "new", STRATA_PUT_ADD) == STRATA_NOT_STORED);
	CHECK(fake_diary_is("R.add a; "));
	CHECK(put_one("b", "new", STRATA_PUT_REPLACE) == STRATA_NOT_STORED);
	CHECK(fake_diary_is("R.replace b; "));
	CHECK(fake_tier_holds(&local, "a", "there"));
	end();
}

static void what_the_deepest_refuses_is_dropped_everywhere(void)
{
	begin();
	fake_tier_hold(&local, "a", "old");
	redis.verdicts[FAKE_PUT] = STRATA_TOO_LARGE;
	CHECK(put_one("a", "new", STRATA_PUT_SET) == STRATA_TOO_LARGE);
	CHECK(fake_diary_is("R.set a; R.del a; M.del a; L.del a; "));
	CHECK(fake_tier_lacks(&local, "a"));
	/* An add replaces nothing. */
	CHECK(put_one("a", "new", STRATA_PUT_ADD) == STRATA_TOO_LARGE);
	CHECK(fake_diary_is("R.add a; M.del a; L.del a; "));
	end();
}

static void what_is_larger_than_configured_is_sent_nowhere(void)
{
	begin();
	fake_tier_hold(&local, "a", "old");
	database.keyspace.max_value = 5;
	CHECK(put_one("a", "123456", STRATA_PUT_SET) == STRATA_TOO_LARGE);
	CHECK(items[0].tier == STRATA_TIER_REDIS && items[0].node == NULL);
	CHECK(fake_diary_is("R.del a; M.del a; L.del a; "));
	give(0, "b", "12345");
	give(1, "c", "123456");
	give(2, "d", "1");
	strata_cache_put(&database, &call, list, 3, STRATA_PUT_SET);
	CHECK(items[0].result == STRATA_OK && items[1].result == STRATA_TOO_LARGE &&
		  items[2].result == STRATA_OK);
	CHECK(fake_diary_is("R.set b d; R.del c; M.del b c d; L.fill b d; L.del c; "));
	end();
}

/* The limit is that of the shared tiers. */
static void the_local_tier_alone_has_its_own_limit(void)
{
	begin();
	database.keyspace.max_value = 5;
	database.tier_count = 1;
	CHECK(put_one("a", "123456", STRATA_PUT_SET) == STRATA_OK);
	end();
}

static void a_tier_above_that_refuses_loses_the_old_value(void)
{
	begin();
	fake_tier_hold(&local, "a", "old");
	fake_tier_hold(&local, "b", "old");
	local.verdicts[FAKE_FILL] = STRATA_TOO_LARGE;
	local.about = "a";
	give(0, "a", "new");
	give(1, "b", "new");
	strata_cache_put(&database, &call, list, 2, STRATA_PUT_SET);
	CHECK(items[0].result == STRATA_OK && items[1].result == STRATA_OK);
	CHECK(fake_diary_is("R.set a b; M.del a b; L.fill a b; L.del a; "));
	CHECK(fake_tier_lacks(&local, "a") && fake_tier_holds(&local, "b", "new"));
	end();
}

/* Else what others count would be hidden by it. */
static void an_integer_is_kept_out_of_memcached_above_redis(void)
{
	begin();
	fake_tier_hold(&memcached, "n", "old");
	give(0, "n", "");
	items[0].value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = 5 };
	strata_cache_put(&database, &call, list, 1, STRATA_PUT_SET);
	CHECK(items[0].result == STRATA_OK);
	CHECK(fake_diary_is("R.set n; M.del n; L.fill n; "));
	end();
}

static void an_integer_is_at_home_in_memcached_where_that_is_deepest(void)
{
	begin();
	database.tier_count = 2;
	give(0, "n", "");
	items[0].value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = 5 };
	strata_cache_put(&database, &call, list, 1, STRATA_PUT_SET);
	CHECK(items[0].result == STRATA_OK);
	CHECK(fake_diary_is("M.set n; L.fill n; "));
	end();
}

/* ---- remove ---- */

static void a_removal_goes_deepest_first_and_is_confirmed_by_all(void)
{
	begin();
	fake_tier_hold(&local, "a", "1");
	fake_tier_hold(&redis, "a", "1");
	CHECK(remove_one("a") == STRATA_OK);
	CHECK(fake_diary_is("R.del a; M.del a; L.del a; "));
	CHECK(fake_tier_lacks(&local, "a") && fake_tier_lacks(&redis, "a"));
	CHECK(counted("redis", STRATA_COUNT_DELETES) == 1);
	CHECK(counted("memcached", STRATA_COUNT_DELETES) == 0);
	CHECK(remove_one("a") == STRATA_OK);
	end();
}

static void a_removal_that_one_did_not_confirm_is_none_but_all_were_told(void)
{
	begin();
	fake_tier_hold(&local, "a", "1");
	fake_tier_hold(&memcached, "a", "1");
	redis.verdicts[FAKE_REMOVE] = STRATA_TIMEOUT;
	CHECK(remove_one("a") == STRATA_TIMEOUT);
	CHECK(items[0].tier == STRATA_TIER_REDIS && items[0].node != NULL);
	CHECK(fake_diary_is("R.del a; M.del a; L.del a; "));
	CHECK(fake_tier_lacks(&local, "a") && fake_tier_lacks(&memcached, "a"));
	redis.verdicts[FAKE_REMOVE] = STRATA_OK;
	memcached.verdicts[FAKE_REMOVE] = STRATA_REFUSED;
	CHECK(remove_one("a") == STRATA_REFUSED && items[0].tier == STRATA_TIER_MEMCACHED);
	end();
}

static void in_a_batch_only_those_that_failed_fail(void)
{
	begin();
	memcached.verdicts[FAKE_REMOVE] = STRATA_TIMEOUT;
	memcached.about = "b";
	name(3, (const char *const[]){ "a", "b", "c" });
	strata_cache_remove(&database, &call, list, 3);
	CHECK(items[0].result == STRATA_OK && items[1].result == STRATA_TIMEOUT &&
		  items[2].result == STRATA_OK);
	end();
}

/* ---- changes in place ---- */

static strata_result touch_one(const char *key)
{
	name(1, &key);
	strata_cache_touch(&database, &call, &items[0]);
	return items[0].result;
}

static strata_result increment_one(const char *key)
{
	name(1, &key);
	strata_cache_increment(&database, &call, &items[0], 2, 10);
	return items[0].result;
}

static void a_touch_is_the_deepest_tiers_and_copies_go(void)
{
	begin();
	fake_tier_hold(&local, "a", "1");
	fake_tier_hold(&redis, "a", "1");
	CHECK(touch_one("a") == STRATA_OK && items[0].tier == STRATA_TIER_REDIS);
	CHECK(fake_diary_is("R.touch a; M.del a; L.del a; "));
	CHECK(fake_tier_lacks(&local, "a"));
	redis.verdicts[FAKE_TOUCH] = STRATA_TIMEOUT;
	fake_tier_hold(&local, "a", "1");
	CHECK(touch_one("a") == STRATA_TIMEOUT && fake_tier_lacks(&local, "a"));
	end();
}

/* While Redis is left alone, a page must not empty memcached by touching what it shows. */
static void where_the_deepest_was_not_asked_copies_stay(void)
{
	begin();
	fake_tier_hold(&memcached, "a", "1");
	redis.verdicts[FAKE_TOUCH] = STRATA_BREAKER_OPEN;
	CHECK(touch_one("a") == STRATA_BREAKER_OPEN && !fake_tier_lacks(&memcached, "a"));
	redis.verdicts[FAKE_PUT] = STRATA_BREAKER_OPEN;
	CHECK(put_one("a", "new", STRATA_PUT_ADD) == STRATA_BREAKER_OPEN);
	CHECK(put_one("a", "new", STRATA_PUT_REPLACE) == STRATA_BREAKER_OPEN);
	CHECK(!fake_tier_lacks(&memcached, "a"));
	/* The caller does not want it any more. */
	CHECK(put_one("a", "new", STRATA_PUT_SET) == STRATA_BREAKER_OPEN);
	CHECK(fake_tier_lacks(&memcached, "a") && fake_tier_holds(&local, "a", "new"));
	end();
}

static strata_result compare_one(const char *key, int64_t seen, int64_t fresh)
{
	const strata_cas_token token = { .is_integer = true, .integer = seen };

	name(1, &key);
	items[0].value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = fresh };
	strata_cache_compare(&database, &call, &items[0], &token);
	return items[0].result;
}

static void a_comparison_is_the_deepest_tiers_and_copies_follow_or_go(void)
{
	begin();
	fake_tier_hold_integer(&local, "n", 5);
	fake_tier_hold_integer(&redis, "n", 5);
	CHECK(compare_one("n", 5, 6) == STRATA_OK && items[0].tier == STRATA_TIER_REDIS);
	CHECK(fake_diary_is("R.cmp n; M.del n; L.fill n; "));
	/* Who was refused had seen something old, perhaps here. */
	CHECK(compare_one("n", 5, 7) == STRATA_NOT_STORED);
	CHECK(fake_tier_lacks(&local, "n"));
	redis.verdicts[FAKE_PUT] = STRATA_TIMEOUT;
	fake_tier_hold_integer(&local, "n", 6);
	CHECK(compare_one("n", 6, 7) == STRATA_TIMEOUT && fake_tier_lacks(&local, "n"));
	end();
}

static strata_result compare_and_remove_one(const char *key, int64_t seen)
{
	const strata_cas_token token = { .is_integer = true, .integer = seen };

	name(1, &key);
	strata_cache_compare_and_remove(&database, &call, &items[0], &token);
	return items[0].result;
}

static void a_compared_removal_is_the_deepest_tiers_and_all_confirm(void)
{
	begin();
	fake_tier_hold_integer(&local, "n", 5);
	fake_tier_hold_integer(&redis, "n", 5);
	CHECK(compare_and_remove_one("n", 4) == STRATA_NOT_STORED);
	CHECK(fake_diary_is("R.cmpdel n; M.del n; L.del n; ") && !fake_tier_lacks(&redis, "n"));
	fake_tier_hold_integer(&local, "n", 5);
	CHECK(compare_and_remove_one("n", 5) == STRATA_OK && items[0].tier == STRATA_TIER_REDIS);
	CHECK(fake_diary_is("R.cmpdel n; M.del n; L.del n; "));
	CHECK(fake_tier_lacks(&local, "n") && fake_tier_lacks(&redis, "n"));
	/* Gone there, but perhaps not here. */
	fake_tier_hold_integer(&redis, "n", 5);
	memcached.verdicts[FAKE_REMOVE] = STRATA_TIMEOUT;
	CHECK(compare_and_remove_one("n", 5) == STRATA_TIMEOUT);
	CHECK(items[0].tier == STRATA_TIER_MEMCACHED && fake_tier_lacks(&redis, "n"));
	/* Perhaps it was removed, perhaps not. */
	redis.verdicts[FAKE_REMOVE] = STRATA_TIMEOUT;
	fake_tier_hold_integer(&local, "n", 5);
	CHECK(compare_and_remove_one("n", 5) == STRATA_TIMEOUT && fake_tier_lacks(&local, "n"));
	end();
}

static void nothing_nearer_is_asked_or_filled_than_was_said(void)
{
	begin();
	fake_tier_hold(&local, "a", "old");
	fake_tier_hold(&redis, "a", "new");
	name(1, (const char *const[]){ "a" });
	list[0] = &items[0];
	strata_cache_get_from(&database, &call, list, 1, STRATA_TIER_REDIS);
	CHECK(items[0].result == STRATA_OK && items[0].tier == STRATA_TIER_REDIS);
	CHECK(fake_diary_is("R.get a; ") && fake_tier_holds(&local, "a", "old"));
	fake_tier_init(&redis, STRATA_TIER_REDIS, &database.tiers[2]);
	strata_cache_get_from(&database, &call, list, 1, STRATA_TIER_MEMCACHED);
	CHECK(items[0].result == STRATA_MISS && fake_diary_is("M.get a; R.get a; "));
	end();
}

static void a_count_is_the_deepest_tiers_and_copies_go(void)
{
	begin();
	fake_tier_hold_integer(&local, "n", 3);
	fake_tier_hold_integer(&redis, "n", 5);
	CHECK(increment_one("n") == STRATA_OK && items[0].value.integer == 7);
	CHECK(fake_diary_is("R.incr n; M.del n; L.del n; "));
	CHECK(fake_tier_lacks(&local, "n"));
	/* Perhaps it was counted, perhaps not. */
	redis.verdicts[FAKE_INCREMENT] = STRATA_TIMEOUT;
	fake_tier_hold_integer(&local, "n", 3);
	CHECK(increment_one("n") == STRATA_TIMEOUT && fake_tier_lacks(&local, "n"));
	CHECK(items[0].value.codec == STRATA_CODEC_INTEGER && items[0].value.integer == 0);
	end();
}

static void where_one_tier_is_all_there_is_nothing_is_dropped(void)
{
	begin();
	keep_deepest(1);
	CHECK(increment_one("n") == STRATA_OK && items[0].value.integer == 12);
	CHECK(touch_one("n") == STRATA_OK);
	CHECK(fake_diary_is("R.incr n; R.touch n; "));
	end();
}

/* ---- without what is needed ---- */

static void forget_generation(void)
{
	database.own_generation = (strata_generation){ .value = 0 };
	for (int i = 0; i < FAKE_COPIES; i++) {
		redis.copy_verdicts[i] = STRATA_TIMEOUT;
	}
}

static void without_a_generation_only_the_local_tier_is_used(void)
{
	begin();
	forget_generation();
	fake_tier_hold(&local, "a", "near");
	CHECK(get_one("a") == STRATA_OK);
	CHECK(get_one("b") == STRATA_NO_GENERATION && items[0].tier == STRATA_TIER_REDIS);
	CHECK(put_one("c", "new", STRATA_PUT_SET) == STRATA_NO_GENERATION);
	CHECK(get_one("c") == STRATA_OK);
	CHECK(put_one("c", "newer", STRATA_PUT_ADD) == STRATA_NO_GENERATION);
	CHECK(fake_diary_is("L.get a; L.get b; L.fill c; L.get c; "));
	CHECK(remove_one("a") == STRATA_NO_GENERATION);
	CHECK(fake_tier_lacks(&local, "a"));
	CHECK(touch_one("a") == STRATA_NO_GENERATION);
	CHECK(increment_one("a") == STRATA_NO_GENERATION && items[0].value.integer == 0);
	CHECK(fake_diary_is("L.del a; "));
	end();
}

/* Which is the reason for not knowing the generation, until the deepest tier is asked again. */
static void why_the_deepest_could_not_be_asked_is_told_to_every_call(void)
{
	begin();
	forget_generation();
	database.own_refresh = 0;
	CHECK(get_one("a") == STRATA_TIMEOUT && items[0].tier == STRATA_TIER_REDIS);
	CHECK(put_one("a", "new", STRATA_PUT_SET) == STRATA_TIMEOUT);
	CHECK(get_one("a") == STRATA_OK);
	CHECK(remove_one("a") == STRATA_TIMEOUT);
	CHECK(increment_one("a") == STRATA_TIMEOUT);
	CHECK(fake_diary_is("R.read+clock; L.get a; L.fill a; L.get a; L.del a; "));
	end();
}

static void without_a_tier_nothing_is_configured(void)
{
	begin();
	database.tier_count = 0;
	CHECK(get_one("a") == STRATA_UNCONFIGURED);
	CHECK(put_one("a", "1", STRATA_PUT_SET) == STRATA_UNCONFIGURED);
	CHECK(remove_one("a") == STRATA_UNCONFIGURED);
	CHECK(touch_one("a") == STRATA_UNCONFIGURED);
	CHECK(increment_one("a") == STRATA_UNCONFIGURED);
	end();
}

static void for_no_keys_nobody_is_asked(void)
{
	begin();
	strata_cache_get(&database, &call, NULL, 0);
	strata_cache_put(&database, &call, NULL, 0, STRATA_PUT_SET);
	strata_cache_remove(&database, &call, NULL, 0);
	CHECK(fake_diary_is(""));
	end();
}

/* ---- stamps ---- */

static strata_msec stamped_life(strata_msec ttl)
{
	strata_item item = { .key = strata_view_of("a") };

	strata_cache_stamp(&database, &item, ttl);
	CHECK(item.fresh_until == item.expires_at && item.version != 0);
	return item.expires_at == STRATA_NEVER ? 0 : item.expires_at - item.created_at;
}

static void jitter_shortens_by_up_to_its_share_and_never_lengthens(void)
{
	strata_msec shortest = UINT64_MAX, longest = 0;

	begin();
	database.settings.ttl_jitter = 5;
	for (int i = 0; i < 2000; i++) {
		strata_msec life = stamped_life(100000);

		shortest = life < shortest ? life : shortest;
		longest = life > longest ? life : longest;
	}
	CHECK(longest <= 100000 && shortest >= 95000);
	CHECK(longest > 99500 && shortest < 95500);
	end();
}

static void without_room_for_jitter_a_life_is_as_long_as_asked(void)
{
	begin();
	database.settings.ttl_jitter = 5;
	CHECK(stamped_life(99) == 99 && stamped_life(1) == 1);
	CHECK(stamped_life(0) == 0);
	database.settings.ttl_jitter = 0;
	CHECK(stamped_life(100000) == 100000);
	end();
}

static void every_write_has_a_version_of_its_own(void)
{
	strata_item first = { .result = STRATA_OK }, second = { .result = STRATA_OK };

	begin();
	strata_cache_stamp(&database, &first, 0);
	strata_cache_stamp(&database, &second, 0);
	CHECK(first.version != second.version);
	end();
}

int main(void)
{
	RUN(the_nearest_tier_that_has_it_answers_and_nobody_else_is_asked);
	RUN(a_hit_in_the_first_tier_takes_nothing_from_the_arena);
	RUN(what_is_found_deep_fills_the_tiers_above);
	RUN(each_key_of_a_batch_goes_as_deep_as_it_must);
	RUN(a_key_may_be_asked_for_twice);
	RUN(a_fill_overwrites_nothing_newer);
	RUN(a_fill_after_a_removal_brings_nothing_back);
	RUN(memcached_is_filled_by_the_one_that_got_the_token);
	RUN(what_may_be_old_fills_no_tier_of_other_hosts);
	RUN(integers_do_not_fill_memcached);
	RUN(a_failure_in_between_costs_one_wait_and_no_fill);
	RUN(a_value_that_is_not_ours_is_looked_for_deeper);
	RUN(where_nobody_has_it_the_deepest_has_the_word);
	RUN(every_answer_is_counted_once_where_it_was_given);
	RUN(a_set_goes_deepest_first_and_memcached_above_forgets);
	RUN(a_set_leaves_nothing_here_where_anything_happened_meanwhile);
	RUN(of_two_values_for_one_key_the_later_stays);
	RUN(when_the_deepest_fails_a_set_is_kept_here_alone);
	RUN(when_the_deepest_fails_a_replace_is_dropped_above);
	RUN(a_condition_that_did_not_hold_changes_nothing_above);
	RUN(what_the_deepest_refuses_is_dropped_everywhere);
	RUN(what_is_larger_than_configured_is_sent_nowhere);
	RUN(the_local_tier_alone_has_its_own_limit);
	RUN(a_tier_above_that_refuses_loses_the_old_value);
	RUN(an_integer_is_kept_out_of_memcached_above_redis);
	RUN(an_integer_is_at_home_in_memcached_where_that_is_deepest);
	RUN(a_removal_goes_deepest_first_and_is_confirmed_by_all);
	RUN(a_removal_that_one_did_not_confirm_is_none_but_all_were_told);
	RUN(in_a_batch_only_those_that_failed_fail);
	RUN(a_touch_is_the_deepest_tiers_and_copies_go);
	RUN(a_comparison_is_the_deepest_tiers_and_copies_follow_or_go);
	RUN(a_compared_removal_is_the_deepest_tiers_and_all_confirm);
	RUN(nothing_nearer_is_asked_or_filled_than_was_said);
	RUN(a_count_is_the_deepest_tiers_and_copies_go);
	RUN(where_the_deepest_was_not_asked_copies_stay);
	RUN(where_one_tier_is_all_there_is_nothing_is_dropped);
	RUN(without_a_generation_only_the_local_tier_is_used);
	RUN(why_the_deepest_could_not_be_asked_is_told_to_every_call);
	RUN(without_a_tier_nothing_is_configured);
	RUN(for_no_keys_nobody_is_asked);
	RUN(jitter_shortens_by_up_to_its_share_and_never_lengthens);
	RUN(without_room_for_jitter_a_life_is_as_long_as_asked);
	RUN(every_write_has_a_version_of_its_own);
	return unit_end();
}
