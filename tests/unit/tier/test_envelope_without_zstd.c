/* unit: -DSTRATA_WITHOUT_ZSTD */
#include "base/compression.h"
#include "base/hash.h"
#include "tier/envelope.h"

#include "unit.h"

enum { NOW = 1000000, GENERATION = 77, AT_SEAL = 24, AT_SEALED = 40, AT_FLAGS = 41 };

static strata_arena *arena;
static strata_keyspace keyspace;
static char text[8192];

static strata_item text_item(void)
{
	return (strata_item){
		.key = strata_view_of("user:1"),
		.value = { .codec = STRATA_CODEC_STRING, .bytes = { text, sizeof(text) } },
		.fresh_until = STRATA_NEVER,
		.version = 5,
	};
}

static strata_view seal(void)
{
	strata_item item = text_item();
	strata_view sealed = strata_envelope_seal(arena, &keyspace, GENERATION, &item);

	REQUIRE(sealed.data != NULL);
	return sealed;
}

static void nothing_is_compressed(void)
{
	strata_view sealed = seal();

	CHECK(strata_compression_library() == NULL);
	CHECK(sealed.size == STRATA_ENVELOPE_SIZE + sizeof(text));
	CHECK(sealed.data[AT_FLAGS] == 0);
}

/* Of another host, which has zstd. */
static void what_is_compressed_is_an_unknown_codec(void)
{
	strata_view sealed = seal();
	char *envelope = (char *) sealed.data;
	strata_item opened = { .key = strata_view_of("user:1") };
	uint64_t sum;

	envelope[AT_FLAGS] = 1;
	sum = strata_hash_of((strata_view){ envelope + AT_SEALED, sealed.size - AT_SEALED }, 0);
	memcpy(envelope + AT_SEAL, &sum, sizeof(sum));
	CHECK(strata_envelope_open(arena, &keyspace, GENERATION, NOW, sealed, &opened) ==
		  STRATA_UNKNOWN_CODEC);
	CHECK(opened.value.bytes.size == 0 && opened.version == 0);
}

int main(void)
{
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	REQUIRE(strata_keyspace_init(&keyspace, "catalog", "shop", strata_view_of(""), 100000) ==
			STRATA_OK);
	keyspace.compress_from = 2048;
	RUN(nothing_is_compressed);
	RUN(what_is_compressed_is_an_unknown_codec);
	strata_compression_end_thread();
	strata_keyspace_fini(&keyspace);
	strata_arena_free(arena);
	return unit_end();
}
