/*
 * Three levels decide which caller computes:
 *
 *     thread     a call inside of a computation of its key computes at once, and stores nothing
 *     host       one process has the lease of the host; the others sleep on its word
 *     fleet      that process asks the deepest tier for the fence, and computes if it gets it. If
 *                another host has it, it asks again and again, for all of its host
 *
 *     begin --- a value --------------------------------------------------------> FOUND
 *       | none, or it is due
 *     lease --- held here ------> WAIT (sleeping) --- a value came -------------> FOUND
 *       | taken                    | given back: to lease     | time is over: overflow
 *     fence --- held elsewhere -> WAIT (asking) ----- a value came -------------> FOUND
 *       | taken                    | free: to fence           | time is over: overflow
 *     COMPUTE                   overflow: to fence once more, and COMPUTE under whatever is there
 *
 * A lease protects nothing. What is stored is decided by the fence, so that two holders cost a
 * computation and nothing else.
 */
#include "cache/remember/remember.h"

#include "base/hash.h"
#include "cache/analyse.h"
#include "cache/batch.h"
#include "cache/remember/early.h"
#include "cache/generation.h"
#include "cache/local.h"
#include "cache/read.h"
#include "cache/removal.h"
#include "cache/tags.h"
#include "database/route.h"
#include "os/clock.h"
#include "os/process.h"

enum {
	FIRST_ASK = 5000,           /* usec: the pause before the server is asked again */
	LAST_ASK = 50000,           /* usec: it grows to that */
	HELD_REST = 50,             /* msec: after another host was found to refresh a value */
	LONGEST_BY_COST = 10000000, /* usec: a wait that is longer than lease_wait ends by then */
	NO_VERSION = 1,             /* that was refused: of a local copy that does not tell */
	MOST_VERSIONS = 3           /* that a forced computation follows before it does without */
};

/* ---- small parts ---- */

static void count(strata_database *database, strata_counter counter)
{
	if (database->tier_count > 0) {
		strata_stats_add(database->tiers[0].stats, counter, 1);
	}
}

static bool is_value(const strata_item *item)
{
	return item->result == STRATA_OK || item->result == STRATA_STALE;
}

/* Digits have none, nor has what others wrote; what a tier gives for it tells which were seen. */
static uint64_t version_of(const strata_item *item)
{
	return item->version != 0 ? item->version : item->fence.version;
}

/* Not what the caller has said that it cannot use. A local copy of what others wrote has none. */
static bool is_of_use(const strata_memory *memory, const strata_item *item)
{
	return is_value(item) &&
		   (memory->refused == 0 || (version_of(item) != 0 && version_of(item) != memory->refused));
}

/* What the caller may be given instead of a computation. */
static bool has_value(const strata_memory *memory)
{
	return is_of_use(memory, memory->item) && memory->wish.mode != STRATA_REMEMBER_FORCE;
}

/* What the other item has becomes the caller's, and with it what a local read pinned. */
static void adopt(strata_database *database, strata_memory *memory, strata_item *other)
{
	strata_cache_release(database, memory->item);
	*memory->item = *other;
	other->local.block = 0;
}

static uint64_t lease_key(const strata_database *database, const strata_call *call, strata_view key)
{
	return strata_hash_of(key,
		database->keyspace.local_id ^ call->generation * 0x9E3779B97F4A7C15U);
}

static void give_back(strata_database *database, strata_memory *memory)
{
	strata_computation_end(database->leases, &memory->computation);
	memory->computation.is_first = false;
	memory->is_asking = false;
}

static void find(strata_database *database, strata_memory *memory)
{
	give_back(database, memory);
	memory->state = STRATA_REMEMBER_FOUND;
}

static void compute(strata_database *database, strata_memory *memory, strata_keeping keeping)
{
	memory->computation.keeping = keeping;
	memory->is_asking = false;
	memory->is_due = false;
	memory->state = STRATA_REMEMBER_COMPUTE;
	count(database, STRATA_COUNT_COMPUTATIONS);
	if (is_of_use(memory, memory->item)) {
		count(database, STRATA_COUNT_REFRESHED);
	}
}

/* ---- waiting ---- */

static strata_usec longest_wait(const strata_database *database, const strata_memory *memory)
{
	strata_usec wait = database->settings.lease_wait;
	strata_usec twice =
		2000 * strata_lease_recall(database->leases, &memory->computation.lease, STRATA_LEASE_COST);

	twice = twice < LONGEST_BY_COST ? twice : LONGEST_BY_COST;
	return wait > 0 && twice > wait ? twice : wait;
}

/* 3/4 to 5/4 of the pause, so that hosts that began together do not ask together. */
static strata_usec jittered(strata_usec pause)
{
	return pause * 3 / 4 + strata_process_random_word() % (pause / 2);
}

static void wait(strata_database *database, strata_memory *memory)
{
	strata_usec now = strata_clock_usec();

	if (!memory->has_waited) {
		memory->has_waited = true;
		memory->waits_since = now;
		memory->wait_until = now + longest_wait(database, memory);
		count(database, STRATA_COUNT_LEASE_WAITS);
	}
	memory->pause = memory->pause == 0 ? FIRST_ASK : memory->pause * 3 / 2;
	memory->pause = memory->pause < LAST_ASK ? memory->pause : LAST_ASK;
	memory->ask_at = now + jittered(memory->pause);
	memory->state = STRATA_REMEMBER_WAIT;
}

strata_sleep strata_remember_sleep(strata_leases *leases, strata_memory *memory)
{
	strata_usec now = strata_clock_usec();
	strata_usec until = memory->wait_until;
	strata_lease_news news;

	if (memory->ask_at < until) {
		until = memory->ask_at;
	}
	if (now >= until) {
		return STRATA_SLEEP_OVER;
	}
	news = strata_lease_sleep(leases, &memory->computation.lease, until - now);
	memory->has_news = news == STRATA_LEASE_VALUE;
	if (news == STRATA_LEASE_VALUE || (news == STRATA_LEASE_NEWS && !memory->is_asking)) {
		return STRATA_SLEEP_OVER;
	}
	return strata_clock_usec() < until ? STRATA_SLEEP_ON : STRATA_SLEEP_OVER;
}

/* ---- the fence ---- */

/* A lease of this version, if it is there. */
static strata_fence wish_for(const strata_database *database, uint64_t version)
{
	return (strata_fence){ .version = version,
		.owner = strata_process_random_word() | 1,
		.end = strata_clock_wall_msec() + strata_msec_of(database->settings.lease_ttl) };
}

/* Which value is to be computed anew; of a miss that of one whose tags are outdated. */
static uint64_t version_to_refresh(const strata_memory *memory)
{
	if (is_value(memory->item)) {
		return version_of(memory->item);
	}
	return memory->refused != 0 ? memory->refused : memory->item->fence.version;
}

/* A copy of its own, so that a value that the caller has stays until there is a better one. */
static strata_item question(const strata_database *database, const strata_memory *memory)
{
	return (strata_item){ .key = memory->item->key,
		.fence = wish_for(database, version_to_refresh(memory)) };
}

/* What this host has by now: another process may have computed it, or a set has brought it. */
static bool is_here(strata_database *database, strata_call *call, strata_memory *memory)
{
	strata_tier *local = &database->tiers[0];
	strata_item here = { .key = memory->item->key };
	strata_item *const one[] = { &here };

	if (!strata_cache_has_local(database) || memory->wish.mode == STRATA_REMEMBER_FORCE) {
		return false;
	}
	local->ops->get(local, call, one, 1);
	strata_tags_settle(database, call, one, 1);
	if (is_of_use(memory, &here)) {
		adopt(database, memory, &here);
		return true;
	}
	strata_cache_release(database, &here);
	return false;
}

static void note_obstacle(const strata_call *call, strata_memory *memory, strata_result why)
{
	memory->computation.obstacle = why;
	memcpy(memory->computation.why, call->error, sizeof(call->error));
}

/*
 * The deepest tier cannot be asked. A value that is there is served as it is; else one process of
 * the host computes, under the fence if one was seen.
 */
static void do_without_fence(strata_database *database, strata_call *call, strata_memory *memory)
{
	bool is_seen = memory->computation.fence.version != 0;

	if (has_value(memory) || is_here(database, call, memory)) {
		find(database, memory);
	} else {
		compute(database, memory, is_seen ? STRATA_KEEP_OVER_FENCE : STRATA_KEEP_ON_HOST);
	}
}

/* There is none to be had, now or later. */
static void do_unfenced(strata_database *database, const strata_call *call, strata_memory *memory,
	strata_result why)
{
	if (has_value(memory)) {
		find(database, memory);
		return;
	}
	note_obstacle(call, memory, why);
	compute(database, memory, STRATA_KEEP_NOWHERE);
}

/* Other programs read the key, so that no lease may be left under it: the host's has to do. */
static void do_plainly(strata_database *database, strata_call *call, strata_memory *memory)
{
	bool is_refresh = is_value(memory->item) || memory->refused != 0;

	if (is_here(database, call, memory)) {
		find(database, memory);
	} else {
		compute(database, memory, is_refresh ? STRATA_KEEP_IN_PLACE : STRATA_KEEP_IF_ABSENT);
	}
}

/* The owner's process died or was stopped, or left it unsaid: its lease is this host's to go on. */
static bool is_inherited(const strata_database *database, const strata_memory *memory,
	const strata_fence *fence)
{
	return memory->computation.is_first && fence->owner != 0 &&
		   fence->owner == strata_lease_recall(database->leases, &memory->computation.lease,
							   STRATA_LEASE_FENCE);
}

static void take(strata_database *database, strata_memory *memory, const strata_item *asked)
{
	memory->computation.fence = asked->fence;
	memory->computation.fence.state = STRATA_FENCE_TAKEN;
	if (memory->computation.is_first) {
		strata_lease_note(database->leases, &memory->computation.lease, STRATA_LEASE_FENCE,
			asked->fence.owner);
	}
	compute(database, memory, STRATA_KEEP_OVER_FENCE);
}

/* No process of the host asks again for a moment: there is a value to live on. */
static void rest(strata_database *database, const strata_memory *memory)
{
	strata_lease_note(database->leases, &memory->computation.lease, STRATA_LEASE_REST,
		strata_clock_msec() + HELD_REST);
}

/* Another host computes. */
static void face_holder(strata_database *database, strata_memory *memory, strata_item *asked)
{
	bool is_forced = memory->wish.mode == STRATA_REMEMBER_FORCE;
	bool is_newer = is_of_use(memory, asked);

	memory->computation.fence = asked->fence;
	if (is_inherited(database, memory, &asked->fence)) {
		take(database, memory, asked);
		return;
	}
	if (!is_forced && (is_newer || has_value(memory))) {
		if (is_newer) {
			adopt(database, memory, asked);
		}
		rest(database, memory);
		find(database, memory);
	} else if (memory->is_overdue) {
		compute(database, memory, STRATA_KEEP_OVER_FENCE);
	} else {
		memory->is_asking = true;
		wait(database, memory);
	}
}

/* A newer value than the caller saw. What it saw came from a nearer tier, which shall forget it. */
static void use_newer(strata_database *database, strata_call *call, strata_memory *memory,
	strata_item *asked)
{
	if (is_value(memory->item)) {
		strata_cache_drop_nearer(database, call, memory->item);
	}
	adopt(database, memory, asked);
	strata_lease_announce(database->leases, &memory->computation.lease);
	find(database, memory);
}

static void answer(strata_database *database, strata_call *call, strata_memory *memory,
	strata_item *asked)
{
	if (asked->fence.state == STRATA_FENCE_TAKEN) {
		take(database, memory, asked);
	} else if (asked->fence.state == STRATA_FENCE_HELD) {
		face_holder(database, memory, asked);
	} else if (is_value(asked)) {
		use_newer(database, call, memory, asked);
	} else if (asked->result == STRATA_UNSUPPORTED) {
		do_unfenced(database, call, memory, asked->result);
	} else {
		/* It answers, and takes nothing: it is full. */
		note_obstacle(call, memory, asked->result == STRATA_SERVER ? STRATA_SERVER : STRATA_OK);
		do_without_fence(database, call, memory);
	}
	strata_cache_release(database, asked);
}

/* ---- asking for the fence ---- */

static bool wants_fence(const strata_memory *memory)
{
	return memory->state == STRATA_REMEMBER_ASK;
}

/*
 * What the last get said may do instead of a question: that the deepest tier cannot be asked, or
 * that another caller has the lease. What is still another key's after it was asked for twice lies
 * there, and can be taken over.
 */
static void use_last_word(strata_database *database, strata_call *call, strata_memory *memory)
{
	const strata_item *item = memory->item;
	bool has_failed =
		strata_result_class_of(item->result) != STRATA_ANSWER && item->result != STRATA_DESYNC;

	if (has_failed && item->tier == strata_database_deepest(database)->ops->kind) {
		do_without_fence(database, call, memory);
	} else if (item->fence.state == STRATA_FENCE_HELD) {
		strata_item seen = { .result = STRATA_MISS, .fence = item->fence };

		face_holder(database, memory, &seen);
	}
}

/*
 * A value that was in the way, and is outdated, is taken over by its version. True where there was
 * one.
 */
static bool take_over_outdated(strata_database *database, strata_call *call,
	strata_item *const *asked, size_t count)
{
	strata_tier *deepest = strata_database_deepest(database);
	strata_item **list = strata_arena_alloc(call->arena, count * sizeof(*list));
	size_t outdated = 0;

	for (size_t i = 0; i < count && list != NULL; i++) {
		if (asked[i]->result == STRATA_MISS && asked[i]->tag_count > 0 &&
			asked[i]->fence.state == STRATA_FENCE_NONE) {
			list[outdated++] = asked[i];
			asked[i]->fence = wish_for(database, asked[i]->version);
			asked[i]->tag_count = 0;
		}
	}
	if (outdated > 0) {
		deepest->ops->take_fence(deepest, call, list, outdated);
		strata_tags_settle(database, call, list, outdated);
	}
	return outdated > 0;
}

static void ask_tier(strata_database *database, strata_call *call, strata_item *const *asked,
	size_t count)
{
	strata_tier *deepest = strata_database_deepest(database);

	deepest->ops->take_fence(deepest, call, asked, count);
	strata_tags_settle(database, call, asked, count);
	for (int i = 0; i < MOST_VERSIONS && take_over_outdated(database, call, asked, count); i++) {
	}
	for (size_t i = 0; i < count; i++) {
		strata_stats_add_reason(deepest->stats, asked[i]->result);
	}
	strata_analyse(deepest, call, STRATA_ANALYSE_CHANGE, asked, count);
}

/* A forced computation is to replace whatever is there, so it is told which version that is. */
static void ask_by_version(strata_database *database, strata_call *call, strata_memory *memory,
	strata_item *asked)
{
	strata_item *const one[] = { asked };

	for (int tries = 0; tries < MOST_VERSIONS; tries++) {
		if (asked->fence.state != STRATA_FENCE_NONE || !is_value(asked)) {
			answer(database, call, memory, asked);
			return;
		}
		adopt(database, memory, asked);
		*asked = question(database, memory);
		ask_tier(database, call, one, 1);
	}
	memory->computation.fence =
		(strata_fence){ .state = STRATA_FENCE_HELD, .version = memory->item->version };
	compute(database, memory, STRATA_KEEP_OVER_FENCE);
}

static void ask_in_batch(strata_database *database, strata_call *call,
	strata_memory *const *memories, size_t count)
{
	strata_item *asked = strata_arena_alloc(call->arena, count * sizeof(*asked));
	strata_item **list = strata_arena_alloc(call->arena, count * sizeof(*list));

	for (size_t i = 0; i < count && asked != NULL && list != NULL; i++) {
		asked[i] = question(database, memories[i]);
		list[i] = &asked[i];
	}
	if (asked != NULL && list != NULL) {
		ask_tier(database, call, list, count);
	}
	for (size_t i = 0; i < count; i++) {
		if (asked == NULL || list == NULL) {
			do_without_fence(database, call, memories[i]);
			continue;
		}
		memories[i]->computation.generation = call->generation;
		if (memories[i]->wish.mode == STRATA_REMEMBER_FORCE) {
			ask_by_version(database, call, memories[i], &asked[i]);
		} else {
			answer(database, call, memories[i], &asked[i]);
		}
	}
}

/* All that want it, in one round. */
static void ask(strata_database *database, strata_call *call, strata_memory *const *memories,
	size_t count)
{
	strata_result prepared = strata_cache_prepare(database, call);
	strata_memory **list = strata_arena_alloc(call->arena, count * sizeof(*list));
	bool is_usable = database->tier_count > 0 &&
					 strata_cache_is_usable(strata_database_deepest(database), prepared);
	size_t left = 0;

	for (size_t i = 0; i < count; i++) {
		strata_memory *memory = memories[i];

		if (wants_fence(memory) && database->tier_count == 0) {
			do_unfenced(database, call, memory, STRATA_UNCONFIGURED);
		} else if (wants_fence(memory) && database->keyspace.format == STRATA_FORMAT_PLAIN) {
			do_plainly(database, call, memory);
		} else if (wants_fence(memory) && (!is_usable || list == NULL)) {
			do_without_fence(database, call, memory);
		} else if (wants_fence(memory)) {
			use_last_word(database, call, memory);
		}
		if (wants_fence(memory)) {
			list[left++] = memory;
		}
	}
	if (left > 0) {
		ask_in_batch(database, call, list, left);
	}
}

/* ---- the lease of the host ---- */

static bool is_resting(strata_database *database, const strata_memory *memory)
{
	return strata_lease_recall(database->leases, &memory->computation.lease, STRATA_LEASE_REST) !=
		   0;
}

static void enter(strata_database *database, strata_call *call, strata_memory *memory)
{
	strata_computation *computation = &memory->computation;
	strata_lease_state state = strata_lease_take(database->leases,
		lease_key(database, call, memory->item->key), STRATA_LEASE_FIRST, &computation->lease);

	switch (state) {
		case STRATA_LEASE_TAKEN:
			computation->holds_lease = true;
			computation->is_first = true;
			memory->state = STRATA_REMEMBER_ASK;
			if (has_value(memory) && is_resting(database, memory)) {
				find(database, memory);
			}
			return;
		case STRATA_LEASE_NONE: memory->state = STRATA_REMEMBER_ASK; return;
		case STRATA_LEASE_OURS:
		case STRATA_LEASE_HELD: break;
	}
	if (has_value(memory)) {
		find(database, memory);
	} else if (state == STRATA_LEASE_OURS) {
		compute(database, memory, STRATA_KEEP_NOWHERE);
	} else {
		wait(database, memory);
	}
}

/* The wait was in vain. The host's lease goes to one that still waits, if this process had it. */
static void overflow(strata_database *database, strata_call *call, strata_memory *memory)
{
	strata_computation *computation = &memory->computation;
	strata_lease_state state;

	give_back(database, memory);
	count(database, STRATA_COUNT_OVERFLOWS);
	memory->is_overdue = true;
	state = strata_lease_take(database->leases, lease_key(database, call, memory->item->key),
		STRATA_LEASE_BESIDE, &computation->lease);
	computation->holds_lease = state == STRATA_LEASE_TAKEN;
	if (state == STRATA_LEASE_OURS) {
		compute(database, memory, STRATA_KEEP_NOWHERE);
	} else if (state == STRATA_LEASE_HELD &&
			   database->settings.lease_overflow == STRATA_LEASE_OVERFLOW_THROW) {
		memory->item->result = STRATA_BUSY;
		memory->state = STRATA_REMEMBER_BUSY;
	} else {
		memory->state = STRATA_REMEMBER_ASK;
	}
}

/* ---- looking ---- */

/* After a get. True when the caller is to have what is there. */
static bool is_good(strata_memory *memory)
{
	const strata_item *item = memory->item;

	memory->is_early = false;
	memory->is_due = false;
	if (!has_value(memory)) {
		return false;
	}
	memory->is_early = item->result == STRATA_OK && !item->is_kept_on_error &&
					   strata_early_is_due(item, memory->wish.beta, strata_clock_wall_msec());
	memory->is_due = memory->is_early || (item->result == STRATA_STALE && !item->is_kept_on_error);
	return !memory->is_due || memory->wish.mode == STRATA_REMEMBER_KEEP;
}

static void note_miss(const strata_call *call, strata_memory *memory)
{
	memory->computation.generation = call->generation;
	memory->computation.seen = memory->item->local.seen;
}

static void look(strata_database *database, strata_call *call, strata_memory *memory)
{
	strata_item *const one[] = { memory->item };

	call->takes_stale = true;
	strata_cache_get(database, call, one, 1);
	note_miss(call, memory);
}

/* For all of the host: is the value there, or the lease free? */
static void poll(strata_database *database, strata_call *call, strata_memory *memory)
{
	strata_tier *deepest = strata_database_deepest(database);
	strata_budget *budget = call->budget;
	strata_item seen = { .key = memory->item->key };
	strata_item *const one[] = { &seen };

	/* The wait as a whole has an end: what it asks meanwhile is no cost of the request. */
	call->budget = NULL;
	deepest->ops->get(deepest, call, one, 1);
	strata_tags_settle(database, call, one, 1);
	strata_analyse(deepest, call, STRATA_ANALYSE_READ, one, 1);
	call->budget = budget;
	if (strata_result_class_of(seen.result) != STRATA_ANSWER) {
		do_without_fence(database, call, memory);
	} else if (is_of_use(memory, &seen) && memory->wish.mode != STRATA_REMEMBER_FORCE) {
		look(database, call, memory);
		if (!is_of_use(memory, memory->item)) {
			adopt(database, memory, &seen);
		}
		/* Only now: the others look where the host has it by this look. */
		strata_lease_announce(database->leases, &memory->computation.lease);
		find(database, memory);
	} else if (seen.fence.state == STRATA_FENCE_HELD) {
		face_holder(database, memory, &seen);
	} else {
		adopt(database, memory, &seen);
		memory->state = STRATA_REMEMBER_ASK;
	}
	strata_cache_release(database, &seen);
}

/* ---- exported ---- */

/* Out of memory, nothing is known and nothing held. */
static void begin_in_batch(strata_database *database, strata_call *call,
	strata_memory *const *memories, size_t count)
{
	strata_item **items = strata_arena_alloc(call->arena, count * sizeof(*items));

	for (size_t i = 0; i < count; i++) {
		memories[i]->computation = (strata_computation){ .began_at = call->now };
		if (items != NULL) {
			items[i] = memories[i]->item;
		} else {
			memories[i]->item->result = STRATA_NO_MEMORY;
			do_unfenced(database, call, memories[i], STRATA_NO_MEMORY);
		}
	}
	if (items != NULL) {
		call->takes_stale = true;
		strata_cache_get(database, call, items, count);
	}
	for (size_t i = 0; i < count && items != NULL; i++) {
		note_miss(call, memories[i]);
		if (is_good(memories[i])) {
			memories[i]->state = STRATA_REMEMBER_FOUND;
		} else {
			enter(database, call, memories[i]);
		}
	}
}

/* All of them have one route. */
static void begin_on_route(strata_database *database, strata_call *call,
	strata_memory *const *memories, size_t count)
{
	begin_in_batch(database, call, memories, count);
	for (size_t i = 0; i < count; i++) {
		if (wants_fence(memories[i])) {
			ask(database, call, memories, count);
			return;
		}
	}
}

void strata_remember_begin(strata_database *database, strata_call *call,
	strata_memory *const *memories, size_t count)
{
	for (size_t first = 0, next = 0; first < count; first = next) {
		uint8_t kept_out = strata_route_of(database, memories[first]->item->key);
		strata_route before = strata_route_enter(database, kept_out);

		do {
			next++;
		} while (next < count && strata_route_of(database, memories[next]->item->key) == kept_out);
		begin_on_route(database, call, memories + first, next - first);
		strata_route_leave(database, before);
	}
}

/* By what the host knows of the cost now: a computation may have ended since the wait began. */
static bool has_waited_long_enough(const strata_database *database, strata_memory *memory)
{
	memory->wait_until = memory->waits_since + longest_wait(database, memory);
	return strata_clock_usec() >= memory->wait_until;
}

static void resume_on_route(strata_database *database, strata_call *call, strata_memory *memory)
{
	strata_memory *const one[] = { memory };
	bool is_over = has_waited_long_enough(database, memory);
	strata_result prepared = strata_cache_prepare(database, call);
	bool is_same = prepared == STRATA_OK && call->generation == memory->computation.generation;

	memory->item->result = STRATA_MISS;
	if (memory->has_news) {
		look(database, call, memory);
	}
	if (memory->has_news && is_good(memory)) {
		find(database, memory);
	} else if (prepared == STRATA_OK && !memory->is_asking && is_here(database, call, memory)) {
		/* Nothing wakes those that wait for a lease when a set comes first. */
		find(database, memory);
	} else if (is_over) {
		overflow(database, call, memory);
	} else if (memory->is_asking && is_same) {
		poll(database, call, memory);
	} else {
		give_back(database, memory);
		enter(database, call, memory);
	}
	if (wants_fence(memory)) {
		ask(database, call, one, 1);
	}
}

void strata_remember_resume(strata_database *database, strata_call *call, strata_memory *memory)
{
	strata_route before =
		strata_route_enter(database, strata_route_of(database, memory->item->key));

	resume_on_route(database, call, memory);
	strata_route_leave(database, before);
}

void strata_remember_refuse(strata_database *database, strata_call *call, strata_memory *memory)
{
	strata_route before =
		strata_route_enter(database, strata_route_of(database, memory->item->key));
	strata_memory *const one[] = { memory };

	memory->refused = version_of(memory->item) != 0 ? version_of(memory->item) : NO_VERSION;
	memory->is_early = false;
	strata_cache_drop_nearer(database, call, memory->item);
	enter(database, call, memory);
	if (wants_fence(memory)) {
		ask(database, call, one, 1);
	}
	strata_route_leave(database, before);
}

void strata_remember_end(strata_leases *leases, strata_memory *memory)
{
	strata_computation_end(leases, &memory->computation);
}
