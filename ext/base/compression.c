/*
 * What is read here was written by others. Before anything is allocated, the bytes must be one
 * frame of zstd, no more and no less, that tells the size of what it holds. That size must be one
 * that so few bytes can stand for: a block holds at most 128 KiB, and takes at least 4 bytes. A
 * frame that is decompressed in one step into its own size needs no window: all other memory is
 * that of the context, which each thread makes once.
 *
 * Level 1 was chosen over 3, the default of zstd, by these figures (zstd 1.5.4, a Xeon of 2023;
 * what is left of the size, and microseconds to pack and to unpack):
 *
 *                             level 1               level 3
 *     JSON          4 KiB     42 %     9     5      42 %    11     5
 *                  64 KiB     35 %   175    45      33 %   248    46
 *                   1 MiB     33 %  2490   650      29 %  4060   680
 *     serialize()   5 KiB     35 %    11     5      35 %    13     5
 *                  86 KiB     29 %   205    54      28 %   294    55
 *     HTML          4 KiB     36 %     7     4      36 %     9     4
 *                  58 KiB     29 %   120    30      28 %   172    33
 */
#include "base/compression.h"

#include "base/thread.h"

#ifndef STRATA_WITHOUT_ZSTD

#include <zstd.h>

enum {
	LEVEL = 1,
	MAGIC_SIZE = 4,
	SMALLEST_BLOCK = 4, /* 3 bytes of header, and the byte that is repeated */
	LARGEST_BLOCK = 128 * 1024
};

static STRATA_THREAD_LOCAL ZSTD_CCtx *packer;
static STRATA_THREAD_LOCAL ZSTD_DCtx *unpacker;

const char *strata_compression_library(void)
{
	return ZSTD_versionString();
}

static ZSTD_CCtx *packer_of_thread(void)
{
	if (packer == NULL) {
		packer = ZSTD_createCCtx();
		if (packer != NULL) {
			(void) ZSTD_CCtx_setParameter(packer, ZSTD_c_compressionLevel, LEVEL);
		}
	}
	return packer;
}

static ZSTD_DCtx *unpacker_of_thread(void)
{
	if (unpacker == NULL) {
		unpacker = ZSTD_createDCtx();
	}
	return unpacker;
}

size_t strata_compression_pack(strata_view value, char *out, size_t room)
{
	ZSTD_CCtx *context = packer_of_thread();
	size_t size = context == NULL ? 0 : ZSTD_compress2(context, out, room, value.data, value.size);

	return ZSTD_isError(size) ? 0 : size;
}

/* Skippable frames and those of old versions have other magic numbers. */
static bool is_frame(strata_view packed)
{
	static const char magic[MAGIC_SIZE] = { '\x28', '\xB5', '\x2F', '\xFD' };

	return packed.size > MAGIC_SIZE && memcmp(packed.data, magic, MAGIC_SIZE) == 0 &&
		   ZSTD_findFrameCompressedSize(packed.data, packed.size) == packed.size &&
		   ZSTD_getDictID_fromFrame(packed.data, packed.size) == 0;
}

static bool read_size(strata_view packed, unsigned long long *size)
{
	*size = is_frame(packed) ? ZSTD_getFrameContentSize(packed.data, packed.size)
							 : ZSTD_CONTENTSIZE_ERROR;
	return *size != ZSTD_CONTENTSIZE_ERROR && *size != ZSTD_CONTENTSIZE_UNKNOWN &&
		   *size / LARGEST_BLOCK <= packed.size / SMALLEST_BLOCK;
}

static strata_result unpack_into(strata_view packed, char *room, size_t size)
{
	ZSTD_DCtx *context = unpacker_of_thread();

	if (room == NULL || context == NULL) {
		return STRATA_NO_MEMORY;
	}
	return ZSTD_decompressDCtx(context, room, size, packed.data, packed.size) == size
			   ? STRATA_OK
			   : STRATA_CORRUPT;
}

strata_result strata_compression_unpack(strata_arena *arena, strata_view packed, size_t most,
	strata_view *value)
{
	unsigned long long size;
	strata_result result;
	char *room;

	*value = (strata_view){ NULL, 0 };
	if (!read_size(packed, &size)) {
		return STRATA_CORRUPT;
	}
	if (size > most || !strata_arena_charge(arena, (size_t) size)) {
		return STRATA_TOO_LARGE;
	}
	room = strata_arena_alloc(arena, (size_t) size);
	result = unpack_into(packed, room, (size_t) size);
	if (result == STRATA_OK) {
		*value = (strata_view){ room, (size_t) size };
	}
	return result;
}

void strata_compression_end_thread(void)
{
	(void) ZSTD_freeCCtx(packer);
	(void) ZSTD_freeDCtx(unpacker);
	packer = NULL;
	unpacker = NULL;
}

#else

const char *strata_compression_library(void)
{
	return NULL;
}

size_t strata_compression_pack(strata_view value, char *out, size_t room)
{
	(void) value;
	(void) out;
	(void) room;
	return 0;
}

strata_result strata_compression_unpack(strata_arena *arena, strata_view packed, size_t most,
	strata_view *value)
{
	(void) arena;
	(void) packed;
	(void) most;
	*value = (strata_view){ NULL, 0 };
	return STRATA_UNKNOWN_CODEC;
}

void strata_compression_end_thread(void)
{
}

#endif
