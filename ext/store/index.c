/*
 * A hash table of chains. A chain begins in the bucket that the low bits of the hash select and
 * goes from entry to entry by places. The index is derived: repair makes it anew from the entries.
 *
 *     bucket:  version 32 | place 32  ->  entry  ->  entry  ->  0
 *
 * A writer that changes a chain, or anything that a chain led to, stores the bucket anew with the
 * next version, by one store. So a reader without a lock has only to see the same word before and
 * after: then nothing that was read in between has become something else. That is why a block is
 * used again only after the chain that led to it has a new version; the fence behind the store says
 * so to machines that would have it otherwise.
 *
 * A chain that leads to something that is no entry, or is longer than chance allows, ends there,
 * and the shard is marked as damaged.
 *
 * A block that a reader has marked may be pinned, and to know costs a look at every process that
 * holds anything. Where these are many, blocks that were replaced wait until there are some dozens,
 * and one look answers for all of them.
 */
#include "store/index.h"

#include "base/failpoint.h"
#include "store/share.h"

enum {
	FEW_HOLDERS = 16, /* processes that are looked at for each block by itself */
	UNSEEN_PART = 64  /* of a shard may be retired without a look */
};

static uint32_t next_of(const strata_shard *shard, uint32_t place)
{
	return atomic_load_explicit(&strata_entry_at(shard, place)->next, memory_order_relaxed);
}

static void set_next(strata_shard *shard, uint32_t place, uint32_t next)
{
	atomic_store_explicit(&strata_entry_at(shard, place)->next, next, memory_order_release);
}

static uint32_t first_in(const _Atomic uint64_t *bucket)
{
	return strata_index_first(atomic_load_explicit(bucket, memory_order_relaxed));
}

/* A reader that sees this sees what was written before, and not yet what is written after. */
static void set_bucket(_Atomic uint64_t *bucket, uint32_t place)
{
	uint64_t version = atomic_load_explicit(bucket, memory_order_relaxed) >> 32;

	atomic_store_explicit(bucket, (version + 1) << 32 | place, memory_order_release);
	atomic_thread_fence(memory_order_release);
	atomic_signal_fence(memory_order_seq_cst);
}

uint64_t strata_index_token_of(const strata_shard *shard, uint32_t hash)
{
	return strata_index_token(atomic_load_explicit(strata_index_bucket(shard, hash),
								  memory_order_relaxed),
		atomic_load(&shard->head->epoch));
}

uint32_t strata_index_find(strata_shard *shard, const strata_lookup *lookup)
{
	uint32_t place = first_in(strata_index_bucket(shard, lookup->hash));

	for (int i = 0; i < STRATA_LONGEST_CHAIN && place != 0; i++) {
		if (!strata_entry_is_sound(shard, place)) {
			break;
		}
		if (strata_entry_is_of(shard, place, lookup)) {
			return place;
		}
		place = next_of(shard, place);
	}
	shard->is_damaged |= place != 0;
	return 0;
}

/* A header at this place lies in the heap, with a number behind it. */
static bool is_live_at(const strata_shard *shard, uint32_t place)
{
	return place <= shard->end - STRATA_BLOCK_SMALLEST &&
		   strata_block_is(shard, place, STRATA_BLOCK_LIVE);
}

uint32_t strata_index_find_integer(const strata_shard *shard, const strata_lookup *lookup)
{
	uint32_t place = first_in(strata_index_bucket(shard, lookup->hash));

	for (int i = 0; i < STRATA_LONGEST_CHAIN && place != 0 && is_live_at(shard, place); i++) {
		const strata_entry *entry = strata_entry_at(shard, place);

		if (entry->hash == lookup->hash) {
			return entry->codec == STRATA_CODEC_INTEGER &&
						   strata_entry_fits(shard, strata_entry_sizes_of(entry),
							   shard->end - place) &&
						   strata_entry_is_of(shard, place, lookup)
					   ? place
					   : 0;
		}
		place = next_of(shard, place);
	}
	return 0;
}

void strata_index_add(strata_shard *shard, uint32_t place)
{
	_Atomic uint64_t *bucket = strata_index_bucket(shard, strata_entry_at(shard, place)->hash);

	set_next(shard, place, first_in(bucket));
	set_bucket(bucket, place);
}

/* *before: the entry whose next is this one, 0 for the bucket. False: no link leads here. */
static bool find_link(const strata_shard *shard, uint32_t place, uint32_t *before)
{
	uint32_t at = first_in(strata_index_bucket(shard, strata_entry_at(shard, place)->hash));

	*before = 0;
	for (int i = 0; i < STRATA_LONGEST_CHAIN && at != place; i++) {
		if (strata_block_units_in(shard, at, STRATA_BLOCK_LIVE) == 0) {
			return false;
		}
		*before = at;
		at = next_of(shard, at);
	}
	return at == place;
}

/* Lets the link that leads to the place lead to another one. */
static void relink(strata_shard *shard, uint32_t place, uint32_t other)
{
	_Atomic uint64_t *bucket = strata_index_bucket(shard, strata_entry_at(shard, place)->hash);
	uint32_t before;

	if (!find_link(shard, place, &before)) {
		shard->is_damaged = true;
		set_bucket(bucket, first_in(bucket));
	} else if (before == 0) {
		set_bucket(bucket, other);
	} else {
		set_next(shard, before, other);
		STRATA_FAILPOINT("index: linked, not told");
		set_bucket(bucket, first_in(bucket));
	}
}

void strata_index_replace(strata_shard *shard, uint32_t place, uint32_t old)
{
	set_next(shard, place, next_of(shard, old));
	relink(shard, old, place);
}

/* A build for tests: a read of an image that is not pinned is found out at once. */
static void poison(const strata_shard *shard, uint32_t place)
{
#ifdef STRATA_POISON
	memset(strata_entry_value(shard, place), 0xDB, strata_entry_at(shard, place)->value_size);
#else
	(void) shard;
	(void) place;
#endif
}

/* Of a retired block that is not pinned. */
static uint32_t free_retired(strata_shard *shard, uint32_t place)
{
	strata_shard_count_retired(shard, -(int64_t) strata_block_units(shard, place));
	strata_share_subtract(shard, place);
	STRATA_FAILPOINT("retired: nobody looks");
	poison(shard, place);
	return strata_heap_give(shard, place);
}

uint32_t strata_index_free_retired(strata_shard *shard, uint32_t place)
{
	return strata_entry_is_held(shard, place) ? 0 : free_retired(shard, place);
}

/* ---- what is put off ---- */

/* What stands in the list may be something else by now: the hand has come by, or it is damaged. */
static size_t list_unseen(const strata_shard *shard, strata_pins_asked *asked)
{
	uint32_t listed = shard->head->unseen_count;
	size_t count = 0;

	for (uint32_t i = 0; i < listed && i < STRATA_UNSEEN; i++) {
		uint32_t place = shard->head->unseen[i];

		if (strata_block_units_in(shard, place, STRATA_BLOCK_RETIRED) != 0) {
			asked[count++] = (strata_pins_asked){ strata_shard_block_number(shard, place),
				strata_entry_at(shard, place)->created_at, false };
		}
	}
	return count;
}

void strata_index_free_unseen(strata_shard *shard)
{
	strata_pins_asked asked[STRATA_UNSEEN];
	size_t count = list_unseen(shard, asked);

	shard->head->unseen_count = 0;
	shard->head->unseen_units = 0;
	if (count == 0 || shard->pins == NULL) {
		return;
	}
	strata_shard_look_at_pins(shard, asked, count);
	for (size_t i = 0; i < count; i++) {
		uint32_t place = (uint32_t) asked[i].block;

		/* Looked at anew: one may stand there twice, or have become part of another. */
		if (!asked[i].is_held && strata_block_units_in(shard, place, STRATA_BLOCK_RETIRED) != 0) {
			(void) free_retired(shard, place);
		}
	}
}

/* The block is retired and counted as that. */
static void put_off(strata_shard *shard, uint32_t place)
{
	strata_shard_head *head = shard->head;

	head->unseen[head->unseen_count % STRATA_UNSEEN] = place;
	head->unseen_units += strata_block_units(shard, place);
	head->unseen_count++;
	STRATA_FAILPOINT("retired: put off");
	if (head->unseen_count >= STRATA_UNSEEN || head->unseen_units > shard->end / UNSEEN_PART) {
		strata_index_free_unseen(shard);
	}
}

/*
 * True when it may be pinned: nothing but an image is ever read in its place. Until it is freed it
 * takes room, so it counts for its namespace as before.
 */
static bool retire(strata_shard *shard, uint32_t place)
{
	strata_block_set_state(shard, place, STRATA_BLOCK_RETIRED);
	if (!strata_codec_is_image(strata_entry_at(shard, place)->codec)) {
		strata_share_subtract(shard, place);
		return false;
	}
	strata_shard_count_retired(shard, strata_block_units(shard, place));
	STRATA_FAILPOINT("retired: counted");
	return true;
}

static bool may_be_held(const strata_shard *shard, uint32_t place)
{
	return strata_codec_is_image(strata_entry_at(shard, place)->codec) &&
		   strata_shard_may_be_held(shard, place);
}

/* Few processes are asked at once: then the next entry has the block. */
static bool is_held(const strata_shard *shard, uint32_t place, bool *is_put_off)
{
	bool is_possible = may_be_held(shard, place);

	*is_put_off = is_possible && shard->head->holders > FEW_HOLDERS;
	return is_possible && (*is_put_off || strata_entry_is_held(shard, place));
}

void strata_index_retire_replaced(strata_shard *shard, uint32_t place, uint32_t successor)
{
	uint32_t units = strata_block_units(shard, place);
	bool is_put_off;

	if (is_held(shard, place, &is_put_off)) {
		strata_share_add(shard, successor);
		strata_shard_count_retired(shard, units);
		STRATA_FAILPOINT("retired: counted");
		if (is_put_off) {
			put_off(shard, place);
		}
		return;
	}
	/* Mostly it takes what the old one took. */
	if (strata_block_units(shard, successor) != units) {
		strata_share_add(shard, successor);
		strata_share_subtract(shard, place);
	}
	STRATA_FAILPOINT("retired: nobody looks");
	poison(shard, place);
	strata_heap_stage(shard, place);
}

uint32_t strata_index_drop(strata_shard *shard, uint32_t place)
{
	/* First of all: from here on no repair would bring it back. */
	strata_block_set_state(shard, place, STRATA_BLOCK_RETIRED);
	STRATA_FAILPOINT("drop: not live any more");
	relink(shard, place, next_of(shard, place));
	strata_shard_count(&shard->head->entries, -1);
	STRATA_FAILPOINT("drop: not in the index any more");
	return retire(shard, place) ? strata_index_free_retired(shard, place)
								: strata_heap_give(shard, place);
}

void strata_index_disturb(strata_shard *shard, uint32_t hash)
{
	_Atomic uint64_t *bucket = strata_index_bucket(shard, hash);

	set_bucket(bucket, first_in(bucket));
}

void strata_index_clear(strata_shard *shard)
{
	for (uint64_t i = 0; i <= shard->bucket_mask; i++) {
		set_bucket(&shard->buckets[i], 0);
	}
}
