/*
 * The lease is for the hash of database, namespace, generation and key. It never guards anything: two holders
 * compute the same value twice, and the later one wins. So a lease that cannot be had (no process
 * slot left, table full) costs a computation and nothing else.
 *
 * After taking a lease the cache is asked once more: between the miss and the lease somebody may have
 * computed, stored and given the lease back.
 */
#include "cache/remember.h"

#include "base/hash.h"
#include "os/clock.h"

static bool is_there(strata_database *database, strata_call *call, strata_item *item)
{
	strata_item *const one[] = { item };

	call->now = strata_clock_msec();
	strata_cache_get(database, call, one, 1);
	return item->result == STRATA_OK;
}

static void count(strata_database *database, strata_counter counter)
{
	if (database->tier_count > 0) {
		strata_stats_add(database->tiers[0].stats, counter, 1);
	}
}

static uint64_t lease_key(const strata_database *database, const strata_call *call, strata_view key)
{
	return strata_hash_of(key, database->scope.space ^ call->generation * 0x9E3779B97F4A7C15U);
}

strata_turn_state strata_remember_begin(strata_database *database, strata_call *call,
	strata_item *item, strata_turn *turn)
{
	strata_usec wait_until = strata_clock_usec() + database->settings.lease_wait;

	*turn = (strata_turn){ .holds_lease = false };
	if (is_there(database, call, item)) {
		return STRATA_TURN_FOUND;
	}
	for (;;) {
		strata_usec now = strata_clock_usec();
		uint32_t places = now < wait_until ? 1 : 2;
		uint64_t key = lease_key(database, call, item->key);

		switch (strata_lease_take(database->leases, key, places, &turn->lease)) {
			case STRATA_LEASE_TAKEN:
				turn->holds_lease = true;
				if (is_there(database, call, item)) {
					strata_remember_end(database, turn);
					return STRATA_TURN_FOUND;
				}
				count(database, STRATA_COUNT_COMPUTATIONS);
				return STRATA_TURN_COMPUTE;
			case STRATA_LEASE_OURS:
			case STRATA_LEASE_NONE:
				count(database, STRATA_COUNT_COMPUTATIONS);
				return STRATA_TURN_COMPUTE;
			case STRATA_LEASE_HELD: break;
		}
		count(database, STRATA_COUNT_LEASE_WAITS);
		strata_lease_wait(database->leases, &turn->lease,
			now < wait_until ? wait_until - now : database->settings.lease_wait);
		if (is_there(database, call, item)) {
			return STRATA_TURN_FOUND;
		}
	}
}

void strata_remember_end(strata_database *database, strata_turn *turn)
{
	if (turn->holds_lease) {
		turn->holds_lease = false;
		strata_lease_release(database->leases, &turn->lease);
	}
}
