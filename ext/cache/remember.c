/*
 * The lease is for the hash of database, namespace, generation and key. It never guards anything:
 * two holders compute the same value twice, and the later one wins. So a lease that cannot be had
 * (no process slot left, table full) costs a computation and nothing else.
 *
 * After taking a lease the cache is asked once more: between the miss and the lease another process
 * may have computed, stored and given the lease back.
 */
#include "cache/remember.h"

#include "base/hash.h"
#include "cache/batch.h"
#include "cache/generation.h"
#include "os/clock.h"

/* Of one sleep, so that a lease_wait of 0 does not make the third in line ask without a pause. */
enum { SHORTEST_WAIT = 50000 /* usec */ };

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
	return strata_hash_of(key,
		database->keyspace.local_id ^ call->generation * 0x9E3779B97F4A7C15U);
}

/*
 * The first to wait does so until then; after that two may compute, and a caller that waits for
 * both waits on.
 */
static void wait_for_turn(const strata_database *database, const strata_computation *computation,
	strata_usec now, strata_usec wait_until)
{
	strata_usec max_wait = now < wait_until ? wait_until - now : database->settings.lease_wait;

	strata_lease_wait(database->leases, &computation->lease,
		now < wait_until || max_wait > SHORTEST_WAIT ? max_wait : SHORTEST_WAIT);
}

/* The turn is ours, unless the value came in the meantime. */
static strata_remember_state begin_computation(strata_database *database, strata_call *call,
	strata_item *item, strata_computation *computation)
{
	if (computation->holds_lease && is_there(database, call, item)) {
		strata_remember_end(database->leases, computation);
		return STRATA_REMEMBER_FOUND;
	}
	count(database, STRATA_COUNT_COMPUTATIONS);
	return STRATA_REMEMBER_COMPUTE;
}

static strata_remember_state find_or_take(strata_database *database, strata_call *call,
	strata_item *item, strata_computation *computation)
{
	strata_usec wait_until;
	bool has_waited = false;

	*computation = (strata_computation){ .holds_lease = false };
	if (is_there(database, call, item)) {
		return STRATA_REMEMBER_FOUND;
	}
	wait_until = strata_clock_usec() + database->settings.lease_wait;
	for (;;) {
		strata_usec now = strata_clock_usec();
		uint32_t places = now < wait_until ? 1 : 2;
		strata_lease_state state = strata_lease_take(database->leases,
			lease_key(database, call, item->key), places, &computation->lease);

		if (state != STRATA_LEASE_HELD) {
			computation->holds_lease = state == STRATA_LEASE_TAKEN;
			return begin_computation(database, call, item, computation);
		}
		if (!has_waited) {
			has_waited = true;
			count(database, STRATA_COUNT_LEASE_WAITS);
		}
		wait_for_turn(database, computation, now, wait_until);
		if (is_there(database, call, item)) {
			return STRATA_REMEMBER_FOUND;
		}
	}
}

strata_remember_state strata_remember_begin(strata_database *database, strata_call *call,
	strata_item *item, strata_computation *computation)
{
	strata_remember_state state = find_or_take(database, call, item, computation);

	/* Also where it was found: it may turn out to be unreadable. */
	computation->generation = call->generation;
	return state;
}

void strata_remember_store(strata_database *database, strata_call *call, strata_item *item,
	const strata_computation *computation)
{
	strata_cache_put_computed(database, call, item, computation->generation);
}

void strata_remember_end(strata_leases *leases, strata_computation *computation)
{
	if (computation->holds_lease) {
		computation->holds_lease = false;
		strata_lease_release(leases, &computation->lease);
	}
}
