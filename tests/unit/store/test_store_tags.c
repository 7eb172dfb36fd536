/* Entries that bear tags. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "store/share.h"

#include "os/clock.h"

#include "store_fixture.h"
#include "store_values.h"

enum { NOW = 1000000, SIZE = 4 << 20, VALUE = 100 };

static const uint16_t counts[] = { 1, 2, 5, 63, STRATA_TAGS_MOST };

enum { COUNTS = sizeof(counts) / sizeof(counts[0]) };

static strata_tag tags[STRATA_TAGS_MOST];

static strata_record with_tags(strata_record record, uint16_t count)
{
	record.version = 77;
	record.tags = tags;
	record.tag_count = count;
	return record;
}

static strata_record integer_with(uint16_t count)
{
	strata_record record = { .value = { .codec = STRATA_CODEC_INTEGER, .integer = 40 } };

	return with_tags(record, count);
}

static strata_result put(uint32_t number, strata_store_mode mode, const strata_record *record)
{
	numbered_key key;

	return strata_store_put(store, key_number(&key, number), NOW, mode, record);
}

static strata_result get(uint32_t number, strata_read_mode mode, strata_record *out)
{
	numbered_key key;

	strata_arena_reset(arena);
	return strata_store_get(store, key_number(&key, number), NOW, mode, arena, out);
}

static bool peek(uint32_t number, strata_store_hit *out)
{
	numbered_key key;

	memset(out, 0xAA, sizeof(*out));
	key_number(&key, number);
	return strata_store_peek(store, &key.key, strata_store_salt(store, SPACE, GENERATION),
		STRATA_PEEK_PIN, out);
}

static bool has_tags(const strata_record *record, uint16_t count)
{
	return record->tag_count == count && (record->tags != NULL) == (count > 0) &&
		   (count == 0 || memcmp(record->tags, tags, count * sizeof(*tags)) == 0);
}

static bool is_there(uint32_t number, uint16_t count)
{
	strata_record found;

	return get(number, STRATA_READ_COPY, &found) == STRATA_OK && is_value_of(&found, number) &&
		   has_tags(&found, count);
}

static void tags_are_kept_with_values_of_any_size(void)
{
	static const size_t sizes[] = { 8, 9, 15, 16, 100, 9000, 200000 };
	strata_record found;

	begin_store(SIZE);
	for (uint32_t i = 0; i < COUNTS; i++) {
		for (size_t j = 0; j < sizeof(sizes) / sizeof(sizes[0]); j++) {
			strata_record record = with_tags(value_number(i, 1, sizes[j]), counts[i]);

			CHECK(put(i, STRATA_STORE_SET, &record) == STRATA_OK && is_there(i, counts[i]));
			record.tag_count = 0;
			CHECK(put(i, STRATA_STORE_SET, &record) == STRATA_OK && is_there(i, 0));
		}
	}
	CHECK(get(999, STRATA_READ_COPY, &found) == STRATA_MISS && has_tags(&found, 0));
	end_store(SIZE);
}

static void a_dead_value_has_its_tags_where_it_is_kept(void)
{
	strata_record record = with_tags(value_number(1, 1, VALUE), 3), found;

	begin_store(SIZE);
	record.life.dead_at = NOW;
	record.life.kept_for = 1000;
	CHECK(put(1, STRATA_STORE_SET, &record) == STRATA_OK);
	CHECK(get(1, STRATA_READ_COPY, &found) == STRATA_MISS && has_tags(&found, 0));
	CHECK(get(1, STRATA_READ_KEPT, &found) == STRATA_OK && has_tags(&found, 3));
	end_store(SIZE);
}

static void they_count_in_size_and_share(void)
{
	strata_store_usage plain, tagged;
	strata_record record = with_tags(value_number(1, 1, VALUE), 0);

	begin_store(SIZE);
	CHECK(put(1, STRATA_STORE_SET, &record) == STRATA_OK);
	strata_store_read_usage(store, &plain);
	record.tag_count = STRATA_TAGS_MOST;
	CHECK(put(1, STRATA_STORE_SET, &record) == STRATA_OK);
	strata_store_free_retired(store);
	audit_store(store);
	strata_store_read_usage(store, &tagged);
	CHECK(tagged.used - tagged.retired >= plain.used + STRATA_TAGS_MOST * sizeof(strata_tag));
	/* The share is too small for the value with its tags, and not for the value. */
	record = with_tags(value_number(2, 1,
						   strata_store_share_limit(store, 1) - sizeof(strata_entry) - 40),
		0);
	record.share = 1;
	CHECK(put(2, STRATA_STORE_SET, &record) == STRATA_OK);
	record.tag_count = 8;
	CHECK(put(2, STRATA_STORE_SET, &record) == STRATA_TOO_LARGE);
	end_store(SIZE);
}

static void a_peek_leaves_it_to_the_caller(void)
{
	strata_record record = with_tags(value_number(1, 1, VALUE), 5);
	strata_store_hit hit;

	begin_store(SIZE);
	CHECK(!peek(1, &hit) && hit.cursor.is_set && hit.tag_count == 0);
	CHECK(put(1, STRATA_STORE_SET, &record) == STRATA_OK);
	CHECK(!peek(1, &hit) && hit.cursor.is_set && hit.tag_count == 5);
	CHECK(memcmp(hit.tags, tags, 5 * sizeof(*tags)) == 0 && strata_store_is_unchanged(&hit));
	CHECK(hit.codec == STRATA_CODEC_STRING && hit.version == 77 && hit.bytes.size == VALUE);
	CHECK(memcmp(hit.bytes.data, value_bytes, VALUE) == 0);
	CHECK(put(1, STRATA_STORE_SET, &record) == STRATA_OK && !strata_store_is_unchanged(&hit));
	record.tag_count = 0;
	CHECK(put(1, STRATA_STORE_SET, &record) == STRATA_OK && peek(1, &hit));
	record = integer_with(2);
	CHECK(put(1, STRATA_STORE_SET, &record) == STRATA_OK);
	CHECK(!peek(1, &hit) && hit.tag_count == 2 && hit.integer == 40);
	end_store(SIZE);
}

static void a_read_goes_on_where_the_peek_stopped(void)
{
	strata_record record = with_tags(value_number(1, 1, VALUE), 5), found;
	strata_store_hit hit;
	numbered_key key;

	begin_store(SIZE);
	CHECK(put(1, STRATA_STORE_SET, &record) == STRATA_OK && !peek(1, &hit));
	strata_arena_reset(arena);
	CHECK(strata_store_get_from(store, key_number(&key, 1), &hit.cursor, NOW, STRATA_READ_COPY,
			  arena, &found) == STRATA_OK);
	CHECK(is_value_of(&found, 1) && has_tags(&found, 5));
	/* What it saw is what a fill must find: an outdated value gives way to a newer one. */
	record = with_tags(value_number(1, 2, VALUE), 3);
	record.seen = found.seen;
	CHECK(put(1, STRATA_STORE_FILL, &record) == STRATA_OK && is_there(1, 3));
	CHECK(put(1, STRATA_STORE_FILL, &record) == STRATA_NOT_STORED);
	end_store(SIZE);
}

static void nothing_is_done_in_place(void)
{
	strata_life life = { .dead_at = NOW + 5 };
	strata_record first = integer_with(0), found;
	numbered_key key;
	bool meets_tags;
	int64_t sum;

	begin_store(SIZE);
	for (int is_integer = 0; is_integer < 2; is_integer++) {
		strata_record record =
			is_integer ? integer_with(2) : with_tags(value_number(1, 1, VALUE), 2);

		key_number(&key, 1);
		CHECK(put(1, STRATA_STORE_SET, &record) == STRATA_OK);
		CHECK(strata_store_put_or_note(store, &key.key, NOW, STRATA_STORE_ADD, &first,
				  &meets_tags) == STRATA_NOT_STORED);
		CHECK(meets_tags);
		CHECK(strata_store_put_or_note(store, &key.key, NOW, STRATA_STORE_REPLACE, &first,
				  &meets_tags) == STRATA_NOT_STORED);
		CHECK(meets_tags);
		CHECK(strata_store_increment(store, &key.key, NOW, 1, &first, &sum) == STRATA_NOT_STORED);
		CHECK(sum == 0);
		CHECK(!strata_store_increment_at_once(store, &key.key,
			strata_store_salt(store, SPACE, GENERATION), 1, &sum));
		CHECK(strata_store_touch(store, &key.key, NOW, &life, 78, 0) == STRATA_NOT_STORED);
		CHECK(strata_store_touch(store, &key.key, NOW, &life, 78, 76) == STRATA_NOT_STORED);
		CHECK(get(1, STRATA_READ_COPY, &found) == STRATA_OK && has_tags(&found, 2));
		CHECK(found.version == 77 && found.life.dead_at == STRATA_NEVER);
		CHECK(found.value.integer == (is_integer ? 40 : 0));
		CHECK(strata_store_touch(store, &key.key, NOW, &life, 78, 77) == STRATA_OK);
		CHECK(get(1, STRATA_READ_COPY, &found) == STRATA_OK && has_tags(&found, 2));
		CHECK(found.version == 78 && found.life.dead_at == NOW + 5);
	}
	end_store(SIZE);
}

static void what_has_none_is_told_apart(void)
{
	strata_record record = integer_with(0), tagged = integer_with(1), found;
	numbered_key key;
	bool meets_tags;

	begin_store(SIZE);
	key_number(&key, 1);
	CHECK(strata_store_put_or_note(store, &key.key, NOW, STRATA_STORE_REPLACE, &tagged,
			  &meets_tags) == STRATA_NOT_STORED &&
		  !meets_tags);
	CHECK(strata_store_put_or_note(store, &key.key, NOW, STRATA_STORE_ADD, &record, &meets_tags) ==
			  STRATA_OK &&
		  !meets_tags);
	CHECK(strata_store_put_or_note(store, &key.key, NOW, STRATA_STORE_ADD, &tagged, &meets_tags) ==
			  STRATA_NOT_STORED &&
		  !meets_tags);
	CHECK(strata_store_put_or_note(store, &key.key, NOW, STRATA_STORE_REPLACE, &tagged,
			  &meets_tags) == STRATA_OK &&
		  !meets_tags);
	CHECK(get(1, STRATA_READ_COPY, &found) == STRATA_OK && has_tags(&found, 1));
	end_store(SIZE);
}

static void what_is_stored_over_a_version_has_tags_of_its_own(void)
{
	strata_record record = with_tags(value_number(1, 1, VALUE), 2);

	begin_store(SIZE);
	CHECK(put(1, STRATA_STORE_SET, &record) == STRATA_OK);
	record = with_tags(value_number(1, 2, 9000), 4);
	record.expected = 77;
	CHECK(put(1, STRATA_STORE_SWAP, &record) == STRATA_OK && is_there(1, 4));
	record = with_tags(value_number(1, 3, VALUE), 0);
	record.expected = 77;
	CHECK(put(1, STRATA_STORE_COMPARE, &record) == STRATA_OK && is_there(1, 0));
	end_store(SIZE);
}

static strata_entry *entry_of(uint32_t number)
{
	strata_store_hit hit;

	(void) peek(number, &hit);
	return strata_entry_at(&store->shards[hit.cursor.hash >> 32 & (store->shard_count - 1)],
		hit.cursor.place);
}

static void how_many_there_are_is_under_the_seal(void)
{
	strata_record found;

	begin_store(SIZE);
	for (uint32_t extras = 0; extras < 256; extras++) {
		strata_record record = with_tags(value_number(extras, 1, VALUE), 2);

		CHECK(put(extras, STRATA_STORE_SET, &record) == STRATA_OK);
		entry_of(extras)->extras = (uint8_t) extras;
		CHECK(get(extras, STRATA_READ_COPY, &found) == (extras == 4 ? STRATA_OK : STRATA_MISS));
	}
	strata_store_free_retired(store);
	end_store(SIZE);
}

static void what_is_verified_has_its_check_behind_them(void)
{
	strata_record found;

	begin_store(SIZE);
	strata_store_verify(store);
	for (uint32_t i = 0; i < COUNTS; i++) {
		strata_record record = with_tags(value_number(i, 1, VALUE), counts[i]);

		CHECK(put(i, STRATA_STORE_SET, &record) == STRATA_OK && is_there(i, counts[i]));
		((char *) (entry_of(i) + 1))[20] ^= 1;
		CHECK(get(i, STRATA_READ_COPY, &found) == STRATA_MISS);
	}
	end_store(SIZE);
}

int main(void)
{
	for (size_t i = 0; i < STRATA_TAGS_MOST; i++) {
		tags[i] = (strata_tag){ 0x9E3779B97F4A7C15 * (i + 1), 1700000000000000 + i };
	}
	RUN(tags_are_kept_with_values_of_any_size);
	RUN(a_dead_value_has_its_tags_where_it_is_kept);
	RUN(they_count_in_size_and_share);
	RUN(a_peek_leaves_it_to_the_caller);
	RUN(a_read_goes_on_where_the_peek_stopped);
	RUN(nothing_is_done_in_place);
	RUN(what_has_none_is_told_apart);
	RUN(what_is_stored_over_a_version_has_tags_of_its_own);
	RUN(how_many_there_are_is_under_the_seal);
	RUN(what_is_verified_has_its_check_behind_them);
	return unit_end();
}
