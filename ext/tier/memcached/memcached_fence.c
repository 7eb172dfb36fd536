/*
 * The version that the envelope holds is compared here, and the server compares its own cas:
 *
 *     mg -> the version is the fence -> ms C<cas> -> HD; or EX: looked at once more, for another
 *     caller may have written no more than its lease
 *
 * A server without cas (started with -C) can make a placeholder, and nothing could be stored over
 * that. So it is taken back.
 */
#include "tier/memcached/memcached_fence.h"

#include "tier/claim.h"
#include "tier/envelope.h"
#include "tier/memcached/memcached_swap.h"

enum { PLACEHOLDER_SECONDS = STRATA_PLACEHOLDER_LIFE / 1000 };

/* ---- taking ---- */

typedef struct {
	const strata_memcached_tier *tier;
	strata_call *call;
} taking;

/* To the placeholder, or to the look behind it. */
static strata_result classify_asked(const strata_memcached_batch *batch,
	const strata_memcached_command *command, strata_item *item)
{
	return command->request.verb == STRATA_META_SET
			   ? strata_memcached_classify_stored(batch, command, item)
			   : strata_memcached_classify_read(batch, command, item);
}

static void store_bytes(strata_memcached_batch *batch, size_t index, strata_view bytes,
	uint64_t seconds)
{
	strata_meta_request *request;

	if (batch->commands == NULL || bytes.data == NULL) {
		batch->commands = NULL;
		return;
	}
	request = &batch->commands[index].request;
	request->verb = STRATA_META_SET;
	request->mode = 'S';
	request->value = bytes;
	request->flags =
		strata_envelope_flags(batch->tier->keyspace, batch->generation, STRATA_PLAIN_FLAGS);
	request->ttl = strata_memcached_batch_seconds(batch, seconds);
}

static void note_stored(strata_claim *claim, const strata_memcached_command *look)
{
	claim->stored = (strata_view){ NULL, 0 };
	if (look->result == STRATA_OK && look->reply.code == STRATA_META_VA) {
		claim->stored = look->reply.value.size > 0 ? look->reply.value : strata_view_of("");
	}
	claim->cas = look->reply.cas;
	claim->left = look->reply.ttl;
}

static void refuse(const taking *taking, strata_claim *claim)
{
	strata_memcached_swap_refuse(taking->call, &claim->seen);
	strata_call_explain_more(taking->call, " (what remember() computes is not stored there)");
}

/* Of a placeholder that was added where nothing can be compared. */
static void take_back(const taking *taking, strata_claim *claim)
{
	strata_item *const one[] = { &claim->seen };
	strata_memcached_batch batch =
		strata_memcached_batch_of(taking->tier, taking->call, one, 1, STRATA_META_DELETE);

	strata_memcached_batch_run(&batch, strata_memcached_classify_stored);
	claim->stored = (strata_view){ NULL, 0 };
	refuse(taking, claim);
}

static void note_all(const taking *taking, const strata_memcached_batch *batch,
	strata_claim *const *claims, const strata_item *added, size_t count)
{
	for (size_t i = 0; i < count && batch->commands != NULL; i++) {
		note_stored(claims[i], &batch->commands[2 * i + 1]);
		strata_claim_note_add(claims[i], &added[i]);
		if (added[i].result == STRATA_OK && claims[i]->seen.result == STRATA_MISS &&
			claims[i]->stored.data != NULL && claims[i]->cas == 0) {
			take_back(taking, claims[i]);
		}
	}
}

static void ask(void *context, strata_claim *const *claims, size_t count)
{
	const taking *taking = context;
	strata_arena *arena = taking->call->arena;
	strata_item *added = strata_arena_alloc(arena, count * sizeof(*added));
	strata_item **list = strata_arena_alloc(arena, 2 * count * sizeof(*list));
	strata_memcached_batch batch;

	for (size_t i = 0; i < count; i++) {
		claims[i]->seen = (strata_item){ .key = claims[i]->item->key,
			.value.codec = STRATA_CODEC_NULL,
			.result = STRATA_NO_MEMORY };
		claims[i]->stored = (strata_view){ NULL, 0 };
		if (added != NULL && list != NULL) {
			added[i] = claims[i]->seen;
			list[2 * i] = &added[i];
			list[2 * i + 1] = &claims[i]->seen;
		}
	}
	if (added == NULL || list == NULL) {
		return;
	}
	batch =
		strata_memcached_batch_of(taking->tier, taking->call, list, 2 * count, STRATA_META_LOOK);
	for (size_t i = 0; i < count && batch.commands != NULL; i++) {
		store_bytes(&batch, 2 * i, claims[i]->placeholder, PLACEHOLDER_SECONDS);
		batch.commands[2 * i].request.mode = 'E';
	}
	strata_memcached_batch_run(&batch, classify_asked);
	note_all(taking, &batch, claims, added, count);
}

/* How long the server is to keep what a lease is written into; 0: for ever. */
static uint64_t seconds_with_lease(int64_t left)
{
	if (left < 0) {
		return 0;
	}
	return left < PLACEHOLDER_SECONDS ? PLACEHOLDER_SECONDS : (uint64_t) left;
}

static void add_step(strata_memcached_batch *batch, size_t index, const strata_claim *claim)
{
	strata_view leased;

	switch (claim->step) {
		case STRATA_CLAIM_LEASE:
			leased = strata_envelope_with_lease(batch->call->arena, claim->stored, &claim->wanted);
			store_bytes(batch, index, leased, seconds_with_lease(claim->left));
			break;
		case STRATA_CLAIM_REPLACES:
			store_bytes(batch, index, claim->placeholder, PLACEHOLDER_SECONDS);
	}
	if (batch->commands != NULL) {
		batch->commands[index].request.cas = claim->cas;
	}
}

/* Those that can be compared; the others are refused. */
static size_t list_comparable(const taking *taking, strata_claim *const *claims, size_t count,
	strata_claim **comparable)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		if (claims[i]->cas != 0) {
			claims[i]->written = STRATA_NO_MEMORY;
			comparable[found++] = claims[i];
		} else {
			refuse(taking, claims[i]);
			claims[i]->written = STRATA_UNSUPPORTED;
		}
	}
	return found;
}

static void write_all(void *context, strata_claim *const *claims, size_t count)
{
	const taking *taking = context;
	strata_arena *arena = taking->call->arena;
	strata_item *written = strata_arena_alloc(arena, count * sizeof(*written));
	strata_item **list = strata_arena_alloc(arena, count * sizeof(*list));
	strata_claim **comparable = strata_arena_alloc(arena, count * sizeof(*comparable));
	strata_memcached_batch batch;

	if (written == NULL || list == NULL || comparable == NULL) {
		for (size_t i = 0; i < count; i++) {
			claims[i]->written = STRATA_NO_MEMORY;
		}
		return;
	}
	count = list_comparable(taking, claims, count, comparable);
	for (size_t i = 0; i < count; i++) {
		written[i] =
			(strata_item){ .key = comparable[i]->item->key, .value.codec = STRATA_CODEC_NULL };
		list[i] = &written[i];
	}
	batch = strata_memcached_batch_of(taking->tier, taking->call, list, count, STRATA_META_SET);
	for (size_t i = 0; i < count; i++) {
		add_step(&batch, i, comparable[i]);
	}
	strata_memcached_batch_run(&batch, strata_memcached_classify_stored);
	for (size_t i = 0; i < count; i++) {
		comparable[i]->written = written[i].result;
	}
}

void strata_memcached_fence_take(strata_memcached_tier *tier, strata_call *call,
	strata_item *const *items, size_t count)
{
	static const strata_claim_ops ops = { .ask = ask, .write = write_all };
	taking taking = { tier, call };

	if (count > 0) {
		strata_claim_all(&ops, &taking, call, tier->keyspace, items, count);
	}
}

/* ---- storing, leaving, removing ---- */

static bool is_fence_there(const strata_memcached_seen *seen, const strata_item *wanted,
	const strata_cas_token *token)
{
	(void) token;
	return wanted->fence.version != 0 && seen->item.fence.version == wanted->fence.version &&
		   seen->stored.size >= STRATA_ENVELOPE_SIZE;
}

static void compose_value(strata_memcached_batch *batch, size_t index,
	const strata_memcached_seen *seen)
{
	(void) seen;
	strata_memcached_batch_store(batch, index, 'S', 0);
}

void strata_memcached_fence_put(const strata_memcached_tier *tier, strata_call *call,
	strata_item *const *items, size_t count)
{
	static const strata_memcached_swap_ops ops = { is_fence_there, compose_value };
	strata_item *enveloped = strata_arena_alloc(call->arena, count * sizeof(*enveloped));
	strata_item **list = strata_arena_alloc(call->arena, count * sizeof(*list));

	for (size_t i = 0; i < count; i++) {
		items[i]->result = STRATA_NO_MEMORY;
		if (enveloped != NULL && list != NULL) {
			enveloped[i] = *items[i];
			enveloped[i].is_enveloped = true;
			list[i] = &enveloped[i];
		}
	}
	if (enveloped == NULL || list == NULL) {
		return;
	}
	strata_memcached_swap_all(&ops, tier, call, list, count, NULL);
	for (size_t i = 0; i < count; i++) {
		items[i]->result = enveloped[i].result;
		items[i]->tier = enveloped[i].tier;
		items[i]->node = enveloped[i].node;
	}
}

static bool is_owner_there(const strata_memcached_seen *seen, const strata_item *wanted,
	const strata_cas_token *token)
{
	(void) token;
	return wanted->fence.owner != 0 && seen->item.fence.owner == wanted->fence.owner;
}

/* What is there, with another end of its lease. */
static void compose_lease(strata_memcached_batch *batch, size_t index,
	const strata_memcached_seen *seen)
{
	strata_view leased =
		strata_envelope_with_lease(batch->call->arena, seen->stored, &batch->items[index]->fence);

	store_bytes(batch, index, leased, seen->left < 0 ? 0 : (uint64_t) seen->left + 1);
}

void strata_memcached_fence_leave(const strata_memcached_tier *tier, strata_call *call,
	strata_item *const *items, size_t count)
{
	static const strata_memcached_swap_ops ops = { is_owner_there, compose_lease };

	strata_memcached_swap_all(&ops, tier, call, items, count, NULL);
}
