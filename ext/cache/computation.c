/*
 * A store of something computed asks the deepest tier first, and only what that took is kept
 * nearer: what a set or delete voided must not come back on any host.
 *
 *     deepest     stored if the version that was seen is still there
 *     memcached   above a deeper tier: told to forget, and the next get fills it
 *     local       a fill by what it said before the deepest was asked: a delete of this host that
 *                 came in between is later, and wins
 */
#include "cache/computation.h"

#include "cache/batch.h"
#include "cache/generation.h"
#include "cache/local.h"
#include "cache/removal.h"
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

/* ---- this host's copy ---- */

/* NULL where there is none, or no other tier. */
static strata_tier *nearest(strata_database *database)
{
	strata_tier *tier = &database->tiers[0];

	return database->tier_count > 1 && tier->ops->kind == STRATA_TIER_LOCAL ? tier : NULL;
}

/*
 * Makes the item what a fill of the local tier must show: what it held before is gone, and from now
 * on whatever happens to the key is seen.
 */
static void empty(strata_database *database, strata_call *call, const strata_item *item,
	strata_item *out)
{
	strata_tier *local = nearest(database);
	strata_item *const one[] = { out };

	*out = (strata_item){ .key = item->key };
	strata_cache_drop(local, call, one, 1);
	*out = (strata_item){ .key = item->key };
	local->ops->get(local, call, one, 1);
	strata_cache_release(database, out);
}

/* True when it is there. An old copy is never left where the new one could not be kept. */
static bool keep(strata_tier *local, strata_call *call, const strata_item *item, uint64_t seen,
	uint64_t fill_token)
{
	strata_item copy = *item;
	strata_item *const one[] = { &copy };

	copy.local.seen = seen;
	copy.fill_token = fill_token;
	if (local->ops->fill != NULL) {
		local->ops->fill(local, call, one, 1);
	} else {
		local->ops->put(local, call, one, 1, STRATA_PUT_ADD);
	}
	strata_batch_count_writes(local, STRATA_COUNT_FILLS, one, 1);
	if (copy.result != STRATA_OK) {
		strata_cache_drop_one(local, call, item);
	}
	return copy.result == STRATA_OK;
}

/*
 * What the host computed while the deepest tier could not be asked. Its life counts from the
 * beginning of the call: no server has confirmed since that nothing was deleted. A delete on this
 * host is seen by what the local tier said then.
 */
static void keep_on_host(strata_database *database, strata_call *call, strata_item *item,
	const strata_computation *computation)
{
	strata_tier *local = nearest(database);
	strata_msec life = strata_msec_of(database->settings.local_ttl);

	item->result = STRATA_NOT_STORED;
	if (local == NULL || call->now >= computation->began_at + life) {
		return;
	}
	call->now = computation->began_at;
	if (keep(local, call, item, computation->seen, computation->fill_token)) {
		strata_lease_announce(database->leases, &computation->lease);
	}
	call->now = strata_clock_msec();
}

/* ---- storing ---- */

static void count(strata_database *database, strata_counter counter)
{
	strata_stats_add(database->tiers[0].stats, counter, 1);
}

/* Values of one generation that are stored over their fences in one round. */
typedef struct {
	strata_item *const *items;
	strata_computation *const *computations;
	strata_item *before; /* what the local tier said, for each */
	size_t count;
} round;

/* Of a round of which some were too large. */
static void put_fitting(strata_tier *deepest, strata_call *call, const round *round)
{
	size_t count;
	strata_item **fitting =
		strata_items_with(call->arena, round->items, round->count, STRATA_OK, &count);

	if (count > 0) {
		deepest->ops->put_over_fence(deepest, call, fitting, count);
		return;
	}
	/* There were none, or there was no memory to list them. */
	for (size_t i = 0; i < round->count; i++) {
		if (round->items[i]->result == STRATA_OK) {
			round->items[i]->result = STRATA_NO_MEMORY;
		}
	}
}

static void put_over_fences(strata_database *database, strata_call *call, const round *round)
{
	strata_tier *deepest = strata_database_deepest(database);

	for (size_t i = 0; i < round->count; i++) {
		round->items[i]->fence = round->computations[i]->fence;
		round->items[i]->is_enveloped = true;
	}
	strata_batch_complete(round->items, round->count, STRATA_OK, deepest->ops->kind);
	call->later_steps = strata_database_count_shared(database, database->tier_count - 1);
	if (strata_cache_refuse_large(deepest, database, call, round->items, round->count)) {
		put_fitting(deepest, call, round);
	} else {
		deepest->ops->put_over_fence(deepest, call, round->items, round->count);
	}
	call->later_steps = 0;
	strata_batch_count_writes(deepest, STRATA_COUNT_SETS, round->items, round->count);
}

/* What was stored, without a list where there is no memory for one. */
static void drop_stored(strata_tier *tier, strata_call *call, const round *round)
{
	size_t count;
	strata_item **stored =
		strata_items_with(call->arena, round->items, round->count, STRATA_OK, &count);
	strata_batch copies = strata_batch_copy(call, stored, count);

	if (stored != NULL && copies.items != NULL) {
		strata_cache_drop(tier, call, copies.items, count);
		return;
	}
	for (size_t i = 0; i < round->count; i++) {
		if (round->items[i]->result == STRATA_OK) {
			strata_cache_drop_one(tier, call, round->items[i]);
		}
	}
}

/* Every tier between the local and the deepest forgets what it may hold. */
static void forget_between(strata_database *database, strata_call *call, const round *round)
{
	for (size_t depth = database->tier_count - 1; depth > 0; depth--) {
		strata_tier *tier = &database->tiers[depth - 1];

		if (tier->ops->kind != STRATA_TIER_LOCAL) {
			drop_stored(tier, call, round);
		}
	}
}

static void store_round(strata_database *database, strata_call *call, const round *round)
{
	strata_tier *local = nearest(database);

	for (size_t i = 0; i < round->count && local != NULL; i++) {
		empty(database, call, round->items[i], &round->before[i]);
	}
	put_over_fences(database, call, round);
	forget_between(database, call, round);
	for (size_t i = 0; i < round->count; i++) {
		const strata_item *item = round->items[i];
		const strata_item *before = &round->before[i];

		if (item->result != STRATA_OK) {
			continue;
		}
		if (local != NULL) {
			(void) keep(local, call, item, before->local.seen, before->fill_token);
		}
		strata_lease_announce(database->leases, &round->computations[i]->lease);
	}
}

/* Would it go under a number that this host knows to be over? */
static bool was_cleared(const strata_database *database, const strata_computation *computation)
{
	uint64_t known;

	(void) strata_cache_is_prepared(database, &known);
	return known != 0 && known != computation->generation;
}

static void store_plainly(strata_database *database, strata_call *call, strata_item *item,
	const strata_computation *computation)
{
	strata_item *const one[] = { item };
	strata_result prepared = strata_cache_prepare(database, call);

	item->expires_at = item->fresh_until;
	if (prepared == STRATA_OK && call->generation == computation->generation) {
		strata_cache_put(database, call, one, 1, STRATA_PUT_SET);
	}
	if (item->result == STRATA_OK) {
		strata_lease_announce(database->leases, &computation->lease);
	}
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

/* Not over a fence, or not at all. */
static void store_otherwise(strata_database *database, strata_call *call, strata_item *item,
	strata_computation *computation)
{
	switch (computation->keeping) {
		case STRATA_KEEP_NOWHERE:
			item->result =
				computation->obstacle == STRATA_OK ? STRATA_NOT_STORED : computation->obstacle;
			return;
		case STRATA_KEEP_PLAINLY: store_plainly(database, call, item, computation); return;
		case STRATA_KEEP_ON_HOST:
			if (!was_cleared(database, computation)) {
				call->generation = computation->generation;
				keep_on_host(database, call, item, computation);
				return;
			}
			break;
		case STRATA_KEEP_OVER_FENCE: break;
	}
	strata_computation_leave(database, call, item->key, computation, 0);
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
	strata_item alone;
	round round = { .items = items, .computations = computations, .before = &alone, .count = 1 };

	if (!has_fence(database, computations[0])) {
		store_otherwise(database, call, items[0], computations[0]);
		return 1;
	}
	round.count = length_of_round(database, computations, count);
	if (round.count > 1) {
		round.before = strata_arena_alloc(call->arena, round.count * sizeof(*round.before));
	}
	if (round.before == NULL) {
		round.before = &alone;
		round.count = 1;
	}
	call->generation = computations[0]->generation;
	store_round(database, call, &round);
	return round.count;
}

void strata_computation_store_all(strata_database *database, strata_call *call,
	strata_item *const *items, strata_computation *const *computations, size_t count)
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

/* All of them hold their lease, under one generation. */
static void leave_round(strata_database *database, strata_call *call, strata_item *const *items,
	strata_computation *const *computations, size_t count, strata_msec until)
{
	strata_tier *deepest = strata_database_deepest(database);

	for (size_t i = 0; i < count; i++) {
		items[i]->fence = computations[i]->fence;
		items[i]->fence.end = until;
	}
	call->generation = computations[0]->generation;
	deepest->ops->leave_fence(deepest, call, items, count);
	for (size_t i = 0; i < count; i++) {
		strata_stats_add_reason(deepest->stats, items[i]->result);
		computations[i]->fence.state = STRATA_FENCE_NONE;
	}
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
		size_t length = 0;

		while (first + length < count && is_held(computations[first + length]) &&
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
