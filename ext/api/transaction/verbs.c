#include "api/transaction/verbs.h"

#include "Zend/zend_exceptions.h"

#include "api/request/databases.h"
#include "api/request/exceptions.h"
#include "api/transaction/transaction.h"
#include "base/compiler.h"
#include "cache/generation.h"
#include "cache/local.h"
#include "cache/read.h"
#include "cache/removal.h"
#include "cache/tags.h"
#include "cache/write.h"

/*
 * The verbs of reading and writing look for any transaction before they call what needs one: those
 * that are beside transactions of other databases pay for it, and all others one load.
 */

/* NULL, after one load, where none is open. */
static inline strata_transaction *transaction_of(const strata_api_call *call)
{
	return strata_transaction_is_any() ? strata_transaction_of(call->space.database, call->database)
									   : NULL;
}

/* ---- reading ---- */

static void hide(strata_item *item)
{
	*item = (strata_item){ .key = item->key,
		.value.codec = STRATA_CODEC_NULL,
		.result = STRATA_MISS,
		.tier = STRATA_TIER_COUNT };
}

/* Does it say anything of the key? */
static bool answer(const strata_transaction *transaction, strata_api_call *call, strata_item *item)
{
	const strata_pending_write *write;

	switch (strata_transaction_ask(transaction, item->key, &write)) {
		case STRATA_TRANSACTION_SILENT: return false;
		case STRATA_TRANSACTION_GONE: hide(item); return true;
		case STRATA_TRANSACTION_HELD: break;
	}
	strata_pending_read(write, call->call.arena, item);
	return true;
}

/* What the tiers gave. */
static void hide_outdated(const strata_transaction *transaction, strata_api_call *call,
	strata_item *item)
{
	if (strata_transaction_outdates(transaction, item)) {
		strata_cache_release(call->database, item);
		hide(item);
	}
}

static void get_inside(const strata_transaction *transaction, strata_api_call *call,
	strata_item *const *items, size_t count, strata_tier_kind nearest)
{
	strata_item **asked = strata_arena_alloc(call->call.arena, count * sizeof(*asked));
	size_t left = 0;

	for (size_t i = 0; i < count; i++) {
		if (answer(transaction, call, items[i])) {
			continue;
		}
		if (asked == NULL) {
			items[i]->result = STRATA_NO_MEMORY;
		} else {
			asked[left++] = items[i];
		}
	}
	if (left > 0) {
		strata_cache_get_from(call->database, &call->call, asked, left, nearest);
	}
	for (size_t i = 0; i < left; i++) {
		hide_outdated(transaction, call, asked[i]);
	}
}

static STRATA_NOINLINE void get_beside(strata_api_call *call, strata_item *const *items,
	size_t count, strata_tier_kind nearest)
{
	const strata_transaction *transaction = transaction_of(call);

	if (transaction == NULL) {
		strata_cache_get_from(call->database, &call->call, items, count, nearest);
	} else {
		get_inside(transaction, call, items, count, nearest);
	}
}

void strata_verbs_get(strata_api_call *call, strata_item *const *items, size_t count,
	strata_tier_kind nearest)
{
	if (strata_transaction_is_any()) {
		get_beside(call, items, count, nearest);
	} else {
		strata_cache_get_from(call->database, &call->call, items, count, nearest);
	}
}

/* ---- writing ---- */

static void complete(strata_item *item)
{
	item->result = STRATA_OK;
	item->tier = STRATA_TIER_COUNT;
}

/* Of all its tags? */
static bool has_numbers(const strata_item *item)
{
	for (uint16_t i = 0; i < item->tag_count; i++) {
		if (item->tags[i].number == 0) {
			return false;
		}
	}
	return true;
}

/* The number that a tag will have is known when commit() has given it. */
static void forget_numbers(const strata_transaction *transaction, strata_item *item)
{
	for (uint16_t i = 0; i < item->tag_count; i++) {
		if (strata_transaction_invalidates(transaction, item->tags[i].id)) {
			item->tags[i].number = 0;
		}
	}
}

/* A value that nothing is known of is none, nor is the last one. */
static void set_none(strata_transaction *transaction, strata_item *item, strata_result why)
{
	item->result = why;
	strata_pending_delete(transaction->level, item->key);
}

/*
 * Generation and numbers are those of the moment when the value was set: or else what another
 * process clears or invalidates before commit() would be served.
 */
static void set_inside(strata_transaction *transaction, strata_api_call *call,
	strata_item *const *items, size_t count)
{
	strata_result prepared = strata_cache_prepare(call->database, &call->call);
	uint64_t generation = call->call.generation;
	strata_result read = strata_tags_read(call->database, &call->call, items, count);

	for (size_t i = 0; i < count; i++) {
		complete(items[i]);
		if (prepared != STRATA_OK) {
			set_none(transaction, items[i], prepared);
		} else if (read != STRATA_OK && !has_numbers(items[i])) {
			set_none(transaction, items[i], read);
		} else {
			forget_numbers(transaction, items[i]);
			strata_pending_set(transaction->level, items[i], generation);
		}
	}
}

static STRATA_NOINLINE void set_beside(strata_api_call *call, strata_item *const *items,
	size_t count)
{
	strata_transaction *transaction = transaction_of(call);

	if (transaction == NULL) {
		strata_cache_put(call->database, &call->call, items, count, STRATA_PUT_SET);
	} else {
		set_inside(transaction, call, items, count);
	}
}

void strata_verbs_set(strata_api_call *call, strata_item *const *items, size_t count)
{
	if (strata_transaction_is_any()) {
		set_beside(call, items, count);
	} else {
		strata_cache_put(call->database, &call->call, items, count, STRATA_PUT_SET);
	}
}

static STRATA_NOINLINE void remove_beside(strata_api_call *call, strata_item *const *items,
	size_t count)
{
	strata_transaction *transaction = transaction_of(call);

	if (transaction == NULL) {
		strata_cache_remove(call->database, &call->call, items, count);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		strata_pending_delete(transaction->level, items[i]->key);
		complete(items[i]);
	}
}

void strata_verbs_remove(strata_api_call *call, strata_item *const *items, size_t count)
{
	if (strata_transaction_is_any()) {
		remove_beside(call, items, count);
	} else {
		strata_cache_remove(call->database, &call->call, items, count);
	}
}

strata_result strata_verbs_invalidate(strata_api_call *call, const uint64_t *ids, size_t count)
{
	strata_transaction *transaction = transaction_of(call);

	if (transaction == NULL) {
		return strata_tags_invalidate(call->database, &call->call, ids, count);
	}
	for (size_t i = 0; i < count; i++) {
		strata_pending_invalidate(transaction->level, ids[i]);
	}
	return STRATA_OK;
}

strata_result strata_verbs_clear(strata_api_call *call)
{
	strata_transaction *transaction = transaction_of(call);

	if (transaction == NULL) {
		return strata_cache_clear(call->database, &call->call);
	}
	strata_pending_clear(transaction->level);
	return STRATA_OK;
}

/*
 * No fence sees what this process itself said of the key inside of a transaction while the function
 * ran, in the function or another fiber. It came later, and counts, as a set() or delete() outside
 * does. The next caller may compute.
 */
static bool is_overtaken(const strata_transaction *transaction, strata_api_call *call,
	strata_item *item, strata_computation *computation)
{
	if (!strata_transaction_speaks_since(transaction, item, computation->moment)) {
		return false;
	}
	strata_computation_leave(call->database, &call->call, item->key, computation, 0);
	strata_stats_add(call->database->tiers[0].stats, STRATA_COUNT_VOIDED, 1);
	computation->keeping = STRATA_KEEP_NOWHERE;
	item->result = STRATA_NOT_STORED;
	return true;
}

static void hold_computed(strata_transaction *transaction, strata_api_call *call, strata_item *item,
	strata_computation *computation)
{
	/* Held where the function itself began the transaction. */
	strata_computation_leave(call->database, &call->call, item->key, computation, 0);
	strata_pending_set_computed(transaction->level, item, computation);
	complete(item);
}

void strata_verbs_store_computed(strata_api_call *call, strata_item *const *items,
	strata_computation *const *computations, size_t count)
{
	strata_transaction *transaction = transaction_of(call);

	for (size_t i = 0; i < count; i++) {
		if (!is_overtaken(transaction, call, items[i], computations[i]) && transaction != NULL) {
			hold_computed(transaction, call, items[i], computations[i]);
		}
	}
	if (transaction == NULL) {
		strata_computation_store_all(call->database, &call->call, items, computations, count);
	}
}

/* ---- what is refused ---- */

static bool refuse_inside(const strata_space *space)
{
	const strata_database *database = strata_api_database(space->database);

	if (database != NULL && strata_transaction_of(space->database, database) != NULL) {
		zend_throw_exception_ex(strata_transaction_exception, 0,
			"%s() cannot wait for commit(): a transaction is open on database %s, inside of which "
			"only set, delete, clear, invalidateTags and remember write",
			ZSTR_VAL(EG(current_execute_data)->func->common.function_name), database->name);
	}
	return !EG(exception);
}

bool strata_verbs_allow(const strata_space *space)
{
	return !strata_transaction_is_any() || refuse_inside(space);
}

/* ---- remember() ---- */

static bool hides(const strata_transaction *transaction, const strata_item *item)
{
	const strata_pending_write *write;

	switch (strata_transaction_ask(transaction, item->key, &write)) {
		case STRATA_TRANSACTION_SILENT: return strata_transaction_outdates(transaction, item);
		case STRATA_TRANSACTION_GONE: return true;
		case STRATA_TRANSACTION_HELD: break;
	}
	return false;
}

/* By force, or it would be found once more: digits have no version by which they are refused. */
bool strata_verbs_refuse_hidden(strata_api_call *call, strata_memory *memory)
{
	const strata_transaction *transaction = transaction_of(call);

	if (transaction == NULL || !hides(transaction, memory->item)) {
		return false;
	}
	memory->wish.mode = STRATA_REMEMBER_FORCE;
	strata_cache_release(call->database, memory->item);
	strata_remember_refuse(call->database, &call->call, memory);
	return true;
}

bool strata_verbs_find(strata_api_call *call, strata_item *item)
{
	const strata_transaction *transaction = transaction_of(call);
	const strata_pending_write *write;

	if (transaction == NULL ||
		strata_transaction_ask(transaction, item->key, &write) != STRATA_TRANSACTION_HELD) {
		return false;
	}
	strata_pending_read(write, call->call.arena, item);
	return item->result == STRATA_OK;
}

void strata_verbs_compute_at_once(strata_api_call *call, strata_memory *memory)
{
	strata_computation *computation = &memory->computation;
	bool waits = memory->state == STRATA_REMEMBER_WAIT || memory->state == STRATA_REMEMBER_BUSY;

	computation->moment = STRATA_G(transaction_moment);
	if (transaction_of(call) == NULL || (!waits && memory->state != STRATA_REMEMBER_COMPUTE)) {
		return;
	}
	if (waits) {
		/* Of the host's lease no fence is known. */
		computation->keeping =
			computation->fence.version != 0 ? STRATA_KEEP_OVER_FENCE : STRATA_KEEP_NOWHERE;
		memory->state = STRATA_REMEMBER_COMPUTE;
	}
	strata_computation_leave(call->database, &call->call, memory->item->key, computation, 0);
	strata_remember_end(strata_process_runtime.leases, memory);
}
