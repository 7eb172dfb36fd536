/*
 * A list of chunks, newest first, each twice as large as the one before, up to a point:
 *
 *     arena -> chunk (filling) -> chunk (full) -> first chunk (inside the arena's own block)
 *
 * A reset keeps the newest of them too, unless it is very large: memory that goes back to the
 * kernel after every call comes back page by page, and that takes longer than most of what is done
 * in it.
 *
 * The first chunk lies in the same allocation as the arena, so that a call that moves a few
 * hundred bytes makes no allocation at all: arenas are kept between calls.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

enum { FIRST_CHUNK = 16 * 1024, NEXT_CHUNK = 64 * 1024, LARGEST_KEPT = 1024 * 1024 };

typedef struct chunk {
	struct chunk *older;
	size_t size; /* bytes after the header */
	size_t used;
	alignas(max_align_t) char bytes[];
} chunk;

struct strata_arena {
	chunk *newest;
	size_t allowance; /* bytes that may still be charged */
	bool has_refused;
	chunk first; /* followed by FIRST_CHUNK bytes */
};

static size_t aligned(size_t size)
{
	const size_t mask = alignof(max_align_t) - 1;

	return size > SIZE_MAX - mask ? SIZE_MAX : (size + mask) & ~mask;
}

static size_t next_size(size_t last, size_t wanted)
{
	size_t room = last < LARGEST_KEPT / 2 ? last * 2 : LARGEST_KEPT;

	room = room < NEXT_CHUNK ? NEXT_CHUNK : room;
	return room < wanted ? wanted : room;
}

static int grow(strata_arena *arena, size_t size)
{
	size_t room = next_size(arena->newest->size, size);
	chunk *added = room > SIZE_MAX - sizeof(chunk) ? NULL : malloc(sizeof(chunk) + room);

	if (added == NULL) {
		return -1;
	}
	*added = (chunk){ .older = arena->newest, .size = room };
	arena->newest = added;
	return 0;
}

static void free_older_than(strata_arena *arena, chunk *kept)
{
	while (kept->older != &arena->first) {
		chunk *older = kept->older;

		kept->older = older->older;
		free(older);
	}
}

static void free_all(strata_arena *arena)
{
	while (arena->newest != &arena->first) {
		chunk *older = arena->newest->older;

		free(arena->newest);
		arena->newest = older;
	}
}

strata_arena *strata_arena_new(void)
{
	strata_arena *arena = malloc(sizeof(*arena) + FIRST_CHUNK);

	if (arena != NULL) {
		arena->first.older = NULL;
		arena->first.size = FIRST_CHUNK;
		arena->first.used = 0;
		arena->newest = &arena->first;
		strata_arena_allow(arena, SIZE_MAX);
	}
	return arena;
}

void strata_arena_free(strata_arena *arena)
{
	if (arena != NULL) {
		free_all(arena);
		free(arena);
	}
}

int strata_arena_reserve(strata_arena *arena, size_t size)
{
	size_t wanted = aligned(size);

	if (arena->newest->size - arena->newest->used >= wanted) {
		return 0;
	}
	return grow(arena, wanted);
}

void *strata_arena_alloc(strata_arena *arena, size_t size)
{
	size_t wanted = aligned(size);
	void *start;

	if (strata_arena_reserve(arena, wanted) != 0) {
		return NULL;
	}
	start = arena->newest->bytes + arena->newest->used;
	arena->newest->used += wanted;
	return start;
}

void *strata_arena_grow(strata_arena *arena, const void *list, size_t used, size_t size)
{
	void *grown = strata_arena_alloc(arena, size);

	if (grown != NULL && used > 0) {
		memcpy(grown, list, used);
	}
	return grown;
}

strata_view strata_arena_copy(strata_arena *arena, strata_view bytes)
{
	char *start = bytes.size == SIZE_MAX ? NULL : strata_arena_alloc(arena, bytes.size + 1);

	if (start == NULL) {
		return (strata_view){ NULL, 0 };
	}
	if (bytes.size > 0) {
		memcpy(start, bytes.data, bytes.size);
	}
	start[bytes.size] = '\0';
	return (strata_view){ start, bytes.size };
}

void strata_arena_allow(strata_arena *arena, size_t bytes)
{
	arena->allowance = bytes;
	arena->has_refused = false;
}

bool strata_arena_charge(strata_arena *arena, size_t bytes)
{
	if (arena->allowance == SIZE_MAX) {
		return true;
	}
	if (bytes > arena->allowance) {
		arena->has_refused = true;
		return false;
	}
	arena->allowance -= bytes;
	return true;
}

bool strata_arena_has_refused(const strata_arena *arena)
{
	return arena->has_refused;
}

void strata_arena_reset(strata_arena *arena)
{
	strata_arena_allow(arena, SIZE_MAX);
	if (arena->newest != &arena->first && arena->newest->size <= LARGEST_KEPT) {
		free_older_than(arena, arena->newest);
		arena->newest->used = 0;
	} else {
		free_all(arena);
	}
	arena->first.used = 0;
}
