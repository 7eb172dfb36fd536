/*
 * A new value is written into a block of its own, a large one without the lock: the block is taken
 * under it, in the name of the thread, and comes back under it to be published. To publish is one
 * store of the link that led to the old entry, so readers see one or the other, never neither.
 * Until the old one has stopped being live the head of the shard names both, so that after a kill
 * in between the key has the new value and not two.
 */
#include "store/writer.h"

#include "store/evict.h"
#include "base/failpoint.h"
#include "store/index.h"
#include "store/repair.h"
#include "store/share.h"

enum {
	MAX_WAIT = 2000,   /* usec */
	LARGE_VALUE = 8192 /* bytes; what is larger is written without the lock */
};

uint32_t strata_write_find_kept(strata_shard *shard, const strata_lookup *lookup)
{
	uint32_t place = strata_index_find(shard, lookup);

	if (place == 0 && shard->is_damaged) {
		strata_repair(shard);
		place = strata_index_find(shard, lookup);
	}
	if (place != 0 && strata_entry_is_gone(strata_entry_at(shard, place),
						  atomic_load(&shard->head->epoch), lookup->now)) {
		strata_shard_count(&shard->head->expired, 1);
		(void) strata_index_drop(shard, place);
		return 0;
	}
	return place;
}

bool strata_write_is_served(const strata_shard *shard, uint32_t place, strata_msec now)
{
	return !strata_entry_is_over(strata_entry_at(shard, place), atomic_load(&shard->head->epoch),
		now);
}

uint32_t strata_write_find(strata_shard *shard, const strata_lookup *lookup)
{
	uint32_t place = strata_write_find_kept(shard, lookup);

	return place != 0 && strata_write_is_served(shard, place, lookup->now) ? place : 0;
}

/* Of a placeholder nothing is to be kept, not even where it was. */
static uint32_t entry_to_follow(const strata_shard *shard, uint32_t old)
{
	return old == 0 || strata_entry_at(shard, old)->codec == STRATA_CODEC_ABSENT ? 0 : old;
}

/* *old: what is under the key now, once there is room; 0: nothing. */
static uint32_t take_room(strata_shard *shard, const strata_lookup *lookup, strata_room *room,
	uint32_t *old)
{
	uint64_t before = strata_index_token_of(shard, lookup->hash);
	uint32_t place;

	*old = strata_index_find(shard, lookup);
	room->old = entry_to_follow(shard, *old);
	place = strata_evict_for(shard, lookup, room);
	/* Making room may have evicted it. */
	if (strata_index_token_of(shard, lookup->hash) != before) {
		*old = strata_index_find(shard, lookup);
	}
	return place;
}

static uint32_t make_room(strata_shard *shard, const strata_lookup *lookup,
	const strata_record *record, strata_process_owner owner, uint32_t *old)
{
	strata_room room = {
		.units = strata_entry_units(lookup->key->key.size, strata_value_size(&record->value),
			strata_entry_extras_of(shard, record)),
		.owner = owner,
		.is_placeholder = record->value.codec == STRATA_CODEC_ABSENT,
	};
	uint32_t place = 0;

	*old = 0;
	strata_evict_relieve(shard, lookup->now);
	if (strata_evict_within_share(shard, lookup, room.units)) {
		place = take_room(shard, lookup, &room, old);
	}
	if (place == 0 && !shard->is_damaged) {
		strata_shard_count(&shard->head->refused_held, 1);
	}
	return place;
}

/* Writes the entry into a block of its own, not yet to be found. Returns its place or 0. */
static uint32_t write_aside(strata_shard *shard, const strata_lookup *lookup,
	const strata_record *record, uint32_t *old)
{
	uint32_t place = make_room(shard, lookup, record, 0, old);

	if (place != 0) {
		strata_entry_write(shard, place, lookup, record);
		STRATA_FAILPOINT("put: written");
	}
	return place;
}

static void set_pending_replace(strata_shard *shard, uint32_t successor, uint32_t old)
{
	atomic_signal_fence(memory_order_seq_cst);
	atomic_store_explicit(&shard->head->pending_replace, (uint64_t) successor << 32 | old,
		memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
}

static void replace(strata_shard *shard, uint32_t place, uint32_t old)
{
	set_pending_replace(shard, place, old);
	STRATA_FAILPOINT("put: succession set");
	strata_block_set_state(shard, place, STRATA_BLOCK_LIVE);
	STRATA_FAILPOINT("put: two are live");
	strata_index_replace(shard, place, old);
	STRATA_FAILPOINT("put: replaced");
	strata_block_set_state(shard, old, STRATA_BLOCK_RETIRED);
	STRATA_FAILPOINT("put: old one gone");
	set_pending_replace(shard, 0, 0);
	strata_index_retire_replaced(shard, old, place);
}

/*
 * The shard is sound, the entry is written, and old is the place of the one that it replaces, or 0.
 */
static void publish(strata_shard *shard, uint32_t place, uint32_t old)
{
	strata_evict_welcome(shard, place);
	if (old != 0) {
		replace(shard, place, old);
		return;
	}
	strata_share_add(shard, place);
	strata_block_set_state(shard, place, STRATA_BLOCK_LIVE);
	STRATA_FAILPOINT("put: live");
	strata_index_add(shard, place);
	strata_shard_count(&shard->head->entries, 1);
	STRATA_FAILPOINT("put: to be found");
}

strata_result strata_write_locked(strata_shard *shard, const strata_lookup *lookup,
	const strata_record *record)
{
	for (int attempt = 0; attempt < 2; attempt++) {
		uint32_t old;
		uint32_t place = write_aside(shard, lookup, record, &old);

		if (place != 0 && !shard->is_damaged) {
			publish(shard, place, old);
			return STRATA_OK;
		}
		if (!shard->is_damaged && shard->pins != NULL) {
			return STRATA_BUSY;
		}
		/* What is not live, like the block just written, does not survive this. */
		strata_repair(shard);
	}
	return STRATA_TOO_LARGE;
}

/* The place of a block for the entry, and *old as in make_room(). */
static uint32_t take_room_at_once(strata_shard *shard, const strata_lookup *lookup,
	const strata_record *record, uint32_t *old)
{
	strata_room room = {
		.units = strata_entry_units(lookup->key->key.size, strata_value_size(&record->value),
			strata_entry_extras_of(shard, record)),
	};

	*old = strata_index_find(shard, lookup);
	room.old = entry_to_follow(shard, *old);
	return shard->is_damaged ? 0 : strata_evict_at_once(shard, lookup, &room);
}

bool strata_write_at_once(strata_shard *shard, const strata_lookup *lookup,
	const strata_record *record)
{
	bool is_done;
	uint32_t place, old;

	if (!strata_repair_lock(shard, 0)) {
		return false;
	}
	place = take_room_at_once(shard, lookup, record, &old);
	/* What is damaged is repaired by the unlock, which frees a block that is not published. */
	is_done = place != 0 && !shard->is_damaged;
	if (is_done) {
		strata_entry_write(shard, place, lookup, record);
		STRATA_FAILPOINT("put: written");
		publish(shard, place, old);
	}
	strata_repair_unlock(shard);
	return is_done;
}

/* Whether what is there still counts as a value is for the caller to judge. */
static bool is_for_caller(strata_shard *shard, const strata_lookup *lookup, uint32_t place)
{
	if (place == 0 || !strata_entry_has_tags(strata_entry_at(shard, place)->extras)) {
		return false;
	}
	if (lookup->meets_tags != NULL) {
		*lookup->meets_tags = true;
	}
	return true;
}

/* May it be stored, by what is there and by what was seen of the bucket? */
static bool is_wanted(strata_shard *shard, const strata_lookup *lookup, strata_store_mode mode,
	const strata_record *record, uint64_t seen)
{
	uint32_t place = 0;

	if (mode == STRATA_STORE_COMPARE) {
		place = strata_write_find_kept(shard, lookup);
	} else if (mode != STRATA_STORE_SET && mode != STRATA_STORE_FILL) {
		place = strata_write_find(shard, lookup);
	}
	switch (mode) {
		case STRATA_STORE_SET: return true;
		case STRATA_STORE_ADD: return !is_for_caller(shard, lookup, place) && place == 0;
		case STRATA_STORE_REPLACE: return !is_for_caller(shard, lookup, place) && place != 0;
		case STRATA_STORE_FILL: return strata_index_token_of(shard, lookup->hash) == seen;
		case STRATA_STORE_COMPARE:
		case STRATA_STORE_SWAP:
			return place != 0 && strata_entry_at(shard, place)->version == record->expected;
	}
	return false;
}

/* It may have been touched since it was read. */
static void take_life(const strata_shard *shard, uint32_t place, strata_record *record)
{
	if (place != 0) {
		strata_entry_read_life(strata_entry_at(shard, place), &record->life);
	}
}

static strata_result put_small(strata_shard *shard, const strata_lookup *lookup,
	strata_store_mode mode, const strata_record *record)
{
	strata_result result = STRATA_NOT_STORED;
	strata_record timed;

	if (!strata_repair_lock_or_count(shard, MAX_WAIT)) {
		return STRATA_BUSY;
	}
	if (is_wanted(shard, lookup, mode, record, record->seen)) {
		if (mode == STRATA_STORE_SWAP) {
			timed = *record;
			take_life(shard, strata_write_find(shard, lookup), &timed);
			record = &timed;
		}
		result = strata_write_locked(shard, lookup, record);
	}
	strata_repair_unlock(shard);
	return result;
}

/* Takes a block to write to without the lock. *seen: the bucket, once there is room. */
static strata_result begin_large(strata_shard *shard, const strata_lookup *lookup,
	strata_store_mode mode, const strata_record *record, uint32_t *place, uint64_t *seen)
{
	strata_result result = STRATA_OK;
	uint32_t old;

	*place = 0;
	if (!strata_repair_lock_or_count(shard, MAX_WAIT)) {
		return STRATA_BUSY;
	}
	if (!is_wanted(shard, lookup, mode, record, record->seen)) {
		result = STRATA_NOT_STORED;
	}
	for (int attempt = 0; attempt < 2 && result == STRATA_OK && *place == 0; attempt++) {
		*place = make_room(shard, lookup, record, strata_pins_owner(shard->pins), &old);
		if (*place == 0 && shard->is_damaged) {
			strata_repair(shard);
		}
	}
	*seen = strata_index_token_of(shard, lookup->hash);
	strata_repair_unlock(shard);
	return result == STRATA_OK && *place == 0 ? STRATA_BUSY : result;
}

static bool is_still_ours(const strata_shard *shard, uint32_t place)
{
	return strata_block_units_in(shard, place, STRATA_BLOCK_WRITING) != 0 &&
		   atomic_load(&strata_block_at(shard, place)->owner) == strata_pins_owner(shard->pins);
}

/* With the lock. Gives the block back if it is not published. */
static strata_result finish_large(strata_shard *shard, const strata_lookup *lookup,
	strata_store_mode mode, const strata_record *record, uint32_t place, uint64_t seen)
{
	bool wanted = is_wanted(shard, lookup, mode, record, seen);
	uint32_t old = strata_index_find(shard, lookup);

	if (shard->is_damaged) {
		strata_repair(shard);
		old = strata_index_find(shard, lookup);
	}
	if (!is_still_ours(shard, place)) {
		return STRATA_BUSY;
	}
	if (!wanted) {
		(void) strata_heap_give(shard, place);
		return STRATA_NOT_STORED;
	}
	if (mode == STRATA_STORE_SWAP && old != 0) {
		strata_life life;

		strata_entry_read_life(strata_entry_at(shard, old), &life);
		strata_entry_set_life(shard, place, &life);
	}
	publish(shard, place, old);
	return STRATA_OK;
}

static strata_result put_large(strata_shard *shard, const strata_lookup *lookup,
	strata_store_mode mode, const strata_record *record)
{
	uint32_t place;
	uint64_t seen;
	strata_result result = begin_large(shard, lookup, mode, record, &place, &seen);

	if (result != STRATA_OK) {
		return result;
	}
	STRATA_FAILPOINT("put: about to write without the lock");
	strata_entry_write(shard, place, lookup, record);
	STRATA_FAILPOINT("put: written without the lock");
	if (!strata_repair_lock_or_count(shard, MAX_WAIT)) {
		/* Without an owner: the next hand or repair frees it. */
		atomic_store(&strata_block_at(shard, place)->owner, 0);
		return STRATA_BUSY;
	}
	result = finish_large(shard, lookup, mode, record, place, seen);
	strata_repair_unlock(shard);
	return result;
}

static bool is_beyond_share(const strata_shard *shard, const strata_lookup *lookup,
	const strata_record *record)
{
	return strata_entry_units(lookup->key->key.size, strata_value_size(&record->value),
			   strata_entry_extras_of(shard, record)) > strata_share_limit(shard, lookup);
}

strata_result strata_write(strata_shard *shard, const strata_lookup *lookup, strata_store_mode mode,
	const strata_record *record)
{
	if (is_beyond_share(shard, lookup, record)) {
		return STRATA_TOO_LARGE;
	}
	/* A thread without a process slot has no name to write under. */
	if (strata_value_size(&record->value) > LARGE_VALUE && shard->pins != NULL &&
		strata_pins_owner(shard->pins) != 0) {
		return put_large(shard, lookup, mode, record);
	}
	return put_small(shard, lookup, mode, record);
}
