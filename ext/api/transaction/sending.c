/*
 * The order matters: a value goes out after the removals, so that it bears the numbers that its
 * tags have by then. A process that dies in between leaves a miss.
 */
#include "api/transaction/sending.h"

#include "cache/generation.h"
#include "cache/removal.h"
#include "cache/tags.h"
#include "cache/write.h"

typedef struct {
	strata_api_call *call;
	strata_pending *pending;
	strata_sending_extent extent;
	bool knows_generation;
	uint64_t generation; /* the present one */
	strata_item failed;  /* the first; OK: none was */
	char error[sizeof(((strata_call *) NULL)->error)];
	bool is_confirmed;
} sending;

/* In the arena of the call. */
typedef struct {
	strata_item *items;
	strata_item **pointers;
	strata_computation **computations; /* of computed values */
	size_t count;
} batch;

/* ---- outcomes ---- */

static void note_failure(sending *sending, const strata_item *item)
{
	if (sending->failed.result == STRATA_OK) {
		sending->failed = *item;
		memcpy(sending->error, sending->call->call.error, sizeof(sending->error));
	}
}

/* What is right for this kind of write is up to the caller; failures are not. */
static void note(sending *sending, const batch *sent)
{
	for (size_t i = 0; i < sent->count; i++) {
		if (strata_result_class_of(sent->pointers[i]->result) != STRATA_ANSWER) {
			note_failure(sending, sent->pointers[i]);
		}
	}
}

static void note_result(sending *sending, strata_result result)
{
	strata_item nothing = { .value.codec = STRATA_CODEC_NULL, .result = result };

	if (result != STRATA_OK) {
		sending->is_confirmed = false;
		note_failure(sending, &nothing);
	}
}

/* ---- batches ---- */

/* Another process cleared the database after the value was set. */
static bool was_cleared(const sending *sending, const strata_pending_write *write)
{
	return sending->knows_generation && !sending->pending->is_cleared &&
		   write->generation != sending->generation;
}

static bool is_sent_as(const sending *sending, const strata_pending_write *write,
	strata_pending_kind kind)
{
	strata_pending_kind as = write->kind;

	/* Computed before the removals of this transaction: its numbers are too old by now. */
	if (as == STRATA_PENDING_COMPUTED &&
		(sending->pending->is_cleared || sending->extent == STRATA_SENDING_REMOVALS ||
			strata_pending_outdates(sending->pending, write->tags, write->tag_count))) {
		return kind == STRATA_PENDING_DELETE && write->removes;
	}
	if (as == STRATA_PENDING_SET &&
		(sending->extent == STRATA_SENDING_REMOVALS || was_cleared(sending, write))) {
		as = STRATA_PENDING_DELETE;
	}
	return as == kind;
}

static void add(batch *batch, zend_string *key, const strata_pending_write *write)
{
	batch->items[batch->count] = strata_pending_item(write, key);
	batch->pointers[batch->count] = &batch->items[batch->count];
	batch->computations[batch->count] = write->computation;
	batch->count++;
}

static size_t count_of(const sending *sending, strata_pending_kind kind)
{
	size_t count = 0;
	void *write;

	ZEND_HASH_FOREACH_PTR(&sending->pending->writes, write)
	{
		count += is_sent_as(sending, write, kind);
	}
	ZEND_HASH_FOREACH_END();
	return count;
}

/* Without memory nothing is sent, and that is a failure. */
static batch batch_of(sending *sending, strata_pending_kind kind)
{
	strata_arena *arena = sending->call->call.arena;
	size_t room = count_of(sending, kind);
	batch made = { .items = strata_arena_alloc(arena, room * sizeof(*made.items)),
		.pointers = strata_arena_alloc(arena, room * sizeof(*made.pointers)),
		.computations = strata_arena_alloc(arena, room * sizeof(*made.computations)) };
	zend_string *key;
	void *write;

	if (made.items == NULL || made.pointers == NULL || made.computations == NULL) {
		note_result(sending, STRATA_NO_MEMORY);
		return (batch){ .count = 0 };
	}
	ZEND_HASH_FOREACH_STR_KEY_PTR(&sending->pending->writes, key, write)
	{
		if (is_sent_as(sending, write, kind)) {
			add(&made, key, write);
		}
	}
	ZEND_HASH_FOREACH_END();
	return made;
}

/* ---- the steps ---- */

static void send_clear(sending *sending)
{
	if (sending->pending->is_cleared) {
		note_result(sending, strata_cache_clear(sending->call->database, &sending->call->call));
	}
}

/* Where it is not known, values are refused by themselves. */
static void look_at_generation(sending *sending)
{
	strata_call *call = &sending->call->call;

	sending->knows_generation = strata_cache_prepare(sending->call->database, call) == STRATA_OK;
	sending->generation = call->generation;
}

static void send_tags(sending *sending)
{
	uint32_t count = zend_hash_num_elements(&sending->pending->tags);
	uint64_t *ids = strata_arena_alloc(sending->call->call.arena, count * sizeof(*ids));
	size_t next = 0;
	zend_ulong id;

	if (count == 0) {
		return;
	}
	if (ids == NULL) {
		note_result(sending, STRATA_NO_MEMORY);
		return;
	}
	ZEND_HASH_FOREACH_NUM_KEY(&sending->pending->tags, id)
	{
		ids[next++] = id;
	}
	ZEND_HASH_FOREACH_END();
	note_result(sending,
		strata_tags_invalidate(sending->call->database, &sending->call->call, ids, count));
}

static void remove_batch(sending *sending, const batch *batch)
{
	if (batch->count == 0) {
		return;
	}
	strata_cache_remove(sending->call->database, &sending->call->call, batch->pointers,
		batch->count);
	note(sending, batch);
	for (size_t i = 0; i < batch->count; i++) {
		if (strata_result_class_of(batch->pointers[i]->result) != STRATA_ANSWER) {
			sending->is_confirmed = false;
		}
	}
}

static void send_deletes(sending *sending)
{
	batch deletes = batch_of(sending, STRATA_PENDING_DELETE);

	remove_batch(sending, &deletes);
}

static void send_sets(sending *sending)
{
	batch sets = batch_of(sending, STRATA_PENDING_SET);

	if (sets.count == 0) {
		return;
	}
	strata_cache_put(sending->call->database, &sending->call->call, sets.pointers, sets.count,
		STRATA_PUT_SET);
	note(sending, &sets);
	for (size_t i = 0; i < sets.count; i++) {
		if (sets.pointers[i]->result != STRATA_OK) {
			sending->is_confirmed = false;
		}
	}
}

/* Of those that were not stored, what the transaction had deleted goes after all. */
static void remove_replaced(sending *sending, const batch *computed)
{
	batch left = batch_of(sending, STRATA_PENDING_COMPUTED);
	size_t count = 0;

	for (size_t i = 0; i < left.count; i++) {
		const strata_pending_write *write =
			strata_pending_find(sending->pending, computed->items[i].key);

		if (write->removes && computed->items[i].result != STRATA_OK) {
			left.pointers[count++] = left.pointers[i];
		}
	}
	left.count = count;
	remove_batch(sending, &left);
}

static void send_computed(sending *sending)
{
	batch computed = batch_of(sending, STRATA_PENDING_COMPUTED);

	if (computed.count == 0) {
		return;
	}
	strata_computation_store_all(sending->call->database, &sending->call->call, computed.pointers,
		computed.computations, computed.count);
	note(sending, &computed);
	remove_replaced(sending, &computed);
}

bool strata_sending_send(strata_api_call *call, strata_pending *pending,
	strata_sending_extent extent, strata_item *failed)
{
	sending sending = { .call = call,
		.pending = pending,
		.extent = extent,
		.failed.result = STRATA_OK,
		.is_confirmed = true };

	send_clear(&sending);
	look_at_generation(&sending);
	send_tags(&sending);
	send_deletes(&sending);
	if (extent == STRATA_SENDING_ALL) {
		send_sets(&sending);
		send_computed(&sending);
	}
	if (sending.failed.result != STRATA_OK) {
		memcpy(call->call.error, sending.error, sizeof(sending.error));
	}
	*failed = sending.failed;
	return sending.is_confirmed;
}
