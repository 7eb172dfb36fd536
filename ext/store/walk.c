/*
 * The walk goes by the index, bucket after bucket and shard after shard, as readers do (see
 * reader.c): of what a chain shows nothing is believed before the word of its bucket is looked at
 * again. The heap itself cannot be walked so, since its blocks are cut and joined under the lock.
 *
 * A position is the shard and the bucket that come next. Buckets never move, so it stays good
 * however much the store changes; what is in a bucket is told with one call, whatever is in it.
 */
#include "store/walk.h"

#include <string.h>

#include "base/compiler.h"
#include "store/index.h"
#include "store/store_internal.h"

enum {
	ATTEMPTS = 8,         /* at a bucket that changes meanwhile */
	MOST_BYTES = 16 << 20 /* of keys, which may be long */
};

typedef struct {
	const strata_shard *shard;
	const strata_walk_order *order;
	strata_arena *arena;
	strata_walked *found;
	uint32_t count;
	uint32_t looked_at; /* buckets and entries */
	size_t bytes;       /* of keys */
	uint32_t epoch;     /* of the shard */
	bool has_failed;    /* out of memory */
} walk;

/* Others may write there meanwhile: byte by byte, and believed later. */
static void copy_torn(char *to, const volatile char *from, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		to[i] = from[i];
	}
}

static bool begins_so(const walk *walk, uint32_t place, strata_entry_sizes sizes)
{
	strata_view prefix = walk->order->prefix;
	const volatile char *key = strata_entry_value(walk->shard, place) + sizes.value_size;
	size_t same = 0;

	while (same < prefix.size && same < sizes.key_size && key[same] == prefix.data[same]) {
		same++;
	}
	return same == prefix.size;
}

static bool is_wanted(const walk *walk, const strata_entry *entry, uint32_t place, uint32_t units)
{
	return atomic_load_explicit(&entry->block.state, memory_order_relaxed) == STRATA_BLOCK_LIVE &&
		   entry->namespace_id == walk->order->namespace_id &&
		   entry->generation == walk->order->generation &&
		   strata_entry_fits(walk->shard, strata_entry_sizes_of(entry), units) &&
		   !strata_entry_is_over(entry, walk->epoch, walk->order->now) &&
		   begins_so(walk, place, strata_entry_sizes_of(entry));
}

/* False when out of memory. */
static bool take_tags(const walk *walk, uint32_t place, strata_entry_sizes sizes,
	strata_record *record)
{
	uint16_t count = strata_entry_tag_count(sizes);

	if (count == 0 || count > STRATA_TAGS_MOST) {
		return true;
	}
	record->tags = strata_arena_alloc(walk->arena, count * sizeof(*record->tags));
	if (record->tags != NULL) {
		copy_torn((char *) record->tags,
			strata_entry_value(walk->shard, place) + sizes.value_size + sizes.key_size,
			count * sizeof(*record->tags));
		record->tag_count = count;
	}
	return record->tags != NULL;
}

static void take(walk *walk, const strata_entry *entry, uint32_t place)
{
	strata_entry_sizes sizes = strata_entry_sizes_of(entry);
	char *key = strata_arena_alloc(walk->arena, (size_t) sizes.key_size + 1);
	strata_walked *found = &walk->found[walk->count];

	if (key == NULL) {
		walk->has_failed = true;
		return;
	}
	copy_torn(key, strata_entry_value(walk->shard, place) + sizes.value_size, sizes.key_size);
	key[sizes.key_size] = '\0';
	*found = (strata_walked){
		.key = { key, sizes.key_size },
		.size = sizes.value_size,
		.taken = (size_t) strata_entry_units(sizes.key_size, sizes.value_size, sizes.extras) *
				 STRATA_UNIT_SIZE,
	};
	strata_entry_describe(entry, &found->record);
	walk->has_failed = !take_tags(walk, place, sizes, &found->record);
	walk->count += !walk->has_failed;
	walk->bytes += sizes.key_size;
}

/* The place of the next entry of the chain; 0 ends it, also where it is damaged. */
static uint32_t look_at(walk *walk, uint32_t place, uint32_t room)
{
	uint32_t units = strata_block_units(walk->shard, place);
	strata_entry entry;

	walk->looked_at++;
	if (units == 0) {
		return 0;
	}
	strata_entry_copy_header(strata_entry_at(walk->shard, place), &entry);
	if (walk->count < room && is_wanted(walk, &entry, place, units)) {
		take(walk, &entry, place);
	}
	return walk->has_failed ? 0 : atomic_load_explicit(&entry.next, memory_order_relaxed);
}

static void look_into(walk *walk, uint32_t bucket)
{
	const _Atomic uint64_t *at = &walk->shard->buckets[bucket];
	uint32_t before = walk->count;
	uint32_t room = walk->order->most_found + STRATA_WALK_SPARE;

	for (int i = 0; i < ATTEMPTS && !walk->has_failed; i++) {
		uint64_t word = atomic_load_explicit(at, memory_order_acquire);
		uint32_t place = strata_index_first(word);

		for (int n = 0; n < STRATA_LONGEST_CHAIN && place != 0; n++) {
			place = look_at(walk, place, room);
		}
		atomic_thread_fence(memory_order_acquire);
		if (atomic_load_explicit(at, memory_order_relaxed) == word) {
			return;
		}
		walk->count = before;
	}
}

static bool is_full(const walk *walk)
{
	return walk->has_failed || walk->looked_at >= walk->order->most_places ||
		   walk->bytes >= MOST_BYTES || walk->count >= walk->order->most_found;
}

/* From this bucket to the last one of the shard. Returns the one to go on with. */
static uint64_t go_through(walk *walk, uint64_t bucket)
{
	while (bucket <= walk->shard->bucket_mask && !is_full(walk)) {
		look_into(walk, (uint32_t) bucket);
		walk->looked_at++;
		bucket += !walk->has_failed;
	}
	return bucket;
}

strata_result strata_walk_go_on(const strata_store *store, const strata_walk_order *order,
	strata_arena *arena, uint64_t *position, strata_walked *found, uint32_t *count)
{
	walk walk = { .order = order, .arena = arena, .found = found };
	uint64_t shard = *position >> 32;
	uint64_t bucket = *position & UINT32_MAX;

	while (shard < store->shard_count && !is_full(&walk)) {
		walk.shard = &store->shards[shard];
		walk.epoch = atomic_load(&walk.shard->head->epoch);
		bucket = go_through(&walk, bucket);
		if (bucket > walk.shard->bucket_mask) {
			bucket = 0;
			shard++;
		}
	}
	*position = shard < store->shard_count ? shard << 32 | bucket : STRATA_WALK_OVER;
	*count = walk.count;
	return walk.has_failed ? STRATA_NO_MEMORY : STRATA_OK;
}
