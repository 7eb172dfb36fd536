/*
 * Readers take no lock. They look, and then look whether anything has changed meanwhile:
 *
 *     word of the bucket -> chain -> header -> key -> value -> is the word still the same?
 *
 * Until that last look nothing is believed. What is read may be torn, or belong to a block that
 * holds something else by now. So each place is checked before it becomes a pointer, and each size
 * against its block before it is used: a wrong one leads astray within the heap, never out of it.
 * A writer stores the word anew before it uses any block of the chain again. So if the word is
 * unchanged, nothing of what was read had become something else.
 *
 * Two things in an entry change while it lives, in place: its life with the version, and a counter
 * with its version. Each is one word; a version is read before its number (see
 * strata_entry_set_integer()).
 *
 * A pin makes the same look final: published first, it keeps the block from being used again, and
 * the look behind it says whether it came in time.
 *
 * An owner of the lock that is stopped in the middle of a change stops no reader: it has left the
 * chain either as it was or as it is to be. What is neither is damage, and a matter for the lock.
 *
 * There are two ways through the same chain. The peek is for the case that nearly all gets are: the
 * entry is there, sound and quiet. It repeats no attempt, reports only what a hit needs, and reads
 * the clock only for an entry that has an end. Where it stops, the read goes on: from that entry,
 * if shard and bucket are as the peek found them, else from the beginning.
 */
#include "store/reader.h"

#include <string.h>

#include "base/compiler.h"
#include "store/index.h"

enum {
	SHORT_CHAIN = 16, /* entries that a peek looks at */
	LINE = 64,        /* bytes that a processor fetches at once */
	ATTEMPTS = 64,
	LARGE_ATTEMPTS = 8, /* of which every one copies much */
	LARGE = 64 << 10,   /* bytes */
	ROOM_STEP = 4096    /* bytes; room for a value that changes its size between two attempts */
};

/* ---- what both ways share ---- */

/* The last look: does the bucket still hold this word? */
static inline bool is_still(const _Atomic uint64_t *bucket, uint64_t word)
{
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(bucket, memory_order_relaxed) == word;
}

static inline bool is_live(const strata_shard *shard, uint32_t place)
{
	return atomic_load_explicit(&strata_block_at(shard, place)->state, memory_order_relaxed) ==
		   STRATA_BLOCK_LIVE;
}

/* Do two words at the beginning and two at the end agree? They may overlap. */
static inline bool is_same_by_words(const char *a, const char *b, size_t size)
{
	uint64_t words[4];

	memcpy(&words[0], a, sizeof(uint64_t));
	memcpy(&words[1], b, sizeof(uint64_t));
	memcpy(&words[2], a + size - sizeof(uint64_t), sizeof(uint64_t));
	memcpy(&words[3], b + size - sizeof(uint64_t), sizeof(uint64_t));
	return words[0] == words[1] && words[2] == words[3];
}

static inline bool is_same_by_halves(const char *a, const char *b, size_t size)
{
	uint32_t halves[4];

	memcpy(&halves[0], a, sizeof(uint32_t));
	memcpy(&halves[1], b, sizeof(uint32_t));
	memcpy(&halves[2], a + size - sizeof(uint32_t), sizeof(uint32_t));
	memcpy(&halves[3], b + size - sizeof(uint32_t), sizeof(uint32_t));
	return halves[0] == halves[1] && halves[2] == halves[3];
}

/* Of nearly all keys that is two comparisons, for which no function has to be called. */
static inline bool is_same(const char *a, const char *b, size_t size)
{
	if (size >= sizeof(uint64_t) && size <= 2 * sizeof(uint64_t)) {
		return is_same_by_words(a, b, size);
	}
	if (size >= sizeof(uint32_t) && size < sizeof(uint64_t)) {
		return is_same_by_halves(a, b, size);
	}
	return memcmp(a, b, size) == 0;
}

/* Does the entry at this place, whose value has this size, have this key? */
static inline bool has_key(const strata_shard *shard, uint32_t place, size_t value_size,
	strata_view key)
{
	return is_same(strata_entry_value(shard, place) + value_size, key.data, key.size);
}

/*
 * The mark before the pin, whose fence is behind both: see strata_shard_may_be_held(). When the
 * block was written may be read while another entry is written there: then the look behind the pin
 * fails, and the pin is taken back.
 */
static inline strata_pin pin_block(const strata_shard *shard, uint32_t place, size_t size)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	if (shard->pins == NULL) {
		return STRATA_PIN_NONE;
	}
	strata_shard_set_marks(shard, place, STRATA_MARK_VISITED | STRATA_MARK_PINNED);
	return strata_pins_add(shard->pins, strata_shard_block_number(shard, place), size,
		*(const volatile uint64_t *) &entry->created_at, &shard->bound);
}

/* ---- the peek ---- */

/* The header of a block at this place is within the heap. */
static inline bool is_place(const strata_shard *shard, uint32_t place)
{
	return place != 0 && place <= shard->end - STRATA_BLOCK_SMALLEST;
}

/* A live entry of this very key, whose sizes may be used. */
static inline bool is_of(const strata_shard *shard, const strata_entry *entry,
	const strata_store_key *key, uint32_t units, strata_entry_sizes sizes)
{
	return entry->namespace_id == key->namespace_id && entry->generation == key->generation &&
		   atomic_load_explicit(&entry->block.state, memory_order_relaxed) == STRATA_BLOCK_LIVE &&
		   sizes.key_size == key->key.size && strata_entry_fits(shard, sizes, units) &&
		   is_same((const char *) (entry + 1) + sizes.value_size, key->key.data, key->key.size);
}

/*
 * The entry of the key, its sizes read, or NULL. *place is where the walk stopped: at the entry
 * with the key's hash, or at what a peek does not look at.
 */
static inline const strata_entry *find(const strata_shard *shard, const strata_store_key *key,
	uint32_t hash, uint32_t *place, strata_entry_sizes *sizes)
{
	for (int i = 0; i < SHORT_CHAIN && is_place(shard, *place); i++) {
		const strata_entry *entry = strata_entry_at(shard, *place);

		if (*(const volatile uint32_t *) &entry->hash == hash) {
			/* Each field once, into a variable: what was checked must be what is used. */
			*sizes = strata_entry_sizes_of(entry);
			sizes->hash = hash;
			return is_of(shard, entry, key, shard->end - *place, *sizes) ? entry : NULL;
		}
		*place = atomic_load_explicit(&entry->next, memory_order_relaxed);
	}
	return NULL;
}

/* Keeps an image where it is. The look behind the pin says whether it came in time. */
static STRATA_NOINLINE bool pin_image(strata_shard *shard, uint32_t place, strata_store_hit *out)
{
	strata_pin pin;

	out->origin = strata_entry_view(shard, place);
	out->bytes.data = out->origin;
	out->block = strata_shard_block_number(shard, place);
	pin = pin_block(shard, place, out->bytes.size);
	if (pin != STRATA_PIN_NONE && is_still(out->watched, out->cursor.word) &&
		is_live(shard, place)) {
		out->is_own_pin = pin == STRATA_PIN_NEW;
		return true;
	}
	if (pin == STRATA_PIN_NEW) {
		strata_pins_remove(shard->pins, out->block, out->bytes.size);
	}
	return false;
}

/* An image that stays unpinned is read like any other bytes, from where writers write them. */
static inline bool peek_value(strata_shard *shard, uint32_t place, strata_entry_sizes sizes,
	strata_peek_mode mode, strata_store_hit *out)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	out->codec = (strata_codec_id) sizes.codec;
	out->version = *(const volatile uint64_t *) &entry->version;
	if (out->codec == STRATA_CODEC_INTEGER) {
		/* A number is read after its version. */
		atomic_thread_fence(memory_order_acquire);
		out->integer = strata_entry_integer(shard, place);
		strata_shard_set_marks(shard, place, STRATA_MARK_VISITED);
		return is_still(out->watched, out->cursor.word);
	}
	out->bytes = (strata_view){ strata_entry_value(shard, place), sizes.value_size };
	if (strata_codec_is_image(out->codec)) {
		if (mode == STRATA_PEEK_PIN) {
			return pin_image(shard, place, out);
		}
		out->origin = strata_entry_view(shard, place);
		out->is_own_pin = false;
	}
	strata_shard_set_marks(shard, place, STRATA_MARK_VISITED);
	return is_still(out->watched, out->cursor.word);
}

static STRATA_COLD bool stop_at(uint32_t place, uint32_t epoch, const strata_store_key *key,
	uint64_t hash, strata_store_hit *out)
{
	out->tag_count = 0;
	out->cursor = (strata_store_cursor){
		.hash = hash,
		.namespace_id = key->namespace_id,
		.generation = key->generation,
		.word = out->cursor.word,
		.epoch = epoch,
		.place = place,
		.is_set = true,
	};
	return false;
}

/* The hit is the caller's if it finds the tags current; if not, a read goes on from here. */
static STRATA_NOINLINE bool stop_at_tags(strata_shard *shard, uint32_t place, uint32_t epoch,
	strata_entry_sizes sizes, const strata_store_key *key, uint64_t hash, strata_peek_mode mode,
	strata_store_hit *out)
{
	bool is_found = strata_entry_tag_count(sizes) <= STRATA_TAGS_MOST &&
					peek_value(shard, place, sizes, mode, out);

	(void) stop_at(place, epoch, key, hash, out);
	if (is_found) {
		out->tags = strata_entry_value(shard, place) + sizes.value_size + sizes.key_size;
		out->tag_count = strata_entry_tag_count(sizes);
	}
	return false;
}

bool strata_read_peek(strata_shard *shard, const strata_store_key *key, uint64_t hash,
	strata_peek_mode mode, strata_store_hit *out)
{
	uint32_t epoch = atomic_load(&shard->head->epoch);
	const strata_entry *entry;
	strata_entry_sizes sizes;
	uint32_t place;

	out->watched = strata_index_bucket(shard, (uint32_t) hash);
	out->cursor.word = atomic_load_explicit(out->watched, memory_order_acquire);
	place = strata_index_first(out->cursor.word);
	entry = find(shard, key, (uint32_t) hash, &place, &sizes);
	if (entry == NULL || strata_entry_is_over_now(entry, epoch)) {
		return stop_at(place, epoch, key, hash, out);
	}
	if (strata_entry_has_tags(sizes.extras)) {
		return stop_at_tags(shard, place, epoch, sizes, key, hash, mode, out);
	}
	return peek_value(shard, place, sizes, mode, out) || stop_at(place, epoch, key, hash, out);
}

void strata_read_fetch_entry(const strata_shard *shard, uint32_t hash)
{
	uint64_t word = atomic_load_explicit(strata_index_bucket(shard, hash), memory_order_relaxed);
	uint32_t place = strata_index_first(word);

	if (is_place(shard, place)) {
		const char *entry = (const char *) strata_entry_at(shard, place);

		__builtin_prefetch(entry);
		__builtin_prefetch(entry + LINE);
		__builtin_prefetch(entry + 2 * LINE);
	}
}

/* ---- the read ---- */

/* An entry in sight, not yet believed. */
typedef struct {
	strata_shard *shard;
	const _Atomic uint64_t *bucket;
	uint64_t word;  /* of the bucket, when the look began */
	uint32_t epoch; /* of the shard, likewise */
	uint32_t place;
	strata_entry entry; /* a copy of its header */
} sight;

typedef enum { CLEAR, NOTHING, BLURRED, DAMAGED } outcome;

static bool is_unchanged(const sight *sight)
{
	return is_still(sight->bucket, sight->word);
}

static bool may_be(const sight *sight, const strata_lookup *lookup)
{
	return sight->entry.hash == lookup->hash &&
		   sight->entry.namespace_id == lookup->key->namespace_id &&
		   sight->entry.generation == lookup->key->generation;
}

/* What is at sight->place? NOTHING: another entry, or one that is none any more. */
static outcome look_at(sight *sight, const strata_lookup *lookup)
{
	uint32_t units = strata_block_units(sight->shard, sight->place);
	uint32_t state;

	if (units == 0) {
		return DAMAGED;
	}
	strata_entry_copy_header(strata_entry_at(sight->shard, sight->place), &sight->entry);
	state = atomic_load_explicit(&sight->entry.block.state, memory_order_relaxed);
	if (state != STRATA_BLOCK_LIVE) {
		return state == STRATA_BLOCK_RETIRED ? NOTHING : DAMAGED;
	}
	if (!may_be(sight, lookup)) {
		return NOTHING;
	}
	if (!strata_entry_fits(sight->shard, strata_entry_sizes_of(&sight->entry), units)) {
		return DAMAGED;
	}
	return sight->entry.key_size == lookup->key->key.size &&
				   has_key(sight->shard, sight->place, sight->entry.value_size, lookup->key->key)
			   ? CLEAR
			   : NOTHING;
}

static outcome walk(sight *sight, const strata_lookup *lookup)
{
	outcome found = NOTHING;

	for (int i = 0; sight->place != 0; i++) {
		found = i < STRATA_LONGEST_CHAIN ? look_at(sight, lookup) : DAMAGED;
		if (found != NOTHING) {
			return found;
		}
		sight->place = atomic_load_explicit(&sight->entry.next, memory_order_relaxed);
	}
	return NOTHING;
}

/* May the walk go on where a peek stopped? */
static bool is_current(const sight *sight, const strata_store_cursor *cursor)
{
	return cursor->word == sight->word && cursor->epoch == sight->epoch;
}

/* Is it what this mode reads? */
static bool is_wanted(const sight *sight, const strata_lookup *lookup, strata_read_mode mode)
{
	if (mode != STRATA_READ_KEPT) {
		return !strata_entry_is_over(&sight->entry, sight->epoch, lookup->now);
	}
	return sight->entry.codec != STRATA_CODEC_ABSENT &&
		   !strata_entry_is_gone(&sight->entry, sight->epoch, lookup->now);
}

/* The cursor may be NULL. NOTHING with a place: what is there is not what this mode reads. */
static outcome look(strata_shard *shard, const strata_lookup *lookup,
	const strata_store_cursor *cursor, strata_read_mode mode, sight *sight)
{
	outcome found;

	sight->shard = shard;
	sight->bucket = strata_index_bucket(shard, lookup->hash);
	sight->epoch = atomic_load(&shard->head->epoch);
	sight->word = atomic_load_explicit(sight->bucket, memory_order_acquire);
	sight->place = cursor != NULL && is_current(sight, cursor) ? cursor->place
															   : strata_index_first(sight->word);
	found = walk(sight, lookup);
	if (found != CLEAR && !is_unchanged(sight)) {
		return BLURRED;
	}
	if (found == CLEAR && !is_wanted(sight, lookup, mode)) {
		return is_unchanged(sight) ? NOTHING : BLURRED;
	}
	return found;
}

static void describe(const sight *sight, strata_record *out)
{
	strata_entry_describe(&sight->entry, out);
	out->seen = strata_index_token(sight->word, sight->epoch);
}

static outcome take_integer(const sight *sight, strata_record *out)
{
	out->value.integer = strata_entry_integer(sight->shard, sight->place);
	return CLEAR;
}

/* Where values are verified: are these bytes what was stored? A number has no check. */
static bool is_whole(const sight *sight, const char *bytes)
{
	return !sight->shard->verifies || strata_entry_is_whole(sight->shard, sight->place,
										  strata_entry_sizes_of(&sight->entry), bytes);
}

/* From behind the pin: nothing of it changes any more. */
static outcome look_again(const sight *sight)
{
	if (!is_unchanged(sight) || !is_live(sight->shard, sight->place)) {
		return BLURRED;
	}
	return is_whole(sight, strata_entry_view(sight->shard, sight->place)) ? CLEAR : DAMAGED;
}

/* NOTHING: no pin is to be had. */
static outcome take_pinned(const sight *sight, strata_record *out)
{
	uint64_t block = strata_shard_block_number(sight->shard, sight->place);
	strata_pin pin = pin_block(sight->shard, sight->place, sight->entry.value_size);
	outcome seen;

	if (pin == STRATA_PIN_NONE) {
		return NOTHING;
	}
	seen = look_again(sight);
	if (seen != CLEAR) {
		if (pin == STRATA_PIN_NEW) {
			strata_pins_remove(sight->shard->pins, block, sight->entry.value_size);
		}
		return seen;
	}
	out->origin = strata_entry_view(sight->shard, sight->place);
	out->value.bytes = (strata_view){ out->origin, sight->entry.value_size };
	out->block = block;
	out->is_own_pin = pin == STRATA_PIN_NEW;
	return CLEAR;
}

static bool make_room(strata_read_room *room, size_t size)
{
	if (room->size <= size) {
		room->size = (size / ROOM_STEP + 1) * ROOM_STEP;
		/* What is small stays small: most values are, and the arena's first chunk holds them. */
		room->size = size < ROOM_STEP / 4 ? size + 1 : room->size;
		room->bytes = strata_arena_charge(room->arena, room->size)
						  ? strata_arena_alloc(room->arena, room->size)
						  : NULL;
	}
	return room->bytes != NULL;
}

/* False when there is no memory. */
static bool take_copy(const sight *sight, strata_read_room *room, strata_record *out)
{
	size_t size = sight->entry.value_size;

	if (strata_codec_is_image(sight->entry.codec)) {
		out->origin = strata_entry_view(sight->shard, sight->place);
	}
	if (size == 0) {
		return true;
	}
	if (!make_room(room, size)) {
		return false;
	}
	memcpy(room->bytes, strata_entry_value(sight->shard, sight->place), size);
	room->bytes[size] = '\0';
	out->value.bytes = (strata_view){ room->bytes, size };
	return true;
}

/* They lie in the block as its key ends, so they are copied, also where the value is pinned. */
static bool take_tags(const sight *sight, strata_arena *arena, strata_record *out)
{
	strata_entry_sizes sizes = strata_entry_sizes_of(&sight->entry);
	strata_tag *tags = strata_arena_alloc(arena, strata_entry_tag_count(sizes) * sizeof(*tags));

	if (tags != NULL) {
		strata_entry_read_tags(sight->shard, sight->place, sizes, tags);
		out->tags = tags;
		out->tag_count = strata_entry_tag_count(sizes);
	}
	return tags != NULL;
}

/* *failed: out of memory. */
static outcome take(const sight *sight, strata_read_mode mode, strata_read_room *room,
	strata_record *out, bool *failed)
{
	outcome taken = NOTHING;

	describe(sight, out);
	if (strata_entry_has_tags(sight->entry.extras) && !take_tags(sight, room->arena, out)) {
		*failed = true;
		return CLEAR;
	}
	if (sight->entry.codec == STRATA_CODEC_INTEGER) {
		taken = take_integer(sight, out);
	} else if (strata_codec_is_image(sight->entry.codec) && mode != STRATA_READ_COPY) {
		/* Its last look is behind the pin, and final. */
		taken = take_pinned(sight, out);
		if (taken != NOTHING) {
			return taken;
		}
	}
	if (taken == NOTHING) {
		*failed = !take_copy(sight, room, out);
		taken = CLEAR;
	}
	if (taken == CLEAR && !*failed && !is_whole(sight, out->value.bytes.data)) {
		taken = DAMAGED;
	}
	if (!is_unchanged(sight) || !is_live(sight->shard, sight->place)) {
		return BLURRED;
	}
	return taken;
}

/* By parts: the whole at once would be a loop of the processor, which takes longer. */
static inline void set_zero(strata_record *out)
{
	out->value = (strata_value){ 0 };
	out->life = (strata_life){ 0 };
	out->created_at = 0;
	out->version = 0;
	out->cost_msec = 0;
	out->share = 0;
	out->is_own_pin = false;
	out->origin = NULL;
	out->block = 0;
	out->expected = 0;
	out->tags = NULL;
	out->tag_count = 0;
}

static strata_read_outcome say_nothing(const sight *sight, const strata_lookup *lookup,
	strata_record *out)
{
	set_zero(out);
	out->seen = strata_index_token(sight->word, sight->epoch);
	if (sight->place != 0 && !strata_entry_is_gone(&sight->entry, sight->epoch, lookup->now)) {
		describe(sight, out);
	}
	return STRATA_READ_NOTHING;
}

strata_read_outcome strata_read(strata_shard *shard, const strata_lookup *lookup,
	const strata_store_cursor *cursor, strata_read_mode mode, strata_read_room *room,
	strata_record *out)
{
	int attempts = ATTEMPTS;
	sight sight;

	for (int i = 0; i < attempts; i++) {
		outcome found = look(shard, lookup, i == 0 ? cursor : NULL, mode, &sight);
		bool failed = false;

		if (found == CLEAR) {
			attempts = sight.entry.value_size > LARGE ? LARGE_ATTEMPTS : ATTEMPTS;
			found = take(&sight, mode, room, out, &failed);
		} else if (found == NOTHING) {
			return say_nothing(&sight, lookup, out);
		}
		if (failed) {
			return STRATA_READ_FAILED;
		}
		if (found == CLEAR) {
			strata_shard_set_marks(shard, sight.place, STRATA_MARK_VISITED);
			return STRATA_READ_FOUND;
		}
		if (found == DAMAGED) {
			break;
		}
	}
	*out = (strata_record){ 0 };
	return STRATA_READ_UNSURE;
}
