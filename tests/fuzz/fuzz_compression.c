/*
 * What stands behind an envelope that says it is compressed. The bytes are also packed and read
 * again, and a frame of ours is read with one byte of it changed.
 */
#include "base/compression.h"
#include "fuzz.h"

enum { MOST = 1 << 20 };

static void read_packed(strata_view packed)
{
	strata_arena *arena = strata_arena_new();
	strata_view value;
	strata_result result;

	MUST(arena != NULL);
	strata_arena_allow(arena, MOST / 2);
	result = strata_compression_unpack(arena, packed, MOST, &value);
	MUST(result == STRATA_OK || result == STRATA_CORRUPT || result == STRATA_TOO_LARGE);
	MUST(result == STRATA_OK ? value.size <= MOST / 2 : value.data == NULL && value.size == 0);
	strata_arena_free(arena);
}

static void read_again(strata_view value)
{
	strata_arena *arena = strata_arena_new();
	size_t room = value.size + 64;
	char *packed = malloc(room);
	size_t size = strata_compression_pack(value, packed, room);
	strata_view back;

	MUST(arena != NULL && size > 0);
	MUST(strata_compression_unpack(arena, (strata_view){ packed, size }, value.size, &back) ==
		 STRATA_OK);
	MUST(strata_view_equal(back, value));
	packed[value.size % size] ^= (char) (value.size > 0 ? value.data[0] : 1);
	read_packed((strata_view){ packed, size });
	free(packed);
	strata_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	strata_view bytes = fuzz_copy(data, size);

	read_packed(bytes);
	read_again(bytes);
	free((char *) bytes.data);
	return 0;
}
