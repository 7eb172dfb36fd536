#include "tier/memcached/memcached_swap.h"

enum {
	SWAP_TRIES = 64 /* one of the processes that swap at the same time succeeds in each round */
};

void strata_memcached_swap_refuse(strata_call *call, strata_item *item)
{
	item->result = STRATA_UNSUPPORTED;
	strata_call_explain(call,
		"memcached %s: it has no cas, so that nothing can be compared: started with -C",
		item->node == NULL ? "" : item->node);
}

/* An item of the call, and what was seen last under its key. */
typedef struct {
	strata_memcached_seen seen;
	strata_item *item;
} swap;

typedef struct {
	const strata_memcached_tier *tier;
	strata_call *call;
	swap **swaps; /* those that are not complete */
	size_t count;
	strata_item **list; /* room for as many */
} round;

/* ---- looking ---- */

static void note(swap *swap, const strata_memcached_batch *batch, size_t index)
{
	const strata_meta_reply *reply;

	swap->seen.stored = (strata_view){ NULL, 0 };
	if (batch->commands == NULL) {
		return;
	}
	reply = &batch->commands[index].reply;
	if (batch->commands[index].result == STRATA_OK && reply->code == STRATA_META_VA) {
		swap->seen.stored = reply->value.size > 0 ? reply->value : strata_view_of("");
	}
	swap->seen.cas = reply->cas;
	swap->seen.left = reply->ttl;
}

static void look_once(const round *round, swap *const *swaps, size_t count)
{
	strata_memcached_batch batch;

	for (size_t i = 0; i < count; i++) {
		swaps[i]->seen.item =
			(strata_item){ .key = swaps[i]->item->key, .value.codec = STRATA_CODEC_NULL };
		round->list[i] = &swaps[i]->seen.item;
	}
	batch =
		strata_memcached_batch_of(round->tier, round->call, round->list, count, STRATA_META_LOOK);
	strata_memcached_batch_run(&batch, strata_memcached_classify_read);
	for (size_t i = 0; i < count; i++) {
		note(swaps[i], &batch, i);
	}
}

/* What belongs to another key is asked for once more, on a fresh connection. */
static void look(const round *round)
{
	swap **again = strata_arena_alloc(round->call->arena, round->count * sizeof(*again));
	size_t mismatched = 0;

	look_once(round, round->swaps, round->count);
	for (size_t i = 0; i < round->count && again != NULL; i++) {
		if (round->swaps[i]->seen.item.result == STRATA_DESYNC) {
			again[mismatched++] = round->swaps[i];
		}
	}
	if (mismatched > 0) {
		look_once(round, again, mismatched);
	}
}

/* ---- swapping ---- */

static void complete(const swap *swap, strata_result result)
{
	const strata_item *seen = &swap->seen.item;

	swap->item->result = result;
	swap->item->is_tagged_there =
		result == STRATA_NOT_STORED && seen->result == STRATA_OK && seen->tag_count > 0;
	swap->item->tier = STRATA_TIER_MEMCACHED;
	swap->item->node = seen->node;
}

/* Keeps what is to be changed, and completes the rest. */
static void choose(const strata_memcached_swap_ops *ops, round *round,
	const strata_cas_token *token)
{
	size_t kept = 0;

	for (size_t i = 0; i < round->count; i++) {
		swap *swap = round->swaps[i];
		strata_result result = swap->seen.item.result;

		if (strata_result_class_of(result) != STRATA_ANSWER) {
			complete(swap, result);
		} else if (swap->seen.stored.data == NULL ||
				   !ops->is_seen(&swap->seen, swap->item, token)) {
			complete(swap, STRATA_NOT_STORED);
		} else if (swap->seen.cas == 0) {
			strata_memcached_swap_refuse(round->call, &swap->seen.item);
			complete(swap, STRATA_UNSUPPORTED);
		} else {
			round->swaps[kept++] = swap;
		}
	}
	round->count = kept;
}

/* Keeps those that another caller was faster with. */
static void swap_all(const strata_memcached_swap_ops *ops, round *round)
{
	strata_memcached_batch batch;
	size_t kept = 0;

	for (size_t i = 0; i < round->count; i++) {
		round->list[i] = round->swaps[i]->item;
	}
	batch = strata_memcached_batch_of(round->tier, round->call, round->list, round->count,
		STRATA_META_SET);
	for (size_t i = 0; i < round->count; i++) {
		ops->compose(&batch, i, &round->swaps[i]->seen);
		if (batch.commands != NULL) {
			batch.commands[i].request.cas = round->swaps[i]->seen.cas;
		}
	}
	strata_memcached_batch_run(&batch, strata_memcached_classify_stored);
	for (size_t i = 0; i < round->count; i++) {
		if (round->swaps[i]->item->result == STRATA_NOT_STORED) {
			round->swaps[kept++] = round->swaps[i];
		}
	}
	round->count = kept;
}

void strata_memcached_swap_all(const strata_memcached_swap_ops *ops,
	const strata_memcached_tier *tier, strata_call *call, strata_item *const *items, size_t count,
	const strata_cas_token *token)
{
	swap *swaps = strata_arena_alloc(call->arena, count * sizeof(*swaps));
	round round = { .tier = tier,
		.call = call,
		.swaps = strata_arena_alloc(call->arena, count * sizeof(swap *)),
		.list = strata_arena_alloc(call->arena, count * sizeof(strata_item *)) };

	for (size_t i = 0; i < count; i++) {
		items[i]->result = STRATA_NO_MEMORY;
		items[i]->is_tagged_there = false;
		if (swaps != NULL && round.swaps != NULL && round.list != NULL) {
			swaps[i] = (swap){ .item = items[i] };
			round.swaps[round.count++] = &swaps[i];
		}
	}
	for (int i = 0; i < SWAP_TRIES && round.count > 0; i++) {
		look(&round);
		choose(ops, &round, token);
		if (round.count > 0) {
			swap_all(ops, &round);
		}
	}
}
