/* compression: values made smaller by zstd, where that is built in. */
#ifndef STRATA_BASE_COMPRESSION_H
#define STRATA_BASE_COMPRESSION_H

#include <stddef.h>

#include "base/arena.h"
#include "base/result.h"
#include "base/view.h"

/* The version of zstd, as "1.5.4". NULL: none is built in, and nothing is packed or unpacked. */
const char *strata_compression_library(void);

/*
 * Writes what zstd makes of the value to out, which has this much room, and returns the size. 0
 * where it takes more room, where memory is short, and without zstd.
 */
size_t strata_compression_pack(strata_view value, char *out, size_t room);

/*
 * The value that was packed, in the arena, which is charged for it. No more is allocated than what
 * may be read. OK, or *value is empty and
 *   CORRUPT        not one frame of zstd that tells its size, needs no dictionary, and holds that
 *   TOO_LARGE      it tells more than `most`, or than the arena may still be charged
 *   UNKNOWN_CODEC  there is no zstd here
 *   NO_MEMORY
 */
STRATA_MUST_CHECK strata_result strata_compression_unpack(strata_arena *arena, strata_view packed,
	size_t most, strata_view *value);

/* Frees what this thread keeps for the next value. */
void strata_compression_end_thread(void);

#endif
