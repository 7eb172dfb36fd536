#include "cache/batch.h"

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

/* Adding nothing would still fetch the counter's cache line from another core. */
static void add(strata_tier *tier, strata_counter counter, uint64_t amount)
{
	if (amount > 0) {
		strata_stats_add(tier->stats, counter, amount);
	}
}

/* How many are OK; the others' reasons are counted. */
static size_t count_done(strata_tier *tier, strata_item *const *items, size_t count)
{
	size_t done = 0;

	for (size_t i = 0; i < count; i++) {
		if (items[i]->result == STRATA_OK) {
			done++;
		} else {
			strata_stats_add_reason(tier->stats, items[i]->result);
		}
	}
	return done;
}

size_t strata_batch_count_gets(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	size_t hits = count_done(tier, items, count);

	add(tier, STRATA_COUNT_HITS, hits);
	add(tier, STRATA_COUNT_MISSES, count - hits);
	strata_analyse(tier, call, STRATA_ANALYSE_READ, items, count);
	return hits;
}

static strata_analyse_verb verb_of(strata_counter counter)
{
	return counter == STRATA_COUNT_SETS    ? STRATA_ANALYSE_WRITE
		   : counter == STRATA_COUNT_FILLS ? STRATA_ANALYSE_FILL
										   : STRATA_ANALYSE_CHANGE;
}

void strata_batch_count_writes(strata_tier *tier, strata_call *call, strata_counter counter,
	strata_item *const *items, size_t count)
{
	add(tier, counter, count_done(tier, items, count));
	strata_analyse(tier, call, verb_of(counter), items, count);
}
