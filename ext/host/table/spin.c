/*
 * A permit is one word, which changes by compare-and-swap only:
 *
 *     {end in usec: 48 | slot of the owner, from 1: 16}     all zeroes is a free one
 *
 * It is taken while its end lies ahead, by no more than the life of a permit: any other moment is
 * over, or damage. An end takes nine years to overflow, and then reads as over.
 */
#include "host/table/spin.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { CPUS_PER_PERMIT = 4, SLOT_BITS = 16 };

typedef struct {
	alignas(64) _Atomic uint64_t word;
} shared_permit;

struct strata_spin {
	strata_process_slots *slots;
	shared_permit *permits;
	uint32_t count;
};

strata_result strata_spin_new(strata_host *host, strata_process_slots *slots, uint32_t cpus,
	strata_spin **out)
{
	strata_spin *spin = calloc(1, sizeof(*spin));
	uint32_t count = cpus / CPUS_PER_PERMIT;

	*out = NULL;
	if (spin == NULL) {
		return STRATA_NO_MEMORY;
	}
	spin->slots = slots;
	spin->count = count < STRATA_SPIN_PERMITS ? count : STRATA_SPIN_PERMITS;
	spin->permits = strata_host_alloc(host, STRATA_SPIN_PERMITS * sizeof(*spin->permits));
	if (spin->permits == NULL) {
		free(spin);
		return STRATA_NO_MEMORY;
	}
	*out = spin;
	return STRATA_OK;
}

void strata_spin_free(strata_spin *spin)
{
	free(spin);
}

uint32_t strata_spin_permits(const strata_spin *spin)
{
	return spin->count;
}

static bool is_taken(uint64_t word, strata_usec now)
{
	strata_usec end = word >> SLOT_BITS;

	return end > now && end - now <= STRATA_SPIN_PERMIT_LIFE;
}

/* Processes begin to look at different ones, so that few meet. */
bool strata_spin_begin(strata_spin *spin, strata_usec now, strata_spin_permit *permit)
{
	strata_process_owner owner = spin->count > 0 ? strata_process_slots_mine(spin->slots) : 0;
	uint32_t slot = owner != 0 ? strata_process_slot_index(owner) + 1 : 0;

	*permit = (strata_spin_permit){ .word = (now + STRATA_SPIN_PERMIT_LIFE) << SLOT_BITS | slot };
	for (uint32_t i = 0; slot != 0 && i < spin->count; i++) {
		uint64_t seen;

		permit->index = (slot + i) % spin->count;
		seen = atomic_load_explicit(&spin->permits[permit->index].word, memory_order_relaxed);
		if (!is_taken(seen, now) &&
			atomic_compare_exchange_strong_explicit(&spin->permits[permit->index].word, &seen,
				permit->word, memory_order_relaxed, memory_order_relaxed)) {
			return true;
		}
	}
	return false;
}

void strata_spin_end(strata_spin *spin, const strata_spin_permit *permit)
{
	uint64_t mine = permit->word;

	(void) atomic_compare_exchange_strong_explicit(&spin->permits[permit->index].word, &mine, 0,
		memory_order_relaxed, memory_order_relaxed);
}

uint32_t strata_spin_taken(const strata_spin *spin, strata_usec now)
{
	uint32_t taken = 0;

	for (uint32_t i = 0; i < spin->count; i++) {
		taken += is_taken(atomic_load_explicit(&spin->permits[i].word, memory_order_relaxed), now);
	}
	return taken;
}
