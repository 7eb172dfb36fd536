/*
 * Open addressing over records that are claimed by one compare-and-swap and never given back: a
 * process that dies anywhere leaves either no claim or a whole one, and whoever has a pointer to a
 * record may keep it for ever.
 *
 * Ordering: each field stands for itself, so relaxed operations suffice.
 */
#include "host/generation.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { RECORD_COUNT = 1024 };

/* Stands in for the one space whose hash is 0, which means free. */
static const uint64_t zero_space = 0x9E3779B97F4A7C15;

struct strata_generation {
	alignas(64) _Atomic uint64_t space; /* 0: free; claimed once */
	_Atomic uint64_t value;             /* only ever raised */
	_Atomic uint64_t refreshed_at;      /* monotonic msec of the last question; 0: never asked */
};

struct strata_generations {
	strata_generation *records; /* RECORD_COUNT of them in shared memory */
};

strata_result strata_generations_new(strata_host *host, strata_generations **out)
{
	strata_generations *generations = calloc(1, sizeof(*generations));

	*out = NULL;
	if (generations == NULL) {
		return STRATA_NO_MEMORY;
	}
	generations->records = strata_host_carve(host, RECORD_COUNT * sizeof(strata_generation));
	if (generations->records == NULL) {
		free(generations);
		return STRATA_NO_MEMORY;
	}
	*out = generations;
	return STRATA_OK;
}

void strata_generations_free(strata_generations *generations)
{
	free(generations);
}

/* Is the record this space's, now if not before? */
static bool claim(strata_generation *record, uint64_t space)
{
	uint64_t seen = 0;

	return atomic_compare_exchange_strong_explicit(&record->space, &seen, space,
			   memory_order_relaxed, memory_order_relaxed) ||
		   seen == space;
}

strata_generation *strata_generations_of(strata_generations *generations, uint64_t space)
{
	uint64_t wanted = space == 0 ? zero_space : space;

	for (uint64_t i = 0; i < RECORD_COUNT; i++) {
		strata_generation *record = &generations->records[(wanted + i) % RECORD_COUNT];

		if (claim(record, wanted)) {
			return record;
		}
	}
	return NULL;
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

/*
 * A moment that lies further ahead than clocks of two processes differ is damage, and counts as
 * long ago: the worst that it can do is one question too many.
 */
static bool is_over(uint64_t seen, strata_msec now, strata_msec interval)
{
	return seen > now ? seen - now > interval : seen == 0 || now - seen >= interval;
}

bool strata_generation_is_due(const strata_generation *generation, strata_msec now,
	strata_msec interval)
{
	uint64_t seen = atomic_load_explicit(&generation->refreshed_at, memory_order_relaxed);

	return is_over(seen, now, interval);
}

bool strata_generation_may_refresh(strata_generation *generation, strata_msec now,
	strata_msec interval)
{
	uint64_t seen = atomic_load_explicit(&generation->refreshed_at, memory_order_relaxed);

	if (!is_over(seen, now, interval)) {
		return false;
	}
	return atomic_compare_exchange_strong_explicit(&generation->refreshed_at, &seen, now,
		memory_order_relaxed, memory_order_relaxed);
}
