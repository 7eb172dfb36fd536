/*
 * Whatever is under the key is classified by what the look behind the add saw, not by what the add
 * said: it may have been done, and something else be there by now.
 *
 *     nothing is there       asked again: it went between the add and the look
 *     a placeholder, or a    ours: TAKEN. Its lease runs: HELD. Else the lease is written into its
 *     value that is over     header. The version stays: what is computed under it may be stored
 *     a value                the same, if it is stale or the one that the caller wants to refresh
 *     what is not ours       gives way to a placeholder, so that it is computed once, too
 *
 * Every write compares the whole header. So of those that find a lease at its end, one gets it.
 */
#include "tier/claim.h"

#include "os/clock.h"
#include "os/process.h"
#include "tier/envelope.h"

enum { CLAIM_TRIES = 8 };

typedef enum { NOTHING, OURS, HELD, NOT_TO_BE_REFRESHED, TO_BE_WRITTEN, FAILED } meaning;

/* What is under a key that a lease may be had for. */
static meaning classify_lease(strata_claim *claim)
{
	const strata_fence *there = &claim->seen.fence;

	claim->step = STRATA_CLAIM_LEASE;
	if (there->owner == claim->wanted.owner) {
		return OURS;
	}
	return there->state == STRATA_FENCE_HELD ? HELD : TO_BE_WRITTEN;
}

/* Digits and what others wrote have no header for a lease, and a fence has a version. */
static bool has_header(const strata_claim *claim)
{
	const strata_item *seen = &claim->seen;

	return claim->stored.size >= STRATA_ENVELOPE_SIZE && !strata_item_is_digits(seen) &&
		   !seen->is_foreign && seen->fence.version != 0;
}

static meaning classify_kept(strata_claim *claim)
{
	if (!has_header(claim)) {
		claim->step = STRATA_CLAIM_REPLACES;
		return TO_BE_WRITTEN;
	}
	return classify_lease(claim);
}

/*
 * Of these a look was told again, over another connection. If it was lied to all the same, what is
 * written compares what is really there, and changes nothing.
 */
static bool is_not_ours(strata_result result)
{
	return result == STRATA_FOREIGN || result == STRATA_OTHER_KEY || result == STRATA_CORRUPT ||
		   result == STRATA_UNKNOWN_CODEC || result == STRATA_DESYNC;
}

static meaning classify(strata_claim *claim)
{
	const strata_item *seen = &claim->seen;
	bool is_wanted = claim->refreshed != 0 && claim->refreshed == seen->fence.version;

	if (seen->result == STRATA_OK && !is_wanted) {
		return NOT_TO_BE_REFRESHED;
	}
	if (claim->stored.data == NULL) {
		return seen->result == STRATA_MISS ? NOTHING : FAILED;
	}
	if (is_not_ours(seen->result)) {
		claim->step = STRATA_CLAIM_REPLACES;
		return TO_BE_WRITTEN;
	}
	return seen->result == STRATA_OK || seen->result == STRATA_STALE || seen->result == STRATA_MISS
			   ? classify_kept(claim)
			   : FAILED;
}

void strata_claim_note_add(strata_claim *claim, const strata_item *added)
{
	strata_item *seen = &claim->seen;
	bool is_made = added->result == STRATA_OK;
	bool has_failed = strata_result_class_of(seen->result) != STRATA_ANSWER;

	if (is_made && has_failed && seen->result != STRATA_DESYNC) {
		seen->result = STRATA_MISS;
		seen->fence = claim->wanted;
		claim->stored = claim->placeholder;
	} else if (!is_made && added->result != STRATA_NOT_STORED && seen->result == STRATA_MISS &&
			   claim->stored.data == NULL) {
		seen->result = added->result;
	}
}

/* ---- completing ---- */

/* What was seen is the item's; the local tier's part of it stays. */
static void complete(strata_claim *claim, strata_fence_state state)
{
	strata_item *item = claim->item;
	const strata_item *seen = &claim->seen;

	item->value = seen->value;
	item->created_at = seen->created_at;
	item->fresh_until = seen->fresh_until;
	item->expires_at = seen->expires_at;
	item->cost_msec = seen->cost_msec;
	item->version = seen->version;
	item->is_enveloped = seen->is_enveloped;
	item->is_foreign = seen->is_foreign;
	item->tags = seen->tags;
	item->tag_count = seen->tag_count;
	item->result = seen->result;
	item->tier = seen->tier;
	item->node = seen->node;
	item->fence = seen->fence;
	item->fence.state = state;
}

static void fail(strata_claim *claim, strata_result result)
{
	claim->seen.result = result;
	claim->seen.fence = (strata_fence){ .state = STRATA_FENCE_NONE };
	complete(claim, STRATA_FENCE_NONE);
}

/* The lease was written. What was seen stays there, or is gone. */
static void complete_written(strata_claim *claim)
{
	strata_fence *fence = &claim->seen.fence;

	if (claim->step == STRATA_CLAIM_REPLACES) {
		*fence = claim->wanted;
	} else {
		fence->owner = claim->wanted.owner;
		fence->end = claim->wanted.end;
	}
	complete(claim, STRATA_FENCE_TAKEN);
}

/* ---- rounds ---- */

typedef struct {
	strata_claim **claims;
	size_t count;
} list;

/* Those of the open ones that are to be written; *again are those to be asked again. */
static size_t classify_all(const list *open, list *to_write, list *again)
{
	to_write->count = 0;
	again->count = 0;
	for (size_t i = 0; i < open->count; i++) {
		strata_claim *claim = open->claims[i];

		switch (classify(claim)) {
			case NOTHING: again->claims[again->count++] = claim; break;
			case TO_BE_WRITTEN: to_write->claims[to_write->count++] = claim; break;
			case OURS: complete(claim, STRATA_FENCE_TAKEN); break;
			case HELD: complete(claim, STRATA_FENCE_HELD); break;
			case NOT_TO_BE_REFRESHED: complete(claim, STRATA_FENCE_NONE); break;
			case FAILED: fail(claim, claim->seen.result); break;
		}
	}
	return to_write->count;
}

static void note_written(const list *written, list *again)
{
	for (size_t i = 0; i < written->count; i++) {
		strata_claim *claim = written->claims[i];

		if (claim->written == STRATA_OK) {
			complete_written(claim);
		} else if (claim->written == STRATA_NOT_STORED) {
			again->claims[again->count++] = claim;
		} else {
			fail(claim, claim->written);
		}
	}
}

/* What another key's value seems to be is asked for once more, over a new connection. */
static void ask(const strata_claim_ops *ops, void *context, const list *open, list *mismatched)
{
	ops->ask(context, open->claims, open->count);
	mismatched->count = 0;
	for (size_t i = 0; i < open->count; i++) {
		if (open->claims[i]->seen.result == STRATA_DESYNC) {
			mismatched->claims[mismatched->count++] = open->claims[i];
		}
	}
	if (mismatched->count > 0) {
		ops->ask(context, mismatched->claims, mismatched->count);
	}
}

static void run(const strata_claim_ops *ops, void *context, list *open, list *to_write)
{
	for (int i = 0; i < CLAIM_TRIES && open->count > 0; i++) {
		list asked = *open;

		ask(ops, context, &asked, to_write);
		if (classify_all(&asked, to_write, open) > 0) {
			ops->write(context, to_write->claims, to_write->count);
			note_written(to_write, open);
		}
	}
	for (size_t i = 0; i < open->count; i++) {
		fail(open->claims[i], STRATA_BUSY);
	}
}

static strata_claim claim_of(strata_call *call, const strata_keyspace *keyspace, strata_item *item)
{
	strata_claim claim = { .item = item,
		.wanted = item->fence,
		.refreshed = item->fence.version,
		.seen = { .key = item->key, .value.codec = STRATA_CODEC_NULL } };

	claim.wanted.state = STRATA_FENCE_TAKEN;
	claim.wanted.version = strata_process_random_word() | 1;
	claim.placeholder = strata_envelope_placeholder(call->arena, keyspace, call->generation,
		strata_clock_wall_msec(), item->key, &claim.wanted);
	return claim;
}

void strata_claim_all(const strata_claim_ops *ops, void *context, strata_call *call,
	const strata_keyspace *keyspace, strata_item *const *items, size_t count)
{
	strata_claim *claims = strata_arena_alloc(call->arena, count * sizeof(*claims));
	list open = { strata_arena_alloc(call->arena, count * sizeof(strata_claim *)), 0 };
	list to_write = { strata_arena_alloc(call->arena, count * sizeof(strata_claim *)), 0 };

	for (size_t i = 0; i < count; i++) {
		strata_item *item = items[i];

		if (claims == NULL || open.claims == NULL || to_write.claims == NULL) {
			item->result = STRATA_NO_MEMORY;
			item->fence = (strata_fence){ .state = STRATA_FENCE_NONE };
			continue;
		}
		claims[i] = claim_of(call, keyspace, item);
		if (claims[i].placeholder.data == NULL) {
			fail(&claims[i], STRATA_NO_MEMORY);
		} else {
			open.claims[open.count++] = &claims[i];
		}
	}
	if (open.count > 0) {
		run(ops, context, &open, &to_write);
	}
}
