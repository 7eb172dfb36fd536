#include "cache/remember/computation.h"

#include "cache/analyse.h"
#include "cache/batch.h"
#include "cache/generation.h"
#include "database/route.h"
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
	strata_msec cost;

	computation->cost_usec = strata_clock_usec() - computation->started_at;
	cost = strata_msec_of(computation->cost_usec);
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
		!strata_route_asks(database, STRATA_TIER_LOCAL) || !strata_item_is_numbered(item) ||
		call->now >= computation->began_at + life) {
		return;
	}
	copy.local.seen = computation->seen;
	call->now = computation->began_at;
	local->ops->fill(local, call, one, 1);
	call->now = strata_clock_msec();
	strata_batch_count_writes(local, call, STRATA_OPERATION_FILL, one, 1);
	if (copy.result == STRATA_OK) {
		strata_lease_announce(database->leases, &computation->lease);
	}
}

/* Of one generation: in one round. */
static void put_over_fences(strata_database *database, strata_call *call, strata_item *const *items,
	strata_computation *const *computations, size_t count)
{
	call->generation = computations[0]->generation;
	for (size_t i = 0; i < count; i++) {
		items[i]->fence = computations[i]->fence;
	}
	strata_cache_put_over_fence(database, call, items, count);
	for (size_t i = 0; i < count; i++) {
		if (items[i]->result == STRATA_OK) {
			strata_lease_announce(database->leases, &computations[i]->lease);
		}
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

static void say_obstacle(strata_database *database, strata_call *call,
	const strata_computation *computation)
{
	if (computation->obstacle == STRATA_SERVER) {
		count(database, STRATA_COUNT_UNFENCED);
		strata_call_notice(call, "%s (what remember() computes is not stored)", computation->why);
	}
}

/*
 * Without a fence. What was deleted on this host since the miss shows in its local tier; of other
 * hosts and programs nothing but a value that is there does.
 */
static bool has_local_news(strata_database *database, strata_call *call, const strata_item *item,
	const strata_computation *computation)
{
	strata_tier *local = &database->tiers[0];
	strata_item now = { .key = item->key, .value.codec = STRATA_CODEC_NULL };
	strata_item *const one[] = { &now };

	if (local->ops->watch == NULL || computation->keeping != STRATA_KEEP_IF_ABSENT ||
		!strata_route_asks(database, STRATA_TIER_LOCAL)) {
		return false;
	}
	local->ops->watch(local, call, one, 1);
	return now.local.seen != computation->seen;
}

static void put_plainly(strata_database *database, strata_call *call, strata_item *item,
	const strata_computation *computation)
{
	strata_item *const one[] = { item };

	call->generation = computation->generation;
	if (has_local_news(database, call, item, computation)) {
		item->result = STRATA_NOT_STORED;
		return;
	}
	strata_cache_put(database, call, one, 1,
		computation->keeping == STRATA_KEEP_IF_ABSENT ? STRATA_PUT_ADD : STRATA_PUT_SET);
	if (item->result == STRATA_OK) {
		strata_lease_announce(database->leases, &computation->lease);
	}
}

/* Not over a fence, or not at all. */
static void store_otherwise(strata_database *database, strata_call *call, strata_item *item,
	strata_computation *computation)
{
	if (computation->keeping == STRATA_KEEP_NOWHERE) {
		item->result =
			computation->obstacle == STRATA_OK ? STRATA_NOT_STORED : computation->obstacle;
		strata_call_explain(call, "%s", computation->why);
	} else if (computation->keeping == STRATA_KEEP_IF_ABSENT ||
			   computation->keeping == STRATA_KEEP_IN_PLACE) {
		put_plainly(database, call, item, computation);
	} else if (was_cleared(database, computation)) {
		strata_computation_leave(database, call, item->key, computation, 0);
	} else {
		call->generation = computation->generation;
		keep_on_host(database, call, item, computation);
		say_obstacle(database, call, computation);
	}
}

static bool has_fence(const strata_database *database, const strata_computation *computation)
{
	return computation->keeping == STRATA_KEEP_OVER_FENCE && !was_cleared(database, computation);
}

/* How many from the first on, which has a fence, go in one round with it. */
static size_t length_of_round(const strata_database *database,
	strata_computation *const *computations, size_t count)
{
	size_t length = 1;

	while (length < count && has_fence(database, computations[length]) &&
		   computations[length]->generation == computations[0]->generation) {
		length++;
	}
	return length;
}

/* After everything was tried. */
static void conclude(strata_database *database, strata_call *call, strata_item *item,
	strata_computation *computation)
{
	bool is_fenced = computation->keeping == STRATA_KEEP_OVER_FENCE;

	if (is_fenced && is_refused(item->result)) {
		strata_computation_leave(database, call, item->key, computation, 0);
	}
	if (is_fenced && item->result == STRATA_NOT_STORED) {
		count(database, STRATA_COUNT_VOIDED);
	} else if (item->result == STRATA_UNSUPPORTED) {
		count(database, STRATA_COUNT_UNFENCED);
	}
}

/* Begins with what may be a round, and returns how many are stored by that. */
static size_t store_some(strata_database *database, strata_call *call, strata_item *const *items,
	strata_computation *const *computations, size_t count)
{
	size_t length;

	if (!has_fence(database, computations[0])) {
		store_otherwise(database, call, items[0], computations[0]);
		return 1;
	}
	length = length_of_round(database, computations, count);
	put_over_fences(database, call, items, computations, length);
	return length;
}

static void store_on_route(strata_database *database, strata_call *call, strata_item *const *items,
	strata_computation *const *computations, size_t count)
{
	size_t done = 0;

	strata_batch_complete(items, count, STRATA_NOT_STORED, STRATA_TIER_LOCAL);
	if (database->tier_count == 0) {
		return;
	}
	for (size_t i = 0; i < count; i++) {
		items[i]->cost_msec = computations[i]->cost_msec;
		note_cost(database, computations[i]);
	}
	while (done < count) {
		done += store_some(database, call, items + done, computations + done, count - done);
	}
	for (size_t i = 0; i < count; i++) {
		conclude(database, call, items[i], computations[i]);
	}
}

/* How many from the first on have its route. */
static size_t length_of_route(const strata_database *database, strata_item *const *items,
	size_t count)
{
	size_t length = 1;

	while (length < count && strata_route_of(database, items[length]->key) ==
								 strata_route_of(database, items[0]->key)) {
		length++;
	}
	return length;
}

void strata_computation_store_all(strata_database *database, strata_call *call,
	strata_item *const *items, strata_computation *const *computations, size_t count)
{
	for (size_t done = 0; done < count;) {
		size_t length = length_of_route(database, items + done, count - done);
		strata_route before =
			strata_route_enter(database, strata_route_of(database, items[done]->key));

		store_on_route(database, call, items + done, computations + done, length);
		strata_route_leave(database, before);
		done += length;
	}
}

void strata_computation_store(strata_database *database, strata_call *call, strata_item *item,
	strata_computation *computation)
{
	strata_computation_store_all(database, call, &item, &computation, 1);
}

/* ---- failing ---- */

static bool is_held(const strata_computation *computation)
{
	return computation->fence.state == STRATA_FENCE_TAKEN;
}

/* All of them hold their lease, under one generation, and have one route. */
static void leave_round(strata_database *database, strata_call *call, strata_item *const *items,
	strata_computation *const *computations, size_t count, strata_msec until)
{
	strata_route before = strata_route_enter(database, strata_route_of(database, items[0]->key));
	strata_tier *deepest = strata_database_deepest(database);

	for (size_t i = 0; i < count; i++) {
		items[i]->fence = computations[i]->fence;
		items[i]->fence.end = until;
	}
	call->generation = computations[0]->generation;
	deepest->ops->leave_fence(deepest, call, items, count);
	strata_analyse(deepest, call, STRATA_ANALYSE_CHANGE, items, count);
	for (size_t i = 0; i < count; i++) {
		strata_stats_add_reason(deepest->stats, items[i]->result);
		computations[i]->fence.state = STRATA_FENCE_NONE;
	}
	strata_route_leave(database, before);
}

void strata_computation_leave(strata_database *database, strata_call *call, strata_view key,
	strata_computation *computation, strata_msec until)
{
	strata_item item = { .key = key };
	strata_item *const one[] = { &item };

	if (strata_database_deepest(database) == NULL || !is_held(computation)) {
		return;
	}
	leave_round(database, call, one, &computation, 1,
		until != 0 ? until : strata_clock_wall_msec());
	/* A pause is for this host too: the next caller must not take it for a fence of the dead. */
	if (until != 0) {
		strata_lease_note(database->leases, &computation->lease, STRATA_LEASE_FENCE, 0);
	}
}

void strata_computation_leave_all(strata_database *database, strata_call *call,
	strata_item *const *items, strata_computation *const *computations, size_t count)
{
	strata_msec now = strata_clock_wall_msec();
	size_t first = 0;

	while (first < count && strata_database_deepest(database) != NULL) {
		size_t most = length_of_route(database, items + first, count - first);
		size_t length = 0;

		while (length < most && is_held(computations[first + length]) &&
			   computations[first + length]->generation == computations[first]->generation) {
			length++;
		}
		if (length > 0) {
			leave_round(database, call, items + first, computations + first, length, now);
		}
		first += length > 0 ? length : 1;
	}
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
