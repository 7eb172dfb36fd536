/*
 * What nearer tiers do for their own good is done on copies of the items, so that it never changes
 * what the caller is told. Where there is no memory for copies, nearer tiers are still made to drop
 * what they hold: an old value must not stay because a new one could not be stored.
 */
#include "cache/removal.h"

#include "cache/analyse.h"
#include "cache/batch.h"
#include "cache/confirm.h"
#include "cache/generation.h"
#include "cache/local.h"
#include "cache/tagged.h"
#include "database/mirror.h"
#include "database/route.h"

/* ---- what is under way ---- */

void strata_cache_announce(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_mirror_begin_items(database, items, count);
	for (size_t depth = 0; depth + 1 < database->tier_count; depth++) {
		strata_tier *tier = &database->tiers[depth];

		if (tier->ops->announce != NULL) {
			tier->ops->announce(tier, call, items, count);
		}
	}
}

void strata_cache_conclude(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count)
{
	for (size_t depth = 0; depth + 1 < database->tier_count; depth++) {
		strata_tier *tier = &database->tiers[depth];

		if (tier->ops->conclude != NULL) {
			tier->ops->conclude(tier, call, items, count);
		}
	}
	strata_mirror_end_items(database, call, items, count);
}

/* ---- dropping what a nearer tier holds ---- */

void strata_cache_drop(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	bool is_urgent = call->is_urgent;

	call->is_urgent = true;
	tier->ops->remove(tier, call, items, count);
	strata_analyse(tier, call, STRATA_ANALYSE_CHANGE, items, count);
	call->is_urgent = is_urgent;
}

void strata_cache_drop_one(strata_tier *tier, strata_call *call, const strata_item *item)
{
	strata_item copy = *item;
	strata_item *const one[] = { &copy };

	strata_cache_drop(tier, call, one, 1);
}

void strata_cache_drop_each(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	for (size_t i = 0; i < count; i++) {
		strata_cache_drop_one(tier, call, items[i]);
	}
}

/* From the deepest on, so that no tier is filled again from one that still has the old value. */
void strata_cache_drop_nearer(strata_database *database, strata_call *call, const strata_item *item)
{
	for (size_t depth = database->tier_count - 1; depth > 0; depth--) {
		strata_cache_drop_one(&database->tiers[depth - 1], call, item);
	}
}

void strata_cache_drop_changed(strata_database *database, strata_call *call,
	const strata_item *item)
{
	if (!strata_result_is_unasked(item->result)) {
		strata_cache_drop_nearer(database, call, item);
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
		strata_batch_count_writes(tier, call, STRATA_OPERATION_DELETE, one, 1);
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
	strata_batch_count_writes(tier, call, STRATA_OPERATION_DELETE, copies.items, count);
	for (size_t i = 0; i < count; i++) {
		note_removal(items[i], copies.items[i]);
	}
}

static void remove_at(strata_database *database, size_t depth, strata_call *call,
	strata_item *const *items, size_t count)
{
	call->later_steps = strata_database_count_shared(database, depth);
	remove_from(&database->tiers[depth], call, items, count);
	call->later_steps = 0;
}

/* What is not there is as good as removed. */
static void remove_from_deepest(strata_tier *deepest, strata_call *call, strata_item *const *items,
	size_t count)
{
	deepest->ops->remove(deepest, call, items, count);
	strata_batch_count_writes(deepest, call, STRATA_OPERATION_DELETE, items, count);
	for (size_t i = 0; i < count; i++) {
		if (strata_result_class_of(items[i]->result) == STRATA_ANSWER) {
			items[i]->result = STRATA_OK;
			items[i]->node = NULL;
		}
	}
}

static void remove_confirmed(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count)
{
	strata_confirmation confirmation;

	strata_confirm_begin(&confirmation, database, call);
	do {
		strata_cache_announce(database, call, items, count);
		call->later_steps = strata_database_count_shared(database, database->tier_count - 1);
		remove_from_deepest(strata_database_deepest(database), call, items, count);
		call->later_steps = 0;
	} while (strata_confirm_again(&confirmation, items, count));
}

static void remove_everywhere(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count)
{
	strata_result prepared;

	call->is_urgent = true;
	prepared = strata_cache_prepare_along(database, call);
	if (database->tier_count == 0 || count == 0) {
		strata_batch_complete(items, count, STRATA_UNCONFIGURED, STRATA_TIER_LOCAL);
		return;
	}
	if (strata_cache_is_local_alone(database)) {
		remove_from_deepest(&database->tiers[0], call, items, count);
		return;
	}
	if (strata_cache_is_usable(strata_database_deepest(database), prepared)) {
		remove_confirmed(database, call, items, count);
	} else {
		strata_mirror_begin_items(database, items, count);
		strata_cache_complete_unprepared(database, items, count, prepared);
	}
	for (size_t depth = database->tier_count - 1; depth > 0; depth--) {
		if (strata_cache_is_usable(&database->tiers[depth - 1], prepared)) {
			remove_at(database, depth - 1, call, items, count);
		}
	}
	strata_cache_conclude(database, call, items, count);
}

/* Also from tiers that the keys do not use now: there may be values of before their policy. */
void strata_cache_remove(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_route before = strata_route_enter(database, 0);

	remove_everywhere(database, call, items, count);
	strata_route_leave(database, before);
}

static void compare_and_remove_confirmed(strata_database *database, strata_call *call,
	strata_item *item, const strata_cas_token *seen)
{
	strata_tier *deepest = strata_database_deepest(database);
	strata_item *const one[] = { item };
	strata_confirmation confirmation;

	strata_confirm_begin(&confirmation, database, call);
	do {
		strata_cache_announce(database, call, one, 1);
		call->later_steps = strata_database_count_shared(database, database->tier_count - 1);
		deepest->ops->compare_and_remove(deepest, call, item, seen);
		call->later_steps = 0;
		strata_batch_count_writes(deepest, call, STRATA_OPERATION_COMPARE_AND_DELETE, one, 1);
	} while (strata_confirm_again(&confirmation, one, 1));
}

static void compare_and_remove_on_route(strata_database *database, strata_call *call,
	strata_item *item, const strata_cas_token *seen)
{
	strata_tier *deepest;
	strata_item *const one[] = { item };
	strata_cas_token token;

	call->is_urgent = true;
	deepest = strata_cache_prepare_deepest(database, call, item);
	if (deepest == NULL || !strata_tagged_is_seen(database, call, item)) {
		return;
	}
	token = strata_tagged_token(item, seen);
	compare_and_remove_confirmed(database, call, item, &token);
	if (item->result == STRATA_OK) {
		for (size_t depth = database->tier_count - 1; depth > 0; depth--) {
			remove_at(database, depth - 1, call, one, 1);
		}
	} else {
		strata_cache_drop_changed(database, call, item);
	}
	strata_cache_conclude(database, call, one, 1);
}

void strata_cache_compare_and_remove(strata_database *database, strata_call *call,
	strata_item *item, const strata_cas_token *seen)
{
	strata_route before = strata_route_enter(database, strata_route_of(database, item->key));
	strata_item *const one[] = { item };

	compare_and_remove_on_route(database, call, item, seen);
	if (item->result == STRATA_OK && database->deeper > 0) {
		strata_cache_remove(database, call, one, 1);
	}
	strata_route_leave(database, before);
}
