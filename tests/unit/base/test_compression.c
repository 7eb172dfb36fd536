#include "base/compression.h"

#include <stdint.h>
#include <zstd.h>

#include "unit.h"

enum { MIB = 1 << 20, ROOM = 1 << 16 };

static strata_arena *arena;
static char text[ROOM]; /* as it is found in caches: much of it stands there more than once */
static char packed[2 * ROOM];

static strata_view text_of(size_t size)
{
	return (strata_view){ text, size };
}

static strata_view pack(strata_view value)
{
	size_t size = strata_compression_pack(value, packed, sizeof(packed));

	REQUIRE(size > 0);
	return (strata_view){ packed, size };
}

/* The arena takes nothing for what is refused, not even for a moment. */
static bool is_refused(strata_view bytes, size_t most, strata_result why)
{
	strata_view value = { text, 1 };

	strata_arena_allow(arena, MIB);
	return strata_compression_unpack(arena, bytes, most, &value) == why && value.data == NULL &&
		   value.size == 0;
}

static bool is_corrupt(strata_view bytes)
{
	return is_refused(bytes, MIB, STRATA_CORRUPT);
}

static void what_was_packed_comes_back(void)
{
	static const size_t sizes[] = { 1, 2, 100, 255, 256, 4096, ROOM - 1, ROOM };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		strata_view value, bytes = pack(text_of(sizes[i]));

		strata_arena_reset(arena);
		CHECK(strata_compression_unpack(arena, bytes, sizes[i], &value) == STRATA_OK);
		CHECK(strata_view_equal(value, text_of(sizes[i])));
	}
}

static void what_takes_too_much_room_is_not_packed(void)
{
	size_t size = pack(text_of(ROOM)).size;

	CHECK(strata_compression_pack(text_of(ROOM), packed, ROOM / 8 * 7) == size);
	CHECK(strata_compression_pack(text_of(ROOM), packed, size - 1) == 0);
	CHECK(strata_compression_pack(text_of(ROOM), packed, 0) == 0);
	CHECK(pack(text_of(ROOM)).size == size);
}

static void a_frame_that_was_cut_or_grew_is_corrupt(void)
{
	strata_view bytes = pack(text_of(3000));

	for (size_t size = 0; size < bytes.size; size++) {
		CHECK(is_corrupt((strata_view){ packed, size }));
	}
	CHECK(is_corrupt((strata_view){ packed, bytes.size + 1 }));
}

static void two_frames_are_corrupt(void)
{
	size_t first = pack(text_of(100)).size;
	size_t second = strata_compression_pack(text_of(50), packed + first, ROOM);

	REQUIRE(second > 0);
	CHECK(is_corrupt((strata_view){ packed, first + second }));
}

static void a_skippable_frame_is_corrupt(void)
{
	/* By itself it is one whole frame that holds nothing. */
	CHECK(is_corrupt((strata_view){ "\x50\x2A\x4D\x18\4\0\0\0abcd", 12 }));
	CHECK(is_corrupt((strata_view){ "\x5F\x2A\x4D\x18\0\0\0\0", 8 }));
}

static void a_frame_without_its_size_is_corrupt(void)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();
	size_t size;

	ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
	size = ZSTD_compress2(context, packed, sizeof(packed), text, 3000);
	REQUIRE(!ZSTD_isError(size));
	CHECK(is_corrupt((strata_view){ packed, size }));
	ZSTD_freeCCtx(context);
}

static void a_frame_that_needs_a_dictionary_is_corrupt(void)
{
	/* Descriptor: one segment, a size of one byte, an id of one byte. Then the last block, raw. */
	static const char with_id[] = "\x28\xB5\x2F\xFD\x21\7\3\x19\0\0abc";
	static const char without_id[] = "\x28\xB5\x2F\xFD\x20\3\x19\0\0abc";
	strata_view value;

	CHECK(is_corrupt((strata_view){ with_id, sizeof(with_id) - 1 }));
	CHECK(strata_compression_unpack(arena, (strata_view){ without_id, sizeof(without_id) - 1 }, 3,
			  &value) == STRATA_OK);
	CHECK(strata_view_equal(value, strata_view_of("abc")));
}

static void a_size_that_is_not_kept_is_corrupt(void)
{
	CHECK(is_corrupt((strata_view){ "\x28\xB5\x2F\xFD\x20\4\x19\0\0abc", 12 }));
	CHECK(is_corrupt((strata_view){ "\x28\xB5\x2F\xFD\x20\2\x19\0\0abc", 12 }));
}

/* Four bytes, little endian: the size that a frame of one block of three bytes claims to have. */
static strata_view claiming(const char *size)
{
	memcpy(packed, "\x28\xB5\x2F\xFD\xA0", 5);
	memcpy(packed + 5, size, 4);
	memcpy(packed + 9, "\x19\0\0abc", 6);
	return (strata_view){ packed, 15 };
}

static void a_claim_of_a_gib_allocates_nothing(void)
{
	const char *gib = "\0\0\0\x40";
	strata_view value;

	strata_arena_allow(arena, 0);
	CHECK(strata_compression_unpack(arena, claiming(gib), SIZE_MAX, &value) == STRATA_CORRUPT);
	CHECK(!strata_arena_has_refused(arena));
	CHECK(is_refused(claiming(gib), MIB, STRATA_CORRUPT));
}

static void what_may_not_be_read_is_too_large(void)
{
	strata_view bytes = pack(text_of(ROOM)), value;

	CHECK(is_refused(bytes, ROOM - 1, STRATA_TOO_LARGE));
	CHECK(!strata_arena_has_refused(arena));
	strata_arena_allow(arena, ROOM - 1);
	CHECK(strata_compression_unpack(arena, bytes, ROOM, &value) == STRATA_TOO_LARGE);
	CHECK(strata_arena_has_refused(arena));
	strata_arena_allow(arena, ROOM);
	CHECK(strata_compression_unpack(arena, bytes, ROOM, &value) == STRATA_OK);
	CHECK(!strata_arena_charge(arena, 1));
}

static void a_thread_can_end_twice(void)
{
	strata_compression_end_thread();
	strata_compression_end_thread();
	CHECK(pack(text_of(100)).size > 0);
}

int main(void)
{
	for (size_t i = 0; i < ROOM; i++) {
		text[i] = "abcdefghij"[(i * i / 7 + i / 100) % 10];
	}
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	CHECK(strata_compression_library() != NULL);
	RUN(what_was_packed_comes_back);
	RUN(what_takes_too_much_room_is_not_packed);
	RUN(a_frame_that_was_cut_or_grew_is_corrupt);
	RUN(two_frames_are_corrupt);
	RUN(a_skippable_frame_is_corrupt);
	RUN(a_frame_without_its_size_is_corrupt);
	RUN(a_frame_that_needs_a_dictionary_is_corrupt);
	RUN(a_size_that_is_not_kept_is_corrupt);
	RUN(a_claim_of_a_gib_allocates_nothing);
	RUN(what_may_not_be_read_is_too_large);
	RUN(a_thread_can_end_twice);
	strata_compression_end_thread();
	strata_arena_free(arena);
	return unit_end();
}
