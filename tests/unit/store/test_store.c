#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "store/store.h"

#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "os/map.h"
#include "os/process.h"

#include "store_audit.h"
#include "store_values.h"

enum { NOW = 1000000, MIB = 1 << 20 };

static strata_store *store;
static strata_arena *arena;
static void *memory;
static size_t memory_size;

static void begin(size_t size)
{
	memory_size = size;
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	REQUIRE(strata_map_lazy(size, &memory) == STRATA_OK);
	REQUIRE(strata_store_new(memory, memory, size, NULL, &store) == STRATA_OK);
}

static void end(void)
{
	audit_store(store);
	strata_store_free(store);
	strata_map_free(memory, memory_size);
	strata_arena_free(arena);
}

static strata_store_usage usage(void)
{
	strata_store_usage now;

	strata_store_read_usage(store, &now);
	return now;
}

static strata_store_key key_of(const char *text)
{
	return (strata_store_key){ SPACE, GENERATION, strata_view_of(text) };
}

static strata_record text_record(const char *text)
{
	return (strata_record){
		.value = { .bytes = strata_view_of(text), .codec = STRATA_CODEC_STRING },
	};
}

static strata_record integer_record(int64_t integer)
{
	return (strata_record){ .value = { .integer = integer, .codec = STRATA_CODEC_INTEGER } };
}

static strata_result put_text(const char *key, strata_store_mode mode, const char *text)
{
	strata_store_key where = key_of(key);
	strata_record record = text_record(text);

	return strata_store_put(store, &where, NOW, mode, &record);
}

static strata_result get_at(const char *key, strata_msec now, strata_record *out)
{
	strata_store_key where = key_of(key);

	return strata_store_get(store, &where, now, STRATA_READ_COPY, arena, out);
}

static bool holds_text(const char *key, const char *text)
{
	strata_record found;

	return get_at(key, NOW, &found) == STRATA_OK &&
		   strata_view_equal(found.value.bytes, strata_view_of(text));
}

static strata_result put_number(uint32_t number, uint32_t version, size_t size)
{
	numbered_key key;
	strata_record record = value_number(number, version, size);

	return strata_store_put(store, key_number(&key, number), NOW, STRATA_STORE_SET, &record);
}

/* OK or MISS; a value that is not this key's is a broken claim. */
static strata_result get_number(uint32_t number)
{
	numbered_key key;
	strata_record found;
	strata_result result =
		strata_store_get(store, key_number(&key, number), NOW, STRATA_READ_COPY, arena, &found);

	CHECK(result == STRATA_OK || result == STRATA_MISS);
	CHECK(result != STRATA_OK || is_value_of(&found, number));
	strata_arena_reset(arena);
	return result;
}

static void what_was_put_is_got(void)
{
	strata_record record = {
		.value = { .bytes = { "a\0b", 3 }, .codec = STRATA_CODEC_PHP },
		.life = { .dead_at = NOW + 5, .kept_for = 6, .fresh_until = 10, .expires_at = 12 },
		.created_at = 11,
		.cost_msec = 13,
	};
	strata_store_key key = key_of("k");
	strata_record found;

	begin(MIB);
	CHECK(strata_store_put(store, &key, NOW, STRATA_STORE_SET, &record) == STRATA_OK);
	CHECK(get_at("k", NOW, &found) == STRATA_OK);
	CHECK(strata_view_equal(found.value.bytes, record.value.bytes));
	CHECK(found.value.codec == STRATA_CODEC_PHP && found.value.integer == 0);
	CHECK(found.life.dead_at == NOW + 5 && found.life.kept_for == 6);
	CHECK(found.life.fresh_until == 10 && found.life.expires_at == 12);
	CHECK(found.created_at == 11 && found.cost_msec == 13);
	end();
}

static void an_integer_is_got_as_one(void)
{
	strata_store_key key = key_of("n");
	strata_record record = integer_record(INT64_MIN);
	strata_record found;

	begin(MIB);
	CHECK(strata_store_put(store, &key, NOW, STRATA_STORE_SET, &record) == STRATA_OK);
	CHECK(get_at("n", NOW, &found) == STRATA_OK);
	CHECK(found.value.codec == STRATA_CODEC_INTEGER && found.value.integer == INT64_MIN);
	CHECK(found.value.bytes.size == 0);
	end();
}

static void an_empty_value_is_not_a_miss(void)
{
	strata_record nothing = { .value = { .codec = STRATA_CODEC_NULL } };
	strata_store_key key = key_of("null");
	strata_record found;

	begin(MIB);
	CHECK(put_text("empty", STRATA_STORE_SET, "") == STRATA_OK);
	CHECK(holds_text("empty", ""));
	CHECK(strata_store_put(store, &key, NOW, STRATA_STORE_SET, &nothing) == STRATA_OK);
	CHECK(get_at("null", NOW, &found) == STRATA_OK && found.value.codec == STRATA_CODEC_NULL);
	end();
}

static void a_miss_leaves_a_record_with_nothing_but_what_was_seen(void)
{
	strata_record found;

	begin(MIB);
	memset(&found, 0x55, sizeof(found));
	CHECK(get_at("k", NOW, &found) == STRATA_MISS);
	CHECK(found.seen != 0);
	CHECK(found.value.codec == 0 && found.value.integer == 0);
	CHECK(found.value.bytes.data == NULL && found.value.bytes.size == 0);
	CHECK(found.value.packed.data == NULL && found.value.packed.size == 0);
	CHECK(found.life.dead_at == 0 && found.life.kept_for == 0);
	CHECK(found.life.fresh_until == 0 && found.life.expires_at == 0);
	CHECK(found.created_at == 0 && found.version == 0 && found.cost_msec == 0);
	CHECK(found.share == 0 && !found.is_own_pin && found.origin == NULL);
	CHECK(found.block == 0 && found.expected == 0);
	end();
}

static void a_second_put_replaces_the_first(void)
{
	begin(MIB);
	CHECK(put_text("k", STRATA_STORE_SET, "one") == STRATA_OK);
	CHECK(put_text("k", STRATA_STORE_SET, "a longer second one") == STRATA_OK);
	CHECK(holds_text("k", "a longer second one"));
	CHECK(usage().entries == 1);
	end();
}

static void add_stores_only_where_nothing_is(void)
{
	begin(MIB);
	CHECK(put_text("k", STRATA_STORE_ADD, "one") == STRATA_OK);
	CHECK(put_text("k", STRATA_STORE_ADD, "two") == STRATA_NOT_STORED);
	CHECK(holds_text("k", "one"));
	end();
}

static void replace_stores_only_where_something_is(void)
{
	begin(MIB);
	CHECK(put_text("k", STRATA_STORE_REPLACE, "one") == STRATA_NOT_STORED);
	CHECK(!holds_text("k", "one"));
	CHECK(put_text("k", STRATA_STORE_SET, "one") == STRATA_OK);
	CHECK(put_text("k", STRATA_STORE_REPLACE, "two") == STRATA_OK);
	CHECK(holds_text("k", "two"));
	end();
}

static void a_removed_key_is_gone(void)
{
	strata_store_key key = key_of("k");

	begin(MIB);
	CHECK(strata_store_remove(store, &key, NOW) == STRATA_MISS);
	CHECK(put_text("k", STRATA_STORE_SET, "one") == STRATA_OK);
	CHECK(strata_store_remove(store, &key, NOW) == STRATA_OK);
	CHECK(!holds_text("k", "one"));
	CHECK(strata_store_remove(store, &key, NOW) == STRATA_MISS);
	CHECK(usage().entries == 0 && usage().used == 0);
	end();
}

static void an_entry_dies_at_its_moment_and_not_before(void)
{
	strata_store_key key = key_of("k");
	strata_record record = text_record("one");
	strata_record found;

	begin(MIB);
	record.life.dead_at = NOW + 100;
	CHECK(strata_store_put(store, &key, NOW, STRATA_STORE_SET, &record) == STRATA_OK);
	CHECK(get_at("k", NOW + 99, &found) == STRATA_OK);
	CHECK(get_at("k", NOW + 100, &found) == STRATA_MISS);
	/* Readers change nothing. */
	CHECK(usage().expired == 0 && usage().entries == 1);
	CHECK(strata_store_remove(store, &key, NOW + 100) == STRATA_MISS);
	CHECK(usage().expired == 1 && usage().entries == 0);
	end();
}

static void an_entry_that_never_dies_is_there_at_the_end_of_time(void)
{
	strata_record found;

	begin(MIB);
	CHECK(put_text("k", STRATA_STORE_SET, "one") == STRATA_OK);
	CHECK(get_at("k", UINT64_MAX, &found) == STRATA_OK);
	end();
}

static void what_is_dead_counts_as_absent_for_every_verb(void)
{
	strata_store_key key = key_of("k");
	strata_record record = integer_record(5);
	strata_record initial = integer_record(100);
	int64_t sum;

	begin(MIB);
	record.life.dead_at = NOW;
	CHECK(strata_store_put(store, &key, NOW - 1, STRATA_STORE_SET, &record) == STRATA_OK);
	CHECK(strata_store_put(store, &key, NOW, STRATA_STORE_REPLACE, &record) == STRATA_NOT_STORED);
	CHECK(strata_store_put(store, &key, NOW - 1, STRATA_STORE_SET, &record) == STRATA_OK);
	CHECK(strata_store_touch(store, &key, NOW, &(strata_life){ .dead_at = NOW + 9 }, 2, 0) ==
		  STRATA_MISS);
	CHECK(strata_store_put(store, &key, NOW - 1, STRATA_STORE_SET, &record) == STRATA_OK);
	CHECK(strata_store_remove(store, &key, NOW) == STRATA_MISS);
	CHECK(strata_store_put(store, &key, NOW - 1, STRATA_STORE_SET, &record) == STRATA_OK);
	CHECK(strata_store_increment(store, &key, NOW, 1, &initial, &sum) == STRATA_OK && sum == 101);
	CHECK(strata_store_put(store, &key, NOW - 1, STRATA_STORE_SET, &record) == STRATA_OK);
	CHECK(put_text("k", STRATA_STORE_ADD, "new") == STRATA_OK);
	CHECK(holds_text("k", "new"));
	CHECK(usage().entries == 1);
	end();
}

static void touch_sets_both_ends_of_life(void)
{
	strata_store_key key = key_of("k");
	static const strata_life life = { NOW + 10, 5, 70, 77 };
	strata_record found;

	begin(MIB);
	CHECK(strata_store_touch(store, &key, NOW, &life, 2, 0) == STRATA_MISS);
	CHECK(put_text("k", STRATA_STORE_SET, "one") == STRATA_OK);
	CHECK(strata_store_touch(store, &key, NOW, &life, 2, 0) == STRATA_OK);
	CHECK(get_at("k", NOW + 9, &found) == STRATA_OK);
	CHECK(found.life.dead_at == NOW + 10 && found.life.kept_for == 5);
	CHECK(found.life.expires_at == 77 && found.life.fresh_until == 70 && found.version == 2);
	CHECK(get_at("k", NOW + 10, &found) == STRATA_MISS);
	end();
}

static void increment_counts_in_place(void)
{
	strata_store_key key = key_of("n");
	strata_record initial = integer_record(10);
	strata_record found;
	int64_t sum;

	begin(MIB);
	initial.life.dead_at = NOW + 50;
	initial.created_at = 3;
	CHECK(strata_store_increment(store, &key, NOW, 5, &initial, &sum) == STRATA_OK && sum == 15);
	CHECK(strata_store_increment(store, &key, NOW, -20, &initial, &sum) == STRATA_OK && sum == -5);
	CHECK(get_at("n", NOW, &found) == STRATA_OK && found.value.integer == -5);
	CHECK(found.life.dead_at == NOW + 50 && found.created_at == 3);
	CHECK(usage().entries == 1);
	end();
}

static void increment_refuses_what_is_no_integer_or_does_not_fit(void)
{
	strata_store_key key = key_of("n"), other = key_of("m");
	strata_record most = integer_record(INT64_MAX);
	strata_record found;
	int64_t sum = 77;

	begin(MIB);
	CHECK(put_text("n", STRATA_STORE_SET, "5") == STRATA_OK);
	CHECK(strata_store_increment(store, &key, NOW, 1, &most, &sum) == STRATA_NOT_INTEGER);
	CHECK(sum == 0 && holds_text("n", "5"));
	CHECK(strata_store_put(store, &key, NOW, STRATA_STORE_SET, &most) == STRATA_OK);
	CHECK(strata_store_increment(store, &key, NOW, 1, &most, &sum) == STRATA_OVERFLOW && sum == 0);
	CHECK(get_at("n", NOW, &found) == STRATA_OK && found.value.integer == INT64_MAX);
	CHECK(strata_store_increment(store, &other, NOW, 1, &most, &sum) == STRATA_OVERFLOW);
	CHECK(get_at("m", NOW, &found) == STRATA_MISS);
	end();
}

static void keys_differ_by_space_and_generation_too(void)
{
	strata_store_key keys[] = { { 1, 1, strata_view_of("k") }, { 2, 1, strata_view_of("k") },
		{ 1, 2, strata_view_of("k") } };
	strata_record found;

	begin(MIB);
	for (int i = 0; i < 3; i++) {
		strata_record record = integer_record(i);

		CHECK(strata_store_put(store, &keys[i], NOW, STRATA_STORE_ADD, &record) == STRATA_OK);
	}
	for (int i = 0; i < 3; i++) {
		CHECK(strata_store_get(store, &keys[i], NOW, STRATA_READ_COPY, arena, &found) == STRATA_OK);
		CHECK(found.value.integer == i);
	}
	end();
}

static void keys_are_any_bytes_up_to_64_kib_and_a_prefix(void)
{
	static char bytes[65601];
	static const size_t sizes[] = { 1, 2, 15, 16, 17, 255, 4096, 65536, 65600 };
	strata_record found;

	begin(8 * MIB);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (char) (i * 131 % 256);
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		strata_store_key key = { SPACE, GENERATION, { bytes, sizes[i] } };
		strata_record record = integer_record((int64_t) sizes[i]);

		CHECK(strata_store_put(store, &key, NOW, STRATA_STORE_ADD, &record) == STRATA_OK);
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		strata_store_key key = { SPACE, GENERATION, { bytes, sizes[i] } };

		CHECK(strata_store_get(store, &key, NOW, STRATA_READ_COPY, arena, &found) == STRATA_OK);
		CHECK(found.value.integer == (int64_t) sizes[i]);
	}
	end();
}

static void a_longer_key_is_refused_and_never_found(void)
{
	static char bytes[65601];
	strata_store_key key = { SPACE, GENERATION, { bytes, sizeof(bytes) } };
	strata_record record = integer_record(1), found;
	int64_t sum;

	begin(MIB);
	CHECK(strata_store_put(store, &key, NOW, STRATA_STORE_SET, &record) == STRATA_TOO_LARGE);
	CHECK(strata_store_increment(store, &key, NOW, 1, &record, &sum) == STRATA_TOO_LARGE);
	CHECK(strata_store_get(store, &key, NOW, STRATA_READ_COPY, arena, &found) == STRATA_MISS);
	CHECK(strata_store_remove(store, &key, NOW) == STRATA_MISS);
	end();
}

static void the_largest_value_is_accepted_and_one_byte_more_is_not(void)
{
	static char key_bytes[65600];
	static const size_t sizes[] = { MIB, 3 * MIB + 12345, 8 * MIB, 64 * MIB, 200 * MIB };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		strata_store_key key = { SPACE, GENERATION, { key_bytes, sizeof(key_bytes) } };
		strata_record record = { .value = { .codec = STRATA_CODEC_STRING } };
		strata_record found;
		uint64_t limit;
		char *bytes;

		begin(sizes[i]);
		limit = usage().value_limit;
		CHECK(limit == (sizes[i] / 8 < 16 * MIB ? sizes[i] / 8 : 16 * MIB));
		bytes = malloc(limit + 1);
		REQUIRE(bytes != NULL);
		memset(bytes, 'v', limit + 1);
		record.value.bytes = (strata_view){ bytes, limit };
		CHECK(strata_store_put(store, &key, NOW, STRATA_STORE_SET, &record) == STRATA_OK);
		/* The place of the old one is not needed for the new one. */
		CHECK(strata_store_put(store, &key, NOW, STRATA_STORE_SET, &record) == STRATA_OK);
		CHECK(strata_store_get(store, &key, NOW, STRATA_READ_COPY, arena, &found) == STRATA_OK);
		CHECK(strata_view_equal(found.value.bytes, record.value.bytes));
		record.value.bytes.size++;
		CHECK(strata_store_put(store, &key, NOW, STRATA_STORE_SET, &record) == STRATA_TOO_LARGE);
		CHECK(strata_store_get(store, &key, NOW, STRATA_READ_COPY, arena, &found) == STRATA_OK);
		free(bytes);
		end();
	}
}

static void a_store_of_less_than_1_mib_is_refused(void)
{
	strata_store *none = store;

	REQUIRE(strata_map_lazy(MIB, &memory) == STRATA_OK);
	CHECK(strata_store_new(memory, memory, MIB - 1, NULL, &none) == STRATA_NO_MEMORY);
	CHECK(none == NULL);
	strata_map_free(memory, MIB);
	strata_store_free(NULL);
}

static void memory_need_not_be_aligned(void)
{
	char *bytes = malloc(MIB + 100);

	REQUIRE(bytes != NULL);
	memset(bytes, 0, MIB + 100);
	arena = strata_arena_new();
	REQUIRE(strata_store_new(bytes + 1, bytes + 1, MIB + 99, NULL, &store) == STRATA_OK);
	CHECK(put_text("k", STRATA_STORE_SET, "one") == STRATA_OK && holds_text("k", "one"));
	audit_store(store);
	strata_store_free(store);
	strata_arena_free(arena);
	free(bytes);
}

static void a_value_of_400_bytes_costs_at_most_580(void)
{
	strata_store_usage full;

	begin(8 * MIB);
	for (uint32_t i = 0; i < 40000; i++) {
		CHECK(put_number(i, 0, 400) == STRATA_OK);
	}
	full = usage();
	CHECK(full.size / full.entries <= 580);
	end();
}

static void a_full_store_is_never_wiped(void)
{
	uint64_t least = UINT64_MAX, bytes = 0;
	uint32_t kept = 0;

	begin(4 * MIB);
	for (uint32_t i = 0; bytes < 12 * MIB; i++) {
		size_t size = 50 + i * 7919 % 3000;

		bytes += size;
		CHECK(put_number(i, 0, size) == STRATA_OK);
		CHECK(get_number(i) == STRATA_OK);
		if (bytes > 6 * MIB && i % 50 == 0) {
			uint64_t used = usage().used;

			least = used < least ? used : least;
		}
	}
	CHECK(least >= 4 * MIB / 10 * 8);
	CHECK(usage().evicted > 0);
	for (uint32_t i = 0; i < 20000; i++) {
		kept += get_number(i) == STRATA_OK;
	}
	CHECK(kept == usage().entries);
	end();
}

static void sizes_may_mix_without_losing_the_heap_to_gaps(void)
{
	strata_store_usage mixed;
	uint64_t random = 1;

	begin(8 * MIB);
	for (uint32_t i = 0; i < 60000; i++) {
		size_t size;

		random = random * 6364136223846793005 + 1442695040888963407;
		/* Mostly small, at times 100 KiB, sizes and lives without a pattern. */
		size = random >> 60 == 0 ? 1000 + (random >> 40) % 100000 : 8 + (random >> 40) % 700;
		CHECK(put_number((uint32_t) (random >> 33) % 30000, i, size) == STRATA_OK);
		if ((random >> 56) % 8 == 1) {
			numbered_key key;
			strata_result result = strata_store_remove(store,
				key_number(&key, (uint32_t) (random >> 20) % 30000), NOW);

			CHECK(result == STRATA_OK || result == STRATA_MISS);
		}
	}
	mixed = usage();
	CHECK(mixed.used >= mixed.size / 10 * 8);
	for (uint32_t i = 0; i < 30000; i++) {
		(void) get_number(i);
	}
	end();
}

static void a_large_value_costs_a_run_and_not_the_whole_shard(void)
{
	uint64_t before;

	begin(8 * MIB);
	for (uint32_t i = 0; i < 30000; i++) {
		CHECK(put_number(i, 0, 300) == STRATA_OK);
	}
	before = usage().evicted;
	/* No two neighbours that may go: by marks alone, a run would not appear in a whole round. */
	for (uint32_t i = 0; i < 30000; i += 2) {
		(void) get_number(i);
	}
	CHECK(put_number(99999, 0, VALUE_MOST) == STRATA_OK);
	CHECK(get_number(99999) == STRATA_OK);
	/* A block of 300 bytes and its key takes 400. */
	CHECK(usage().evicted - before <= VALUE_MOST / 400 * 5 / 4);
	end();
}

static void the_largest_values_do_not_empty_the_heap_either(void)
{
	static char bytes[MIB];
	strata_record record = {
		.value = { .bytes = { bytes, sizeof(bytes) }, .codec = STRATA_CODEC_STRING },
	};

	begin(8 * MIB);
	for (uint32_t i = 0; i < 24; i++) {
		numbered_key key;

		/* Wherever the hand happens to be, half a shard is cleared and filled again. */
		for (uint32_t j = 0; j < 17000 + i * 131; j++) {
			CHECK(put_number(j, i, 400) == STRATA_OK);
		}
		CHECK(strata_store_put(store, key_number(&key, 100000 + i), NOW, STRATA_STORE_SET,
				  &record) == STRATA_OK);
		CHECK(usage().used >= usage().size / 100 * 96);
		CHECK(strata_store_remove(store, &key.key, NOW) == STRATA_OK);
	}
	end();
}

static void what_is_asked_for_all_the_time_survives_a_scan(void)
{
	enum { HOT = 2000, SCAN = 60000 };
	numbered_key key, counter, touched;
	strata_record initial = integer_record(0);
	uint32_t lost = 0;
	int64_t sum;

	begin(8 * MIB);
	for (uint32_t i = 0; i < HOT; i++) {
		CHECK(put_number(i, 0, 400) == STRATA_OK);
	}
	initial.value.integer = 5;
	key_number(&counter, 900001);
	CHECK(strata_store_put(store, key_number(&touched, 900002), NOW, STRATA_STORE_SET, &initial) ==
		  STRATA_OK);
	for (uint32_t i = 0; i < SCAN; i++) {
		CHECK(put_number(HOT + i, 0, 400) == STRATA_OK);
		lost += get_number(i % HOT) != STRATA_OK;
		lost +=
			strata_store_touch(store, &touched.key, NOW, &(strata_life){ 0 }, 2, 0) != STRATA_OK;
		CHECK(strata_store_increment(store, &counter.key, NOW, 1, &initial, &sum) == STRATA_OK);
	}
	CHECK(lost == 0);
	CHECK(sum == 5 + SCAN);
	/* And what was not asked for went. */
	CHECK(strata_store_get(store, key_number(&key, HOT), NOW, STRATA_READ_COPY, arena, &initial) ==
		  STRATA_MISS);
	CHECK(usage().evicted > SCAN / 2);
	end();
}

static void what_is_dead_goes_before_what_is_alive(void)
{
	uint32_t alive = 0;

	begin(8 * MIB);
	for (uint32_t i = 0; i < 12000; i++) {
		numbered_key key;
		strata_record record = value_number(i, 0, 400);

		record.life.dead_at = i % 2 ? NOW + 10 : STRATA_NEVER;
		CHECK(strata_store_put(store, key_number(&key, i), NOW, STRATA_STORE_SET, &record) ==
			  STRATA_OK);
	}
	for (uint32_t i = 0; i < 12000; i += 2) {
		(void) get_number(i);
	}
	for (uint32_t i = 0; i < 5000; i++) {
		numbered_key key;
		strata_record record = value_number(20000 + i, 0, 400);

		CHECK(strata_store_put(store, key_number(&key, 20000 + i), NOW + 10, STRATA_STORE_SET,
				  &record) == STRATA_OK);
	}
	for (uint32_t i = 0; i < 12000; i += 2) {
		alive += get_number(i) == STRATA_OK;
	}
	CHECK(alive == 6000);
	/* A set looks at some places only, so one of 5,000 may find nothing dead there. */
	CHECK(usage().expired > 0 && usage().evicted < 50);
	end();
}

static void an_older_generation_goes_before_the_present_one(void)
{
	strata_store_usage after;

	begin(8 * MIB);
	for (uint32_t i = 0; i < 12000; i++) {
		CHECK(put_number(i, 0, 400) == STRATA_OK);
		CHECK(get_number(i) == STRATA_OK);
	}
	for (uint32_t i = 0; i < 12000; i++) {
		numbered_key key;
		strata_record record = value_number(i, 1, 400);
		strata_record found;

		key_number(&key, i)->generation = GENERATION + 1;
		CHECK(
			strata_store_get(store, &key.key, NOW, STRATA_READ_COPY, arena, &found) == STRATA_MISS);
		CHECK(strata_store_put(store, &key.key, NOW, STRATA_STORE_SET, &record) == STRATA_OK);
	}
	for (uint32_t i = 0; i < 12000; i++) {
		numbered_key key;
		strata_record found;

		key_number(&key, i)->generation = GENERATION + 1;
		CHECK(strata_store_get(store, &key.key, NOW, STRATA_READ_COPY, arena, &found) == STRATA_OK);
		strata_arena_reset(arena);
	}
	after = usage();
	CHECK(after.evicted == 0 && after.expired > 0);
	end();
}

static void many_spaces_are_all_served(void)
{
	strata_record found;

	begin(8 * MIB);
	for (uint64_t namespace_id = 0; namespace_id < 2000; namespace_id++) {
		strata_store_key key = { namespace_id * 77, 5, strata_view_of("k") };
		strata_record record = integer_record((int64_t) namespace_id);

		CHECK(strata_store_put(store, &key, NOW, STRATA_STORE_SET, &record) == STRATA_OK);
	}
	for (uint64_t namespace_id = 0; namespace_id < 2000; namespace_id++) {
		strata_store_key key = { namespace_id * 77, 5, strata_view_of("k") };

		CHECK(strata_store_get(store, &key, NOW, STRATA_READ_COPY, arena, &found) == STRATA_OK);
		CHECK(found.value.integer == (int64_t) namespace_id);
	}
	end();
}

static void values_of_every_size_come_back_whole(void)
{
	begin(8 * MIB);
	for (uint32_t size = 8; size < 9000; size += 1 + size / 40) {
		CHECK(put_number(size, 0, size) == STRATA_OK);
	}
	for (uint32_t size = 8; size < 9000; size += 1 + size / 40) {
		CHECK(get_number(size) == STRATA_OK);
	}
	end();
}

static void freed_neighbours_become_one_block(void)
{
	strata_store_usage before, after;

	begin(MIB);
	before = usage();
	for (uint32_t i = 0; i < 1000; i++) {
		CHECK(put_number(i, 0, 100) == STRATA_OK);
	}
	CHECK(usage().used > 0);
	/* Odd ones first, then even ones: every second removal has two free neighbours. */
	for (uint32_t i = 0; i < 2000; i++) {
		numbered_key key;
		uint32_t number = i < 1000 ? i * 2 + 1 : (i - 1000) * 2;

		if (number < 1000) {
			CHECK(strata_store_remove(store, key_number(&key, number), NOW) == STRATA_OK);
		}
	}
	after = usage();
	CHECK(after.used == 0 && after.entries == 0);
	CHECK(after.free == before.free && after.largest_free == before.largest_free);
	end();
}

/* A child that holds the lock of every shard and is stopped. */
static pid_t stopped_owner(void)
{
	pid_t child = fork();

	if (child == 0) {
		(void) alarm(60);
		for (uint32_t i = 0; i < store->shard_count; i++) {
			if (!strata_repair_lock(&store->shards[i], 0)) {
				_exit(1);
			}
		}
		(void) raise(SIGSTOP);
		_exit(0);
	}
	REQUIRE(waitpid(child, NULL, WUNTRACED) == child);
	return child;
}

static void end_owner(pid_t child)
{
	REQUIRE(kill(child, SIGKILL) == 0);
	REQUIRE(waitpid(child, NULL, 0) == child);
}

static void a_stopped_owner_blocks_no_reader_and_no_removal_is_lost(void)
{
	strata_store_key key = key_of("k"), other = key_of("n");
	strata_record record = integer_record(1), found;
	int64_t sum;
	pid_t owner;

	begin(MIB);
	CHECK(put_text("k", STRATA_STORE_SET, "one") == STRATA_OK);
	owner = stopped_owner();
	CHECK(holds_text("k", "one"));
	CHECK(get_at("n", NOW, &found) == STRATA_MISS);
	CHECK(put_text("k", STRATA_STORE_SET, "two") == STRATA_BUSY);
	CHECK(strata_store_touch(store, &key, NOW, &(strata_life){ 0 }, 2, 0) == STRATA_BUSY);
	CHECK(strata_store_increment(store, &other, NOW, 1, &record, &sum) == STRATA_BUSY);
	CHECK(strata_store_remove(store, &key, NOW) == STRATA_OK);
	CHECK(usage().lock_timeouts >= 4);
	CHECK(get_at("k", NOW, &found) == STRATA_MISS);
	end_owner(owner);
	CHECK(get_at("k", NOW, &found) == STRATA_MISS);
	CHECK(put_text("k", STRATA_STORE_SET, "three") == STRATA_OK && holds_text("k", "three"));
	CHECK(usage().repairs == usage().shards);
	end();
}

static void a_dead_owner_costs_nothing_that_was_stored(void)
{
	begin(4 * MIB);
	for (uint32_t i = 0; i < 3000; i++) {
		CHECK(put_number(i, 0, 200) == STRATA_OK);
	}
	end_owner(stopped_owner());
	for (uint32_t i = 0; i < 3000; i++) {
		CHECK(get_number(i) == STRATA_OK);
	}
	CHECK(usage().repairs == usage().shards && usage().damages == 0);
	CHECK(usage().entries == 3000);
	end();
}

static void eviction_goes_on_where_it_was_after_a_repair(void)
{
	uint32_t hands[64];

	begin(2 * MIB);
	for (uint32_t i = 0; i < 7000; i++) {
		CHECK(put_number(i, 0, 400) == STRATA_OK);
	}
	for (uint32_t i = 0; i < store->shard_count; i++) {
		hands[i] = store->shards[i].head->nursery_hand;
		CHECK(hands[i] > store->shards[i].border);
	}
	end_owner(stopped_owner());
	CHECK(usage().repairs == usage().shards);
	for (uint32_t i = 0; i < store->shard_count; i++) {
		/* At the block that it pointed to, or at the one that has swallowed it. */
		CHECK(store->shards[i].head->nursery_hand <= hands[i]);
		CHECK(store->shards[i].head->nursery_hand + 40 > hands[i]);
	}
	end();
}

static void processes_count_together(void)
{
	enum { CHILDREN = 4, TIMES = 3000 };
	strata_store_key key = key_of("n");
	strata_record found;

	begin(MIB);
	for (int child = 0; child < CHILDREN; child++) {
		pid_t id = fork();

		if (id == 0) {
			for (int i = 0; i < TIMES;) {
				strata_record initial = integer_record(0);
				int64_t sum;

				i += strata_store_increment(store, &key, NOW, 1, &initial, &sum) == STRATA_OK;
			}
			_exit(0);
		}
		REQUIRE(id > 0);
	}
	for (int child = 0; child < CHILDREN; child++) {
		REQUIRE(wait(NULL) > 0);
	}
	CHECK(get_at("n", NOW, &found) == STRATA_OK);
	CHECK(found.value.integer == CHILDREN * TIMES);
	end();
}

/* Puts, gets and removes at random; 0 when it never saw a value that was not the key's. */
static int work(uint64_t random)
{
	for (uint32_t i = 0; i < 6000; i++) {
		uint32_t number;
		numbered_key key;
		strata_record record;
		strata_result result;

		random = random * 6364136223846793005 + 1442695040888963407;
		number = (uint32_t) (random >> 33) % 5000;
		if (random >> 60 < 6) {
			record = value_number(number, i, 8 + (random >> 20) % 2000);
			result =
				strata_store_put(store, key_number(&key, number), NOW, STRATA_STORE_SET, &record);
		} else if (random >> 60 == 6) {
			result = strata_store_remove(store, key_number(&key, number), NOW);
		} else {
			result = strata_store_get(store, key_number(&key, number), NOW, STRATA_READ_COPY, arena,
				&record);
			if (result == STRATA_OK && !is_value_of(&record, number)) {
				return 1;
			}
			strata_arena_reset(arena);
		}
		if (result != STRATA_OK && result != STRATA_MISS && result != STRATA_BUSY) {
			return 1;
		}
	}
	return 0;
}

static void processes_never_see_each_others_halves(void)
{
	begin(2 * MIB);
	for (uint64_t child = 0; child < 4; child++) {
		pid_t id = fork();

		if (id == 0) {
			_exit(work(child + 1));
		}
		REQUIRE(id > 0);
	}
	for (int child = 0; child < 4; child++) {
		int status;

		REQUIRE(wait(&status) > 0);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	CHECK(usage().repairs == 0);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(what_was_put_is_got);
	RUN(an_integer_is_got_as_one);
	RUN(an_empty_value_is_not_a_miss);
	RUN(a_miss_leaves_a_record_with_nothing_but_what_was_seen);
	RUN(a_second_put_replaces_the_first);
	RUN(add_stores_only_where_nothing_is);
	RUN(replace_stores_only_where_something_is);
	RUN(a_removed_key_is_gone);
	RUN(an_entry_dies_at_its_moment_and_not_before);
	RUN(an_entry_that_never_dies_is_there_at_the_end_of_time);
	RUN(what_is_dead_counts_as_absent_for_every_verb);
	RUN(touch_sets_both_ends_of_life);
	RUN(increment_counts_in_place);
	RUN(increment_refuses_what_is_no_integer_or_does_not_fit);
	RUN(keys_differ_by_space_and_generation_too);
	RUN(keys_are_any_bytes_up_to_64_kib_and_a_prefix);
	RUN(a_longer_key_is_refused_and_never_found);
	RUN(the_largest_value_is_accepted_and_one_byte_more_is_not);
	RUN(a_store_of_less_than_1_mib_is_refused);
	RUN(memory_need_not_be_aligned);
	RUN(a_value_of_400_bytes_costs_at_most_580);
	RUN(a_full_store_is_never_wiped);
	RUN(sizes_may_mix_without_losing_the_heap_to_gaps);
	RUN(a_large_value_costs_a_run_and_not_the_whole_shard);
	RUN(the_largest_values_do_not_empty_the_heap_either);
	RUN(what_is_asked_for_all_the_time_survives_a_scan);
	RUN(what_is_dead_goes_before_what_is_alive);
	RUN(an_older_generation_goes_before_the_present_one);
	RUN(many_spaces_are_all_served);
	RUN(values_of_every_size_come_back_whole);
	RUN(freed_neighbours_become_one_block);
	RUN(a_stopped_owner_blocks_no_reader_and_no_removal_is_lost);
	RUN(a_dead_owner_costs_nothing_that_was_stored);
	RUN(eviction_goes_on_where_it_was_after_a_repair);
	RUN(processes_count_together);
	RUN(processes_never_see_each_others_halves);
	return unit_end();
}
