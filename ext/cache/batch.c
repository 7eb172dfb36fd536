#include "cache/batch.h"

#include "base/compiler.h"
#include "cache/analyse.h"

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

/* Most batches are one item. */
static size_t count_one(strata_tier *tier, strata_operation operation, strata_result result)
{
	strata_stats_add_reason(tier->stats, result);
	strata_stats_add_ending(tier->stats, operation, strata_ending_of(result), 1);
	return result == STRATA_OK ? 1 : 0;
}

/* How each ended, and the reasons. Returns how many were done. */
static STRATA_NOINLINE size_t count_many(strata_tier *tier, strata_operation operation,
	strata_item *const *items, size_t count)
{
	uint32_t endings[STRATA_ENDED_COUNT] = { 0 };

	for (size_t i = 0; i < count; i++) {
		endings[strata_ending_of(items[i]->result)]++;
		strata_stats_add_reason(tier->stats, items[i]->result);
	}
	for (int ending = 0; ending < STRATA_ENDED_COUNT; ending++) {
		strata_stats_add_ending(tier->stats, operation, (strata_ending) ending, endings[ending]);
	}
	return endings[STRATA_ENDED_DONE];
}

static inline size_t count_all(strata_tier *tier, strata_operation operation,
	strata_item *const *items, size_t count)
{
	return count == 1 ? count_one(tier, operation, items[0]->result)
					  : count_many(tier, operation, items, count);
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

size_t strata_batch_count_gets(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	size_t done = count_all(tier, STRATA_OPERATION_GET, items, count);

	/* Most local hits never come here. */
	if (done > 0 && tier->ops->kind != STRATA_TIER_LOCAL) {
		add_sizes(tier, STRATA_SIZE_READ, items, count);
	}
	strata_analyse(tier, call, STRATA_ANALYSE_READ, items, count);
	return done;
}

static inline bool stores_value(strata_operation operation)
{
	const uint32_t storing = 1U << STRATA_OPERATION_SET | 1U << STRATA_OPERATION_ADD |
							 1U << STRATA_OPERATION_REPLACE |
							 1U << STRATA_OPERATION_COMPARE_AND_SET | 1U << STRATA_OPERATION_FILL |
							 1U << STRATA_OPERATION_STORE_COMPUTED;

	return (storing & 1U << operation) != 0;
}

static strata_analyse_verb verb_of(strata_operation operation)
{
	if (operation == STRATA_OPERATION_FILL) {
		return STRATA_ANALYSE_FILL;
	}
	return stores_value(operation) || operation == STRATA_OPERATION_INCREMENT
			   ? STRATA_ANALYSE_WRITE
			   : STRATA_ANALYSE_CHANGE;
}

void strata_batch_count_writes(strata_tier *tier, strata_call *call, strata_operation operation,
	strata_item *const *items, size_t count)
{
	size_t done = count_all(tier, operation, items, count);

	if (done > 0 && stores_value(operation)) {
		add_sizes(tier, STRATA_SIZE_STORED, items, count);
	}
	strata_analyse(tier, call, verb_of(operation), items, count);
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
