/*
 * The way of reader.c for the case that nearly all gets are, and for no other: the entry is there,
 * sound and quiet. Here no attempt is repeated and nothing is told but what a hit needs; whatever is
 * not so is left to the reader, who begins anew. The rules are his: a place is checked before it
 * becomes a pointer, sizes before they are used, and nothing is believed before the word of the
 * bucket has been found unchanged.
 *
 * Each field of a header is read once, into a variable: what was checked must be what is used.
 * The clock is read only for an entry that has an end.
 */
#include "store/glance.h"

#include "base/compiler.h"
#include "store/index.h"

enum { SHORT_CHAIN = 16 };

/* The header of a block at this place is within the heap. */
static inline bool is_place(const strata_shard *shard, uint32_t place)
{
	return place != 0 && place <= shard->end - STRATA_BLOCK_SMALLEST;
}

static inline bool is_live(const strata_entry *entry)
{
	return atomic_load_explicit(&entry->block.state, memory_order_relaxed) == STRATA_BLOCK_LIVE;
}

/* Of nearly all keys that is two comparisons, for which no function has to be called. */
static inline bool is_same(const char *a, const char *b, size_t size)
{
	uint64_t words[4];

	if (size < sizeof(uint64_t) || size > 2 * sizeof(uint64_t)) {
		return memcmp(a, b, size) == 0;
	}
	memcpy(&words[0], a, sizeof(uint64_t));
	memcpy(&words[1], b, sizeof(uint64_t));
	memcpy(&words[2], a + size - sizeof(uint64_t), sizeof(uint64_t));
	memcpy(&words[3], b + size - sizeof(uint64_t), sizeof(uint64_t));
	return words[0] == words[1] && words[2] == words[3];
}

/* A live entry of this very key, whose sizes may be used. */
static inline bool is_of(const strata_shard *shard, uint32_t place, const strata_store_key *key,
	strata_entry_sizes sizes)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	return entry->space == key->space && entry->generation == key->generation && is_live(entry) &&
		   sizes.key_size == key->key.size && strata_entry_fits(shard, sizes, shard->end - place) &&
		   is_same(strata_entry_value(shard, place) + sizes.value_size, key->key.data,
			   key->key.size);
}

/* Keeps an image where it is. The look behind the pin says whether it came in time. */
static STRATA_APART bool hold(strata_shard *shard, uint32_t place, strata_glimpse *out)
{
	strata_pin pin;

	out->block = strata_shard_block_number(shard, place);
	pin = shard->pins == NULL ? STRATA_PIN_NONE : strata_pins_add(shard->pins, out->block);
	if (pin != STRATA_PIN_NONE && strata_store_is_unchanged(out) &&
		is_live(strata_entry_at(shard, place))) {
		out->is_own_pin = pin == STRATA_PIN_NEW;
		return true;
	}
	if (pin == STRATA_PIN_NEW) {
		strata_pins_remove(shard->pins, out->block);
	}
	return false;
}

static inline bool take(strata_shard *shard, uint32_t place, strata_entry_sizes sizes,
	strata_glimpse *out)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	out->codec = (strata_codec_id) sizes.codec;
	out->version = *(const volatile uint64_t *) &entry->version;
	if (out->codec == STRATA_CODEC_INTEGER) {
		/* A number is read after its version. */
		atomic_thread_fence(memory_order_acquire);
		out->integer = strata_entry_integer(shard, place);
		return strata_store_is_unchanged(out);
	}
	if (out->codec == STRATA_CODEC_IMAGE) {
		out->bytes = (strata_view){ strata_entry_view(shard, place), sizes.value_size };
		return hold(shard, place, out);
	}
	out->bytes = (strata_view){ strata_entry_value(shard, place), sizes.value_size };
	return strata_store_is_unchanged(out);
}

/* Written only if clear, so that a key that is read all the time does not keep its line moving. */
static inline void mark(const strata_shard *shard, uint32_t place)
{
	_Atomic uint8_t *visited = strata_shard_mark_of(shard, place);

	if (atomic_load_explicit(visited, memory_order_relaxed) == 0) {
		atomic_store_explicit(visited, 1, memory_order_relaxed);
	}
}

/* The place of the entry, its sizes read; 0 where the chain does not lead to it soon. */
static inline uint32_t find(const strata_shard *shard, const strata_store_key *key, uint32_t hash,
	uint32_t place, strata_entry_sizes *sizes)
{
	for (int i = 0; i < SHORT_CHAIN && is_place(shard, place); i++) {
		const strata_entry *entry = strata_entry_at(shard, place);

		*sizes = strata_entry_sizes_of(entry);
		if (sizes->hash == hash && is_of(shard, place, key, *sizes)) {
			return place;
		}
		place = atomic_load_explicit(&entry->next, memory_order_relaxed);
	}
	return 0;
}

STRATA_APART bool strata_glance(strata_shard *shard, const strata_store_key *key, uint32_t hash,
	strata_glimpse *out)
{
	uint32_t generation = atomic_load(&shard->head->generation);
	strata_entry_sizes sizes;
	uint32_t place;

	out->watched = strata_index_bucket(shard, hash);
	out->word = atomic_load_explicit(out->watched, memory_order_acquire);
	place = find(shard, key, hash, strata_index_first(out->word), &sizes);
	if (place == 0 || strata_entry_is_over_now(strata_entry_at(shard, place), generation) ||
		!take(shard, place, sizes, out)) {
		return false;
	}
	mark(shard, place);
	return true;
}
