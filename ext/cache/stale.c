#include "cache/stale.h"

#include "cache/generation.h"
#include "cache/local.h"
#include "cache/tags.h"
#include "database/route.h"

void strata_stale_begin(strata_stale *stale, strata_database *database, strata_call *call,
	strata_item *const *items, size_t count, strata_tier_kind nearest)
{
	*stale = (strata_stale){ .database = database,
		.call = call,
		.all = items,
		.count = count,
		.nearest = nearest };
	for (size_t i = 0; i < count; i++) {
		items[i]->is_kept_on_error = false;
	}
}

/* A shared tier that goes by the number of a deeper one. */
static bool goes_by_deeper(const strata_database *database, size_t depth)
{
	return depth + 1 < database->tier_count + database->deeper &&
		   database->tiers[depth].ops->kind != STRATA_TIER_LOCAL;
}

bool strata_stale_may_ask(const strata_stale *stale, size_t depth)
{
	return !goes_by_deeper(stale->database, depth) ||
		   strata_cache_silence(stale->database, stale->call->now) <=
			   strata_msec_of(stale->database->settings.stale_on_error);
}

/* ---- noting ---- */

static bool has_value(const strata_item *item)
{
	return item->result == STRATA_OK || item->result == STRATA_STALE;
}

/* A copy of the item, in the place of a former one: what is deeper is newer. */
static void keep(strata_stale *stale, strata_item *item)
{
	size_t place = 0;

	if (stale->items == NULL) {
		stale->items = strata_arena_alloc(stale->call->arena, stale->count * sizeof(*stale->items));
		stale->copies =
			strata_arena_alloc(stale->call->arena, stale->count * sizeof(*stale->copies));
	}
	if (stale->items == NULL || stale->copies == NULL) {
		return;
	}
	while (place < stale->kept && stale->items[place] != item) {
		place++;
	}
	stale->kept += place == stale->kept;
	stale->items[place] = item;
	stale->copies[place] = *item;
}

void strata_stale_note(strata_stale *stale, size_t depth, strata_item *const *items, size_t count)
{
	bool is_unconfirmed = goes_by_deeper(stale->database, depth) &&
						  strata_cache_silence(stale->database, stale->call->now) > 0;

	for (size_t i = 0; i < count; i++) {
		items[i]->is_kept_on_error |= is_unconfirmed && has_value(items[i]);
		if (items[i]->result == STRATA_STALE && stale->call->takes_stale) {
			keep(stale, items[i]);
		}
	}
}

/* ---- completing ---- */

static bool has_failed(const strata_item *item)
{
	return strata_result_class_of(item->result) != STRATA_ANSWER &&
		   item->tier != STRATA_TIER_LOCAL && item->result != STRATA_UNCONFIGURED;
}

/* No deeper tier had any value. What the deepest said of a fence stays. */
static void restore(strata_item *item, const strata_item *copy)
{
	bool is_on_error = has_failed(item);
	strata_fence fence = is_on_error ? copy->fence : item->fence;

	*item = *copy;
	item->fence = fence;
	item->is_kept_on_error = is_on_error || copy->is_kept_on_error;
}

/* No tier can be asked for a number now. An outdated value is no better than none. */
static bool is_known_current(const strata_stale *stale, const strata_item *item)
{
	return strata_tags_judge(stale->database, item->tags, item->tag_count, stale->call->now) ==
		   STRATA_TAGS_CURRENT;
}

static void serve_local_copy(const strata_stale *stale, strata_item *item)
{
	strata_tier *local = &stale->database->tiers[0];
	strata_item failed = *item;

	if (local->ops->get_kept == NULL || stale->nearest != STRATA_TIER_LOCAL ||
		!strata_route_asks(stale->database, STRATA_TIER_LOCAL) ||
		stale->database->settings.stale_on_error == 0) {
		return;
	}
	local->ops->get_kept(local, stale->call, item);
	if (item->is_kept_on_error && !is_known_current(stale, item)) {
		strata_cache_release(stale->database, item);
		*item = failed;
	}
}

/* By the tier that has it. */
static void count_served(const strata_stale *stale, const strata_item *item)
{
	for (size_t depth = 0; depth < stale->database->tier_count; depth++) {
		strata_tier *tier = &stale->database->tiers[depth];

		if (tier->ops->kind == item->tier) {
			strata_stats_add(tier->stats, STRATA_COUNT_STALE, 1);
		}
	}
}

static void complete_one(const strata_stale *stale, strata_item *item)
{
	if (has_failed(item)) {
		serve_local_copy(stale, item);
	}
	/* It may have been this call's turn to ask, after memcached had been asked. */
	if (item->is_kept_on_error && item->result == STRATA_OK && item->tier != STRATA_TIER_LOCAL) {
		item->is_kept_on_error = strata_cache_silence(stale->database, stale->call->now) > 0;
	}
	if (item->is_kept_on_error || (item->result == STRATA_STALE && stale->call->takes_stale)) {
		count_served(stale, item);
	}
}

void strata_stale_complete(strata_stale *stale)
{
	for (size_t i = 0; i < stale->kept; i++) {
		if (!has_value(stale->items[i])) {
			restore(stale->items[i], &stale->copies[i]);
		}
	}
	for (size_t i = 0; i < stale->count; i++) {
		complete_one(stale, stale->all[i]);
	}
}
