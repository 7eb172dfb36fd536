/* What is dead and kept: values between their ends, placeholders, and what is stored over them. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "store/store.h"

#include <sys/wait.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/process.h"

#include "store_fixture.h"
#include "store_values.h"

enum { SIZE = 1 << 20, NOW = 1000, SOFT = 1100, HARD = 1300, HOLD = 600000, LARGE = 20000 };

static numbered_key named;
static strata_store_key *key;

static void begin(void)
{
	begin_store(SIZE);
	key = key_number(&named, 1);
}

static void end(void)
{
	end_store(SIZE);
}

static strata_record value_of(uint32_t version, size_t size)
{
	strata_record record = value_number(1, version, size);

	record.version = version;
	record.life.dead_at = SOFT;
	record.life.kept_for = HARD - SOFT;
	return record;
}

static strata_result put(strata_msec now, strata_store_mode mode, uint32_t version,
	uint64_t expected)
{
	strata_record record = value_of(version, 100);

	record.expected = expected;
	return strata_store_put(store, key, now, mode, &record);
}

static strata_result get(strata_msec now, strata_read_mode mode, strata_record *found)
{
	strata_arena_reset(arena);
	return strata_store_get(store, key, now, mode, arena, found);
}

static bool holds(strata_msec now, strata_read_mode mode, uint32_t version)
{
	strata_record found;

	return get(now, mode, &found) == STRATA_OK && is_value_of(&found, 1) &&
		   found.version == version;
}

static bool is_missing(strata_msec now)
{
	strata_record found;

	return get(now, STRATA_READ_PIN, &found) == STRATA_MISS;
}

/* What a miss says of the key. */
static strata_record seen_at(strata_msec now)
{
	strata_record found;

	CHECK(get(now, STRATA_READ_PIN, &found) == STRATA_MISS);
	CHECK(found.value.bytes.size == 0 && found.block == 0);
	return found;
}

static strata_result take(strata_msec now, uint64_t seen, uint64_t random, uint64_t *version)
{
	const strata_record placeholder = { .version = random };

	return strata_store_take_fence(store, key, now, HOLD, seen, &placeholder, version);
}

static bool is_taken(strata_msec now, uint64_t seen, uint64_t random, uint64_t expected)
{
	uint64_t version;

	return take(now, seen, random, &version) == STRATA_OK && version == expected;
}

static bool peek(void)
{
	strata_store_hit hit;

	return strata_store_peek(store, key,
		strata_store_salt(store, key->namespace_id, key->generation), STRATA_PEEK_PIN, &hit);
}

static bool has_counted_at_once(void)
{
	int64_t sum;

	return strata_store_increment_at_once(store, key,
		strata_store_salt(store, key->namespace_id, key->generation), 1, &sum);
}

/* ---- both ends ---- */

static void between_its_ends_a_value_is_only_for_a_read_that_asks_for_it(void)
{
	begin();
	CHECK(put(NOW, STRATA_STORE_SET, 1, 0) == STRATA_OK);
	CHECK(holds(SOFT - 1, STRATA_READ_COPY, 1) && holds(SOFT - 1, STRATA_READ_KEPT, 1));
	CHECK(is_missing(SOFT) && holds(SOFT, STRATA_READ_KEPT, 1));
	CHECK(holds(HARD - 1, STRATA_READ_KEPT, 1));
	CHECK(is_missing(HARD) && !holds(HARD, STRATA_READ_KEPT, 1));
	end();
}

static void a_miss_says_what_is_kept(void)
{
	strata_record found;

	begin();
	CHECK(seen_at(NOW).value.codec == 0);
	CHECK(put(NOW, STRATA_STORE_SET, 7, 0) == STRATA_OK);
	found = seen_at(SOFT);
	CHECK(found.value.codec == STRATA_CODEC_STRING && found.version == 7 && found.seen != 0);
	CHECK(found.life.dead_at == SOFT && found.life.kept_for == HARD - SOFT);
	CHECK(seen_at(HARD).value.codec == 0 && seen_at(HARD).version == 0);
	end();
}

static void a_value_without_a_hard_end_is_gone_at_its_soft_one(void)
{
	strata_record record = value_of(1, 100);

	begin();
	record.life.kept_for = 0;
	CHECK(strata_store_put(store, key, NOW, STRATA_STORE_SET, &record) == STRATA_OK);
	CHECK(is_missing(SOFT) && !holds(SOFT, STRATA_READ_KEPT, 1));
	end();
}

static void a_longer_time_than_there_is_room_for_is_the_longest(void)
{
	strata_record record = value_of(1, 100);
	strata_record found;

	begin();
	record.life.kept_for = STRATA_LONGEST_KEPT + 5;
	CHECK(strata_store_put(store, key, NOW, STRATA_STORE_SET, &record) == STRATA_OK);
	CHECK(get(SOFT + STRATA_LONGEST_KEPT - 1, STRATA_READ_KEPT, &found) == STRATA_OK);
	CHECK(get(SOFT + STRATA_LONGEST_KEPT, STRATA_READ_KEPT, &found) == STRATA_MISS);
	end();
}

/* Every verb but a removal and a set: as if nothing were there. */
static void check_absent(strata_msec now)
{
	const strata_life life = { .dead_at = now + 5 };
	uint64_t kept = seen_at(now).version;

	CHECK(kept != 0);
	CHECK(put(now, STRATA_STORE_REPLACE, 3, 0) == STRATA_NOT_STORED);
	CHECK(put(now, STRATA_STORE_SWAP, 3, kept) == STRATA_NOT_STORED);
	CHECK(strata_store_touch(store, key, now, &life, 3, 0) == STRATA_MISS);
	CHECK(strata_store_remove_version(store, key, now, kept + 1) == STRATA_NOT_STORED);
	CHECK(!has_counted_at_once());
	CHECK(seen_at(now).version == kept);
}

static void check_added_over(strata_msec now)
{
	strata_record record = value_of(4, 100);

	record.life.dead_at = STRATA_NEVER;
	CHECK(strata_store_put(store, key, now, STRATA_STORE_ADD, &record) == STRATA_OK);
	CHECK(holds(now, STRATA_READ_COPY, 4) && peek());
}

static void check_counted_over(strata_msec now)
{
	const strata_record initial = { .version = 5 };
	int64_t sum;

	CHECK(strata_store_increment(store, key, now, 2, &initial, &sum) == STRATA_OK && sum == 2);
	CHECK(has_counted_at_once());
}

/* A fill goes by what was seen at the miss, whatever was kept there. */
static void check_filled_over(strata_msec now)
{
	strata_record record = value_of(6, 100);

	record.life.dead_at = STRATA_NEVER;
	record.seen = seen_at(now).seen;
	CHECK(strata_store_put(store, key, now, STRATA_STORE_FILL, &record) == STRATA_OK);
	CHECK(holds(now, STRATA_READ_COPY, 6));
}

static void check_verbs(void (*prepare)(void), strata_msec now)
{
	void (*const over[])(strata_msec) = { check_added_over, check_counted_over, check_filled_over };

	for (size_t i = 0; i < sizeof(over) / sizeof(over[0]); i++) {
		begin();
		prepare();
		check_absent(now);
		over[i](now);
		end();
	}
}

static void put_kept(void)
{
	CHECK(put(NOW, STRATA_STORE_SET, 2, 0) == STRATA_OK);
}

static void put_placeholder(void)
{
	CHECK(is_taken(NOW, 0, 2, 2));
}

static void every_verb_takes_what_is_kept_as_absent(void)
{
	check_verbs(put_kept, SOFT);
	check_verbs(put_placeholder, NOW);
}

static void a_removal_takes_what_is_kept_too(void)
{
	void (*const prepare[])(void) = { put_kept, put_placeholder };

	for (size_t i = 0; i < 2; i++) {
		begin();
		prepare[i]();
		CHECK(strata_store_remove(store, key, SOFT) == STRATA_MISS);
		CHECK(seen_at(SOFT).version == 0 && !holds(SOFT, STRATA_READ_KEPT, 2));
		end();
	}
}

static void a_removal_without_the_lock_takes_what_is_kept_too(void)
{
	begin();
	put_placeholder();
	strata_shard_outdate(&store->shards[0]);
	for (uint32_t i = 0; i < store->shard_count; i++) {
		strata_shard_outdate(&store->shards[i]);
	}
	CHECK(seen_at(NOW).version == 0);
	CHECK(put(NOW, STRATA_STORE_COMPARE, 3, 2) == STRATA_NOT_STORED);
	end();
}

static void a_removal_of_a_version_leaves_another(void)
{
	begin();
	CHECK(strata_store_remove_version(store, key, NOW, 1) == STRATA_NOT_STORED);
	CHECK(put(NOW, STRATA_STORE_SET, 1, 0) == STRATA_OK);
	CHECK(strata_store_remove_version(store, key, NOW, 2) == STRATA_NOT_STORED);
	CHECK(holds(NOW, STRATA_READ_COPY, 1));
	CHECK(strata_store_remove_version(store, key, NOW, 1) == STRATA_OK);
	CHECK(is_missing(NOW));
	end();
}

/* fetch() returns what is kept, and what it returned can be compared. */
static void what_is_kept_can_be_compared(void)
{
	begin();
	CHECK(put(NOW, STRATA_STORE_SET, 1, 0) == STRATA_OK);
	CHECK(strata_store_remove_version(store, key, SOFT, 2) == STRATA_NOT_STORED);
	CHECK(strata_store_remove_version(store, key, SOFT, 1) == STRATA_OK);
	CHECK(seen_at(SOFT).version == 0);
	CHECK(put(NOW, STRATA_STORE_SET, 1, 0) == STRATA_OK);
	CHECK(put(SOFT, STRATA_STORE_COMPARE, 3, 2) == STRATA_NOT_STORED);
	CHECK(put(SOFT, STRATA_STORE_COMPARE, 3, 1) == STRATA_OK);
	CHECK(put(NOW, STRATA_STORE_SET, 1, 0) == STRATA_OK);
	CHECK(put(HARD, STRATA_STORE_COMPARE, 3, 1) == STRATA_NOT_STORED);
	end();
}

/* ---- placeholders ---- */

static void a_placeholder_is_seen_by_no_read(void)
{
	strata_record found;

	begin();
	CHECK(is_taken(strata_clock_msec(), 0, 9, 9));
	CHECK(!peek());
	/* Also not by a call that began before it was made. */
	CHECK(get(1, STRATA_READ_PIN, &found) == STRATA_MISS && found.version == 9);
	CHECK(found.value.codec == STRATA_CODEC_ABSENT);
	CHECK(get(1, STRATA_READ_KEPT, &found) == STRATA_MISS && found.version == 9);
	end();
}

static void a_placeholder_is_taken_over_with_its_version(void)
{
	begin();
	CHECK(is_taken(NOW, 0, 9, 9));
	CHECK(is_taken(NOW + 5, 0, 10, 9));
	/* And holds from then on. */
	CHECK(seen_at(NOW + HOLD).version == 9);
	CHECK(seen_at(NOW + HOLD + 5).version == 0);
	CHECK(is_taken(NOW + HOLD + 5, 0, 11, 11));
	end();
}

static void a_computed_value_is_stored_over_its_fence_only(void)
{
	begin();
	CHECK(put(NOW, STRATA_STORE_COMPARE, 1, 9) == STRATA_NOT_STORED);
	CHECK(is_taken(NOW, 0, 9, 9));
	CHECK(put(NOW, STRATA_STORE_COMPARE, 1, 8) == STRATA_NOT_STORED);
	CHECK(put(NOW, STRATA_STORE_COMPARE, 1, 9) == STRATA_OK);
	CHECK(holds(NOW, STRATA_READ_COPY, 1));
	CHECK(put(NOW, STRATA_STORE_COMPARE, 2, 9) == STRATA_NOT_STORED);
	end();
}

static void a_large_value_is_stored_over_its_fence_only(void)
{
	strata_record record = value_of(3, LARGE);

	begin();
	record.expected = 9;
	CHECK(is_taken(NOW, 0, 9, 9));
	CHECK(strata_store_put(store, key, NOW, STRATA_STORE_COMPARE, &record) == STRATA_OK);
	CHECK(strata_store_put(store, key, NOW, STRATA_STORE_COMPARE, &record) == STRATA_NOT_STORED);
	end();
}

static void a_set_a_delete_a_count_and_a_touch_void_a_fence(void)
{
	const strata_record initial = { .version = 5 };
	const strata_life life = { .dead_at = SOFT + HOLD };
	int64_t sum;

	begin();
	CHECK(is_taken(NOW, 0, 9, 9) && strata_store_remove(store, key, NOW) == STRATA_MISS);
	CHECK(put(NOW, STRATA_STORE_COMPARE, 1, 9) == STRATA_NOT_STORED);
	CHECK(is_taken(NOW, 0, 10, 10) && put(NOW, STRATA_STORE_SET, 2, 0) == STRATA_OK);
	CHECK(put(NOW, STRATA_STORE_COMPARE, 1, 10) == STRATA_NOT_STORED);
	CHECK(is_taken(NOW, 2, 0, 2));
	CHECK(strata_store_touch(store, key, NOW, &life, 3, 0) == STRATA_OK);
	CHECK(put(NOW, STRATA_STORE_COMPARE, 1, 2) == STRATA_NOT_STORED);
	CHECK(strata_store_remove(store, key, NOW) == STRATA_OK);
	CHECK(strata_store_increment(store, key, NOW, 1, &initial, &sum) == STRATA_OK);
	CHECK(is_taken(NOW, 5, 0, 5));
	CHECK(strata_store_increment(store, key, NOW, 1, &initial, &sum) == STRATA_OK);
	CHECK(put(NOW, STRATA_STORE_COMPARE, 1, 5) == STRATA_NOT_STORED);
	end();
}

static void a_value_is_refreshed_only_by_a_caller_that_saw_it(void)
{
	uint64_t version;

	begin();
	CHECK(put(NOW, STRATA_STORE_SET, 2, 0) == STRATA_OK);
	CHECK(take(NOW, 0, 9, &version) == STRATA_NOT_STORED);
	CHECK(take(NOW, 1, 9, &version) == STRATA_NOT_STORED);
	CHECK(is_taken(NOW, 2, 9, 2));
	CHECK(holds(NOW, STRATA_READ_COPY, 2));
	CHECK(put(NOW, STRATA_STORE_COMPARE, 3, 2) == STRATA_OK);
	end();
}

static void a_stale_value_stays_as_a_fence_beyond_its_hard_end(void)
{
	strata_record found;

	begin();
	CHECK(put(NOW, STRATA_STORE_SET, 2, 0) == STRATA_OK);
	CHECK(is_taken(HARD - 1, 0, 9, 2));
	CHECK(is_missing(HARD) && seen_at(HARD).version == 2);
	/* It is the reader that knows the hard end, by the wall clock. */
	CHECK(get(HARD, STRATA_READ_KEPT, &found) == STRATA_OK && found.version == 2);
	CHECK(put(HARD + 5, STRATA_STORE_COMPARE, 3, 2) == STRATA_OK);
	end();
}

/* ---- eviction ---- */

static void fill_with_others(uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		numbered_key other;
		strata_record record = value_number(100 + i, 1, 1000);

		REQUIRE(strata_store_put(store, key_number(&other, 100 + i), SOFT, STRATA_STORE_SET,
					&record) == STRATA_OK);
	}
}

static strata_store_usage usage(void)
{
	strata_store_usage now;

	strata_store_read_usage(store, &now);
	return now;
}

/* Even one that was asked for a moment ago goes before any value that is served. */
static void what_is_kept_goes_before_what_is_served(void)
{
	enum { KEPT = 300, MORE = 900 };

	begin();
	for (uint32_t i = 0; i < KEPT; i++) {
		numbered_key other;
		strata_record record = value_number(5000 + i, 1, 1000);

		record.life.dead_at = SOFT;
		record.life.kept_for = HOLD;
		REQUIRE(strata_store_put(store, key_number(&other, 5000 + i), NOW, STRATA_STORE_SET,
					&record) == STRATA_OK);
		strata_arena_reset(arena);
		REQUIRE(strata_store_get(store, &other.key, SOFT, STRATA_READ_KEPT, arena, &record) ==
				STRATA_OK);
	}
	fill_with_others(MORE - KEPT);
	CHECK(usage().evicted == 0);
	fill_with_others(MORE);
	CHECK(usage().expired > KEPT / 2 && usage().evicted < usage().expired);
	end();
}

/* A hand that comes by while the value is computed leaves it there, and takes it afterwards. */
static void a_placeholder_stays_until_it_is_kept_no_more(void)
{
	strata_record others;
	numbered_key other;

	begin();
	CHECK(is_taken(SOFT, 0, 9, 9));
	CHECK(is_taken(SOFT, 0, 9, 9));
	fill_with_others(4000);
	CHECK(seen_at(SOFT).version == 9);
	CHECK(usage().expired == 0);
	for (uint32_t i = 0; i < 4000; i++) {
		others = value_number(10000 + i, 1, 1000);
		REQUIRE(strata_store_put(store, key_number(&other, 10000 + i), SOFT + HOLD,
					STRATA_STORE_SET, &others) == STRATA_OK);
	}
	CHECK(usage().expired == 1);
	CHECK(seen_at(SOFT).version == 0);
	end();
}

/* ---- many at a time ---- */

static _Atomic uint32_t stored;
static _Atomic uint32_t wrong;
static _Atomic bool is_over;

static void *compute_over_and_over(void *nothing)
{
	strata_arena *own = strata_arena_new();

	REQUIRE(own != NULL);
	while (!is_over) {
		strata_record record = { .version = strata_process_random_word() | 1,
			.value = { .codec = STRATA_CODEC_STRING, .bytes = strata_view_of("computed") },
			.life = { .dead_at = NOW + 1, .kept_for = HOLD } };
		const strata_record placeholder = { .version = strata_process_random_word() | 1 };
		strata_record found;

		if (strata_store_take_fence(store, key, NOW, HOLD, 0, &placeholder, &record.expected) ==
				STRATA_OK &&
			strata_store_put(store, key, NOW, STRATA_STORE_COMPARE, &record) == STRATA_OK) {
			stored++;
		}
		if (strata_store_get(store, key, NOW + 1, STRATA_READ_KEPT, own, &found) == STRATA_OK) {
			wrong += !strata_view_equal(found.value.bytes, strata_view_of("computed"));
		}
		(void) !strata_store_remove(store, key, NOW);
		strata_arena_reset(own);
	}
	strata_arena_free(own);
	return nothing;
}

static void threads_that_compute_and_remove_never_read_a_placeholder(void)
{
	pthread_t threads[4];

	begin();
	for (int i = 0; i < 4; i++) {
		REQUIRE(pthread_create(&threads[i], NULL, compute_over_and_over, NULL) == 0);
	}
	usleep(300000);
	is_over = true;
	for (int i = 0; i < 4; i++) {
		REQUIRE(pthread_join(threads[i], NULL) == 0);
	}
	CHECK(stored > 0 && wrong == 0);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(between_its_ends_a_value_is_only_for_a_read_that_asks_for_it);
	RUN(a_miss_says_what_is_kept);
	RUN(a_value_without_a_hard_end_is_gone_at_its_soft_one);
	RUN(a_longer_time_than_there_is_room_for_is_the_longest);
	RUN(every_verb_takes_what_is_kept_as_absent);
	RUN(a_removal_takes_what_is_kept_too);
	RUN(a_removal_without_the_lock_takes_what_is_kept_too);
	RUN(a_removal_of_a_version_leaves_another);
	RUN(what_is_kept_can_be_compared);
	RUN(a_placeholder_is_seen_by_no_read);
	RUN(a_placeholder_is_taken_over_with_its_version);
	RUN(a_computed_value_is_stored_over_its_fence_only);
	RUN(a_large_value_is_stored_over_its_fence_only);
	RUN(a_set_a_delete_a_count_and_a_touch_void_a_fence);
	RUN(a_value_is_refreshed_only_by_a_caller_that_saw_it);
	RUN(a_stale_value_stays_as_a_fence_beyond_its_hard_end);
	RUN(what_is_kept_goes_before_what_is_served);
	RUN(a_placeholder_stays_until_it_is_kept_no_more);
	RUN(threads_that_compute_and_remove_never_read_a_placeholder);
	return unit_end();
}
