/*
 * A store is a row of shards; the upper bits of a key's hash choose one, and everything else
 * happens there, under its lock:
 *
 *     | head | shard 0: head, buckets, heap | shard 1: ... | ... |
 *
 * Reading takes no lock (see reader.c); only what cannot be read so, since it is damaged or changed
 * all the time, is read with it. While a shard is locked nothing is allocated, no system call is
 * made and no callback runs. Waits for a lock are bounded; what is refused then is a set that
 * the cache may lose, never a removal.
 *
 * Counting keeps the lock. Without it the number would have to be changed in a block that may stop
 * being the entry at any moment, and a sum that was reported could have been lost.
 */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "os/clock.h"
#include "store/block/entry.h"
#include "store/evict.h"
#include "base/failpoint.h"
#include "store/block/heap.h"
#include "store/index.h"
#include "store/layout.h"
#include "store/reader.h"
#include "store/repair.h"
#include "store/share.h"
#include "store/store_internal.h"
#include "store/writer.h"

enum {
	FIRST_ROOM = 4096,        /* bytes made ready for a value whose size is not known yet */
	READ_ATTEMPTS = 4,        /* of a value that grows under our eyes */
	ORDINARY_MAX_WAIT = 2000, /* usec */
	REMOVE_MAX_WAIT = 20000,  /* usec */
	COUNT_MAX_WAIT = 100000,  /* usec */
	MOST_PINNED = 16384       /* pins that are added up */
};

strata_result strata_store_open(void *memory, const void *readable, size_t size, strata_pins *pins,
	strata_store_birth birth, strata_store **out)
{
	strata_store *store = calloc(1, sizeof(*store));
	strata_result result = store == NULL ? STRATA_NO_MEMORY : STRATA_OK;

	*out = NULL;
	if (result == STRATA_OK) {
		store->pins = pins;
		result = strata_layout_open(store, memory, readable, size, birth);
	}
	if (result != STRATA_OK) {
		free(store);
		return result;
	}
	*out = store;
	return STRATA_OK;
}

strata_result strata_store_new(void *memory, const void *readable, size_t size, strata_pins *pins,
	strata_store **out)
{
	return strata_store_open(memory, readable, size, pins, STRATA_STORE_PASSING, out);
}

void strata_store_verify(strata_store *store)
{
	for (uint32_t i = 0; i < store->shard_count; i++) {
		store->shards[i].verifies = true;
	}
}

bool strata_store_verifies(const strata_store *store)
{
	return store->shards[0].verifies;
}

void strata_store_free(strata_store *store)
{
	free(store);
}

/* Finding. */

uint64_t strata_store_salt(const strata_store *store, uint64_t namespace_id, uint64_t generation)
{
	return store->seed ^ strata_shard_mix(namespace_id ^ strata_shard_mix(generation));
}

static uint64_t hash_of(const strata_store *store, const strata_store_key *key)
{
	return strata_hash_of(key->key, strata_store_salt(store, key->namespace_id, key->generation));
}

static strata_shard *shard_of(const strata_store *store, uint64_t hash)
{
	return (strata_shard *) &store->shards[hash >> 32 & (store->shard_count - 1)];
}

static bool is_acceptable(const strata_store_key *key)
{
	return key->key.size <= STRATA_LARGEST_KEY;
}

/* Reading. */

/* Copies the bytes to the caller. Room was made ready for `room` bytes, the final NUL included. */
static bool copy_out(strata_arena *arena, size_t room, strata_value *value)
{
	if (value->bytes.size == 0) {
		value->bytes.data = NULL;
		return true;
	}
	if (value->bytes.size >= room) {
		return false;
	}
	value->bytes = strata_arena_copy(arena, value->bytes);
	return true;
}

/* Where values are verified, what is damaged goes. */
static uint32_t find_whole(strata_shard *shard, const strata_lookup *lookup, strata_read_mode mode)
{
	uint32_t place = mode == STRATA_READ_KEPT ? strata_write_find_kept(shard, lookup)
											  : strata_write_find(shard, lookup);

	if (place == 0 || !shard->verifies ||
		strata_entry_is_whole(shard, place, strata_entry_sizes_of(strata_entry_at(shard, place)),
			strata_entry_value(shard, place))) {
		return place;
	}
	strata_shard_count(&shard->head->damages, 1);
	(void) strata_index_drop(shard, place);
	return 0;
}

/* Nothing is served under the key. Is something kept? */
static void describe_kept(strata_shard *shard, const strata_lookup *lookup, strata_record *out)
{
	uint32_t place = strata_write_find_kept(shard, lookup);

	if (place != 0) {
		strata_entry_describe(strata_entry_at(shard, place), out);
	}
	out->seen = strata_index_token_of(shard, lookup->hash);
}

/* What was made ready before the shard was locked. */
typedef struct {
	strata_arena *arena;
	size_t size;      /* of the next allocation of the arena, which cannot fail */
	strata_tag *tags; /* room for STRATA_TAGS_MOST */
} locked_room;

static void copy_tags(const strata_shard *shard, uint32_t place, const locked_room *room,
	strata_record *out)
{
	strata_entry_sizes sizes = strata_entry_sizes_of(strata_entry_at(shard, place));

	out->tag_count = strata_entry_tag_count(sizes);
	if (out->tag_count > 0) {
		strata_entry_read_tags(shard, place, sizes, room->tags);
		out->tags = room->tags;
	}
}

/* OK, MISS, or BUSY when the value needs more than there is room, which is then what it needs. */
static strata_result read_locked(strata_shard *shard, const strata_lookup *lookup,
	strata_read_mode mode, locked_room *room, strata_record *out)
{
	uint32_t place = find_whole(shard, lookup, mode);

	if (place == 0 || strata_entry_at(shard, place)->codec == STRATA_CODEC_ABSENT) {
		describe_kept(shard, lookup, out);
		return STRATA_MISS;
	}
	strata_entry_read(shard, place, out);
	copy_tags(shard, place, room, out);
	out->seen = strata_index_token_of(shard, lookup->hash);
	if (!copy_out(room->arena, room->size, &out->value)) {
		room->size = out->value.bytes.size + 1;
		return STRATA_BUSY;
	}
	strata_shard_set_marks(shard, place, STRATA_MARK_VISITED);
	return STRATA_OK;
}

/* For what cannot be read without the lock: damage is repaired on the way. */
static strata_result get_locked(strata_shard *shard, const strata_lookup *lookup,
	strata_read_mode mode, strata_arena *arena, strata_record *out)
{
	locked_room room = { arena, FIRST_ROOM,
		strata_arena_alloc(arena, STRATA_TAGS_MOST * sizeof(strata_tag)) };

	for (int i = 0; i < READ_ATTEMPTS; i++) {
		strata_result result;

		memset(out, 0, sizeof(*out));
		if (room.tags == NULL || strata_arena_reserve(arena, room.size) != 0) {
			return STRATA_NO_MEMORY;
		}
		if (!strata_repair_lock_or_count(shard, ORDINARY_MAX_WAIT)) {
			return STRATA_BUSY;
		}
		result = read_locked(shard, lookup, mode, &room, out);
		strata_repair_unlock(shard);
		if (result != STRATA_BUSY) {
			return result;
		}
	}
	memset(out, 0, sizeof(*out));
	return STRATA_BUSY;
}

/* Was the cursor left by a peek at this key, as it is named now? */
static bool is_of_key(const strata_store_cursor *cursor, const strata_store_key *key)
{
	return cursor != NULL && cursor->is_set && cursor->namespace_id == key->namespace_id &&
		   cursor->generation == key->generation;
}

/* Where nothing is written any more, readers find out that the shard is not copying any more. */
static void relieve(strata_shard *shard, strata_msec now)
{
	if (strata_evict_may_relieve(shard, now) && strata_repair_lock(shard, 0)) {
		strata_evict_relieve(shard, now);
		strata_repair_unlock(shard);
	}
}

strata_result strata_store_get_from(strata_store *store, const strata_store_key *key,
	const strata_store_cursor *cursor, strata_msec now, strata_read_mode mode, strata_arena *arena,
	strata_record *out)
{
	const strata_store_cursor *start = is_of_key(cursor, key) ? cursor : NULL;
	uint64_t hash = start != NULL ? start->hash : hash_of(store, key);
	strata_lookup lookup = { .key = key, .hash = (uint32_t) hash, .now = now };
	strata_shard *shard = shard_of(store, hash);
	strata_read_room room = { .arena = arena };

	switch (strata_read(shard, &lookup, start, mode, &room, out)) {
		case STRATA_READ_FOUND:
			if (mode != STRATA_READ_COPY && out->block == 0) {
				relieve(shard, now);
			}
			return STRATA_OK;
		case STRATA_READ_NOTHING: return STRATA_MISS;
		case STRATA_READ_UNSURE: return get_locked(shard, &lookup, mode, arena, out);
		case STRATA_READ_FAILED: break;
	}
	memset(out, 0, sizeof(*out));
	return strata_arena_has_refused(arena) ? STRATA_TOO_LARGE : STRATA_NO_MEMORY;
}

strata_result strata_store_get(strata_store *store, const strata_store_key *key, strata_msec now,
	strata_read_mode mode, strata_arena *arena, strata_record *out)
{
	return strata_store_get_from(store, key, NULL, now, mode, arena, out);
}

uint64_t strata_store_watch(strata_store *store, const strata_store_key *key)
{
	uint64_t hash = hash_of(store, key);

	return strata_index_token_of(shard_of(store, hash), (uint32_t) hash);
}

bool strata_store_peek(strata_store *store, const strata_store_key *key, uint64_t salt,
	strata_peek_mode mode, strata_store_hit *out)
{
	uint64_t hash = strata_hash_of(key->key, salt);

	return strata_read_peek(shard_of(store, hash), key, hash, mode, out);
}

void strata_store_expect(const strata_store *store, const strata_view *keys, uint32_t count,
	uint64_t salt, uint64_t *hashes)
{
	for (uint32_t i = 0; i < count; i++) {
		hashes[i] = strata_hash_of(keys[i], salt);
		__builtin_prefetch(strata_index_bucket(shard_of(store, hashes[i]), (uint32_t) hashes[i]));
	}
	for (uint32_t i = 0; i < count; i++) {
		strata_read_fetch_entry(shard_of(store, hashes[i]), (uint32_t) hashes[i]);
	}
}

bool strata_store_peek_expected(strata_store *store, const strata_store_key *key, uint64_t hash,
	strata_peek_mode mode, strata_store_hit *out)
{
	return strata_read_peek(shard_of(store, hash), key, hash, mode, out);
}

void strata_store_release(strata_store *store, uint64_t block, size_t size)
{
	if (block != 0 && store->pins != NULL) {
		strata_pins_remove(store->pins, block, size);
	}
}

/* Writing. */

/* What an image of a string adds to it does not count: the limit is what a script may store. */
size_t strata_store_value_limit(const strata_store *store, const strata_value *value)
{
	return store->value_limit + (strata_codec_is_image(value->codec) ? STRATA_IMAGE_FRAME : 0);
}

size_t strata_store_share_limit(const strata_store *store, uint8_t share)
{
	strata_lookup lookup = { .share = share };

	return (size_t) strata_share_limit(&store->shards[0], &lookup) * STRATA_UNIT_SIZE;
}

strata_result strata_store_put_or_note(strata_store *store, const strata_store_key *key,
	strata_msec now, strata_store_mode mode, const strata_record *record, bool *meets_tags)
{
	uint64_t hash = hash_of(store, key);
	strata_lookup lookup = {
		.key = key,
		.hash = (uint32_t) hash,
		.now = now,
		.meets_tags = meets_tags,
	};
	strata_shard *shard = shard_of(store, hash);
	size_t size = strata_value_size(&record->value);

	*meets_tags = false;
	lookup.shard_epoch = atomic_load(&shard->head->epoch);
	lookup.share = record->share;
	if (!is_acceptable(key) || size > strata_store_value_limit(store, &record->value)) {
		return STRATA_TOO_LARGE;
	}
	strata_namespaces_note(&store->head->namespaces, key->namespace_id, key->generation);
	return strata_write(shard, &lookup, mode, record);
}

bool strata_store_set_at_once(strata_store *store, const strata_store_key *key, uint64_t salt,
	const strata_record *record)
{
	uint64_t hash = strata_hash_of(key->key, salt);
	strata_shard *shard = shard_of(store, hash);
	strata_lookup lookup;

	/* By parts: the whole at once would be a loop of the processor. */
	lookup.key = key;
	lookup.hash = (uint32_t) hash;
	lookup.now = 0; /* nothing is looked for that is over */
	lookup.share = record->share;
	lookup.shard_epoch = atomic_load(&shard->head->epoch);
	lookup.meets_tags = NULL;
	if (strata_value_size(&record->value) > STRATA_LARGEST_AT_ONCE || !is_acceptable(key)) {
		return false;
	}
	strata_namespaces_note(&store->head->namespaces, key->namespace_id, key->generation);
	return strata_write_at_once(shard, &lookup, record);
}

strata_result strata_store_put(strata_store *store, const strata_store_key *key, strata_msec now,
	strata_store_mode mode, const strata_record *record)
{
	bool meets_tags;

	return strata_store_put_or_note(store, key, now, mode, record, &meets_tags);
}

strata_result strata_store_remove(strata_store *store, const strata_store_key *key, strata_msec now)
{
	uint64_t hash = hash_of(store, key);
	strata_lookup lookup = { .key = key, .hash = (uint32_t) hash, .now = now };
	strata_shard *shard = shard_of(store, hash);
	bool is_served;
	uint32_t place;

	if (!strata_repair_lock_or_count(shard, REMOVE_MAX_WAIT)) {
		/* The lock's holder may be stopped for minutes; the removal must hold from now on. */
		strata_shard_outdate(shard);
		return STRATA_OK;
	}
	place = strata_write_find_kept(shard, &lookup);
	is_served = place != 0 && strata_write_is_served(shard, place, now);
	if (place != 0) {
		(void) strata_index_drop(shard, place);
	} else {
		/* A fill that began before must not bring the value now. */
		strata_index_disturb(shard, lookup.hash);
	}
	strata_repair_unlock(shard);
	return is_served ? STRATA_OK : STRATA_MISS;
}

strata_result strata_store_remove_version(strata_store *store, const strata_store_key *key,
	strata_msec now, uint64_t expected)
{
	uint64_t hash = hash_of(store, key);
	strata_lookup lookup = { .key = key, .hash = (uint32_t) hash, .now = now };
	strata_shard *shard = shard_of(store, hash);
	bool is_there;
	uint32_t place;

	if (!strata_repair_lock_or_count(shard, ORDINARY_MAX_WAIT)) {
		return STRATA_BUSY;
	}
	place = strata_write_find_kept(shard, &lookup);
	is_there = place != 0 && strata_entry_at(shard, place)->version == expected;
	if (is_there) {
		(void) strata_index_drop(shard, place);
	}
	strata_repair_unlock(shard);
	return is_there ? STRATA_OK : STRATA_NOT_STORED;
}

/* The caller has approved of its tags where its version is the one that it saw. */
static bool may_be_touched(const strata_shard *shard, uint32_t place, uint64_t approved)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	return !strata_entry_has_tags(entry->extras) || (approved != 0 && entry->version == approved);
}

static strata_result touch_locked(strata_shard *shard, const strata_lookup *lookup,
	const strata_life *life, uint64_t version, uint64_t approved)
{
	uint32_t place = strata_write_find(shard, lookup);

	if (place == 0) {
		return STRATA_MISS;
	}
	if (!may_be_touched(shard, place, approved)) {
		return STRATA_NOT_STORED;
	}
	/*
	 * The version first: what is to be stored over the one that was there is void from here on. A
	 * kill in between, or a reader, finds a part of the life as it was: each was asked for.
	 */
	strata_entry_set_version(shard, place, version);
	strata_entry_set_life(shard, place, life);
	strata_shard_set_marks(shard, place, STRATA_MARK_VISITED);
	return STRATA_OK;
}

strata_result strata_store_touch(strata_store *store, const strata_store_key *key, strata_msec now,
	const strata_life *life, uint64_t version, uint64_t approved)
{
	uint64_t hash = hash_of(store, key);
	strata_lookup lookup = { .key = key, .hash = (uint32_t) hash, .now = now };
	strata_shard *shard = shard_of(store, hash);
	strata_result result;

	if (!strata_repair_lock_or_count(shard, ORDINARY_MAX_WAIT)) {
		return STRATA_BUSY;
	}
	result = touch_locked(shard, &lookup, life, version, approved);
	strata_repair_unlock(shard);
	return result;
}

/* Fences. */

static void keep_longer(strata_shard *shard, uint32_t place, strata_msec until)
{
	strata_life life;

	strata_entry_read_life(strata_entry_at(shard, place), &life);
	if (life.dead_at != STRATA_NEVER && life.dead_at + life.kept_for < until) {
		life.kept_for = until - life.dead_at;
		strata_entry_set_life(shard, place, &life);
	}
	strata_shard_set_marks(shard, place, STRATA_MARK_VISITED);
}

static strata_result take_fence_locked(strata_shard *shard, const strata_lookup *lookup,
	strata_msec kept_for, uint64_t seen, const strata_record *placeholder, uint64_t *version)
{
	uint32_t place = strata_write_find_kept(shard, lookup);
	strata_result result = STRATA_OK;

	*version = place == 0 ? placeholder->version : strata_entry_at(shard, place)->version;
	if (place == 0) {
		result = strata_write_locked(shard, lookup, placeholder);
	} else if (*version != seen && strata_write_is_served(shard, place, lookup->now)) {
		result = STRATA_NOT_STORED;
	} else {
		keep_longer(shard, place, lookup->now + kept_for);
	}
	return result;
}

strata_result strata_store_take_fence(strata_store *store, const strata_store_key *key,
	strata_msec now, strata_msec kept_for, uint64_t seen, const strata_record *placeholder,
	uint64_t *version)
{
	uint64_t hash = hash_of(store, key);
	strata_lookup lookup = { .key = key, .hash = (uint32_t) hash, .now = now };
	strata_shard *shard = shard_of(store, hash);
	strata_record absent = *placeholder;
	strata_result result;

	*version = 0;
	lookup.shard_epoch = atomic_load(&shard->head->epoch);
	lookup.share = placeholder->share;
	absent.value = (strata_value){ .codec = STRATA_CODEC_ABSENT };
	absent.life = (strata_life){ .dead_at = now, .kept_for = kept_for };
	if (!is_acceptable(key)) {
		return STRATA_TOO_LARGE;
	}
	strata_namespaces_note(&store->head->namespaces, key->namespace_id, key->generation);
	if (!strata_repair_lock_or_count(shard, ORDINARY_MAX_WAIT)) {
		return STRATA_BUSY;
	}
	result = take_fence_locked(shard, &lookup, kept_for, seen, &absent, version);
	strata_repair_unlock(shard);
	return result;
}

/* Counting. */

static strata_result begin_count(strata_shard *shard, const strata_lookup *lookup, int64_t by,
	const strata_record *initial, int64_t *sum)
{
	strata_record first = *initial;
	strata_result result;

	if (initial->value.codec == STRATA_CODEC_ABSENT) {
		return STRATA_MISS;
	}
	if (__builtin_add_overflow(initial->value.integer, by, &first.value.integer)) {
		return STRATA_OVERFLOW;
	}
	first.value.codec = STRATA_CODEC_INTEGER;
	first.value.bytes = (strata_view){ NULL, 0 };
	result = strata_write_locked(shard, lookup, &first);
	*sum = result == STRATA_OK ? first.value.integer : 0;
	return result;
}

static strata_result add_to(strata_shard *shard, uint32_t place, int64_t by, int64_t *sum)
{
	const strata_entry *entry = strata_entry_at(shard, place);
	int64_t after;

	if (entry->codec != STRATA_CODEC_INTEGER || strata_entry_has_tags(entry->extras)) {
		return strata_entry_has_tags(entry->extras) ? STRATA_NOT_STORED : STRATA_NOT_INTEGER;
	}
	if (__builtin_add_overflow(strata_entry_integer(shard, place), by, &after)) {
		return STRATA_OVERFLOW;
	}
	STRATA_FAILPOINT("increment: before");
	strata_entry_set_integer(shard, place, after);
	STRATA_FAILPOINT("increment: after");
	strata_shard_set_marks(shard, place, STRATA_MARK_VISITED);
	*sum = after;
	return STRATA_OK;
}

static strata_result increment_locked(strata_shard *shard, const strata_lookup *lookup, int64_t by,
	const strata_record *initial, int64_t *sum)
{
	uint32_t place = strata_write_find(shard, lookup);

	return place == 0 ? begin_count(shard, lookup, by, initial, sum)
					  : add_to(shard, place, by, sum);
}

strata_result strata_store_increment(strata_store *store, const strata_store_key *key,
	strata_msec now, int64_t by, const strata_record *initial, int64_t *sum)
{
	uint64_t hash = hash_of(store, key);
	strata_lookup lookup = { .key = key, .hash = (uint32_t) hash, .now = now };
	strata_shard *shard = shard_of(store, hash);
	strata_result result;

	lookup.shard_epoch = atomic_load(&shard->head->epoch);
	lookup.share = initial->share;
	*sum = 0;
	if (!is_acceptable(key)) {
		return STRATA_TOO_LARGE;
	}
	strata_namespaces_note(&store->head->namespaces, key->namespace_id, key->generation);
	if (!strata_repair_lock_or_count(shard, COUNT_MAX_WAIT)) {
		return STRATA_BUSY;
	}
	result = increment_locked(shard, &lookup, by, initial, sum);
	strata_repair_unlock(shard);
	return result;
}

static bool add_to_what_is_there(strata_shard *shard, const strata_lookup *lookup, int64_t by,
	int64_t *sum)
{
	/* Damage, or an entry that is over, is for the slow path. */
	uint32_t place = strata_index_find_integer(shard, lookup);

	return place != 0 &&
		   !strata_entry_is_over_now(strata_entry_at(shard, place),
			   atomic_load(&shard->head->epoch)) &&
		   add_to(shard, place, by, sum) == STRATA_OK;
}

bool strata_store_increment_at_once(strata_store *store, const strata_store_key *key, uint64_t salt,
	int64_t by, int64_t *sum)
{
	uint64_t hash = strata_hash_of(key->key, salt);
	strata_lookup lookup = { .key = key, .hash = (uint32_t) hash };
	strata_shard *shard = shard_of(store, hash);
	bool done;

	*sum = 0;
	if (!strata_repair_lock(shard, 0)) {
		return false;
	}
	done = add_to_what_is_there(shard, &lookup, by, sum);
	strata_repair_unlock(shard);
	return done;
}

uint32_t strata_store_reserve(strata_store *store, uint64_t namespace_id, uint64_t family,
	uint32_t percent)
{
	return strata_namespaces_reserve(&store->head->namespaces, namespace_id, family, percent);
}

static void free_retired_locked(strata_shard *shard)
{
	uint32_t units;

	for (uint32_t place = 1; (units = strata_block_units(shard, place)) != 0; place += units) {
		if (strata_block_is(shard, place, STRATA_BLOCK_RETIRED)) {
			uint32_t cleared = strata_index_free_retired(shard, place);

			place = cleared == 0 ? place : cleared;
			units = strata_block_units(shard, place);
		}
	}
}

void strata_store_free_retired(strata_store *store)
{
	for (uint32_t i = 0; i < store->shard_count; i++) {
		if (strata_repair_lock(&store->shards[i], ORDINARY_MAX_WAIT)) {
			free_retired_locked(&store->shards[i]);
			strata_repair_unlock(&store->shards[i]);
		}
	}
}

/* Usage. */

static uint64_t read_statistic(const _Atomic uint64_t *statistic)
{
	return atomic_load_explicit(statistic, memory_order_relaxed);
}

static void add_usage(const strata_shard *shard, strata_store_usage *out)
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
	out->refused_held += read_statistic(&head->refused_held);
	out->copying += atomic_load_explicit(&head->is_copying, memory_order_relaxed) != 0;
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

	if (!strata_repair_lock(shard, ORDINARY_MAX_WAIT)) {
		return 0;
	}
	largest = (uint64_t) strata_heap_largest(shard) * STRATA_UNIT_SIZE;
	strata_repair_unlock(shard);
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

/* Bytes in pinned blocks, each counted once. */
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

void strata_store_look_at_usage(const strata_store *store, strata_store_usage *out)
{
	*out = (strata_store_usage){
		.size = store->head->size,
		.shards = store->shard_count,
		.value_limit = store->value_limit,
		.pinned = pinned_bytes(store),
	};
	for (uint32_t i = 0; i < store->shard_count; i++) {
		add_usage(&store->shards[i], out);
	}
}

void strata_store_read_usage(strata_store *store, strata_store_usage *out)
{
	uint64_t largest = 0;

	/* Their locks come first: what a dead owner left is repaired by then, and counted so. */
	for (uint32_t i = 0; i < store->shard_count; i++) {
		uint64_t one = largest_free(&store->shards[i]);

		largest = one > largest ? one : largest;
	}
	strata_store_look_at_usage(store, out);
	out->largest_free = largest;
}
