/*
 * A registry without process slots: records are never given back, so a process may keep a pointer
 * to one, and no number falls back to 0 while entries of an older one are around.
 *
 * Where records outlive all processes, in a named segment, each carries a check over its numbers.
 * The next process that is alone goes by it: a number that fell would bring back what was cleared.
 *
 * Ordering: the value stands for itself, so relaxed operations suffice.
 */
#include "host/generation.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "host/registry.h"

enum {
	RECORD_COUNT = 4096,
	FURTHEST_AHEAD = 60000, /* msec: a moment further ahead is damage */
	LONG_AGO = 1,           /* a moment: the number has waited for its confirmation since then */
	MOST_SEALS = 8
};

static const uint64_t check_seed = 0x61746172747347C1;

struct strata_generations {
	strata_registry *registry;
};

/* ---- the check ---- */

static uint64_t check_of(const strata_generation *generation)
{
	uint64_t numbers[] = { generation->space,
		atomic_load_explicit(&generation->value, memory_order_relaxed),
		atomic_load_explicit(&generation->floor, memory_order_relaxed) };

	return strata_hash_of((strata_view){ (const char *) numbers, sizeof(numbers) }, check_seed);
}

/* Others may change the numbers at the same time: the last to see them as they stay is right. */
static void seal(strata_generation *generation)
{
	for (int i = 0; i < MOST_SEALS; i++) {
		uint64_t check = check_of(generation);

		if (atomic_load(&generation->check) == check) {
			return;
		}
		atomic_store(&generation->check, check);
	}
}

static void begin(void *user, void *record, const void *names)
{
	strata_generation *generation = record;

	(void) user;
	memcpy(&generation->space, names, sizeof(generation->space));
	seal(generation);
}

/* ---- the table ---- */

strata_result strata_generations_new(strata_host *host, strata_generations **out)
{
	const strata_registry_shape shape = { .size = sizeof(strata_generation),
		.count = RECORD_COUNT,
		.on_claim = begin };
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
	return strata_registry_acquire(generations->registry, space, &space);
}

static bool read_space(const void *record, uint64_t *space)
{
	const strata_generation *generation = record;

	*space = generation->space;
	return atomic_load_explicit(&generation->check, memory_order_relaxed) == check_of(generation);
}

bool strata_generations_mend(strata_generations *generations)
{
	if (!strata_registry_is_sound(generations->registry, read_space)) {
		return false;
	}
	for (uint32_t i = 0; i < RECORD_COUNT; i++) {
		strata_generation *left = strata_registry_at(generations->registry, i);

		if (left != NULL) {
			atomic_store_explicit(&left->heard_at, LONG_AGO, memory_order_relaxed);
			left->refreshes = (strata_gate){ 0 };
		}
	}
	return true;
}

uint64_t strata_generation_value(const strata_generation *generation)
{
	return atomic_load_explicit(&generation->value, memory_order_relaxed);
}

uint64_t strata_generation_floor(const strata_generation *generation)
{
	return atomic_load_explicit(&generation->floor, memory_order_relaxed);
}

/* Returns what the word holds afterwards. */
static uint64_t raise(_Atomic uint64_t *word, uint64_t wanted)
{
	uint64_t seen = atomic_load_explicit(word, memory_order_relaxed);

	while (seen < wanted && !atomic_compare_exchange_weak_explicit(word, &seen, wanted,
								memory_order_relaxed, memory_order_relaxed)) {
	}
	return seen < wanted ? wanted : seen;
}

static void swap(_Atomic uint64_t *word, uint64_t seen, uint64_t wanted)
{
	(void) atomic_compare_exchange_strong_explicit(word, &seen, wanted, memory_order_relaxed,
		memory_order_relaxed);
}

uint64_t strata_generation_raise(strata_generation *generation, uint64_t confirmed)
{
	uint64_t value = strata_generation_value(generation);

	if (raise(&generation->floor, confirmed) > confirmed) {
		seal(generation);
		return value;
	}
	/* What is over the floor was never used: something else wrote into the segment. */
	if (value > confirmed && value > strata_generation_floor(generation)) {
		swap(&generation->value, value, confirmed);
	}
	value = raise(&generation->value, confirmed);
	seal(generation);
	return value;
}

void strata_generation_expect(strata_generation *generation, uint64_t least)
{
	uint64_t value = strata_generation_value(generation);

	if (raise(&generation->floor, least) == least && value < least && value != 0) {
		swap(&generation->value, value, 0);
	}
	seal(generation);
}

void strata_generation_revoke(strata_generation *generation, uint64_t lost)
{
	swap(&generation->value, lost, 0);
	seal(generation);
}

void strata_generation_replace(strata_generation *generation, uint64_t wrong, uint64_t confirmed)
{
	swap(&generation->floor, wrong, confirmed);
	swap(&generation->value, wrong, confirmed);
	seal(generation);
}

void strata_generation_hear(strata_generation *generation, strata_msec sent_at)
{
	uint64_t seen = atomic_load_explicit(&generation->heard_at, memory_order_relaxed);

	/* What lies ahead was written by something else. */
	if (seen > sent_at + FURTHEST_AHEAD) {
		swap(&generation->heard_at, seen, 0);
	}
	(void) raise(&generation->heard_at, sent_at);
}

strata_msec strata_generation_silence(const strata_generation *generation, strata_msec now)
{
	uint64_t heard_at = atomic_load_explicit(&generation->heard_at, memory_order_relaxed);

	if (heard_at > now + FURTHEST_AHEAD) {
		return UINT64_MAX;
	}
	return heard_at != 0 && heard_at < now ? now - heard_at : 0;
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
