/* Values with plain names: what others wrote, strata's envelopes, and what is neither. */
#include "tier/envelope.h"

#include "unit.h"

enum { NOW = 1000000, PLAIN = STRATA_GENERATION_OF_PLAIN_NAMES };

static strata_arena *arena;
static strata_keyspace reads, writes, ordinary;

static strata_result read_as(const strata_keyspace *keyspace, uint64_t generation, const char *key,
	strata_plain_stored stored, strata_item *item)
{
	*item = (strata_item){ .key = strata_view_of(key), .is_foreign = true };
	return strata_envelope_read(arena, keyspace, generation, NOW, STRATA_PLAIN_FLAGS, &stored,
		item);
}

static strata_plain_stored bytes_of(const char *text, uint32_t flags)
{
	return (strata_plain_stored){ strata_view_of(text), flags };
}

static strata_item item_of(strata_codec_id codec, const char *text)
{
	return (strata_item){ .key = strata_view_of("key"),
		.value = { .codec = codec, .bytes = strata_view_of(text) },
		.created_at = NOW,
		.version = 5 };
}

static void what_others_wrote_has_no_version_and_no_age(void)
{
	strata_item item, same, other;

	CHECK(read_as(&reads, PLAIN, "key", bytes_of("hello", 0), &item) == STRATA_OK);
	CHECK(item.is_foreign && item.version == 0 && item.created_at == 0 && item.tag_count == 0);
	CHECK(item.expires_at == STRATA_NEVER && item.fresh_until == STRATA_NEVER);
	CHECK(item.value.codec == STRATA_CODEC_STRING);
	/* Which was seen can be told. */
	CHECK(read_as(&reads, PLAIN, "key", bytes_of("hello", 0), &same) == STRATA_OK);
	CHECK(read_as(&reads, PLAIN, "key", bytes_of("hello", 4), &other) == STRATA_OK);
	CHECK(item.fence.version != 0 && item.fence.version == same.fence.version);
	CHECK(item.fence.version != other.fence.version);
}

static void a_number_is_one_that_is_counted(void)
{
	strata_item item;

	CHECK(read_as(&reads, PLAIN, "key", bytes_of("42", 1), &item) == STRATA_OK);
	CHECK(!item.is_foreign && strata_item_is_digits(&item) && item.value.integer == 42);
}

static void nothing_of_others_is_read_elsewhere(void)
{
	strata_item item;

	CHECK(read_as(&ordinary, 77, "key", bytes_of("hello", 0), &item) == STRATA_FOREIGN);
	CHECK(!item.is_foreign);
	CHECK(read_as(&reads, STRATA_GENERATION_OF_LOCKS, "key", bytes_of("hello", 0), &item) ==
		  STRATA_FOREIGN);
	CHECK(read_as(&reads, PLAIN, "~0123456789abcdef:key", bytes_of("hello", 0), &item) ==
		  STRATA_FOREIGN);
}

static void envelopes_are_what_they_were(void)
{
	strata_item item = item_of(STRATA_CODEC_STRING, "ours"), back;
	strata_plain_stored stored =
		strata_envelope_write(arena, &reads, PLAIN, STRATA_PLAIN_FLAGS, &item);

	REQUIRE(stored.bytes.data != NULL);
	CHECK(stored.flags == STRATA_PLAIN_NOT_FOR_OTHERS);
	CHECK(read_as(&reads, PLAIN, "key", stored, &back) == STRATA_OK);
	CHECK(!back.is_foreign && back.version == 5);
	CHECK(read_as(&writes, PLAIN, "key", stored, &back) == STRATA_OK && back.version == 5);
	CHECK(read_as(&reads, PLAIN, "other key", stored, &back) == STRATA_DESYNC);
	/* Cut off, of a later version, or damaged, it is never a string. */
	for (size_t size = 7; size < stored.bytes.size; size++) {
		strata_plain_stored cut = { { stored.bytes.data, size }, 0 };

		CHECK(read_as(&reads, PLAIN, "key", cut, &back) != STRATA_OK);
	}
	((char *) stored.bytes.data)[7] = 9;
	CHECK(read_as(&reads, PLAIN, "key", stored, &back) == STRATA_FOREIGN);
}

static void plain_format_leaves_no_envelope(void)
{
	strata_item item = item_of(STRATA_CODEC_STRING, "ours");
	strata_plain_stored stored =
		strata_envelope_write(arena, &writes, PLAIN, STRATA_PLAIN_FLAGS, &item);

	CHECK(strata_view_equal(stored.bytes, strata_view_of("ours")) && stored.flags == 0);
	item.value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = 7 };
	item.is_enveloped = true;
	stored = strata_envelope_write(arena, &writes, PLAIN, STRATA_PLAIN_FLAGS, &item);
	CHECK(strata_view_equal(stored.bytes, strata_view_of("7")) && stored.flags == 1);
	/* A lock is none of the values. */
	stored = strata_envelope_write(arena, &writes, STRATA_GENERATION_OF_LOCKS, STRATA_PLAIN_FLAGS,
		&item);
	CHECK(stored.bytes.size > STRATA_ENVELOPE_SIZE && stored.flags == 0);
}

int main(void)
{
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	REQUIRE(
		strata_keyspace_init_plain(&reads, "catalog", "", strata_view_of(""), 1000) == STRATA_OK);
	REQUIRE(strata_keyspace_init(&ordinary, "catalog", "", strata_view_of(""), 1000) == STRATA_OK);
	writes = reads;
	writes.format = STRATA_FORMAT_PLAIN;
	RUN(what_others_wrote_has_no_version_and_no_age);
	RUN(a_number_is_one_that_is_counted);
	RUN(nothing_of_others_is_read_elsewhere);
	RUN(envelopes_are_what_they_were);
	RUN(plain_format_leaves_no_envelope);
	strata_arena_free(arena);
	return unit_end();
}
