/*
 * Which tiers are asked, filled and told for keys whose policies leave tiers out, with tiers that
 * write down what they are asked.
 */
#include "cache/change.h"
#include "cache/read.h"
#include "cache/remember/remember.h"
#include "cache/removal.h"
#include "database/route.h"
#include "cache/write.h"

#include "os/clock.h"

#include "fake_tier.h"
#include "remote_fixture.h"
#include "unit.h"

enum { MOST = 4, GENERATION = 7, L = 1, M = 2, R = 4 };

static remote_fixture fixture;
static strata_database database;
static strata_policy_table table;
static strata_call call;
static fake_tier local, memcached, redis;
static strata_item items[MOST];
static strata_item *list[MOST];

/* Keys lr, mr, r, lm, m and l go through the tiers they are named after, others through all. */
static void make_policies(void)
{
	char error[STRATA_POLICY_ERROR];
	strata_policies policies;

	REQUIRE(strata_policies_parse(
		strata_view_of("lr* tiers=local,redis; mr* tiers=memcached,redis; r* tiers=redis;"
					   "lm* tiers=local,memcached; m* tiers=memcached; l* tiers=local; x*"),
		&policies, error));
	strata_policy_table_init(&table, &policies);
	for (uint32_t i = 0; i < table.list.count; i++) {
		table.kept_out[i] = (uint8_t) (7 & ~table.list.items[i].tiers);
		table.rows[i] = strata_stats_row_of(fixture.stats, STRATA_STATS_POLICY, "test", "x*",
			STRATA_REGISTRY_COMMON);
	}
	database.policies = &table;
	database.local_guard = &table;
}

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
		fake_tier_hold_copies(fakes[i], GENERATION);
	}
	make_policies();
}

/* Whatever was done, the database is whole again. */
static void end(void)
{
	CHECK(database.tier_count == 3 && database.deeper == 0 && database.kept_out == 0);
	for (int i = 0; i < 3; i++) {
		CHECK(!database.tiers[i].stands_in);
	}
	remote_fixture_end(&fixture);
}

static void name(size_t count, const char *const *keys)
{
	for (size_t i = 0; i < count; i++) {
		items[i] = (strata_item){ .key = strata_view_of(keys[i]),
			.value = { .codec = STRATA_CODEC_STRING, .bytes = strata_view_of("new") },
			.result = STRATA_CORRUPT };
		list[i] = &items[i];
		strata_cache_stamp(&database, &items[i], 0);
	}
}

static bool get_says(const char *key, strata_result result, const char *diary)
{
	name(1, &key);
	strata_cache_get(&database, &call, list, 1);
	if (items[0].result != result) {
		fprintf(stderr, "%s\n", strata_result_name(items[0].result));
	}
	return (int) fake_diary_is(diary) & (items[0].result == result);
}

static bool put_says(const char *key, strata_put_mode mode, strata_result result, const char *diary)
{
	name(1, &key);
	strata_cache_put(&database, &call, list, 1, mode);
	return (int) fake_diary_is(diary) & (items[0].result == result);
}

static void a_get_asks_the_tiers_of_its_key(void)
{
	begin();
	CHECK(
		get_says("lr", STRATA_MISS, "L.get lr; R.get lr; ") && items[0].tier == STRATA_TIER_REDIS);
	CHECK(get_says("mr", STRATA_MISS, "M.get mr; R.get mr; "));
	CHECK(get_says("r", STRATA_MISS, "R.get r; "));
	CHECK(get_says("lm", STRATA_MISS, "L.get lm; M.get lm; "));
	CHECK(items[0].tier == STRATA_TIER_MEMCACHED);
	CHECK(get_says("m", STRATA_MISS, "M.get m; "));
	CHECK(get_says("l", STRATA_MISS, "L.get l; ") && items[0].tier == STRATA_TIER_LOCAL);
	CHECK(get_says("x", STRATA_MISS, "L.get x; M.get x; R.get x; "));
	CHECK(get_says("other", STRATA_MISS, "L.get other; M.get other; R.get other; "));
	end();
}

static void what_lies_in_other_tiers_is_not_read(void)
{
	begin();
	fake_tier_hold(&local, "mr", "old");
	fake_tier_hold(&memcached, "lr", "old");
	fake_tier_hold(&redis, "lm", "old");
	fake_tier_hold(&redis, "l", "old");
	fake_tier_hold(&memcached, "r", "old");
	CHECK(get_says("mr", STRATA_MISS, "M.get mr; R.get mr; "));
	CHECK(get_says("lr", STRATA_MISS, "L.get lr; R.get lr; "));
	CHECK(get_says("lm", STRATA_MISS, "L.get lm; M.get lm; "));
	CHECK(get_says("l", STRATA_MISS, "L.get l; "));
	CHECK(get_says("r", STRATA_MISS, "R.get r; "));
	end();
}

static void what_is_found_fills_only_its_tiers(void)
{
	begin();
	fake_tier_hold(&redis, "lr", "deep");
	fake_tier_hold(&redis, "mr", "deep");
	fake_tier_hold(&redis, "r", "deep");
	fake_tier_hold(&memcached, "lm", "deep");
	CHECK(get_says("lr", STRATA_OK, "L.get lr; R.get lr; L.fill lr; "));
	CHECK(get_says("mr", STRATA_OK, "M.get mr; R.get mr; M.fill mr; "));
	CHECK(get_says("r", STRATA_OK, "R.get r; "));
	CHECK(get_says("lm", STRATA_OK, "L.get lm; M.get lm; L.fill lm; "));
	CHECK(fake_tier_lacks(&memcached, "lr") && fake_tier_lacks(&local, "mr"));
	end();
}

static void a_batch_goes_by_the_policies_of_its_keys(void)
{
	begin();
	fake_tier_hold(&redis, "lr", "1");
	fake_tier_hold(&memcached, "m", "2");
	fake_tier_hold(&local, "l", "3");
	name(4, (const char *const[]){ "lr", "m", "l", "x" });
	strata_cache_get(&database, &call, list, 4);
	CHECK(items[0].result == STRATA_OK && items[0].tier == STRATA_TIER_REDIS);
	CHECK(items[1].result == STRATA_OK && items[1].tier == STRATA_TIER_MEMCACHED);
	CHECK(items[2].result == STRATA_OK && items[2].tier == STRATA_TIER_LOCAL);
	CHECK(items[3].result == STRATA_MISS && items[3].tier == STRATA_TIER_REDIS);
	CHECK(fake_diary_is("L.get x; M.get x; R.get x; L.get lr; R.get lr; L.fill lr; M.get m; "
						"L.get l; "));
	name(3, (const char *const[]){ "lr2", "lr1", "lr3" });
	strata_cache_get(&database, &call, list, 3);
	CHECK(fake_diary_is("L.get lr2 lr1 lr3; R.get lr2 lr1 lr3; "));
	name(4, (const char *const[]){ "l1", "x1", "l2", "x2" });
	strata_cache_put(&database, &call, list, 4, STRATA_PUT_SET);
	for (int i = 0; i < 4; i++) {
		CHECK(items[i].result == STRATA_OK);
	}
	CHECK(fake_diary_is("R.set x1 x2; M.del x1 x2; L.fill x1 x2; L.set l1 l2; "));
	end();
}

/* A copy that a tier had before the policy came must not come to light when the policy goes. */
static void a_set_is_forgotten_by_nearer_tiers_that_its_key_does_not_use(void)
{
	begin();
	CHECK(put_says("x", STRATA_PUT_SET, STRATA_OK, "R.set x; M.del x; L.fill x; "));
	CHECK(put_says("lr", STRATA_PUT_SET, STRATA_OK, "R.set lr; M.del lr; L.fill lr; "));
	CHECK(put_says("mr", STRATA_PUT_SET, STRATA_OK, "R.set mr; M.del mr; L.del mr; "));
	CHECK(put_says("r", STRATA_PUT_SET, STRATA_OK, "R.set r; M.del r; L.del r; "));
	CHECK(put_says("lm", STRATA_PUT_SET, STRATA_OK, "M.set lm; R.read; L.fill lm; "));
	CHECK(put_says("m", STRATA_PUT_SET, STRATA_OK, "M.set m; R.read; L.del m; "));
	CHECK(put_says("l", STRATA_PUT_SET, STRATA_OK, "L.set l; "));
	end();
}

static void the_deepest_of_its_tiers_has_the_word(void)
{
	begin();
	fake_tier_hold(&redis, "m", "old");
	fake_tier_hold(&redis, "l", "old");
	CHECK(put_says("m", STRATA_PUT_ADD, STRATA_OK, "M.add m; R.read; L.del m; "));
	CHECK(put_says("m", STRATA_PUT_ADD, STRATA_NOT_STORED, "M.add m; R.read; "));
	CHECK(put_says("l", STRATA_PUT_REPLACE, STRATA_NOT_STORED, "L.replace l; "));
	memcached.verdicts[FAKE_PUT] = STRATA_TIMEOUT;
	CHECK(put_says("m", STRATA_PUT_SET, STRATA_TIMEOUT, "M.set m; L.del m; "));
	redis.verdicts[FAKE_PUT] = STRATA_TIMEOUT;
	CHECK(put_says("l", STRATA_PUT_SET, STRATA_OK, "L.set l; "));
	CHECK(items[0].tier == STRATA_TIER_LOCAL);
	end();
}

static void a_delete_reaches_every_tier(void)
{
	static const char *const keys[] = { "lr", "m", "l", "x" };

	begin();
	name(4, keys);
	strata_cache_remove(&database, &call, list, 4);
	CHECK(fake_diary_is("R.del lr m l x; M.del lr m l x; L.del lr m l x; "));
	end();
}

static void a_conditional_delete_asks_the_deepest_of_its_tiers(void)
{
	const char *key = "m";
	strata_cas_token seen = { .version = 1 };

	begin();
	name(1, &key);
	strata_cache_put(&database, &call, list, 1, STRATA_PUT_SET);
	seen.version = items[0].version;
	fake_tier_hold(&redis, "m", "old");
	(void) fake_diary_says_anything();
	name(1, &key);
	strata_cache_compare_and_remove(&database, &call, &items[0], &seen);
	CHECK(items[0].result == STRATA_OK);
	CHECK(fake_tier_lacks(&memcached, "m") && fake_tier_lacks(&redis, "m"));
	(void) fake_diary_says_anything();
	end();
}

static void counting_and_touching_are_done_in_the_deepest_of_its_tiers(void)
{
	const char *key = "m", *here = "l";

	begin();
	name(1, &key);
	strata_cache_increment(&database, &call, &items[0], 5, 0);
	CHECK(items[0].result == STRATA_OK && items[0].value.integer == 5);
	CHECK(fake_diary_is("M.incr m; R.read; L.del m; "));
	name(1, &here);
	strata_cache_increment(&database, &call, &items[0], 5, 0);
	CHECK(items[0].result == STRATA_OK && items[0].value.integer == 5);
	CHECK(fake_diary_is("L.incr l; "));
	strata_cache_touch(&database, &call, &items[0]);
	CHECK(items[0].result == STRATA_OK && fake_diary_is("L.touch l; "));
	end();
}

/* The number of the last clear() is in the deepest tier of the database, whatever the route. */
static void the_generation_is_asked_for_where_it_is_kept(void)
{
	begin();
	CHECK(put_says("x", STRATA_PUT_SET, STRATA_OK, "R.set x; M.del x; L.fill x; "));
	CHECK(redis.checks == 1);
	CHECK(put_says("m", STRATA_PUT_SET, STRATA_OK, "M.set m; R.read; L.del m; "));
	CHECK(memcached.checks == 0 && memcached.questions == 0);
	redis.checks = redis.questions = 0;
	CHECK(put_says("l", STRATA_PUT_SET, STRATA_OK, "L.set l; "));
	CHECK(local.checks + redis.checks + redis.questions == 0);
	end();
}

/* Due, it is asked for at the deepest tier by calls that ask only near ones, too: they go by it. */
static void calls_of_near_tiers_hear_of_a_clear(void)
{
	begin();
	CHECK(get_says("l", STRATA_MISS, "L.get l; "));
	CHECK(call.generation == GENERATION);
	fake_tier_hold_copies(&redis, GENERATION + 5);
	database.own_refresh = 0;
	call.now += 5000;
	name(1, (const char *const[]){ "l" });
	strata_cache_get(&database, &call, list, 1);
	CHECK(call.generation == GENERATION + 5);
	(void) fake_diary_says_anything();
	fake_tier_hold_copies(&redis, GENERATION + 9);
	call.now += 5000;
	name(1, (const char *const[]){ "m" });
	strata_cache_get(&database, &call, list, 1);
	CHECK(call.generation == GENERATION + 9);
	(void) fake_diary_says_anything();
	end();
}

static void a_fetch_from_a_tier_that_is_left_out_asks_the_deepest_that_is_not(void)
{
	begin();
	fake_tier_hold(&local, "l", "here");
	fake_tier_hold(&memcached, "lm", "there");
	name(1, (const char *const[]){ "l" });
	strata_cache_get_from(&database, &call, list, 1, STRATA_TIER_REDIS);
	CHECK(items[0].result == STRATA_OK && items[0].tier == STRATA_TIER_LOCAL);
	name(1, (const char *const[]){ "lm" });
	strata_cache_get_from(&database, &call, list, 1, STRATA_TIER_REDIS);
	CHECK(items[0].result == STRATA_OK && items[0].tier == STRATA_TIER_MEMCACHED);
	CHECK(fake_diary_is("L.get l; M.get lm; "));
	end();
}

static void keys_of_a_policy_are_counted(void)
{
	strata_stats_sum sums[8];
	uint32_t rows;

	begin();
	name(3, (const char *const[]){ "x1", "x2", "other" });
	strata_cache_get(&database, &call, list, 3);
	(void) fake_diary_says_anything();
	rows = strata_stats_read(fixture.stats, sums, 8);
	for (uint32_t i = 0; i < rows && i < 8; i++) {
		/* Two were stamped, and two read. */
		CHECK(sums[i].kind != STRATA_STATS_POLICY || sums[i].counters[STRATA_COUNT_APPLIED] == 4);
	}
	end();
}

static void a_copy_is_not_served_on_an_error_where_it_is_not_kept(void)
{
	begin();
	database.settings.stale_on_error = 1000000;
	fake_tier_hold(&local, "mr", "old");
	redis.verdicts[FAKE_GET] = STRATA_TIMEOUT;
	CHECK(get_says("mr", STRATA_TIMEOUT, "M.get mr; R.get mr; "));
	end();
}

int main(void)
{
	RUN(a_get_asks_the_tiers_of_its_key);
	RUN(what_lies_in_other_tiers_is_not_read);
	RUN(what_is_found_fills_only_its_tiers);
	RUN(a_batch_goes_by_the_policies_of_its_keys);
	RUN(a_set_is_forgotten_by_nearer_tiers_that_its_key_does_not_use);
	RUN(the_deepest_of_its_tiers_has_the_word);
	RUN(a_delete_reaches_every_tier);
	RUN(a_conditional_delete_asks_the_deepest_of_its_tiers);
	RUN(counting_and_touching_are_done_in_the_deepest_of_its_tiers);
	RUN(the_generation_is_asked_for_where_it_is_kept);
	RUN(calls_of_near_tiers_hear_of_a_clear);
	RUN(a_fetch_from_a_tier_that_is_left_out_asks_the_deepest_that_is_not);
	RUN(keys_of_a_policy_are_counted);
	RUN(a_copy_is_not_served_on_an_error_where_it_is_not_kept);
	return unit_end();
}
