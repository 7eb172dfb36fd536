/* arena: the memory of one call, all freed at once when the call ends. */
#ifndef STRATA_BASE_ARENA_H
#define STRATA_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/view.h"

/*
 * An arena hands out memory by moving a pointer through chunks from malloc(). It is not the Zend
 * heap on purpose: emalloc() past memory_limit does not return, it unwinds past every C frame
 * below, and that must not happen between the first byte of a command and the last of its reply.
 */
typedef struct strata_arena strata_arena;

/* NULL when there is no memory. */
strata_arena *strata_arena_new(void);
void strata_arena_free(strata_arena *arena);

/*
 * Size bytes aligned for any type, uninitialised, valid until reset or free. NULL when out of
 * memory.
 */
void *strata_arena_alloc(strata_arena *arena, size_t size);

/*
 * The same for a list that grows: begins with the first bytes of what it had until now, which stays
 * valid.
 */
void *strata_arena_grow(strata_arena *arena, const void *list, size_t used, size_t size);

/*
 * A copy of the bytes, followed by a NUL that its size does not count. data is NULL when out of
 * memory.
 */
strata_view strata_arena_copy(strata_arena *arena, strata_view bytes);

/*
 * Makes sure that the next strata_arena_alloc() of at most this size cannot fail and makes no
 * system call, so that it may be used under a lock. Returns 0, or -1 when out of memory.
 */
int strata_arena_reserve(strata_arena *arena, size_t size);

/*
 * What may be read into the arena from here on, in bytes, for those that charge it: values that
 * others send, whose sizes the caller does not know. Until a reset; without it, any amount.
 */
void strata_arena_allow(strata_arena *arena, size_t bytes);

/* False, and nothing charged, when that is more than what is left of it. */
bool strata_arena_charge(strata_arena *arena, size_t bytes);

/* Was a charge refused? */
bool strata_arena_has_refused(const strata_arena *arena);

/* Forgets everything handed out; keeps at most 1 MiB for the next call. */
void strata_arena_reset(strata_arena *arena);

#endif
