/*
 * How many operations and handshakes of the whole host are under way at a node. The sums are what is
 * looked at; what each thread has under way stands in its seat, so that the share of one that was
 * killed can be taken back: whoever finds no room counts the seats of the living anew, at most ten
 * times a second.
 *
 * Connections are paid for from a bucket of tokens. A node that has its maximum of clients is given
 * one a second for a while.
 */
#include "health/breaker_record.h"

#include "health/breakers.h"

enum {
	MOST_HANDSHAKES = 8,
	RECOUNT_INTERVAL = 100, /* msec */
	LONGEST_FULL = 10000    /* msec */
};

enum { UNDER_WAY = 1, HANDSHAKE = 1 << 16 };

static _Atomic uint64_t *seat_of(const strata_breaker *breaker, strata_process_owner owner)
{
	uint64_t index = (owner & 0xFFFF) - 1;

	return owner == 0 || index >= STRATA_PROCESS_SLOT_COUNT ? NULL : &breaker->record->seats[index];
}

/* The slot had another thread before, and what stands here may be what that one left. */
static uint64_t part_of(uint64_t word, strata_process_owner owner)
{
	return word >> 32 == (uint32_t) (owner >> 16) ? word & UINT32_MAX : 0;
}

static strata_process_owner me(const strata_breaker *breaker)
{
	return strata_process_slots_mine(strata_breakers_slots(breaker->table));
}

/* Only its owner writes a seat, so there is no race. */
static void sit(const strata_breaker *breaker, uint64_t amount, bool is_leaving)
{
	strata_process_owner owner = me(breaker);
	_Atomic uint64_t *seat = seat_of(breaker, owner);
	uint64_t part;

	if (seat == NULL) {
		return;
	}
	part = part_of(atomic_load_explicit(seat, memory_order_relaxed), owner);
	if (is_leaving) {
		bool is_there = amount == UNDER_WAY ? (part & 0xFFFF) != 0 : part >> 16 != 0;

		part -= is_there ? amount : 0;
	} else {
		part += amount;
	}
	atomic_store_explicit(seat, (owner >> 16 & UINT32_MAX) << 32 | part, memory_order_relaxed);
}

/* A sum that was counted anew meanwhile may be 0 already. */
static void subtract(_Atomic uint32_t *sum)
{
	uint32_t seen = atomic_load_explicit(sum, memory_order_relaxed);

	while (seen != 0 && !atomic_compare_exchange_weak_explicit(sum, &seen, seen - 1,
							memory_order_relaxed, memory_order_relaxed)) {
	}
}

static strata_process_owner owner_of(uint32_t index, uint64_t word)
{
	return word >> 32 << 16 | (index + 1);
}

static void recount(const strata_breaker *breaker)
{
	strata_process_slots *slots = strata_breakers_slots(breaker->table);
	uint32_t under_way = 0, handshakes = 0;

	for (uint32_t i = 0; i < STRATA_PROCESS_SLOT_COUNT; i++) {
		uint64_t word = atomic_load_explicit(&breaker->record->seats[i], memory_order_relaxed);

		if ((uint32_t) word != 0 && strata_process_slots_is_alive(slots, owner_of(i, word))) {
			under_way += word & 0xFFFF;
			handshakes += word >> 16 & 0xFFFF;
		}
	}
	atomic_store_explicit(&breaker->record->under_way, under_way, memory_order_relaxed);
	atomic_store_explicit(&breaker->record->handshakes, handshakes, memory_order_relaxed);
}

static bool is_below(_Atomic uint32_t *sum, uint32_t limit)
{
	return atomic_load_explicit(sum, memory_order_relaxed) < limit;
}

/* Is the sum below the limit, now or after the dead were taken off it? */
static bool has_room(const strata_breaker *breaker, _Atomic uint32_t *sum, uint32_t limit,
	strata_msec now)
{
	uint64_t at = atomic_load_explicit(&breaker->record->recounted_at, memory_order_relaxed);

	if (is_below(sum, limit)) {
		return true;
	}
	if (at <= now && now - at < RECOUNT_INTERVAL) {
		return false;
	}
	if (atomic_compare_exchange_strong(&breaker->record->recounted_at, &at, now)) {
		recount(breaker);
	}
	return is_below(sum, limit);
}

void strata_breaker_crowd_enter(const strata_breaker *breaker)
{
	sit(breaker, UNDER_WAY, false);
	atomic_fetch_add_explicit(&breaker->record->under_way, 1, memory_order_relaxed);
}

void strata_breaker_crowd_leave(const strata_breaker *breaker)
{
	sit(breaker, UNDER_WAY, true);
	subtract(&breaker->record->under_way);
}

bool strata_breaker_crowd_has_room(const strata_breaker *breaker, uint32_t limit, strata_msec now)
{
	return has_room(breaker, &breaker->record->under_way, limit, now);
}

/* ---- connecting ---- */

static bool is_full(const strata_breaker *breaker, strata_msec now)
{
	uint64_t until = atomic_load_explicit(&breaker->record->full_until, memory_order_relaxed);

	return until > now && until <= now + LONGEST_FULL;
}

/* It holds what two fifths of a second bring, so that a burst is possible. */
static bool take_token(const strata_breaker *breaker, strata_msec now)
{
	uint32_t rate = is_full(breaker, now) ? 1 : breaker->limits.connect_rate;
	uint32_t burst = rate * 2 / 5;

	return strata_bucket_take(&breaker->record->connects,
		(strata_bucket_size){ rate, burst == 0 ? 1 : burst }, now);
}

bool strata_breaker_may_connect(const strata_breaker *breaker, strata_msec now)
{
	if (!has_room(breaker, &breaker->record->handshakes, MOST_HANDSHAKES, now) ||
		!take_token(breaker, now)) {
		return false;
	}
	sit(breaker, HANDSHAKE, false);
	atomic_fetch_add_explicit(&breaker->record->handshakes, 1, memory_order_relaxed);
	return true;
}

void strata_breaker_connected(const strata_breaker *breaker)
{
	sit(breaker, HANDSHAKE, true);
	subtract(&breaker->record->handshakes);
}
