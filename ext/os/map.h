/* map: memory that this process and its forks share. */
#ifndef STRATA_OS_MAP_H
#define STRATA_OS_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"

/*
 * Both give zeroed, page-aligned memory that children of fork() share, or NULL in *out and
 * STRATA_NO_MEMORY. Reserved memory is backed by the kernel at once, so that no later touch can
 * end in SIGBUS; lazy memory costs nothing until it is touched.
 */
STRATA_MUST_CHECK strata_result strata_map_reserved(size_t size, void **out);
STRATA_MUST_CHECK strata_result strata_map_lazy(size_t size, void **out);

typedef enum {
	/* backed by the kernel now: for processes that must not meet SIGBUS later */
	STRATA_MAP_RESERVED,
	STRATA_MAP_LAZY /* backed as it is touched: for processes that must start at no cost */
} strata_map_backing;

/*
 * The same memory at two addresses, of which one can only be read: a stray write through it ends in
 * SIGSEGV. Where the system has no memfd, or RLIMIT_FSIZE allows none as large, both are one
 * address, and strata_map_is_guarded() says so.
 */
STRATA_MUST_CHECK strata_result strata_map_two_views(size_t size, strata_map_backing backing,
	void **writable, const void **readable);

static inline bool strata_map_is_guarded(const void *writable, const void *readable)
{
	return writable != readable;
}

/* Do the machine and the container have so many bytes of memory, as far as they tell? */
bool strata_map_is_available(size_t size);

/* May a file have so many bytes? One that grows beyond RLIMIT_FSIZE ends the process by SIGXFSZ. */
bool strata_map_may_be_file(size_t size);

/* All of a file of this size, to be read and written, shared with all that map it. */
STRATA_MUST_CHECK strata_result strata_map_file(int file, size_t size, void **out);

/*
 * A part of a file, to be read only, at just this address. NO_MEMORY where something else is there.
 */
STRATA_MUST_CHECK strata_result strata_map_view_at(int file, size_t offset, size_t size,
	uintptr_t address, const void **out);

/* Takes both away, in this process only. */
void strata_map_free_views(void *writable, const void *readable, size_t size);

/* Unmaps in this process only; the others keep theirs. */
void strata_map_free(void *memory, size_t size);

#endif
