/* The local tier as the only one: both ends of a value's life, and fences. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "tier/local.h"

#include <unistd.h>

#include "os/clock.h"
#include "os/map.h"
#include "os/process.h"

#include "unit.h"

enum { HEAP = 1 << 20, COST = 120, LATER = 3600000, DAY = 86400000 /* msec */ };

static const strata_msec long_ago = 86400000;

static void *memory;
static strata_store *store;
static strata_keyspace keyspace;
static strata_arena *arena;
static strata_tier tier;
static strata_call call;

static void begin(strata_local_limits limits)
{
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	REQUIRE(strata_map_lazy(HEAP, &memory) == STRATA_OK);
	REQUIRE(strata_store_new(memory, memory, HEAP, NULL, &store) == STRATA_OK);
	REQUIRE(strata_keyspace_init(&keyspace, "test", "", strata_view_of(""), 1 << 20) == STRATA_OK);
	REQUIRE(strata_tier_local_init(&tier, store, &keyspace, limits) == 0);
	call = (strata_call){ .arena = arena, .now = strata_clock_msec() };
}

static void end(void)
{
	tier.ops->fini(&tier);
	strata_keyspace_fini(&keyspace);
	strata_store_free(store);
	strata_map_free(memory, HEAP);
	strata_arena_free(arena);
}

static strata_item item_of(const char *text, strata_msec fresh_for, strata_msec kept_for)
{
	strata_msec wall = strata_clock_wall_msec();

	return (strata_item){
		.key = strata_view_of("k"),
		.value = { .codec = STRATA_CODEC_STRING, .bytes = strata_view_of(text) },
		.created_at = wall - long_ago,
		.fresh_until = wall + fresh_for,
		.expires_at = wall + fresh_for + kept_for,
		.cost_msec = COST,
		.version = strata_process_random_word() | 1,
	};
}

/* A value whose soft end is over, and whose hard end lies that far ahead. */
static strata_item stale_item(const char *text, strata_msec kept_for)
{
	strata_item item = item_of(text, 0, kept_for);

	item.fresh_until -= 1000;
	return item;
}

static strata_result put(strata_item *item, strata_put_mode mode)
{
	strata_item *const one[] = { item };

	tier.ops->put(&tier, &call, one, 1, mode);
	return item->result;
}

static strata_result get(strata_item *item)
{
	strata_item *const one[] = { item };

	*item = (strata_item){ .key = strata_view_of("k") };
	tier.ops->get(&tier, &call, one, 1);
	return item->result;
}

static bool is_text(const strata_item *item, const char *text)
{
	return strata_view_equal(item->value.bytes, strata_view_of(text));
}

/* Puts it, and lets its first millisecond pass. */
static uint64_t put_and_wait(strata_item item)
{
	CHECK(put(&item, STRATA_PUT_SET) == STRATA_OK);
	call.now += 10;
	return item.version;
}

static strata_item take(uint64_t seen)
{
	strata_item item = { .key = strata_view_of("k"),
		.fence = { .version = seen, .owner = 77, .end = 88 } };
	strata_item *const one[] = { &item };

	tier.ops->take_fence(&tier, &call, one, 1);
	return item;
}

static strata_result put_over(strata_item item, uint64_t fence)
{
	strata_item *const one[] = { &item };

	item.fence.version = fence;
	tier.ops->put_over_fence(&tier, &call, one, 1);
	return item.result;
}

static bool is_taken(const strata_item *item, strata_result result)
{
	return item->result == result && item->fence.state == STRATA_FENCE_TAKEN &&
		   item->fence.version != 0 && item->fence.owner == 77 && item->fence.end == 88;
}

/* ---- both ends ---- */

static void a_value_past_its_soft_end_is_stale_until_its_hard_one(void)
{
	strata_item found;
	uint64_t version;

	begin((strata_local_limits){ 0 });
	version = put_and_wait(stale_item("old", LATER));
	CHECK(get(&found) == STRATA_STALE && is_text(&found, "old"));
	CHECK(found.version == version && found.fence.version == version);
	CHECK(found.cost_msec == COST && found.fresh_until < strata_clock_wall_msec());
	CHECK(found.expires_at > strata_clock_wall_msec());
	call.now += LATER;
	CHECK(get(&found) == STRATA_MISS && found.fence.version == 0);
	end();
}

static void a_value_within_its_soft_end_says_both_ends_and_its_cost(void)
{
	strata_item item = item_of("new", LATER, DAY);
	strata_item found;

	begin((strata_local_limits){ 0 });
	CHECK(put(&item, STRATA_PUT_SET) == STRATA_OK);
	CHECK(get(&found) == STRATA_OK && is_text(&found, "new") && found.cost_msec == COST);
	CHECK(found.fresh_until == item.fresh_until && found.expires_at == item.expires_at);
	end();
}

static void a_value_that_does_not_say_its_soft_end_has_only_a_hard_one(void)
{
	strata_item item = item_of("new", LATER, 0);
	strata_item found;

	begin((strata_local_limits){ 0 });
	item.fresh_until = STRATA_NEVER;
	CHECK(put(&item, STRATA_PUT_SET) == STRATA_OK);
	CHECK(get(&found) == STRATA_OK && found.fresh_until == item.expires_at);
	call.now += LATER + 1000;
	CHECK(get(&found) == STRATA_MISS);
	end();
}

/* A copy ends with local_ttl, whatever the value's own ends are. */
static void a_copy_is_stale_no_longer_than_it_may_be_kept(void)
{
	strata_item found;
	uint64_t version;

	begin((strata_local_limits){ .longest_life = 1000 });
	version = put_and_wait(stale_item("old", LATER));
	CHECK(get(&found) == STRATA_STALE && found.fence.version == version);
	call.now += 1000;
	CHECK(get(&found) == STRATA_MISS && found.fence.version == 0);
	end();
}

static void a_stale_value_is_absent_for_verbs_that_compare_nothing(void)
{
	strata_item item = item_of("new", LATER, DAY);
	strata_item found;

	begin((strata_local_limits){ 0 });
	(void) put_and_wait(stale_item("old", LATER));
	CHECK(put(&item, STRATA_PUT_REPLACE) == STRATA_NOT_STORED);
	tier.ops->touch(&tier, &call, &item);
	CHECK(item.result == STRATA_MISS);
	CHECK(get(&found) == STRATA_STALE);
	tier.ops->increment(&tier, &call, &item, 2, 40);
	CHECK(item.result == STRATA_OK && item.value.integer == 42);
	end();
}

static void a_stale_value_is_compared_with_what_was_seen(void)
{
	strata_item item = item_of("new", LATER, DAY);
	strata_cas_token seen = { 0 }, other = { .version = 1 };
	strata_item found;

	begin((strata_local_limits){ 0 });
	seen.version = put_and_wait(stale_item("old", LATER));
	tier.ops->compare_and_remove(&tier, &call, &item, &other);
	CHECK(item.result == STRATA_NOT_STORED && get(&found) == STRATA_STALE);
	tier.ops->compare(&tier, &call, &item, &seen);
	CHECK(item.result == STRATA_OK && get(&found) == STRATA_OK);
	tier.ops->compare_and_remove(&tier, &call, &item, &seen);
	CHECK(item.result == STRATA_NOT_STORED && get(&found) == STRATA_OK);
	end();
}

/* ---- fences ---- */

static void where_nothing_is_a_placeholder_is_taken_and_stored_over(void)
{
	strata_item taken, found;

	begin((strata_local_limits){ 0 });
	taken = take(0);
	CHECK(is_taken(&taken, STRATA_MISS));
	CHECK(get(&found) == STRATA_MISS && found.fence.version == taken.fence.version);
	CHECK(found.fence.state == STRATA_FENCE_NONE);
	CHECK(put_over(item_of("computed", LATER, DAY), taken.fence.version) == STRATA_OK);
	CHECK(get(&found) == STRATA_OK && is_text(&found, "computed"));
	CHECK(put_over(item_of("late", LATER, DAY), taken.fence.version) == STRATA_NOT_STORED);
	CHECK(put_over(item_of("none", LATER, DAY), 0) == STRATA_NOT_STORED);
	end();
}

static void the_next_caller_takes_the_same_fence(void)
{
	strata_item first, second;

	begin((strata_local_limits){ 0 });
	first = take(0);
	second = take(0);
	CHECK(is_taken(&second, STRATA_MISS) && second.fence.version == first.fence.version);
	CHECK(put_over(item_of("computed", LATER, DAY), first.fence.version) == STRATA_OK);
	CHECK(put_over(item_of("computed", LATER, DAY), second.fence.version) == STRATA_NOT_STORED);
	end();
}

static void a_value_that_is_alive_is_the_answer(void)
{
	strata_item item = item_of("new", LATER, DAY);
	strata_item taken;

	begin((strata_local_limits){ 0 });
	CHECK(put(&item, STRATA_PUT_SET) == STRATA_OK);
	taken = take(0);
	CHECK(taken.result == STRATA_OK && taken.fence.state == STRATA_FENCE_NONE);
	CHECK(is_text(&taken, "new"));
	taken = take(item.version);
	CHECK(is_taken(&taken, STRATA_OK) && taken.fence.version == item.version);
	CHECK(is_text(&taken, "new"));
	CHECK(put_over(item_of("newer", LATER, DAY), item.version) == STRATA_OK);
	end();
}

static void a_stale_value_is_refreshed_unless_it_was_removed(void)
{
	strata_item *const one[] = { &(strata_item){ .key = strata_view_of("k") } };
	strata_item taken;
	uint64_t version;

	begin((strata_local_limits){ 0 });
	version = put_and_wait(stale_item("old", LATER));
	taken = take(0);
	CHECK(is_taken(&taken, STRATA_STALE) && taken.fence.version == version);
	CHECK(is_text(&taken, "old"));
	tier.ops->remove(&tier, &call, one, 1);
	CHECK(put_over(item_of("of before", LATER, DAY), version) == STRATA_NOT_STORED);
	end();
}

/* A computation may be longer than what is left of the stale value. */
static void a_fence_outlives_the_hard_end_of_a_stale_value(void)
{
	strata_item taken, found;

	begin((strata_local_limits){ 0 });
	(void) put_and_wait(stale_item("old", 50));
	taken = take(0);
	CHECK(is_taken(&taken, STRATA_STALE));
	while (strata_clock_wall_msec() < taken.expires_at) {
		usleep(5000);
	}
	call.now = strata_clock_msec();
	CHECK(get(&found) == STRATA_MISS && found.fence.version == taken.fence.version);
	CHECK(put_over(item_of("new", LATER, DAY), taken.fence.version) == STRATA_OK);
	end();
}

static void a_fence_is_left_as_it_is(void)
{
	strata_item taken;
	strata_item *const one[] = { &taken };

	begin((strata_local_limits){ 0 });
	taken = take(0);
	tier.ops->leave_fence(&tier, &call, one, 1);
	CHECK(taken.result == STRATA_OK);
	CHECK(put_over(item_of("late", LATER, DAY), taken.fence.version) == STRATA_OK);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(a_value_past_its_soft_end_is_stale_until_its_hard_one);
	RUN(a_value_within_its_soft_end_says_both_ends_and_its_cost);
	RUN(a_value_that_does_not_say_its_soft_end_has_only_a_hard_one);
	RUN(a_copy_is_stale_no_longer_than_it_may_be_kept);
	RUN(a_stale_value_is_absent_for_verbs_that_compare_nothing);
	RUN(a_stale_value_is_compared_with_what_was_seen);
	RUN(where_nothing_is_a_placeholder_is_taken_and_stored_over);
	RUN(the_next_caller_takes_the_same_fence);
	RUN(a_value_that_is_alive_is_the_answer);
	RUN(a_stale_value_is_refreshed_unless_it_was_removed);
	RUN(a_fence_outlives_the_hard_end_of_a_stale_value);
	RUN(a_fence_is_left_as_it_is);
	return unit_end();
}
