/*
 * Reads go from the nearest tier to the deepest, writes from the deepest to the nearest, so that a
 * value is never near without having been deep, and the deepest tier's word is the answer.
 *
 *     get       local -> memcached -> redis      what is found fills the tiers it was missing in
 *     put       redis -> memcached -> local      nearer tiers follow what the deepest did
 *     remove    redis -> memcached -> local      all of them must confirm
 *
 * Each tier gets what is left of the batch in one call, in which it asks all its nodes in parallel:
 * a batch over three tiers takes at most three rounds. What the first tier has costs no list and no
 * memory of the arena but that of the value.
 *
 * What nearer tiers do for their own good is done on copies of the items, so that it never changes
 * what the caller is told. Where there is no memory for copies, nearer tiers are still made to drop
 * what they hold: an old value must not stay because a new one could not be stored.
 */
#include "cache/cache.h"

#include "cache/batch.h"
#include "cache/generation.h"
#include "os/clock.h"
#include "os/process.h"
#include "tier/local.h"

/* Without a generation no key of a shared tier has a name. */
static bool is_usable(const strata_tier *tier, strata_result prepared)
{
	return prepared == STRATA_OK || tier->ops->kind == STRATA_TIER_LOCAL;
}

static bool is_shared(const strata_tier *tier)
{
	return tier->ops->kind != STRATA_TIER_LOCAL;
}

/* The shared tiers that are deeper, and nearer: what is still to be waited for. */
static uint32_t shared_below(const strata_database *database, size_t depth)
{
	return strata_database_count_shared(database, database->tier_count) -
		   strata_database_count_shared(database, depth + 1);
}

static uint32_t shared_above(const strata_database *database, size_t depth)
{
	return strata_database_count_shared(database, depth);
}

/*
 * May a tier that is not the deepest keep this? A counter's truth is in the deepest tier: a copy in
 * memcached, for as long as the value lives, would hide what others count. A local one lasts for
 * local_ttl.
 */
static bool may_keep(const strata_tier *tier, const strata_item *item)
{
	return tier->ops->kind == STRATA_TIER_LOCAL || item->value.codec != STRATA_CODEC_INTEGER;
}

/* ---- get ---- */

/* A get on its way down. */
typedef struct {
	strata_database *database;
	strata_call *call;
	strata_item *const *left; /* what no tier had so far */
	size_t count;
	strata_batch missing[STRATA_TIER_COUNT]; /* by depth: what that tier said it does not have */
} search;

/*
 * Fills use ADD: what another caller stored since this get began is newer than what it found. Only
 * what a tier said it does not have is filled in: one that could not answer would only be waited
 * for again.
 */
static void fill(strata_tier *tier, strata_call *call, const strata_batch *missing,
	strata_tier_kind source)
{
	strata_batch copies = strata_batch_copy(call, missing->items, missing->count);
	size_t found = 0;

	for (size_t i = 0; i < copies.count; i++) {
		strata_item *copy = copies.items[i];

		if (copy->result == STRATA_OK && copy->tier == source && may_keep(tier, copy)) {
			copies.items[found++] = copy;
		}
	}
	if (found > 0) {
		tier->ops->put(tier, call, copies.items, found, STRATA_PUT_ADD);
		strata_batch_count_writes(tier, STRATA_COUNT_FILLS, copies.items, found);
	}
}

/* Asks one tier. False when there is nothing left to look for. */
static bool look_in(search *search, size_t depth)
{
	strata_tier *tiers = search->database->tiers;
	strata_tier *tier = &tiers[depth];
	size_t found;

	/* So that a silent tier leaves time for a deeper one. */
	search->call->later_steps = is_shared(tier) ? shared_below(search->database, depth) : 0;
	tier->ops->get(tier, search->call, search->left, search->count);
	search->call->later_steps = 0;
	found = strata_batch_count_gets(tier, search->left, search->count);
	for (size_t near = 0; near < depth && found > 0; near++) {
		fill(&tiers[near], search->call, &search->missing[near], tier->ops->kind);
	}
	return found < search->count;
}

static void complete_unfound(const search *search, strata_result result)
{
	for (size_t i = 0; i < search->count; i++) {
		if (search->left[i]->result != STRATA_OK) {
			search->left[i]->result = result;
		}
	}
}

/* Lists what is still to be found. False, with results written, when out of memory. */
static bool go_deeper(search *search, size_t depth)
{
	strata_arena *arena = search->call->arena;
	strata_batch *missing = &search->missing[depth];
	strata_batch left = { strata_arena_alloc(arena, search->count * sizeof(strata_item *)), 0 };

	if (left.items == NULL) {
		complete_unfound(search, STRATA_NO_MEMORY);
		return false;
	}
	for (size_t i = 0; i < search->count; i++) {
		if (search->left[i]->result != STRATA_OK) {
			left.items[left.count++] = search->left[i];
		}
	}
	missing->items = strata_items_with(arena, left.items, left.count, STRATA_MISS, &missing->count);
	search->left = left.items;
	search->count = left.count;
	return true;
}

void strata_cache_get(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count)
{
	search search = { .database = database, .call = call, .left = items, .count = count };
	strata_result prepared = strata_cache_prepare(database, call);

	strata_batch_complete(items, count, STRATA_UNCONFIGURED, STRATA_TIER_LOCAL);
	for (size_t depth = 0; search.count > 0 && depth < database->tier_count; depth++) {
		const strata_tier *tier = &database->tiers[depth];

		if (!is_usable(tier, prepared)) {
			strata_cache_complete_unprepared(database, search.left, search.count, prepared);
			return;
		}
		if (!look_in(&search, depth) || depth + 1 == database->tier_count ||
			!go_deeper(&search, depth)) {
			return;
		}
	}
}

/* ---- dropping what a nearer tier holds ---- */

/* What must not be served any more is taken back whatever call it is part of. */
static void drop_all(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	bool is_urgent = call->is_urgent;

	call->is_urgent = true;
	tier->ops->remove(tier, call, items, count);
	call->is_urgent = is_urgent;
}

static void drop_one(strata_tier *tier, strata_call *call, const strata_item *item)
{
	strata_item copy = *item;
	strata_item *const one[] = { &copy };

	drop_all(tier, call, one, 1);
}

/* For want of memory for a batch. */
static void drop_each(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		drop_one(tier, call, items[i]);
	}
}

static void drop_nearer(strata_database *database, strata_call *call, const strata_item *item)
{
	for (size_t depth = 0; depth + 1 < database->tier_count; depth++) {
		drop_one(&database->tiers[depth], call, item);
	}
}

/* ---- put ---- */

/*
 * What the nearer tiers do about an item of which the deepest said this:
 *   OK                       keep the new value
 *   a failure, mode SET      keep it too: it is the newest that is known
 *   none asked, mode SET     likewise: see strata_result_is_unasked()
 *   another refusal          drop the old one, which the caller asked to be replaced
 *   a failure, other modes   drop it: it may have been replaced
 *   NOT_STORED               nothing: nothing changed
 */
static bool is_kept_nearer(const strata_item *item, strata_put_mode mode)
{
	bool failed = strata_result_class_of(item->result) == STRATA_FAILURE ||
				  strata_result_is_unasked(item->result);

	return item->result == STRATA_OK || (failed && mode == STRATA_PUT_SET);
}

/* A nearer tier takes the new value over whatever it has, or loses what it has. */
static void follow_put(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode)
{
	strata_batch kept = strata_batch_copy(call, items, count);
	strata_batch dropped = { strata_arena_alloc(call->arena, count * sizeof(strata_item *)), 0 };

	if (kept.items == NULL || dropped.items == NULL) {
		drop_each(tier, call, items, count);
		return;
	}
	kept.count = 0;
	for (size_t i = 0; i < count; i++) {
		strata_item *copy = kept.items[i];

		if (is_kept_nearer(copy, mode) && may_keep(tier, copy)) {
			kept.items[kept.count++] = copy;
		} else if (copy->result != STRATA_NOT_STORED) {
			dropped.items[dropped.count++] = copy;
		}
	}
	if (kept.count > 0) {
		tier->ops->put(tier, call, kept.items, kept.count, STRATA_PUT_SET);
		strata_batch_count_writes(tier, STRATA_COUNT_SETS, kept.items, kept.count);
	}
	for (size_t i = 0; i < kept.count; i++) {
		if (kept.items[i]->result != STRATA_OK) {
			dropped.items[dropped.count++] = kept.items[i];
		}
	}
	if (dropped.count > 0) {
		drop_all(tier, call, dropped.items, dropped.count);
	}
}

/* Larger than what the settings allow: refused before any server is asked. True when any was. */
static bool refuse_large(const strata_tier *tier, const strata_database *database,
	strata_call *call, strata_item *const *items, size_t count)
{
	bool any = false;

	for (size_t i = 0; i < count && tier->ops->kind != STRATA_TIER_LOCAL; i++) {
		size_t size = strata_value_size(&items[i]->value);

		if (size > database->keyspace.max_value) {
			strata_call_explain(call, "a value of %zu bytes, and strata.max_value is %zu", size,
				(size_t) database->keyspace.max_value);
			items[i]->result = STRATA_TOO_LARGE;
			any = true;
		}
	}
	return any;
}

/* The rest of a batch of which some were refused. */
static void put_fitting(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode)
{
	size_t fit;
	strata_item **fitting = strata_items_with(call->arena, items, count, STRATA_OK, &fit);

	if (fit > 0) {
		tier->ops->put(tier, call, fitting, fit, mode);
		return;
	}
	/* There were none, or there was no memory to list them. */
	for (size_t i = 0; i < count; i++) {
		if (items[i]->result == STRATA_OK) {
			items[i]->result = STRATA_NO_MEMORY;
		}
	}
}

/* The deepest tier's part; afterwards every item has its result. */
static void put_deepest(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode)
{
	strata_tier *deepest = strata_database_deepest(database);

	strata_batch_complete(items, count, STRATA_OK, deepest->ops->kind);
	call->later_steps = shared_above(database, database->tier_count - 1);
	if (refuse_large(deepest, database, call, items, count)) {
		put_fitting(deepest, call, items, count, mode);
	} else {
		deepest->ops->put(deepest, call, items, count, mode);
	}
	call->later_steps = 0;
	strata_batch_count_writes(deepest, STRATA_COUNT_SETS, items, count);
}

/* Where the local tier is the only one. Of a copy, only the count of its reasons tells. */
static void explain_outgrown(const strata_tier *deepest, strata_call *call, const strata_item *item)
{
	if (deepest->ops->kind == STRATA_TIER_LOCAL && item->result == STRATA_TOO_LARGE) {
		strata_tier_local_explain(deepest, call, item);
	}
}

/*
 * A caller that replaces a value by one that is too large is told so, and must not find
 * the old one afterwards. memcached does the same of its own accord.
 */
static void drop_outgrown(strata_tier *deepest, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode)
{
	for (size_t i = 0; i < count; i++) {
		explain_outgrown(deepest, call, items[i]);
		if (items[i]->result == STRATA_TOO_LARGE && mode != STRATA_PUT_ADD) {
			drop_one(deepest, call, items[i]);
		}
	}
}

void strata_cache_put(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode)
{
	strata_result prepared = strata_cache_prepare(database, call);
	strata_tier *deepest = strata_database_deepest(database);

	if (deepest == NULL || count == 0) {
		strata_batch_complete(items, count, STRATA_UNCONFIGURED, STRATA_TIER_LOCAL);
		return;
	}
	if (is_usable(deepest, prepared)) {
		put_deepest(database, call, items, count, mode);
		drop_outgrown(deepest, call, items, count, mode);
	} else {
		strata_cache_complete_unprepared(database, items, count, prepared);
	}
	for (size_t depth = database->tier_count - 1; depth > 0; depth--) {
		strata_tier *tier = &database->tiers[depth - 1];

		if (is_usable(tier, prepared)) {
			follow_put(tier, call, items, count, mode);
		}
	}
}

/* ---- remove ---- */

/* A tier that did not confirm has the word; the nearest of them, where there are several. */
static void note_removal(strata_item *item, const strata_item *copy)
{
	if (strata_result_class_of(copy->result) != STRATA_ANSWER) {
		item->result = copy->result;
		item->tier = copy->tier;
		item->node = copy->node;
	}
}

static void remove_each(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	for (size_t i = 0; i < count; i++) {
		strata_item copy = *items[i];
		strata_item *const one[] = { &copy };

		tier->ops->remove(tier, call, one, 1);
		strata_batch_count_writes(tier, STRATA_COUNT_DELETES, one, 1);
		note_removal(items[i], &copy);
	}
}

static void remove_from(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_batch copies = strata_batch_copy(call, items, count);

	if (copies.items == NULL) {
		remove_each(tier, call, items, count);
		return;
	}
	tier->ops->remove(tier, call, copies.items, count);
	strata_batch_count_writes(tier, STRATA_COUNT_DELETES, copies.items, count);
	for (size_t i = 0; i < count; i++) {
		note_removal(items[i], copies.items[i]);
	}
}

void strata_cache_remove(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_result prepared;
	strata_tier_kind deepest = STRATA_TIER_LOCAL;

	call->is_urgent = true;
	prepared = strata_cache_prepare(database, call);
	if (database->tier_count == 0 || count == 0) {
		strata_batch_complete(items, count, STRATA_UNCONFIGURED, deepest);
		return;
	}
	deepest = strata_database_deepest(database)->ops->kind;
	strata_batch_complete(items, count, STRATA_OK, deepest);
	for (size_t depth = database->tier_count; depth > 0; depth--) {
		strata_tier *tier = &database->tiers[depth - 1];

		if (is_usable(tier, prepared)) {
			call->later_steps = shared_above(database, depth - 1);
			remove_from(tier, call, items, count);
			call->later_steps = 0;
		} else {
			strata_cache_complete_unprepared(database, items, count, prepared);
		}
	}
}

/* ---- the deepest tier changes a value in place ---- */

/* The deepest tier, ready to be changed, or NULL with the item's result written. */
static strata_tier *prepare_deepest(strata_database *database, strata_call *call, strata_item *item)
{
	strata_item *const one[] = { item };
	strata_result prepared = strata_cache_prepare(database, call);
	strata_tier *deepest = strata_database_deepest(database);

	if (deepest != NULL && prepared == STRATA_OK) {
		return deepest;
	}
	if (deepest == NULL) {
		strata_batch_complete(one, 1, STRATA_UNCONFIGURED, STRATA_TIER_LOCAL);
	} else {
		strata_cache_complete_unprepared(database, one, 1, prepared);
	}
	return NULL;
}

void strata_cache_touch(strata_database *database, strata_call *call, strata_item *item)
{
	strata_tier *deepest = prepare_deepest(database, call, item);

	if (deepest != NULL) {
		call->later_steps = shared_above(database, database->tier_count - 1);
		deepest->ops->touch(deepest, call, item);
		call->later_steps = 0;
		strata_stats_add_reason(deepest->stats, item->result);
		drop_nearer(database, call, item);
	}
}

/* A result that differs from the deepest tier may come from a nearer one. */
void strata_cache_compare(strata_database *database, strata_call *call, strata_item *item,
	const strata_cas_token *seen)
{
	strata_tier *deepest = prepare_deepest(database, call, item);
	strata_item *const one[] = { item };

	if (deepest == NULL) {
		return;
	}
	strata_batch_complete(one, 1, STRATA_OK, deepest->ops->kind);
	if (!refuse_large(deepest, database, call, one, 1)) {
		call->later_steps = shared_above(database, database->tier_count - 1);
		deepest->ops->compare(deepest, call, item, seen);
		call->later_steps = 0;
		explain_outgrown(deepest, call, item);
	}
	strata_batch_count_writes(deepest, STRATA_COUNT_SETS, one, 1);
	if (item->result != STRATA_OK) {
		drop_nearer(database, call, item);
		return;
	}
	for (size_t depth = database->tier_count - 1; depth > 0; depth--) {
		follow_put(&database->tiers[depth - 1], call, one, 1, STRATA_PUT_SET);
	}
}

void strata_cache_increment(strata_database *database, strata_call *call, strata_item *item,
	int64_t by, int64_t initial)
{
	strata_tier *deepest = prepare_deepest(database, call, item);
	strata_item *const one[] = { item };

	item->value = (strata_value){ .codec = STRATA_CODEC_INTEGER };
	if (deepest != NULL) {
		call->later_steps = shared_above(database, database->tier_count - 1);
		deepest->ops->increment(deepest, call, item, by, initial);
		call->later_steps = 0;
		strata_batch_count_writes(deepest, STRATA_COUNT_SETS, one, 1);
		drop_nearer(database, call, item);
	}
}

/* Shortened, never lengthened: nothing outlives what was asked for. */
static strata_msec jittered(const strata_database *database, strata_msec ttl)
{
	strata_msec most = ttl / 100 * database->settings.ttl_jitter;

	return most == 0 ? ttl : ttl - strata_process_random_word() % (most + 1);
}

void strata_cache_stamp(const strata_database *database, strata_item *item, strata_msec ttl)
{
	item->created_at = strata_clock_wall_msec();
	item->expires_at = ttl == 0 ? STRATA_NEVER : item->created_at + jittered(database, ttl);
	item->fresh_until = item->expires_at;
	item->version = strata_process_random_word() | 1; /* 0 says that it was never stamped */
}
