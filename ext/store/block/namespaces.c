/*
 * clear() gives a namespace a new generation and touches no entry. The entries of the old one can
 * never be asked for again, so the hand of eviction takes them first. This table tells the hand.
 * Each namespace has at most 32 places in it, found and claimed by compare-and-swap. It lies in the
 * heap and takes no lock, since the counts of every shard go by its indexes.
 *
 * Ordering: a hint, so relaxed operations suffice.
 */
#include "store/block/namespaces.h"

enum { PROBES = 32, ALL = 100 };

static const uint64_t zero_id = 0x9E3779B97F4A7C15; /* for the one that hashed to "free" */

static uint64_t known_as(uint64_t namespace_id)
{
	return namespace_id == 0 ? zero_id : namespace_id;
}

/* Its index, or -1. */
static int find(const strata_namespaces *namespaces, uint64_t namespace_id)
{
	for (uint64_t i = 0; i < PROBES; i++) {
		int index = (int) ((namespace_id + i) % STRATA_NAMESPACE_COUNT);

		if (atomic_load_explicit(&namespaces->known[index].namespace_id, memory_order_relaxed) ==
			namespace_id) {
			return index;
		}
	}
	return -1;
}

static int claim(strata_namespaces *namespaces, uint64_t namespace_id)
{
	for (uint64_t i = 0; i < PROBES; i++) {
		int index = (int) ((namespace_id + i) % STRATA_NAMESPACE_COUNT);
		uint64_t seen = 0;

		if (atomic_compare_exchange_strong_explicit(&namespaces->known[index].namespace_id, &seen,
				namespace_id, memory_order_relaxed, memory_order_relaxed) ||
			seen == namespace_id) {
			return index;
		}
	}
	return -1;
}

static int find_or_claim(strata_namespaces *namespaces, uint64_t namespace_id)
{
	int index = find(namespaces, namespace_id);

	return index < 0 ? claim(namespaces, namespace_id) : index;
}

static void raise_to(_Atomic uint64_t *generation, uint64_t wanted)
{
	uint64_t seen = atomic_load_explicit(generation, memory_order_relaxed);

	while (seen < wanted && !atomic_compare_exchange_weak_explicit(generation, &seen, wanted,
								memory_order_relaxed, memory_order_relaxed)) {
	}
}

int strata_namespaces_index(const strata_namespaces *namespaces, uint64_t namespace_id)
{
	return find(namespaces, known_as(namespace_id));
}

void strata_namespaces_note(strata_namespaces *namespaces, uint64_t namespace_id,
	uint64_t generation)
{
	int index = find_or_claim(namespaces, known_as(namespace_id));

	if (index >= 0) {
		raise_to(&namespaces->known[index].generation, generation);
	}
}

bool strata_namespaces_is_outdated(const strata_namespaces *namespaces, uint64_t namespace_id,
	uint64_t generation)
{
	int index = find(namespaces, known_as(namespace_id));

	return index >= 0 && generation < atomic_load_explicit(&namespaces->known[index].generation,
										  memory_order_relaxed);
}

/* What namespaces of other families have reserved. */
static uint32_t sum_of_others(const strata_namespaces *namespaces, int index, uint64_t family)
{
	uint32_t sum = 0;

	for (int i = 0; i < STRATA_NAMESPACE_COUNT; i++) {
		if (i != index &&
			atomic_load_explicit(&namespaces->families[i], memory_order_relaxed) != family) {
			sum += atomic_load_explicit(&namespaces->reserves[i], memory_order_relaxed);
		}
	}
	return sum;
}

static void end_reserves_of(strata_namespaces *namespaces, uint64_t family)
{
	for (int i = 0; i < STRATA_NAMESPACE_COUNT; i++) {
		if (atomic_load_explicit(&namespaces->families[i], memory_order_relaxed) == family) {
			atomic_store_explicit(&namespaces->reserves[i], 0, memory_order_relaxed);
		}
	}
}

/* Two that come at once may get more than all together: then all that they have stays. */
uint32_t strata_namespaces_reserve(strata_namespaces *namespaces, uint64_t namespace_id,
	uint64_t family, uint32_t percent)
{
	int index = percent > 0 ? find_or_claim(namespaces, known_as(namespace_id))
							: find(namespaces, known_as(namespace_id));
	uint32_t others = sum_of_others(namespaces, index, family);
	uint32_t left = others < ALL ? ALL - others : 0;

	if (percent > left || (index < 0 && percent > 0)) {
		return index < 0 ? 0 : left;
	}
	end_reserves_of(namespaces, family);
	if (index >= 0) {
		atomic_store_explicit(&namespaces->families[index], family, memory_order_relaxed);
		atomic_store_explicit(&namespaces->reserves[index], (uint8_t) percent,
			memory_order_relaxed);
	}
	atomic_store_explicit(&namespaces->reserved, others + percent, memory_order_relaxed);
	return percent;
}

uint32_t strata_namespaces_reserve_of(const strata_namespaces *namespaces, uint64_t namespace_id)
{
	int index = atomic_load_explicit(&namespaces->reserved, memory_order_relaxed) == 0
					? -1
					: find(namespaces, known_as(namespace_id));

	return index < 0 ? 0 : atomic_load_explicit(&namespaces->reserves[index], memory_order_relaxed);
}
