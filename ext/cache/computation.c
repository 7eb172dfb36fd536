#include "cache/computation.h"

#include "cache/batch.h"
#include "cache/generation.h"
#include "cache/write.h"
#include "os/clock.h"

enum { FIRST_PAUSE = 1000 /* msec */, LONGEST_PAUSE = 30000 /* msec */ };

/* ---- the clock ---- */

void strata_computation_start(strata_computation *computation)
{
	computation->started_at = strata_clock_usec();
}

void strata_computation_stop(strata_computation *computation)
{
	strata_msec cost = strata_msec_of(strata_clock_usec() - computation->started_at);

	computation->cost_msec = cost == 0 ? 1 : cost < UINT32_MAX ? (uint32_t) cost : UINT32_MAX;
}

/* ---- storing ---- */

static void count(strata_database *database, strata_counter counter)
{
	strata_stats_add(database->tiers[0].stats, counter, 1);
}

/*
 * What the host computed while the deepest tier could not be asked. Its life counts from the
 * beginning of the call: no server has confirmed since that nothing was deleted. A delete on this
 * host is seen by what the local tier said then.
 */
static void keep_on_host(strata_database *database, strata_call *call, const strata_item *item,
	const strata_computation *computation)
{
	strata_tier *local = &database->tiers[0];
	strata_msec life = strata_msec_of(database->settings.local_ttl);
	strata_item copy = *item;
	strata_item *const one[] = { &copy };

	if (database->tier_count < 2 || local->ops->kind != STRATA_TIER_LOCAL ||
		call->now >= computation->began_at + life) {
		return;
	}
	copy.local.seen = computation->seen;
	call->now = computation->began_at;
	local->ops->fill(local, call, one, 1);
	call->now = strata_clock_msec();
	strata_batch_count_writes(local, STRATA_COUNT_FILLS, one, 1);
	if (copy.result == STRATA_OK) {
		strata_lease_announce(database->leases, &computation->lease);
	}
}

static void put_over_fence(strata_database *database, strata_call *call, strata_item *item,
	strata_computation *computation)
{
	item->fence = computation->fence;
	strata_cache_put_over_fence(database, call, item);
	if (item->result == STRATA_OK) {
		strata_lease_announce(database->leases, &computation->lease);
	}
}

/* Would it go under a number that this host knows to be over? */
static bool was_cleared(const strata_database *database, const strata_computation *computation)
{
	uint64_t known;

	(void) strata_cache_is_prepared(database, &known);
	return known != 0 && known != computation->generation;
}

/* The server said no, and nothing was stored: it is no use that others wait for the lease's end. */
static bool is_refused(strata_result result)
{
	return result == STRATA_TOO_LARGE || result == STRATA_SERVER || result == STRATA_NO_MEMORY;
}

static void note_cost(const strata_database *database, const strata_computation *computation)
{
	strata_lease_note(database->leases, &computation->lease, STRATA_LEASE_COST,
		computation->cost_msec);
	strata_lease_note(database->leases, &computation->lease, STRATA_LEASE_FAILURES, 0);
	strata_lease_note(database->leases, &computation->lease, STRATA_LEASE_REST, 0);
}

void strata_computation_store(strata_database *database, strata_call *call, strata_item *item,
	strata_computation *computation)
{
	strata_item *const one[] = { item };

	item->cost_msec = computation->cost_msec;
	strata_batch_complete(one, 1, STRATA_NOT_STORED, STRATA_TIER_LOCAL);
	if (database->tier_count == 0) {
		return;
	}
	note_cost(database, computation);
	if (computation->keeping == STRATA_KEEP_NOWHERE) {
		item->result =
			computation->obstacle == STRATA_OK ? STRATA_NOT_STORED : computation->obstacle;
		strata_call_explain(call, "%s", computation->why);
	} else if (was_cleared(database, computation)) {
		strata_computation_leave(database, call, item->key, computation, 0);
	} else if (computation->keeping == STRATA_KEEP_ON_HOST) {
		call->generation = computation->generation;
		keep_on_host(database, call, item, computation);
	} else {
		call->generation = computation->generation;
		put_over_fence(database, call, item, computation);
		if (is_refused(item->result)) {
			strata_computation_leave(database, call, item->key, computation, 0);
		}
	}
	if (item->result == STRATA_NOT_STORED && computation->keeping == STRATA_KEEP_OVER_FENCE) {
		count(database, STRATA_COUNT_VOIDED);
	} else if (item->result == STRATA_UNSUPPORTED) {
		count(database, STRATA_COUNT_UNFENCED);
	}
}

/* ---- failing ---- */

void strata_computation_leave(strata_database *database, strata_call *call, strata_view key,
	strata_computation *computation, strata_msec until)
{
	strata_tier *deepest = strata_database_deepest(database);
	strata_item item = { .key = key, .fence = computation->fence };
	strata_item *const one[] = { &item };

	if (deepest == NULL || computation->fence.state != STRATA_FENCE_TAKEN) {
		return;
	}
	item.fence.end = until != 0 ? until : strata_clock_wall_msec();
	call->generation = computation->generation;
	deepest->ops->leave_fence(deepest, call, one, 1);
	strata_stats_add_reason(deepest->stats, item.result);
	computation->fence.state = STRATA_FENCE_NONE;
}

strata_msec strata_computation_pause(const strata_database *database,
	const strata_computation *computation)
{
	uint64_t failures =
		strata_lease_recall(database->leases, &computation->lease, STRATA_LEASE_FAILURES);
	strata_msec pause = failures < 5 ? (strata_msec) FIRST_PAUSE << failures : LONGEST_PAUSE;

	strata_lease_note(database->leases, &computation->lease, STRATA_LEASE_FAILURES, failures + 1);
	strata_lease_note(database->leases, &computation->lease, STRATA_LEASE_REST,
		strata_clock_msec() + pause);
	return pause;
}

void strata_computation_end(strata_leases *leases, strata_computation *computation)
{
	if (computation->holds_lease) {
		computation->holds_lease = false;
		strata_lease_release(leases, &computation->lease);
	}
}
