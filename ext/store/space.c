/*
 * clear() gives a space a new generation and touches no entry; the entries of the old one can never
 * be asked for again, so the hand of eviction takes them first. This table tells the hand. Each
 * space has at most 8 places where it may stand, found and claimed by compare-and-swap.
 *
 * Ordering: a hint, so relaxed operations suffice.
 */
#include "store/space.h"

enum { PROBES = 8 };

static const uint64_t zero_space = 0x9E3779B97F4A7C15; /* for the one space that hashed to "free" */

static uint64_t known_as(uint64_t space)
{
	return space == 0 ? zero_space : space;
}

/* Its index, or -1. */
static int find(const strata_spaces *spaces, uint64_t space)
{
	for (uint64_t i = 0; i < PROBES; i++) {
		int index = (int) ((space + i) % STRATA_SPACE_COUNT);

		if (atomic_load_explicit(&spaces->known[index].space, memory_order_relaxed) == space) {
			return index;
		}
	}
	return -1;
}

static int claim(strata_spaces *spaces, uint64_t space)
{
	for (uint64_t i = 0; i < PROBES; i++) {
		int index = (int) ((space + i) % STRATA_SPACE_COUNT);
		uint64_t seen = 0;

		if (atomic_compare_exchange_strong_explicit(&spaces->known[index].space, &seen, space,
				memory_order_relaxed, memory_order_relaxed) ||
			seen == space) {
			return index;
		}
	}
	return -1;
}

static void raise_to(_Atomic uint64_t *generation, uint64_t wanted)
{
	uint64_t seen = atomic_load_explicit(generation, memory_order_relaxed);

	while (seen < wanted && !atomic_compare_exchange_weak_explicit(generation, &seen, wanted,
								memory_order_relaxed, memory_order_relaxed)) {
	}
}

int strata_spaces_index(const strata_spaces *spaces, uint64_t space)
{
	return find(spaces, known_as(space));
}

void strata_spaces_note(strata_spaces *spaces, uint64_t space, uint64_t generation)
{
	int index = find(spaces, known_as(space));

	if (index < 0) {
		index = claim(spaces, known_as(space));
	}
	if (index >= 0) {
		raise_to(&spaces->known[index].generation, generation);
	}
}

bool strata_spaces_is_outdated(const strata_spaces *spaces, uint64_t space, uint64_t generation)
{
	int index = find(spaces, known_as(space));

	return index >= 0 && generation < atomic_load_explicit(&spaces->known[index].generation,
										  memory_order_relaxed);
}
