#include "cache/write.h"

#include "cache/batch.h"
#include "cache/generation.h"
#include "cache/removal.h"
#include "os/clock.h"
#include "os/process.h"
#include "tier/local.h"

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
		strata_cache_drop_each(tier, call, items, count);
		return;
	}
	kept.count = 0;
	for (size_t i = 0; i < count; i++) {
		strata_item *copy = kept.items[i];

		if (is_kept_nearer(copy, mode) && strata_batch_may_keep(tier, copy)) {
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
		strata_cache_drop(tier, call, dropped.items, dropped.count);
	}
}

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
	call->later_steps = strata_database_count_shared(database, database->tier_count - 1);
	if (strata_cache_refuse_large(deepest, database, call, items, count)) {
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
			strata_cache_drop_one(deepest, call, items[i]);
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
	if (strata_cache_is_usable(deepest, prepared)) {
		put_deepest(database, call, items, count, mode);
		drop_outgrown(deepest, call, items, count, mode);
	} else {
		strata_cache_complete_unprepared(database, items, count, prepared);
	}
	for (size_t depth = database->tier_count - 1; depth > 0; depth--) {
		strata_tier *tier = &database->tiers[depth - 1];

		if (strata_cache_is_usable(tier, prepared)) {
			follow_put(tier, call, items, count, mode);
		}
	}
}

/* ---- compare ---- */

/* A result that differs from the deepest tier may come from a nearer one. */
void strata_cache_compare(strata_database *database, strata_call *call, strata_item *item,
	const strata_cas_token *seen)
{
	strata_tier *deepest = strata_cache_prepare_deepest(database, call, item);
	strata_item *const one[] = { item };

	if (deepest == NULL) {
		return;
	}
	strata_batch_complete(one, 1, STRATA_OK, deepest->ops->kind);
	if (!strata_cache_refuse_large(deepest, database, call, one, 1)) {
		call->later_steps = strata_database_count_shared(database, database->tier_count - 1);
		deepest->ops->compare(deepest, call, item, seen);
		call->later_steps = 0;
		explain_outgrown(deepest, call, item);
	}
	strata_batch_count_writes(deepest, STRATA_COUNT_SETS, one, 1);
	if (item->result != STRATA_OK) {
		strata_cache_drop_nearer(database, call, item);
		return;
	}
	for (size_t depth = database->tier_count - 1; depth > 0; depth--) {
		follow_put(&database->tiers[depth - 1], call, one, 1, STRATA_PUT_SET);
	}
}

/* ---- stamp ---- */

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
