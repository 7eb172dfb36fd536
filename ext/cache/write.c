#include "cache/write.h"

#include "base/compiler.h"
#include "cache/batch.h"
#include "cache/confirm.h"
#include "cache/generation.h"
#include "cache/local.h"
#include "cache/removal.h"
#include "cache/tagged.h"
#include "cache/tags.h"
#include "database/mirror.h"
#include "database/policy_terms.h"
#include "database/route.h"
#include "os/clock.h"
#include "os/process.h"
#include "tier/local.h"

/* ---- what the nearer tiers do ---- */

/*
 * A nearer tier that other hosts see is told to forget what it holds, and the next get fills it: of
 * two hosts that wrote to it at once, the slower one would leave another value than the deepest
 * tier has. This host's own tier keeps the new value, unless anything happened there since the
 * deepest was asked.
 */

static void watch_nearer(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count)
{
	for (size_t depth = 0; depth + 1 < database->tier_count; depth++) {
		strata_tier *tier = &database->tiers[depth];

		if (tier->ops->watch != NULL) {
			tier->ops->watch(tier, call, items, count);
		}
	}
}

/*
 * While the deepest tier fails, or is not asked, a set is false. All the same it is the newest that
 * this host knows, so its own tier goes on with it, for as long as it may keep a copy.
 */
static bool is_kept_here(const strata_item *item, strata_put_mode mode)
{
	bool failed = strata_result_class_of(item->result) == STRATA_FAILURE ||
				  strata_result_is_unasked(item->result);

	return item->result == STRATA_OK || (failed && mode == STRATA_PUT_SET);
}

/*
 * Is what the nearer tiers hold as right as before? After anything else the value that the caller
 * wanted to be replaced must not come from there.
 */
static bool is_nothing_changed(const strata_item *item, strata_put_mode mode)
{
	return item->result == STRATA_NOT_STORED ||
		   (mode != STRATA_PUT_SET && strata_result_is_unasked(item->result));
}

/* Fills with what may be kept. What was not stored is left, with what may not, in *dropped. */
static void fill_kept(strata_database *database, strata_tier *tier, strata_call *call,
	strata_batch *copies, strata_put_mode mode, strata_batch *dropped)
{
	bool may_fill = tier->ops->watch != NULL && strata_route_asks(database, tier->ops->kind);
	size_t kept = 0;

	for (size_t i = 0; i < copies->count; i++) {
		if (may_fill && is_kept_here(copies->items[i], mode)) {
			copies->items[kept++] = copies->items[i];
		} else if (!is_nothing_changed(copies->items[i], mode)) {
			dropped->items[dropped->count++] = copies->items[i];
		}
	}
	if (kept > 0) {
		tier->ops->fill(tier, call, copies->items, kept);
		strata_batch_count_writes(tier, call, strata_batch_operation_of(mode), copies->items, kept);
	}
	for (size_t i = 0; i < kept; i++) {
		if (copies->items[i]->result != STRATA_OK) {
			dropped->items[dropped->count++] = copies->items[i];
		}
	}
}

static void follow_in(strata_database *database, strata_tier *tier, strata_call *call,
	strata_item *const *items, size_t count, strata_put_mode mode)
{
	strata_batch copies = strata_batch_copy(call, items, count);
	strata_batch dropped = { strata_arena_alloc(call->arena, count * sizeof(strata_item *)), 0 };

	if (copies.items == NULL || dropped.items == NULL) {
		strata_cache_drop_each(tier, call, items, count);
		return;
	}
	fill_kept(database, tier, call, &copies, mode, &dropped);
	if (dropped.count > 0) {
		strata_cache_drop(tier, call, dropped.items, dropped.count);
	}
}

static void follow_put(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode, strata_result prepared)
{
	for (size_t depth = database->tier_count - 1; depth > 0; depth--) {
		strata_tier *tier = &database->tiers[depth - 1];

		if (strata_cache_is_usable(tier, prepared)) {
			follow_in(database, tier, call, items, count, mode);
		}
	}
}

/* ---- put ---- */

bool strata_cache_refuse_large(const strata_tier *tier, const strata_database *database,
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

/*
 * The numbers of tags that a computation named only at its end are read now, as others were before
 * it. True where any is not known: what bears it must not be stored.
 */
static bool refuse_unnumbered(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count)
{
	strata_result read = strata_tags_read(database, call, items, count);

	for (size_t i = 0; i < count && read != STRATA_OK; i++) {
		if (!strata_item_is_numbered(items[i])) {
			items[i]->result = read;
		}
	}
	return read != STRATA_OK;
}

/*
 * Those that are not too large, and whose tags have numbers; *count becomes how many. The others
 * have their result, and so have all where there is no memory to list the rest.
 */
static strata_item *const *fitting_of(strata_database *database, strata_call *call,
	strata_item *const *items, size_t *count)
{
	const strata_tier *deepest = strata_database_deepest(database);
	size_t all = *count;
	strata_item **fitting;
	bool is_any_refused;

	strata_batch_complete(items, all, STRATA_OK, deepest->ops->kind);
	is_any_refused = refuse_unnumbered(database, call, items, all);
	is_any_refused |= strata_cache_refuse_large(deepest, database, call, items, all);
	if (!is_any_refused) {
		return items;
	}
	fitting = strata_items_with(call->arena, items, all, STRATA_OK, count);
	for (size_t i = 0; i < all && *count == 0; i++) {
		if (items[i]->result == STRATA_OK) {
			items[i]->result = STRATA_NO_MEMORY;
		}
	}
	return fitting;
}

/* The deepest tier's part; afterwards every item has its result. */
static void put_deepest(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode)
{
	strata_tier *deepest = strata_database_deepest(database);
	size_t fit = count;
	strata_item *const *fitting = fitting_of(database, call, items, &fit);

	call->later_steps = strata_database_count_shared(database, database->tier_count - 1);
	if (fit > 0) {
		strata_tagged_put(database, call, fitting, fit, mode);
	}
	call->later_steps = 0;
	strata_batch_count_writes(deepest, call, strata_batch_operation_of(mode), items, count);
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
		if (items[i]->result != STRATA_TOO_LARGE) {
			continue;
		}
		explain_outgrown(deepest, call, items[i]);
		if (mode != STRATA_PUT_ADD) {
			strata_cache_drop_one(deepest, call, items[i]);
		}
	}
}

static void put_confirmed(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode)
{
	strata_tier *deepest = strata_database_deepest(database);
	strata_confirmation confirmation;

	strata_confirm_begin(&confirmation, database, call);
	do {
		watch_nearer(database, call, items, count);
		strata_cache_announce(database, call, items, count);
		put_deepest(database, call, items, count, mode);
		drop_outgrown(deepest, call, items, count, mode);
	} while (strata_confirm_again(&confirmation, items, count));
}

/* No value is too large for strata.max_value here, and no other tier follows. */
static void put_alone(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode)
{
	strata_tier *local = &database->tiers[0];

	strata_tagged_put(database, call, items, count, mode);
	strata_batch_count_writes(local, call, strata_batch_operation_of(mode), items, count);
	drop_outgrown(local, call, items, count, mode);
}

/* ---- numbers of tags ---- */

/*
 * A value must not be stored without them, and the one that it was to replace must not stay. The
 * caller is told why they are not known, whatever comes of the removal.
 */
static void give_up_unnumbered(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count, strata_put_mode mode, strata_result reason)
{
	strata_batch copies =
		mode == STRATA_PUT_ADD ? (strata_batch){ NULL, 0 } : strata_batch_copy(call, items, count);
	strata_call before = *call;

	strata_batch_complete(items, count, reason, strata_database_deepest(database)->ops->kind);
	if (copies.count > 0) {
		strata_cache_remove(database, call, copies.items, copies.count);
		call->is_urgent = before.is_urgent;
		memcpy(call->error, before.error, sizeof(call->error));
	}
}

/* Those with numbers; *count becomes how many. The others have the reason. */
static STRATA_COLD strata_item *const *leave_unnumbered(strata_database *database,
	strata_call *call, strata_item *const *items, size_t *count, strata_put_mode mode,
	strata_result read)
{
	size_t all = *count, without = 0;
	strata_item **list = strata_arena_alloc(call->arena, all * sizeof(*list));

	*count = 0;
	if (list == NULL) {
		for (size_t i = 0; i < all; i++) {
			give_up_unnumbered(database, call, &items[i], 1, mode, STRATA_NO_MEMORY);
		}
		return items;
	}
	for (size_t i = 0; i < all; i++) {
		if (strata_item_is_numbered(items[i])) {
			list[(*count)++] = items[i];
		} else {
			list[all - ++without] = items[i];
		}
	}
	give_up_unnumbered(database, call, list + all - without, without, mode, read);
	return list;
}

/* Those that may be stored; *count becomes how many. The others have their result. */
static inline strata_item *const *numbered_of(strata_database *database, strata_call *call,
	strata_item *const *items, size_t *count, strata_put_mode mode)
{
	strata_result read = strata_tags_read(database, call, items, *count);

	return read == STRATA_OK ? items : leave_unnumbered(database, call, items, count, mode, read);
}

/* ---- put ---- */

static void put_numbered(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode, strata_result prepared)
{
	if (strata_cache_is_usable(strata_database_deepest(database), prepared)) {
		put_confirmed(database, call, items, count, mode);
	} else {
		watch_nearer(database, call, items, count);
		strata_mirror_begin_items(database, items, count);
		strata_cache_complete_unprepared(database, items, count, prepared);
	}
	follow_put(database, call, items, count, mode, prepared);
	strata_cache_conclude(database, call, items, count);
}

static void put(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode)
{
	strata_result prepared = strata_cache_prepare_along(database, call);
	strata_tier *deepest = strata_database_deepest(database);

	if (deepest == NULL || count == 0) {
		strata_batch_complete(items, count, STRATA_UNCONFIGURED, STRATA_TIER_LOCAL);
		return;
	}
	items = numbered_of(database, call, items, &count, mode);
	if (count == 0) {
		return;
	}
	if (strata_cache_is_local_alone(database)) {
		put_alone(database, call, items, count, mode);
	} else {
		put_numbered(database, call, items, count, mode, prepared);
	}
}

static void put_on_route(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, const void *with)
{
	put(database, call, items, count, *(const strata_put_mode *) with);
}

static STRATA_NOINLINE void put_on_routes(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count, strata_put_mode mode)
{
	strata_route_each(database, call, items, count, put_on_route, &mode);
}

void strata_cache_put(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_put_mode mode)
{
	if (database->policies == NULL) {
		put(database, call, items, count, mode);
	} else {
		put_on_routes(database, call, items, count, mode);
	}
}

/* ---- compare ---- */

/* A result that differs from the deepest tier may come from a nearer one. */
static void compare_on_route(strata_database *database, strata_call *call, strata_item *item,
	const strata_cas_token *seen)
{
	strata_tier *deepest = strata_cache_prepare_deepest(database, call, item);
	strata_cas_token token = strata_tagged_token(item, seen);
	strata_item *const one[] = { item };
	strata_confirmation confirmation;

	if (deepest == NULL || !strata_tagged_is_seen(database, call, item)) {
		return;
	}
	strata_confirm_begin(&confirmation, database, call);
	do {
		watch_nearer(database, call, one, 1);
		strata_cache_announce(database, call, one, 1);
		strata_batch_complete(one, 1, STRATA_OK, deepest->ops->kind);
		if (!strata_cache_refuse_large(deepest, database, call, one, 1)) {
			call->later_steps = strata_database_count_shared(database, database->tier_count - 1);
			deepest->ops->compare(deepest, call, item, &token);
			call->later_steps = 0;
			explain_outgrown(deepest, call, item);
		}
		strata_batch_count_writes(deepest, call, STRATA_OPERATION_COMPARE_AND_SET, one, 1);
	} while (strata_confirm_again(&confirmation, one, 1));
	if (item->result == STRATA_OK) {
		follow_put(database, call, one, 1, STRATA_PUT_SET, STRATA_OK);
	} else {
		strata_cache_drop_changed(database, call, item);
	}
	strata_cache_conclude(database, call, one, 1);
}

void strata_cache_compare(strata_database *database, strata_call *call, strata_item *item,
	const strata_cas_token *seen)
{
	strata_route before = strata_route_enter(database, strata_route_of(database, item->key));

	compare_on_route(database, call, item, seen);
	strata_route_leave(database, before);
}

/* ---- put over a fence ---- */

static void put_over_fences_deepest(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count)
{
	strata_tier *deepest = strata_database_deepest(database);
	size_t fit = count;
	strata_item *const *fitting = fitting_of(database, call, items, &fit);

	call->later_steps = strata_database_count_shared(database, database->tier_count - 1);
	if (fit > 0) {
		deepest->ops->put_over_fence(deepest, call, fitting, fit);
	}
	call->later_steps = 0;
	for (size_t i = 0; i < count; i++) {
		explain_outgrown(deepest, call, items[i]);
	}
	strata_batch_count_writes(deepest, call, STRATA_OPERATION_STORE_COMPUTED, items, count);
}

void strata_cache_put_over_fence(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count)
{
	strata_item **stored;
	size_t stored_count;

	for (size_t i = 0; i < count; i++) {
		items[i]->is_enveloped = true;
	}
	watch_nearer(database, call, items, count);
	strata_cache_announce(database, call, items, count);
	put_over_fences_deepest(database, call, items, count);
	stored = strata_items_with(call->arena, items, count, STRATA_OK, &stored_count);
	if (stored_count > 0) {
		follow_put(database, call, stored, stored_count, STRATA_PUT_SET, STRATA_OK);
	}
	for (size_t i = 0; i < count; i++) {
		if (items[i]->result != STRATA_OK || stored == NULL) {
			strata_cache_drop_nearer(database, call, items[i]);
		}
	}
	strata_cache_conclude(database, call, items, count);
}

/* ---- stamp ---- */

void strata_cache_stamp_computed(const strata_database *database, strata_item *item,
	strata_msec ttl, strata_msec stale)
{
	if (database->policies != NULL) {
		strata_terms terms = strata_policy_terms(database, item->key, (strata_terms){ ttl, stale });

		ttl = terms.ttl;
		stale = terms.stale;
	}
	item->created_at = strata_clock_wall_msec();
	item->fresh_until =
		ttl == 0 ? STRATA_NEVER : item->created_at + strata_policy_jittered(database, ttl);
	/* Other programs know of no soft end. */
	stale = database->keyspace.format == STRATA_FORMAT_PLAIN ? 0 : stale;
	item->expires_at = ttl == 0 ? STRATA_NEVER : item->fresh_until + stale;
	item->version = strata_process_random_word() | 1; /* 0 says that it was never stamped */
}

void strata_cache_stamp(const strata_database *database, strata_item *item, strata_msec ttl)
{
	strata_cache_stamp_computed(database, item, ttl, 0);
	/* What a policy says of stale values is for remember(). */
	item->expires_at = item->fresh_until;
}
