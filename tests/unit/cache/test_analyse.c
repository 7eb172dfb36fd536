/* Which operations are counted for which prefix, with tiers that do as they are told. */
#include "cache/analyse.h"

#include "cache/change.h"
#include "cache/local.h"
#include "cache/read.h"
#include "cache/removal.h"
#include "cache/write.h"

#include "os/clock.h"

#include "fake_tier.h"
#include "remote_fixture.h"
#include "unit.h"

enum { MOST = 1000, GENERATION = 7 };

static remote_fixture fixture;
static strata_database database;
static strata_call call;
static fake_tier local, memcached, redis;
static strata_item items[MOST];
static strata_item *list[MOST];
static strata_prefixes *prefixes;
static strata_hot_keys *hot_keys;
static strata_prefix_sum sums[STRATA_PREFIX_MOST];

static void begin(void)
{
	static fake_tier *const fakes[] = { &local, &memcached, &redis };

	remote_fixture_begin(&fixture);
	REQUIRE(strata_prefixes_new(fixture.host, &prefixes) == STRATA_OK);
	REQUIRE(strata_hot_keys_new(fixture.host, &hot_keys) == STRATA_OK);
	database = (strata_database){ .tier_count = 3,
		.own_generation = { .value = GENERATION, .floor = GENERATION },
		.analysis = { .prefixes = prefixes,
			.hot_keys = hot_keys,
			.space = { .id = 5, .database = "test", .name_space = "" },
			.depth = 2,
			.nearest = STRATA_TIER_LOCAL,
			.deepest = STRATA_TIER_REDIS } };
	REQUIRE(strata_keyspace_init(&database.keyspace, "test", "", strata_view_of(""), 1000) ==
			STRATA_OK);
	call = (strata_call){ .arena = fixture.arena, .now = strata_clock_msec() };
	database.own_refresh = call.now;
	for (int i = 0; i < 3; i++) {
		fake_tier_init(fakes[i], (strata_tier_kind) i, &database.tiers[i]);
		database.tiers[i].stats = strata_stats_row_of(fixture.stats, STRATA_STATS_TIER, "test",
			database.tiers[i].ops->name, STRATA_REGISTRY_COMMON);
		database.tiers[i].analysis = &database.analysis;
		fake_tier_hold_copies(fakes[i], GENERATION);
	}
}

static void end(void)
{
	strata_hot_keys_free(hot_keys);
	strata_prefixes_free(prefixes);
	remote_fixture_end(&fixture);
}

static void name(size_t count, const char *const *keys)
{
	for (size_t i = 0; i < count; i++) {
		items[i] = (strata_item){ .key = strata_view_of(keys[i]), .result = STRATA_CORRUPT };
		list[i] = &items[i];
	}
}

static void give(const char *key, const char *text)
{
	name(1, &key);
	items[0].value = (strata_value){ .codec = STRATA_CODEC_STRING, .bytes = strata_view_of(text) };
	strata_cache_stamp(&database, &items[0], 0);
}

static strata_prefix_counts counts_of(const char *prefix, strata_tier_kind tier)
{
	uint32_t count = strata_prefixes_read(prefixes, sums, STRATA_PREFIX_MOST);

	for (uint32_t i = 0; i < count; i++) {
		if (strcmp(sums[i].prefix, prefix) == 0) {
			return sums[i].tiers[tier];
		}
	}
	return (strata_prefix_counts){ 0 };
}

static void every_key_of_a_shared_tier_is_counted(void)
{
	static const char *const keys[] = { "a:1", "a:2", "b:1", "a:3", "none" };

	begin();
	fake_tier_hold(&memcached, "a:1", "text");
	fake_tier_hold(&redis, "b:1", "longer");
	name(5, keys);
	strata_cache_get(&database, &call, list, 5);
	CHECK(counts_of("a:", STRATA_TIER_MEMCACHED).operations == 3);
	CHECK(counts_of("a:", STRATA_TIER_MEMCACHED).hits == 1);
	CHECK(counts_of("a:", STRATA_TIER_MEMCACHED).bytes_out == 4);
	CHECK(counts_of("a:", STRATA_TIER_REDIS).operations == 2);
	CHECK(counts_of("b:", STRATA_TIER_REDIS).hits == 1);
	CHECK(counts_of("b:", STRATA_TIER_REDIS).bytes_out == 6);
	CHECK(counts_of(STRATA_PREFIX_NONE, STRATA_TIER_REDIS).operations == 1);
	/* Asked, and filled with what was found. */
	CHECK(counts_of("b:", STRATA_TIER_MEMCACHED).operations == 2);
	CHECK(counts_of("b:", STRATA_TIER_MEMCACHED).bytes_in == 6);
	end();
}

static void what_a_write_does_in_each_tier_is_counted(void)
{
	begin();
	give("a:1", "text");
	strata_cache_put(&database, &call, list, 1, STRATA_PUT_SET);
	CHECK(counts_of("a:", STRATA_TIER_REDIS).operations == 1);
	CHECK(counts_of("a:", STRATA_TIER_REDIS).bytes_in == 4);
	CHECK(counts_of("a:", STRATA_TIER_MEMCACHED).operations == 1);
	CHECK(counts_of("a:", STRATA_TIER_MEMCACHED).bytes_in == 0);
	strata_cache_remove(&database, &call, list, 1);
	CHECK(counts_of("a:", STRATA_TIER_REDIS).operations == 2);
	CHECK(counts_of("a:", STRATA_TIER_MEMCACHED).operations == 2);
	give("a:1", "");
	strata_cache_increment(&database, &call, &items[0], 1, 0);
	CHECK(counts_of("a:", STRATA_TIER_REDIS).operations == 3);
	CHECK(counts_of("a:", STRATA_TIER_REDIS).bytes_in == 12);
	strata_cache_touch(&database, &call, &items[0]);
	CHECK(counts_of("a:", STRATA_TIER_REDIS).operations == 4);
	CHECK(counts_of("a:", STRATA_TIER_REDIS).errors == 0);
	end();
}

static void refusals_and_failures_are_errors(void)
{
	static const char *const keys[] = { "a:1", "a:2" };

	begin();
	redis.verdicts[FAKE_GET] = STRATA_TIMEOUT;
	memcached.verdicts[FAKE_GET] = STRATA_BREAKER_OPEN;
	name(2, keys);
	strata_cache_get(&database, &call, list, 2);
	CHECK(counts_of("a:", STRATA_TIER_REDIS).errors == 2);
	CHECK(counts_of("a:", STRATA_TIER_MEMCACHED).errors == 2);
	CHECK(counts_of("a:", STRATA_TIER_MEMCACHED).hits == 0);
	end();
}

static void the_time_of_a_batch_is_shared_out_and_none_is_lost(void)
{
	static const char *const keys[] = { "a:1", "b:1", "b:2" };

	begin();
	name(3, keys);
	for (int i = 0; i < 3; i++) {
		items[i].result = STRATA_MISS;
	}
	call.waited = 100;
	strata_analyse(&database.tiers[2], &call, STRATA_ANALYSE_READ, list, 3);
	CHECK(counts_of("a:", STRATA_TIER_REDIS).microseconds == 33);
	CHECK(counts_of("b:", STRATA_TIER_REDIS).microseconds == 67);
	/* Time that was counted once is not counted again, and one that is less is none. */
	strata_analyse(&database.tiers[1], &call, STRATA_ANALYSE_READ, list, 3);
	CHECK(counts_of("a:", STRATA_TIER_MEMCACHED).microseconds == 0);
	call.waited = 7;
	strata_analyse(&database.tiers[1], &call, STRATA_ANALYSE_READ, list, 1);
	call.waited = 17;
	strata_analyse(&database.tiers[1], &call, STRATA_ANALYSE_READ, list, 1);
	CHECK(counts_of("a:", STRATA_TIER_MEMCACHED).microseconds == 10);
	end();
}

static void keys_are_counted_as_the_script_wrote_them(void)
{
	static const char *const keys[] = { "~0123456789abcdef:a:1", "~:~b:1", "a:2" };

	begin();
	name(3, keys);
	for (int i = 0; i < 3; i++) {
		items[i].result = STRATA_MISS;
	}
	strata_analyse(&database.tiers[2], &call, STRATA_ANALYSE_READ, list, 3);
	CHECK(counts_of("a:", STRATA_TIER_REDIS).operations == 2);
	CHECK(counts_of("~b:", STRATA_TIER_REDIS).operations == 1);
	end();
}

/* ---- the local tier ---- */

static void gaps_are_64_on_average(void)
{
	uint64_t sum = 0;

	for (int i = 0; i < 100000; i++) {
		uint32_t gap = strata_analyse_gap();

		CHECK(gap >= 1 && gap <= 127);
		sum += gap;
	}
	CHECK(sum > 6300000 && sum < 6500000);
}

/* 64,000 of one key and a sixteenth of that of another one, in batches of many sizes. */
static void the_local_tier_is_counted_by_a_sample(void)
{
	uint64_t often, seldom;

	begin();
	for (int i = 0; i < MOST; i++) {
		items[i] = (strata_item){ .key = strata_view_of(i % 17 == 0 ? "b:1" : "a:1"),
			.value = { .codec = STRATA_CODEC_STRING, .bytes = strata_view_of("text") },
			.result = STRATA_OK };
		list[i] = &items[i];
	}
	for (unsigned round = 0; round < 500; round++) {
		unsigned size = 1 + round * 13 % MOST;

		for (unsigned done = 0; done < MOST; done += size) {
			strata_analyse(&database.tiers[0], &call, STRATA_ANALYSE_READ, list + done,
				done + size <= MOST ? size : MOST - done);
		}
	}
	often = counts_of("a:", STRATA_TIER_LOCAL).operations;
	seldom = counts_of("b:", STRATA_TIER_LOCAL).operations;
	CHECK(often > 400000 && often < 540000);
	CHECK(seldom > 15000 && seldom < 50000);
	CHECK(often % STRATA_ANALYSE_EVERY == 0);
	CHECK(counts_of("a:", STRATA_TIER_LOCAL).hits == often);
	CHECK(counts_of("a:", STRATA_TIER_LOCAL).bytes_out == 4 * often);
	end();
}

/* Requests that are shorter than a gap: each flushes what is pending. */
static void short_requests_are_in_the_sample_too(void)
{
	uint64_t taken = 0;

	begin();
	for (unsigned i = 0; i < 100000; i++) {
		if (strata_cache_count_local(&database, STRATA_COUNT_HITS)) {
			while (strata_cache_next_sampled(&database, 1) == 0) {
				taken++;
			}
		}
		if (i % 5 == 0) {
			strata_cache_flush_counts(&database);
		}
	}
	CHECK(taken > 1400 && taken < 1730);
	end();
}

static void of_many_hits_any_may_be_of_the_sample(void)
{
	uint64_t taken[32] = { 0 }, all = 0;

	begin();
	for (unsigned i = 0; i < 20000; i++) {
		uint32_t place;

		if (strata_cache_count_many(&database, STRATA_COUNT_HITS, 32)) {
			while ((place = strata_cache_next_sampled(&database, 32)) < 32) {
				taken[place]++;
				all++;
			}
		}
	}
	CHECK(all > 9500 && all < 10500);
	for (int i = 0; i < 32; i++) {
		CHECK(taken[i] > 200 && taken[i] < 430);
	}
	CHECK(database.pending_count < 256);
	end();
}

static void without_analysis_nothing_is_sampled(void)
{
	static const char *const keys[] = { "a:1" };

	begin();
	database.analysis = (strata_analysis){ 0 };
	for (int i = 0; i < 3; i++) {
		database.tiers[i].analysis = NULL;
	}
	for (unsigned i = 0; i < 1000; i++) {
		if (strata_cache_count_local(&database, STRATA_COUNT_HITS)) {
			CHECK(strata_cache_next_sampled(&database, 1) == 1);
		}
	}
	CHECK(database.pending_count == 1000 % 256);
	name(1, keys);
	strata_cache_get(&database, &call, list, 1);
	strata_analyse_computation(&database, strata_view_of("a:1"), 7);
	strata_analyse_computation(NULL, strata_view_of("a:1"), 7);
	CHECK(strata_prefixes_read(prefixes, sums, STRATA_PREFIX_MOST) == 0);
	end();
}

/* ---- hot keys ---- */

static uint32_t hot_keys_found(void)
{
	static strata_hot_key keys[STRATA_HOT_KEYS_KEPT];

	return strata_hot_keys_read(hot_keys, keys, STRATA_HOT_KEYS_KEPT, strata_clock_msec());
}

static void repeat(strata_tier_kind tier, strata_analyse_verb verb)
{
	static const char *const keys[] = { "a:1" };

	name(1, keys);
	items[0].result = STRATA_OK;
	for (int i = 0; i < 1000; i++) {
		strata_analyse(&database.tiers[tier], &call, verb, list, 1);
	}
}

static void keys_are_sampled_where_the_script_asks_first(void)
{
	begin();
	repeat(STRATA_TIER_MEMCACHED, STRATA_ANALYSE_READ);
	repeat(STRATA_TIER_REDIS, STRATA_ANALYSE_READ);
	repeat(STRATA_TIER_LOCAL, STRATA_ANALYSE_FILL);
	repeat(STRATA_TIER_REDIS, STRATA_ANALYSE_CHANGE);
	CHECK(hot_keys_found() == 0);
	repeat(STRATA_TIER_REDIS, STRATA_ANALYSE_WRITE);
	CHECK(hot_keys_found() == 1);
	end();
	begin();
	repeat(STRATA_TIER_LOCAL, STRATA_ANALYSE_READ);
	CHECK(hot_keys_found() == 1);
	end();
}

int main(void)
{
	RUN(every_key_of_a_shared_tier_is_counted);
	RUN(what_a_write_does_in_each_tier_is_counted);
	RUN(refusals_and_failures_are_errors);
	RUN(the_time_of_a_batch_is_shared_out_and_none_is_lost);
	RUN(keys_are_counted_as_the_script_wrote_them);
	RUN(gaps_are_64_on_average);
	RUN(the_local_tier_is_counted_by_a_sample);
	RUN(short_requests_are_in_the_sample_too);
	RUN(of_many_hits_any_may_be_of_the_sample);
	RUN(without_analysis_nothing_is_sampled);
	RUN(keys_are_sampled_where_the_script_asks_first);
	return unit_end();
}
