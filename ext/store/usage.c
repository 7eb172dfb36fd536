#include <stdlib.h>

#include "os/clock.h"
#include "store/heap.h"
#include "store/parts.h"

enum {
	PATIENCE = 2000,    /* usec */
	MOST_PINNED = 16384 /* pins that are added up */
};

static uint64_t read_statistic(const _Atomic uint64_t *statistic)
{
	return atomic_load_explicit(statistic, memory_order_relaxed);
}

static void add_usage(strata_shard *shard, strata_store_usage *out)
{
	const strata_shard_head *head = shard->head;
	uint64_t used = read_statistic(&head->used);

	out->used += used * STRATA_UNIT_SIZE;
	out->retired += read_statistic(&head->retired) * STRATA_UNIT_SIZE;
	out->free += (shard->end - 1 - used) * STRATA_UNIT_SIZE;
	out->entries += read_statistic(&head->entries);
	out->evicted += read_statistic(&head->evicted);
	out->evicted_large += read_statistic(&head->evicted_large);
	out->evicted_share += read_statistic(&head->evicted_share);
	out->expired += read_statistic(&head->expired);
	out->outdated += read_statistic(&head->outdated);
	out->repairs += read_statistic(&head->repairs);
	out->damages += read_statistic(&head->damages);
	out->lock_timeouts += read_statistic(&head->lock_timeouts);
}

/* The only figure that needs the lock; a shard that is busy has none. */
static uint64_t largest_free(strata_shard *shard)
{
	uint64_t largest;

	if (!strata_shard_lock(shard, PATIENCE)) {
		return 0;
	}
	largest = (uint64_t) strata_heap_largest(shard) * STRATA_UNIT_SIZE;
	strata_shard_unlock(shard);
	return largest;
}

static int compare_blocks(const void *one, const void *other)
{
	uint64_t left = *(const uint64_t *) one;
	uint64_t right = *(const uint64_t *) other;

	return left < right ? -1 : left > right;
}

static uint64_t units_of(const strata_store *store, uint64_t block)
{
	uint64_t number = block >> 32;

	return number < store->shard_count
			   ? strata_block_units(&store->shards[number], (uint32_t) block)
			   : 0;
}

/* Bytes in blocks that somebody looks at, each counted once. */
static uint64_t pinned_bytes(const strata_store *store)
{
	uint64_t *blocks = store->pins == NULL ? NULL : malloc(MOST_PINNED * sizeof(*blocks));
	uint64_t units = 0;
	size_t count;

	if (blocks == NULL) {
		return 0;
	}
	count = strata_pins_list(store->pins, strata_clock_msec(), blocks, MOST_PINNED);
	qsort(blocks, count, sizeof(*blocks), compare_blocks);
	for (size_t i = 0; i < count; i++) {
		units += i > 0 && blocks[i] == blocks[i - 1] ? 0 : units_of(store, blocks[i]);
	}
	free(blocks);
	return units * STRATA_UNIT_SIZE;
}

void strata_store_read_usage(strata_store *store, strata_store_usage *out)
{
	*out = (strata_store_usage){
		.size = store->head->size,
		.shards = store->shard_count,
		.value_limit = store->value_limit,
		.pinned = pinned_bytes(store),
	};
	for (uint32_t i = 0; i < store->shard_count; i++) {
		uint64_t largest = largest_free(&store->shards[i]);

		out->largest_free = largest > out->largest_free ? largest : out->largest_free;
		add_usage(&store->shards[i], out);
	}
}
