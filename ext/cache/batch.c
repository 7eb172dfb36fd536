#include "cache/batch.h"

void strata_batch_complete(strata_item *const *items, size_t count, strata_result result,
	strata_tier_kind tier)
{
	for (size_t i = 0; i < count; i++) {
		items[i]->result = result;
		items[i]->tier = tier;
		items[i]->node = NULL;
	}
}

strata_batch strata_batch_copy(strata_call *call, strata_item *const *items, size_t count)
{
	strata_item *copies = strata_arena_alloc(call->arena, count * sizeof(*copies));
	strata_item **list = strata_arena_alloc(call->arena, count * sizeof(*list));

	if (copies == NULL || list == NULL) {
		return (strata_batch){ NULL, 0 };
	}
	for (size_t i = 0; i < count; i++) {
		copies[i] = *items[i];
		list[i] = &copies[i];
	}
	return (strata_batch){ list, count };
}

/* What a tier keeps: the local one an image, where there is one. */
static size_t size_of(const strata_tier *tier, const strata_item *item)
{
	bool is_image = tier->ops->kind == STRATA_TIER_LOCAL && item->local.image.codec != 0;

	return strata_value_size(is_image ? &item->local.image : &item->value);
}

typedef struct {
	uint32_t of[STRATA_ENDED_COUNT];
} endings;

/* How each ended; the reasons are counted. */
static endings tally(strata_tier *tier, strata_item *const *items, size_t count)
{
	endings seen = { 0 };

	for (size_t i = 0; i < count; i++) {
		if (items[i]->result == STRATA_OK) {
			seen.of[STRATA_ENDED_DONE]++;
		} else {
			seen.of[strata_ending_of(items[i]->result)]++;
			strata_stats_add_reason(tier->stats, items[i]->result);
		}
	}
	return seen;
}

static void add_all(strata_tier *tier, strata_operation operation, const endings *seen)
{
	for (int ending = 0; ending < STRATA_ENDED_COUNT; ending++) {
		strata_stats_add_ending(tier->stats, operation, (strata_ending) ending, seen->of[ending]);
	}
}

static void add_sizes(strata_tier *tier, strata_size_direction direction, strata_item *const *items,
	size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (items[i]->result == STRATA_OK) {
			strata_stats_add_size(tier->stats, direction, size_of(tier, items[i]));
		}
	}
}

size_t strata_batch_count_gets(strata_tier *tier, strata_item *const *items, size_t count)
{
	endings seen = tally(tier, items, count);

	add_all(tier, STRATA_OPERATION_GET, &seen);
	/* Most local hits never come here. */
	if (tier->ops->kind != STRATA_TIER_LOCAL) {
		add_sizes(tier, STRATA_SIZE_READ, items, count);
	}
	return seen.of[STRATA_ENDED_DONE];
}

static bool stores_value(strata_operation operation)
{
	return operation == STRATA_OPERATION_SET || operation == STRATA_OPERATION_ADD ||
		   operation == STRATA_OPERATION_REPLACE || operation == STRATA_OPERATION_COMPARE_AND_SET ||
		   operation == STRATA_OPERATION_FILL || operation == STRATA_OPERATION_STORE_COMPUTED;
}

void strata_batch_count_writes(strata_tier *tier, strata_operation operation,
	strata_item *const *items, size_t count)
{
	endings seen = tally(tier, items, count);

	add_all(tier, operation, &seen);
	if (stores_value(operation)) {
		add_sizes(tier, STRATA_SIZE_STORED, items, count);
	}
}

strata_operation strata_batch_operation_of(strata_put_mode mode)
{
	switch (mode) {
		case STRATA_PUT_SET: break;
		case STRATA_PUT_ADD: return STRATA_OPERATION_ADD;
		case STRATA_PUT_REPLACE: return STRATA_OPERATION_REPLACE;
	}
	return STRATA_OPERATION_SET;
}
