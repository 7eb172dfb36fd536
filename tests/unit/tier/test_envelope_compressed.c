/* Values that shared tiers keep compressed. What is no frame of ours: base/test_compression.c. */
#include "base/compression.h"
#include "tier/envelope.h"

#include "unit.h"

enum { NOW = 1000000, GENERATION = 77, AT_FLAGS = 41, FROM = 2048, MOST = 100000 };

static strata_arena *arena;
static strata_keyspace keyspace;
static char text[MOST + 1];

static strata_item item_of(size_t size)
{
	return (strata_item){
		.key = strata_view_of("user:1"),
		.value = { .codec = STRATA_CODEC_STRING, .bytes = { text, size } },
		.fresh_until = STRATA_NEVER,
		.version = 5,
	};
}

static strata_view seal(const strata_item *item)
{
	strata_view sealed = strata_envelope_seal(arena, &keyspace, GENERATION, item);

	REQUIRE(sealed.data != NULL);
	return sealed;
}

static bool is_compressed(strata_view sealed)
{
	return sealed.data[AT_FLAGS] == 1;
}

static strata_result open_sealed(strata_view sealed, strata_item *item)
{
	*item = (strata_item){ .key = strata_view_of("user:1") };
	return strata_envelope_open(arena, &keyspace, GENERATION, NOW, sealed, item);
}

static void values_are_compressed_from_the_size_that_is_set(void)
{
	static const size_t sizes[] = { 0, 1, FROM - 1, FROM, FROM + 1, MOST };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		strata_item item = item_of(sizes[i]), opened;
		strata_view sealed = seal(&item);

		CHECK(is_compressed(sealed) == (sizes[i] >= FROM));
		CHECK((sealed.size < STRATA_ENVELOPE_SIZE + sizes[i]) == is_compressed(sealed));
		CHECK(open_sealed(sealed, &opened) == STRATA_OK);
		CHECK(strata_view_equal(opened.value.bytes, item.value.bytes));
	}
}

/* Those are written as often as they are read. */
static void sessions_are_compressed_from_four_times_that_size(void)
{
	static const size_t sizes[] = { FROM, 4 * FROM - 1, 4 * FROM };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		strata_item item = item_of(sizes[i]);
		strata_view sealed =
			strata_envelope_seal(arena, &keyspace, STRATA_GENERATION_OF_SESSIONS, &item);

		CHECK(is_compressed(sealed) == (sizes[i] >= 4 * FROM));
	}
}

static void zero_compresses_nothing_and_reads_all(void)
{
	strata_item item = item_of(MOST), opened;
	strata_view sealed = seal(&item);

	keyspace.compress_from = 0;
	CHECK(!is_compressed(seal(&item)));
	CHECK(open_sealed(sealed, &opened) == STRATA_OK);
	keyspace.compress_from = FROM;
}

static uint64_t random_word(uint64_t *state)
{
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return *state >> 32;
}

static void what_saves_less_than_an_eighth_stays_as_it_is(void)
{
	char noise[8192] = "";
	uint64_t state = 1;
	strata_item item = item_of(0);

	item.value.bytes = (strata_view){ noise, sizeof(noise) };
	for (size_t random = 0; random <= sizeof(noise); random += 256) {
		strata_view sealed;

		for (size_t i = 0; i < random; i++) {
			noise[i] = (char) random_word(&state);
		}
		sealed = seal(&item);
		CHECK(
			is_compressed(sealed) == (sealed.size <= STRATA_ENVELOPE_SIZE + sizeof(noise) / 8 * 7));
		CHECK(random <= 6656 ? is_compressed(sealed) : random < 7168 || !is_compressed(sealed));
	}
}

/* Compressed anew it might be other bytes: of another version of zstd, say. */
static void what_was_compressed_goes_on_as_it_came(void)
{
	strata_item item = item_of(MOST), opened;
	strata_view first = seal(&item), again;

	CHECK(open_sealed(first, &opened) == STRATA_OK);
	keyspace.compress_from = 0;
	again = seal(&opened);
	keyspace.compress_from = FROM;
	CHECK(strata_view_equal(first, again));
}

static void what_is_over_is_not_unpacked(void)
{
	strata_item item = item_of(MOST), opened;
	strata_view sealed;

	item.expires_at = NOW;
	sealed = seal(&item);
	strata_arena_allow(arena, 0);
	CHECK(open_sealed(sealed, &opened) == STRATA_MISS);
	CHECK(!strata_arena_has_refused(arena));
	strata_arena_allow(arena, SIZE_MAX);
}

static void a_value_over_max_value_is_too_large(void)
{
	strata_item item = item_of(MOST + 1), opened;

	CHECK(open_sealed(seal(&item), &opened) == STRATA_TOO_LARGE);
	CHECK(opened.value.bytes.size == 0 && opened.value.packed.size == 0 && opened.version == 0);
}

static void flipped_bits_are_seen_before_anything_is_unpacked(void)
{
	strata_item item = item_of(FROM), opened;
	strata_view sealed = seal(&item);
	char *flipped = (char *) sealed.data;

	for (size_t byte = STRATA_ENVELOPE_SIZE; byte < sealed.size; byte++) {
		flipped[byte] ^= 1;
		strata_arena_allow(arena, 0);
		CHECK(open_sealed(sealed, &opened) == STRATA_CORRUPT);
		CHECK(!strata_arena_has_refused(arena));
		flipped[byte] ^= 1;
	}
	strata_arena_allow(arena, SIZE_MAX);
}

static void run_all(const char *secret)
{
	REQUIRE(strata_keyspace_init(&keyspace, "catalog", "shop", strata_view_of(secret), MOST) ==
			STRATA_OK);
	keyspace.compress_from = FROM;
	RUN(values_are_compressed_from_the_size_that_is_set);
	RUN(sessions_are_compressed_from_four_times_that_size);
	RUN(zero_compresses_nothing_and_reads_all);
	RUN(what_saves_less_than_an_eighth_stays_as_it_is);
	RUN(what_was_compressed_goes_on_as_it_came);
	RUN(what_is_over_is_not_unpacked);
	RUN(a_value_over_max_value_is_too_large);
	RUN(flipped_bits_are_seen_before_anything_is_unpacked);
	strata_keyspace_fini(&keyspace);
}

int main(void)
{
	for (size_t i = 0; i <= MOST; i++) {
		text[i] = "abcdefghij"[(i * i / 7 + i / 100) % 10];
	}
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	run_all("");
	run_all("secret");
	strata_compression_end_thread();
	strata_arena_free(arena);
	return unit_end();
}
