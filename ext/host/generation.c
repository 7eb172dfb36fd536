/*
 * A registry without process slots: records are never given back, so a process may keep a pointer
 * to one, and no number falls back to 0 while entries of an older one are around.
 *
 * Ordering: the value stands for itself, so relaxed operations suffice.
 */
#include "host/generation.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "host/gate.h"
#include "host/registry.h"

enum { RECORD_COUNT = 1024 };

struct strata_generation {
	_Atomic uint64_t value; /* only ever raised */
	strata_gate refreshes;  /* questions to the shared tier */
};

struct strata_generations {
	strata_registry *registry;
};

strata_result strata_generations_new(strata_host *host, strata_generations **out)
{
	const strata_registry_shape shape = { .size = sizeof(strata_generation),
		.count = RECORD_COUNT };
	strata_generations *generations = calloc(1, sizeof(*generations));

	*out = NULL;
	if (generations == NULL) {
		return STRATA_NO_MEMORY;
	}
	if (strata_registry_new(host, NULL, &shape, &generations->registry) != STRATA_OK) {
		free(generations);
		return STRATA_NO_MEMORY;
	}
	*out = generations;
	return STRATA_OK;
}

void strata_generations_free(strata_generations *generations)
{
	if (generations != NULL) {
		strata_registry_free(generations->registry);
	}
	free(generations);
}

strata_generation *strata_generations_of(strata_generations *generations, uint64_t space)
{
	return strata_registry_acquire(generations->registry, space, NULL);
}

uint64_t strata_generation_value(const strata_generation *generation)
{
	return atomic_load_explicit(&generation->value, memory_order_relaxed);
}

uint64_t strata_generation_raise(strata_generation *generation, uint64_t heard)
{
	uint64_t seen = strata_generation_value(generation);

	while (seen < heard && !atomic_compare_exchange_weak_explicit(&generation->value, &seen, heard,
							   memory_order_relaxed, memory_order_relaxed)) {
	}
	return seen < heard ? heard : seen;
}

bool strata_generation_is_due(const strata_generation *generation, strata_msec now,
	strata_msec interval)
{
	return strata_gate_is_due(&generation->refreshes, interval, now);
}

bool strata_generation_may_refresh(strata_generation *generation, strata_msec now,
	strata_msec interval)
{
	return strata_gate_pass(&generation->refreshes, interval, now);
}
