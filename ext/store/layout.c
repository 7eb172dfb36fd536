/*
 *     | head | shard 0: head, buckets, marks, heap | shard 1: ... | ... |
 *
 * Where everything lies follows from the size alone, so nothing that stands in the memory is needed
 * to find it. What others left, in a file that outlives its processes, is believed about nothing
 * but this: a head that names this layout has the seed, and an entry is kept that passes its check.
 * All other data is made anew by the process that is alone: locks, index, lists, counts, marks of
 * namespaces.
 *
 * The epoch of a shard stands there twice, the second time inverted. A shard whose two disagree may
 * have entries that a removal put out of sight: it is emptied. So is one with two entries of one
 * key, of which the older could not be told.
 */
#include "store/layout.h"

#include <string.h>

#include "os/process.h"
#include "store/block/entry.h"
#include "store/block/heap.h"
#include "store/index.h"
#include "store/repair.h"

enum {
	SMALLEST_STORE = 1 << 20,
	LARGEST_VALUE = 16 << 20,
	ALLOWED_PART = 16 /* of the store: what one thread may hold */
};

static const uint64_t magic = 0x61746172747353C1;

static size_t value_limit_of(size_t size)
{
	return size / 8 < LARGEST_VALUE ? size / 8 : LARGEST_VALUE;
}

static size_t shard_size(size_t size, uint32_t count)
{
	return (size - sizeof(strata_store_head)) / count & ~(size_t) 63;
}

/* The most shards whose heaps still hold the largest value with the largest key. */
static uint32_t choose_shard_count(size_t size, size_t value_limit)
{
	uint32_t count = STRATA_SHARDS_MOST;
	/* A sixteenth is more than enough for a shard's head and index. */
	size_t needed =
		(value_limit + STRATA_IMAGE_FRAME + STRATA_LARGEST_KEY + sizeof(strata_entry)) / 15 * 16 +
		4096;

	while (count > 1 && shard_size(size, count) < needed) {
		count /= 2;
	}
	return count;
}

static uint64_t layout_stamp(const strata_store *store, size_t size)
{
	uint64_t stamp = sizeof(strata_store_head) << 32 | sizeof(strata_shard_head);

	stamp = strata_shard_mix(stamp ^ sizeof(strata_entry) << 16 ^ STRATA_UNIT_SIZE);
	return strata_shard_mix(stamp ^ size ^ (uint64_t) store->shard_count << 48);
}

uint64_t strata_layout_stamp(size_t size)
{
	size_t value_limit = value_limit_of(size);
	strata_store store = { .shard_count = choose_shard_count(size, value_limit) };

	return size < SMALLEST_STORE ? 0 : layout_stamp(&store, size);
}

static void write_head(strata_store *store, size_t size)
{
	*store->head = (strata_store_head){
		.magic = magic,
		.stamp = layout_stamp(store, size),
		.size = size,
		.seed = store->seed,
		.shards = store->shard_count,
	};
}

static bool is_head(const strata_store *store, size_t size)
{
	const strata_store_head *head = store->head;

	return head->magic == magic && head->stamp == layout_stamp(store, size) && head->size == size &&
		   head->shards == store->shard_count;
}

/* The seed: a new one, or that of what is there. */
static strata_result begin(strata_store *store, size_t size, strata_store_birth birth)
{
	strata_result result;

	switch (birth) {
		case STRATA_STORE_PASSING:
		case STRATA_STORE_MADE:
			result = strata_process_random(&store->seed, sizeof(store->seed));
			if (result == STRATA_OK) {
				write_head(store, size);
			}
			return result;
		case STRATA_STORE_MENDED:
		case STRATA_STORE_JOINED: break;
	}
	store->seed = store->head->seed;
	return is_head(store, size) ? STRATA_OK : STRATA_CORRUPT;
}

static void empty(strata_shard *shard)
{
	strata_index_clear(shard);
	strata_heap_format(shard);
}

/* Everything of the head is derived or counted, but for the epoch and the hand. */
static strata_result mend(strata_shard *shard)
{
	strata_shard_head *head = shard->head;
	uint32_t epoch = atomic_load(&head->epoch);
	bool is_sure = atomic_load(&head->epoch_again) == ~epoch;
	uint32_t hand = head->hand;
	uint64_t pending = atomic_load(&head->pending_replace);
	strata_result result;

	memset((void *) head, 0, sizeof(*head));
	atomic_store(&head->epoch, epoch);
	atomic_store(&head->epoch_again, ~epoch);
	atomic_store(&head->pending_replace, pending);
	head->hand = hand < shard->end ? hand : 1;
	result = strata_shard_make_lock(shard);
	if (result != STRATA_OK) {
		return result;
	}
	shard->has_twins = false;
	if (is_sure) {
		shard->is_checked = true;
		strata_repair(shard);
		shard->is_checked = false;
		atomic_store(&head->repairs, 0);
	}
	if (!is_sure || shard->has_twins) {
		memset((void *) head, 0, sizeof(*head));
		atomic_store(&head->epoch_again, UINT32_MAX);
		result = strata_shard_make_lock(shard);
		empty(shard);
	}
	return result;
}

static strata_result open_shard(strata_shard *shard, strata_store_birth birth)
{
	strata_result result;

	switch (birth) {
		case STRATA_STORE_PASSING:
		case STRATA_STORE_MADE:
			result = strata_shard_make_lock(shard);
			strata_heap_format(shard);
			atomic_store(&shard->head->epoch_again, UINT32_MAX);
			return result;
		case STRATA_STORE_MENDED: return mend(shard);
		case STRATA_STORE_JOINED: break;
	}
	return STRATA_OK;
}

static strata_result open_shards(strata_store *store, char *memory, const char *readable,
	size_t size, strata_store_birth birth)
{
	size_t each = shard_size(size, store->shard_count);
	strata_result result = STRATA_OK;

	for (uint32_t i = 0; i < store->shard_count && result == STRATA_OK; i++) {
		size_t start = sizeof(strata_store_head) + i * each;

		store->shards[i] = (strata_shard){
			.view = readable + start,
			.pins = store->pins,
			.namespaces = &store->head->namespaces,
			.seed = store->seed,
			.bound.allowance = size / ALLOWED_PART,
			.number = i,
			.is_lasting = birth != STRATA_STORE_PASSING,
		};
		result = strata_shard_place(&store->shards[i], memory + start, each);
		if (result == STRATA_OK) {
			result = open_shard(&store->shards[i], birth);
		}
	}
	return result;
}

strata_result strata_layout_open(strata_store *store, char *memory, const char *readable,
	size_t size, strata_store_birth birth)
{
	size_t skipped = -(uintptr_t) memory % alignof(strata_store_head);
	strata_result result;

	if (size < SMALLEST_STORE) {
		return STRATA_NO_MEMORY;
	}
	store->value_limit = value_limit_of(size);
	store->shard_count = choose_shard_count(size, store->value_limit);
	store->head = (strata_store_head *) (memory + skipped);
	result = begin(store, size - skipped, birth);
	if (result == STRATA_OK && birth == STRATA_STORE_MENDED) {
		memset((void *) &store->head->namespaces, 0, sizeof(store->head->namespaces));
	}
	if (result == STRATA_OK) {
		result = open_shards(store, memory + skipped, readable + skipped, size - skipped, birth);
	}
	return result;
}
