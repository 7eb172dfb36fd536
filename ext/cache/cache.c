/*
 * Reads go from the nearest tier to the deepest, writes from the deepest to the nearest, so that a
 * value is never near without having been deep, and the deepest tier's word is the answer.
 *
 *     get       local -> memcached -> redis      what is found fills the tiers it was missing in
 *     put       redis -> memcached -> local      nearer tiers follow what the deepest did
 *     remove    redis -> memcached -> local      all of them must confirm
 *
 * Each tier gets what is left of the batch in one call, in which it asks all its nodes in parallel:
 * a batch over three tiers takes at most three rounds.
 */
#include "cache/cache.h"

#include "cache/generation.h"
#include "os/clock.h"
#include "os/process.h"

/* ---- counting ---- */

static void count_gets(strata_tier *tier, strata_item *const *items, size_t count)
{
	uint64_t hits = 0;

	for (size_t i = 0; i < count; i++) {
		hits += items[i]->result == STRATA_OK;
		strata_stats_add_reason(tier->stats, items[i]->result);
	}
	strata_stats_add(tier->stats, STRATA_COUNT_HITS, hits);
	strata_stats_add(tier->stats, STRATA_COUNT_MISSES, count - hits);
}

static void count_writes(strata_tier *tier, strata_counter counter, strata_item *const *items,
	size_t count)
{
	uint64_t done = 0;

	for (size_t i = 0; i < count; i++) {
		done += items[i]->result == STRATA_OK;
		strata_stats_add_reason(tier->stats, items[i]->result);
	}
	strata_stats_add(tier->stats, counter, done);
}

/* ---- batches ---- */

static void settle_all(strata_item *const *items, size_t count, strata_result result)
{
	for (size_t i = 0; i < count; i++) {
		items[i]->result = result;
		items[i]->node = NULL;
	}
}

/* A list of items that the tiers still have to see, shorter with every tier. NULL when out of memory. */
static strata_item **copy_list(strata_call *call, strata_item *const *items, size_t count)
{
	strata_item **list = strata_arena_alloc(call->arena, count * sizeof(*list));

	for (size_t i = 0; list != NULL && i < count; i++) {
		list[i] = items[i];
	}
	return list;
}

/* Keeps those items of the list that have no value yet; returns how many. */
static size_t keep_unfound(strata_item **list, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (list[i]->result != STRATA_OK) {
			list[kept++] = list[i];
		}
	}
	return kept;
}

/*
 * Does something to a tier that must not change what the caller is told: on copies of the items. The
 * result of each copy is left in it. NULL when out of memory.
 */
static strata_item **shadow(strata_call *call, strata_item *const *items, size_t count)
{
	strata_item *copies = strata_arena_alloc(call->arena, count * sizeof(*copies));
	strata_item **list = strata_arena_alloc(call->arena, count * sizeof(*list));

	if (copies == NULL || list == NULL) {
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		copies[i] = *items[i];
		list[i] = &copies[i];
	}
	return list;
}

/* Without a generation no key of a shared tier has a name. */
static bool is_usable(const strata_tier *tier, strata_result prepared)
{
	return prepared == STRATA_OK || tier->ops->kind == STRATA_TIER_LOCAL;
}

/* ---- get ---- */

static bool may_fill(const strata_tier *tier, const strata_item *item)
{
	/*
	 * A counter's truth is in the deepest tier: a copy of it in memcached, whose end nobody knows,
	 * would outlive what other hosts count.
	 */
	bool is_counter = item->value.codec == STRATA_CODEC_INTEGER && item->version == 0;

	return tier->ops->kind == STRATA_TIER_LOCAL || !is_counter;
}

/* Fills use ADD: what somebody stored since this get began is newer than what it found. */
static void fill(strata_tier *tier, strata_call *call, strata_item *const *found, size_t count)
{
	strata_item **copies = shadow(call, found, count);
	size_t filled = 0;

	for (size_t i = 0; copies != NULL && i < count; i++) {
		if (may_fill(tier, copies[i])) {
			copies[filled++] = copies[i];
		}
	}
	if (filled > 0) {
		tier->ops->put(tier, call, copies, filled, STRATA_PUT_ADD);
		count_writes(tier, STRATA_COUNT_FILLS, copies, filled);
	}
}

static void fill_nearer(strata_database *database, strata_call *call, size_t depth,
	strata_item *const *items, size_t count)
{
	size_t found;
	strata_item **hits = strata_items_with(call->arena, items, count, STRATA_OK, &found);

	for (size_t near = 0; near < depth && found > 0; near++) {
		fill(&database->tiers[near], call, hits, found);
	}
}

void strata_cache_get(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_result prepared = strata_cache_prepare(database, call);
	strata_item **left = copy_list(call, items, count);

	settle_all(items, count, left == NULL ? STRATA_NO_MEMORY : STRATA_UNCONFIGURED);
	for (size_t depth = 0; left != NULL && count > 0 && depth < database->tier_count; depth++) {
		strata_tier *tier = &database->tiers[depth];

		if (!is_usable(tier, prepared)) {
			settle_all(left, count, prepared);
			break;
		}
		tier->ops->get(tier, call, left, count);
		count_gets(tier, left, count);
		fill_nearer(database, call, depth, left, count);
		count = keep_unfound(left, count);
	}
}

/* ---- put ---- */

static void drop(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	strata_item **copies = count == 0 ? NULL : shadow(call, items, count);

	if (copies != NULL) {
		tier->ops->remove(tier, call, copies, count);
	}
}

/* A nearer tier takes the new value over whatever it has, or loses what it has. */
static void follow_put(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_item **copies = shadow(call, items, count);
	size_t refused = 0;

	if (copies == NULL) {
		return;
	}
	tier->ops->put(tier, call, copies, count, STRATA_PUT_SET);
	count_writes(tier, STRATA_COUNT_SETS, copies, count);
	for (size_t i = 0; i < count; i++) {
		if (copies[i]->result != STRATA_OK) {
			copies[refused++] = copies[i];
		}
	}
	if (refused > 0) {
		tier->ops->remove(tier, call, copies, refused);
	}
}

/* Larger than what the settings allow: refused before any server is asked. */
static void refuse_large(strata_tier *tier, const strata_database *database,
	strata_item *const *items, size_t count)
{
	if (tier->ops->kind == STRATA_TIER_LOCAL) {
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (strata_value_size(&items[i]->value) > database->scope.max_value) {
			items[i]->result = STRATA_TOO_LARGE;
		}
	}
}

/* The deepest tier's part; afterwards every item has its result. */
static void put_deepest(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode)
{
	strata_tier *deepest = strata_database_deepest(database);
	strata_item **fitting;
	size_t fit;

	settle_all(items, count, STRATA_OK);
	refuse_large(deepest, database, items, count);
	fitting = strata_items_with(call->arena, items, count, STRATA_OK, &fit);
	if (fit > 0) {
		deepest->ops->put(deepest, call, fitting, fit, mode);
	}
	count_writes(deepest, STRATA_COUNT_SETS, items, count);
}

/*
 * What the nearer tiers do about an item whose deepest tier gave this result:
 *   OK                        keep the new value
 *   a failure, mode SET       keep it too: it is the newest that anybody knows
 *   a refusal (too large)     drop the old one: the caller asked for it to be replaced
 *   NOT_STORED                nothing: nothing changed
 */
static bool follows(const strata_item *item, strata_put_mode mode)
{
	bool failed = strata_result_class_of(item->result) == STRATA_FAILURE;

	return item->result == STRATA_OK || (failed && mode == STRATA_PUT_SET);
}

static void put_nearer(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode)
{
	strata_item **taken = copy_list(call, items, count);
	strata_item **refused = copy_list(call, items, count);
	size_t taken_count = 0, refused_count = 0;

	if (taken == NULL || refused == NULL) {
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (follows(items[i], mode)) {
			taken[taken_count++] = items[i];
		} else if (items[i]->result != STRATA_NOT_STORED) {
			refused[refused_count++] = items[i];
		}
	}
	for (size_t depth = database->tier_count - 1; depth > 0; depth--) {
		strata_tier *tier = &database->tiers[depth - 1];

		if (taken_count > 0) {
			follow_put(tier, call, taken, taken_count);
		}
		drop(tier, call, refused, refused_count);
	}
}

void strata_cache_put(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode)
{
	strata_result prepared = strata_cache_prepare(database, call);

	if (database->tier_count == 0 || prepared != STRATA_OK) {
		settle_all(items, count, prepared != STRATA_OK ? prepared : STRATA_UNCONFIGURED);
		return;
	}
	put_deepest(database, call, items, count, mode);
	put_nearer(database, call, items, count, mode);
}

/* ---- remove ---- */

void strata_cache_remove(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_result prepared = strata_cache_prepare(database, call);

	settle_all(items, count, database->tier_count == 0 ? STRATA_UNCONFIGURED : STRATA_OK);
	for (size_t depth = database->tier_count; depth > 0; depth--) {
		strata_tier *tier = &database->tiers[depth - 1];
		strata_item **copies = shadow(call, items, count);

		if (copies == NULL || !is_usable(tier, prepared)) {
			settle_all(items, count, copies == NULL ? STRATA_NO_MEMORY : prepared);
			continue;
		}
		tier->ops->remove(tier, call, copies, count);
		count_writes(tier, STRATA_COUNT_DELETES, copies, count);
		for (size_t i = 0; i < count; i++) {
			bool confirmed = strata_result_class_of(copies[i]->result) == STRATA_ANSWER;

			if (!confirmed) {
				items[i]->result = copies[i]->result;
				items[i]->node = copies[i]->node;
			}
		}
	}
}

/* ---- the deepest tier changes a value in place ---- */

static void drop_nearer(strata_database *database, strata_call *call, strata_item *item)
{
	strata_item *const one[] = { item };

	for (size_t depth = 0; depth + 1 < database->tier_count; depth++) {
		drop(&database->tiers[depth], call, one, 1);
	}
}

/* The deepest tier, ready to be changed, or NULL with the item's result written. */
static strata_tier *prepare_deepest(strata_database *database, strata_call *call, strata_item *item)
{
	strata_item *const one[] = { item };
	strata_result prepared = strata_cache_prepare(database, call);
	strata_tier *deepest = strata_database_deepest(database);

	if (deepest != NULL && prepared == STRATA_OK) {
		return deepest;
	}
	settle_all(one, 1, deepest == NULL ? STRATA_UNCONFIGURED : prepared);
	return NULL;
}

void strata_cache_touch(strata_database *database, strata_call *call, strata_item *item)
{
	strata_tier *deepest = prepare_deepest(database, call, item);

	if (deepest != NULL) {
		deepest->ops->touch(deepest, call, item);
		strata_stats_add_reason(deepest->stats, item->result);
		drop_nearer(database, call, item);
	}
}

void strata_cache_increment(strata_database *database, strata_call *call, strata_item *item,
	int64_t by, int64_t initial)
{
	strata_tier *deepest = prepare_deepest(database, call, item);
	strata_item *const one[] = { item };

	if (deepest != NULL) {
		deepest->ops->increment(deepest, call, item, by, initial);
		count_writes(deepest, STRATA_COUNT_SETS, one, 1);
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
	item->version = strata_process_random_word() | 1; /* 0 says that nobody stamped it */
}
