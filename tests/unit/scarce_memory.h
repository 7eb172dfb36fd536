/*
 * scarce_memory — memory that runs out at the place that a test wants. For programs that are linked
 * with --wrap for each of these functions: see the first line of those that include it.
 */
#ifndef STRATA_TESTS_UNIT_SCARCE_MEMORY_H
#define STRATA_TESTS_UNIT_SCARCE_MEMORY_H

#include "base/arena.h"

static __thread bool is_counting;
static __thread int left; /* of the requests that are still granted */
static __thread bool has_refused;

void *__real_strata_arena_alloc(strata_arena *arena, size_t size);
strata_view __real_strata_arena_copy(strata_arena *arena, strata_view bytes);
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);

void *__wrap_strata_arena_alloc(strata_arena *arena, size_t size);
strata_view __wrap_strata_arena_copy(strata_arena *arena, strata_view bytes);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);

static bool is_refused(void)
{
	if (is_counting && left-- == 0) {
		has_refused = true;
		return true;
	}
	return false;
}

void *__wrap_strata_arena_alloc(strata_arena *arena, size_t size)
{
	return is_refused() ? NULL : __real_strata_arena_alloc(arena, size);
}

strata_view __wrap_strata_arena_copy(strata_arena *arena, strata_view bytes)
{
	return is_refused() ? (strata_view){ NULL, 0 } : __real_strata_arena_copy(arena, bytes);
}

void *__wrap_malloc(size_t size)
{
	return is_refused() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return is_refused() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
	return is_refused() ? NULL : __real_realloc(block, size);
}

#endif
