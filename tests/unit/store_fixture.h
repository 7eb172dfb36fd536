/* store_fixture — a store in lazily mapped memory of its own, checked as a whole at its end. */
#ifndef STRATA_TESTS_STORE_FIXTURE_H
#define STRATA_TESTS_STORE_FIXTURE_H

#include "os/map.h"

#include "store_audit.h"

static strata_store *store;
static strata_arena *arena;
static void *memory;

static inline void begin_store(size_t size)
{
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	REQUIRE(strata_map_lazy(size, &memory) == STRATA_OK);
	REQUIRE(strata_store_new(memory, memory, size, NULL, &store) == STRATA_OK);
}

static inline void end_store(size_t size)
{
	audit_store(store);
	strata_store_free(store);
	strata_map_free(memory, size);
	strata_arena_free(arena);
}

#endif
