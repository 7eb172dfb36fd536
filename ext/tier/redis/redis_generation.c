/*
 * A standalone server keeps one copy. In a cluster there are three, with hash tags in the slots
 * 2727, 8193 and 13650, the middles of the thirds of the slot space: three masters with a third
 * each keep one copy each. Names cannot follow the layout of the cluster, because all hosts must
 * agree on them at any time.
 *
 * A copy is only ever raised. Two hosts may write at the same time, and the one that repairs a
 * lagging copy must not undo the clear() of the other.
 */
#include "tier/redis/redis_generation.h"

#include "tier/remote_key.h"

static const char *const suffixes[STRATA_GENERATION_COPIES] = { ":{1e}", ":{7e}", ":{4e}" };

/*
 * Numbers are compared as text, shorter ones being less, because Lua's own have 53 bits. What is no
 * number, or one of more than 18 digits (STRATA_GENERATION_LIMIT), is no generation.
 */
#define RAISE_SCRIPT \
	"local held=redis.call('GET',KEYS[1]) " \
	"if not held or not string.find(held,'^[1-9]%d*$') or #held>18 or #held<#ARGV[1] " \
	"or (#held==#ARGV[1] and held<ARGV[1]) then redis.call('SET',KEYS[1],ARGV[1]) end " \
	"return 1"

typedef struct {
	strata_item items[STRATA_GENERATION_COPIES];
	strata_item *list[STRATA_GENERATION_COPIES];
	size_t count;
} copies;

static void init(copies *copies, const strata_redis_tier *tier)
{
	copies->count = tier->kind == STRATA_REDIS_CLUSTER ? STRATA_GENERATION_COPIES : 1;
	for (size_t i = 0; i < copies->count; i++) {
		copies->items[i] = (strata_item){ .value.codec = STRATA_CODEC_NULL };
		copies->list[i] = &copies->items[i];
	}
}

static strata_view name_of(const strata_redis_batch *batch, size_t copy)
{
	const char *suffix = batch->tier->kind == STRATA_REDIS_CLUSTER ? suffixes[copy] : "";

	return strata_remote_key_of_generation(batch->call->arena, batch->tier->keyspace, suffix);
}

strata_result strata_redis_generation_read(const strata_redis_tier *tier, strata_call *call,
	strata_generation_copies *out)
{
	strata_redis_batch batch;
	copies copies;

	init(&copies, tier);
	batch = strata_redis_batch_of(tier, call, copies.list, copies.count);
	for (size_t i = 0; i < copies.count; i++) {
		strata_view get[] = { strata_view_of("GET"), name_of(&batch, i) };

		strata_redis_batch_add(&batch, get, 2, 1);
	}
	strata_redis_batch_run(&batch, strata_redis_classify_read);
	strata_generation_copies_init(out);
	for (size_t i = 0; i < copies.count; i++) {
		strata_generation_copies_note(out, &copies.items[i]);
	}
	return strata_generation_copies_verdict(out);
}

strata_result strata_redis_generation_raise(const strata_redis_tier *tier, strata_call *call,
	uint64_t generation)
{
	strata_redis_batch batch;
	copies copies;

	init(&copies, tier);
	batch = strata_redis_batch_of(tier, call, copies.list, copies.count);
	for (size_t i = 0; i < copies.count; i++) {
		strata_view eval[] = { strata_view_of("EVAL"), strata_view_of(RAISE_SCRIPT),
			strata_view_of("1"), name_of(&batch, i),
			strata_redis_batch_number(&batch, (int64_t) generation) };

		strata_redis_batch_add(&batch, eval, 5, 3);
	}
	strata_redis_batch_run(&batch, strata_redis_classify_changed);
	return strata_generation_copies_raised(copies.list, copies.count);
}
