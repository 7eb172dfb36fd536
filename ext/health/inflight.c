#include "health/inflight.h"

enum { RECOUNT_INTERVAL = 100, /* msec */ COUNT_BITS = 16, COUNT_MASK = UINT16_MAX };

static uint64_t count_of(uint64_t slot, strata_inflight_kind kind)
{
	return slot >> (kind * COUNT_BITS) & COUNT_MASK;
}

/* NULL for a thread without a process slot: what it has in flight is in the sum alone. */
static _Atomic uint64_t *slot_of(strata_inflight *inflight, strata_process_owner owner)
{
	uint64_t index = (owner & 0xFFFF) - 1;

	return owner == 0 || index >= STRATA_PROCESS_SLOT_COUNT ? NULL : &inflight->slots[index];
}

/* The counts in a slot; none where another thread, which had the slot before, left them. */
static uint64_t counts_in(const _Atomic uint64_t *slot, strata_process_owner owner)
{
	uint64_t seen = atomic_load_explicit(slot, memory_order_relaxed);

	return seen >> 32 == (uint32_t) (owner >> 16) ? seen & UINT32_MAX : 0;
}

/* Only its owner writes a slot, so there is no race. */
static void set_counts(_Atomic uint64_t *slot, strata_process_owner owner, uint64_t counts)
{
	atomic_store_explicit(slot, (owner >> 16 & UINT32_MAX) << 32 | counts, memory_order_relaxed);
}

void strata_inflight_add(strata_inflight *inflight, strata_process_slots *slots,
	strata_inflight_kind kind)
{
	strata_process_owner owner = strata_process_slots_mine(slots);
	_Atomic uint64_t *slot = slot_of(inflight, owner);

	if (slot != NULL) {
		set_counts(slot, owner, counts_in(slot, owner) + ((uint64_t) 1 << (kind * COUNT_BITS)));
	}
	atomic_fetch_add_explicit(&inflight->sums[kind], 1, memory_order_relaxed);
}

/* A sum that was counted anew meanwhile may be 0 already. */
static void subtract_one(_Atomic uint32_t *sum)
{
	uint32_t seen = atomic_load_explicit(sum, memory_order_relaxed);

	while (seen != 0 && !atomic_compare_exchange_weak_explicit(sum, &seen, seen - 1,
							memory_order_relaxed, memory_order_relaxed)) {
	}
}

void strata_inflight_remove(strata_inflight *inflight, strata_process_slots *slots,
	strata_inflight_kind kind)
{
	strata_process_owner owner = strata_process_slots_mine(slots);
	_Atomic uint64_t *slot = slot_of(inflight, owner);

	if (slot != NULL) {
		uint64_t counts = counts_in(slot, owner);
		uint64_t one = (uint64_t) 1 << (kind * COUNT_BITS);

		set_counts(slot, owner, counts - (count_of(counts, kind) != 0 ? one : 0));
	}
	subtract_one(&inflight->sums[kind]);
}

uint32_t strata_inflight_sum(const strata_inflight *inflight, strata_inflight_kind kind)
{
	return atomic_load_explicit(&inflight->sums[kind], memory_order_relaxed);
}

/* ---- what the dead had in flight ---- */

static strata_process_owner owner_of(uint32_t index, uint64_t slot)
{
	return slot >> 32 << 16 | (index + 1);
}

static void recount(strata_inflight *inflight, strata_process_slots *slots)
{
	uint64_t operations = 0, handshakes = 0;

	for (uint32_t i = 0; i < STRATA_PROCESS_SLOT_COUNT; i++) {
		uint64_t slot = atomic_load_explicit(&inflight->slots[i], memory_order_relaxed);

		if ((uint32_t) slot != 0 && strata_process_slots_is_alive(slots, owner_of(i, slot))) {
			operations += count_of(slot, STRATA_INFLIGHT_OPERATIONS);
			handshakes += count_of(slot, STRATA_INFLIGHT_HANDSHAKES);
		}
	}
	atomic_store_explicit(&inflight->sums[STRATA_INFLIGHT_OPERATIONS], (uint32_t) operations,
		memory_order_relaxed);
	atomic_store_explicit(&inflight->sums[STRATA_INFLIGHT_HANDSHAKES], (uint32_t) handshakes,
		memory_order_relaxed);
}

bool strata_inflight_has_room(strata_inflight *inflight, strata_process_slots *slots,
	strata_inflight_kind kind, uint32_t limit, strata_msec now)
{
	if (strata_inflight_sum(inflight, kind) < limit) {
		return true;
	}
	if (!strata_gate_pass(&inflight->recounts, RECOUNT_INTERVAL, now)) {
		return false;
	}
	recount(inflight, slots);
	return strata_inflight_sum(inflight, kind) < limit;
}
