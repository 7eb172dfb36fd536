/*
 * What the verbs note for a place that follows: before the change, and by its outcome after it. The
 * tiers are in memory, and see the names as they stand when they are asked.
 */
#include "cache/change.h"
#include "cache/generation.h"
#include "cache/read.h"
#include "cache/removal.h"
#include "cache/tags.h"
#include "cache/write.h"
#include "database/mirror.h"

#include "os/clock.h"

#include "fake_tier.h"
#include "remote_fixture.h"
#include "unit.h"

enum { GENERATION = 7 };

static remote_fixture fixture;
static strata_unconfirmed_table *table;
static strata_database database, other;
static strata_mirror mirror;
static strata_call call;
static fake_tier memcached, redis;
static strata_item item;
static strata_item *const one[] = { &item };
static uint64_t noted_meanwhile; /* while the deepest tier changed something */

static void look(void)
{
	noted_meanwhile = strata_mirror_noted(&mirror.changes);
}

static void begin(void)
{
	remote_fixture_begin(&fixture);
	REQUIRE(strata_unconfirmed_table_new(fixture.host, &table) == STRATA_OK);
	mirror = (strata_mirror){ .other = &other, .mode = STRATA_SHADOW_MODE_WRITE, .share = 100 };
	for (uint32_t i = 0; i < STRATA_MIRROR_STRIPES; i++) {
		mirror.changes.stripes[i] = strata_unconfirmed_of(table, i, "test");
	}
	database = (strata_database){ .tier_count = 2,
		.mirror = &mirror,
		.own_generation = { .value = GENERATION, .floor = GENERATION } };
	REQUIRE(strata_keyspace_init(&database.keyspace, "test", "", strata_view_of(""), 1000) ==
			STRATA_OK);
	call = (strata_call){ .arena = fixture.arena, .now = strata_clock_msec() };
	database.own_refresh = call.now;
	fake_tier_init(&memcached, STRATA_TIER_MEMCACHED, &database.tiers[0]);
	fake_tier_init(&redis, STRATA_TIER_REDIS, &database.tiers[1]);
	fake_tier_hold_copies(&redis, GENERATION);
	redis.after_change = look;
	redis.after_put = look;
	redis.after_store = look;
	noted_meanwhile = UINT64_MAX;
}

static void end(void)
{
	strata_unconfirmed_table_free(table);
	remote_fixture_end(&fixture);
}

static void give(const char *key)
{
	item = (strata_item){ .key = strata_view_of(key),
		.value = { .codec = STRATA_CODEC_STRING, .bytes = strata_view_of("new") } };
	strata_cache_stamp(&database, &item, 0);
}

/* Is this name due, and no other? Settles it. */
static bool is_due(const char *name)
{
	strata_unconfirmed_name names[4];
	uint32_t count = strata_mirror_take(&mirror.changes, fixture.arena, names, 4);

	for (uint32_t i = 0; i < count; i++) {
		strata_mirror_complete(&mirror.changes, &names[i]);
	}
	return count == 1 && strata_view_equal(names[0].name, strata_view_of(name));
}

/* Noted while the tier was asked, due after it, and settled for good. */
static void was_noted(const char *name)
{
	CHECK(noted_meanwhile == 1);
	CHECK(is_due(name));
	CHECK(strata_mirror_noted(&mirror.changes) == 0);
}

static void writes_note_their_key(void)
{
	for (int mode = STRATA_PUT_SET; mode <= STRATA_PUT_REPLACE; mode++) {
		begin();
		if (mode == STRATA_PUT_REPLACE) {
			fake_tier_hold(&redis, "key", "old");
		}
		give("key");
		strata_cache_put(&database, &call, one, 1, (strata_put_mode) mode);
		CHECK(item.result == STRATA_OK);
		was_noted("kkey");
		end();
	}
}

static void a_removal_notes_its_key(void)
{
	begin();
	give("key");
	strata_cache_remove(&database, &call, one, 1);
	CHECK(item.result == STRATA_OK && is_due("kkey"));
	CHECK(strata_mirror_noted(&mirror.changes) == 0);
	end();
}

static void a_comparison_notes_its_key(void)
{
	strata_cas_token seen;

	begin();
	fake_tier_hold(&redis, "key", "old");
	seen = (strata_cas_token){ .version = fake_tier_entry(&redis, "key")->version };
	give("key");
	strata_cache_compare(&database, &call, &item, &seen);
	CHECK(item.result == STRATA_OK && is_due("kkey"));
	seen.version = fake_tier_entry(&redis, "key")->version;
	give("key");
	strata_cache_compare_and_remove(&database, &call, &item, &seen);
	CHECK(item.result == STRATA_OK && is_due("kkey"));
	end();
}

static void a_touch_and_a_count_note_their_key(void)
{
	begin();
	fake_tier_hold(&redis, "key", "old");
	give("key");
	strata_cache_touch(&database, &call, &item);
	CHECK(item.result == STRATA_OK && is_due("kkey"));
	fake_tier_hold_integer(&redis, "number", 1);
	give("number");
	strata_cache_increment(&database, &call, &item, 1, 0);
	CHECK(item.result == STRATA_OK && is_due("knumber"));
	end();
}

static void what_was_computed_notes_its_key(void)
{
	begin();
	give("key");
	item.fence = (strata_fence){ .version = 5, .owner = 1, .end = STRATA_NEVER };
	redis.ops.take_fence(&database.tiers[1], &call, one, 1);
	call.generation = GENERATION;
	CHECK(strata_mirror_noted(&mirror.changes) == 0);
	strata_cache_put_over_fence(&database, &call, one, 1);
	CHECK(item.result == STRATA_OK && is_due("kkey"));
	end();
}

static void a_clear_is_noted(void)
{
	strata_result result;

	begin();
	result = strata_cache_clear(&database, &call);
	CHECK(result == STRATA_OK && is_due("c"));
	end();
}

static void a_read_notes_nothing(void)
{
	begin();
	fake_tier_hold(&redis, "key", "old");
	give("key");
	strata_cache_get(&database, &call, one, 1);
	CHECK(item.result == STRATA_OK && strata_mirror_noted(&mirror.changes) == 0);
	end();
}

/* The pass may find that nothing was changed: that costs one look. */
static void a_refused_write_is_looked_at_all_the_same(void)
{
	begin();
	fake_tier_hold(&redis, "key", "old");
	give("key");
	strata_cache_put(&database, &call, one, 1, STRATA_PUT_ADD);
	CHECK(item.result == STRATA_NOT_STORED && is_due("kkey"));
	end();
}

static void what_was_not_asked_for_leaves_nothing(void)
{
	begin();
	redis.verdicts[FAKE_PUT] = STRATA_BREAKER_OPEN;
	give("key");
	strata_cache_put(&database, &call, one, 1, STRATA_PUT_SET);
	CHECK(item.result == STRATA_BREAKER_OPEN);
	CHECK(!strata_mirror_any(&mirror.changes));
	end();
}

static void an_unknown_outcome_is_looked_at_twice(void)
{
	begin();
	redis.verdicts[FAKE_PUT] = STRATA_TIMEOUT;
	give("key");
	strata_cache_put(&database, &call, one, 1, STRATA_PUT_SET);
	CHECK(item.result == STRATA_TIMEOUT && is_due("kkey"));
	CHECK(strata_mirror_noted(&mirror.changes) == 1);
	end();
}

/* Local values are no business of another place's servers. */
static void a_key_of_the_local_tier_alone_is_not_noted(void)
{
	begin();
	memcached.ops.kind = STRATA_TIER_LOCAL;
	database.tier_count = 1;
	database.deeper = 1;
	give("key");
	strata_cache_put(&database, &call, one, 1, STRATA_PUT_SET);
	CHECK(!strata_mirror_any(&mirror.changes));
	end();
}

int main(void)
{
	RUN(writes_note_their_key);
	RUN(a_removal_notes_its_key);
	RUN(a_comparison_notes_its_key);
	RUN(a_touch_and_a_count_note_their_key);
	RUN(what_was_computed_notes_its_key);
	RUN(a_clear_is_noted);
	RUN(a_read_notes_nothing);
	RUN(a_refused_write_is_looked_at_all_the_same);
	RUN(what_was_not_asked_for_leaves_nothing);
	RUN(an_unknown_outcome_is_looked_at_twice);
	RUN(a_key_of_the_local_tier_alone_is_not_noted);
	return unit_end();
}
