/* batch: the items of a list that one tier is asked for, and its results. */
#ifndef STRATA_CACHE_BATCH_H
#define STRATA_CACHE_BATCH_H

#include "base/call.h"
#include "stats/stats.h"
#include "tier/item.h"
#include "tier/tier.h"

/* A list that is made in the arena of a call. */
typedef struct {
	strata_item **items; /* NULL only if count is 0, or when out of memory */
	size_t count;
} strata_batch;

/* Gives all items this result, of this tier and no node. */
void strata_batch_complete(strata_item *const *items, size_t count, strata_result result,
	strata_tier_kind tier);

/*
 * Copies of the items, for what must not change what the caller is told. items is NULL when out of
 * memory.
 */
strata_batch strata_batch_copy(strata_call *call, strata_item *const *items, size_t count);

/*
 * Counts a tier's answers to a get, for it and for the prefixes of the keys. Returns how many items
 * have a value now.
 */
size_t strata_batch_count_gets(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count);

/* The same of how an operation ended in a tier, and what it stored. */
void strata_batch_count_writes(strata_tier *tier, strata_call *call, strata_operation operation,
	strata_item *const *items, size_t count);

/* What a put in this mode is counted as. */
strata_operation strata_batch_operation_of(strata_put_mode mode);

#endif
