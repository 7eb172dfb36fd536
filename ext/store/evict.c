/*
 * A hand goes over the blocks in the order of their places, again and again:
 *
 *      free | visited | not visited | dead | free | visited | ...
 *                          ^ hand
 *
 * It frees what is dead, expired or of an older generation, and what is retired and not pinned any
 * more. A pinned block it passes by: no writer waits for a pin. An entry that was asked for since
 * the hand's last visit loses its mark and stays; one that was not is evicted. New blocks are
 * mostly made where the hand has just been, so a new entry has a whole round to prove itself, and a
 * scan of keys that are asked for once pushes out nothing but itself. One that got a gap right
 * before the hand begins with a mark, or what was stored a moment ago would be the first to go.
 *
 * The order of places, and not of time, is what frees neighbours one after the other: they join,
 * and room for larger values appears. If it does not, because marked entries lie between, the hand
 * stops being patient: it clears everything from where it is until the run is long enough. That
 * happens at once for a value that needs a good part of the shard, since freeing here and there
 * would cost most of the shard before a run of that length appeared. So no value ever costs more
 * than about three times its size, and there is never a reason to wipe.
 *
 * Compared by benchmarks/eviction.c: hit ratios of log-uniform keys, of the same with a tenth of
 * keys that never return, and of the same while other keys become the frequent ones:
 *
 *      this order   0.847  0.811  0.834
 *      S3-FIFO      0.864  0.868  0.823
 *      SIEVE        0.868  0.867  0.730
 *      LRU          0.842  0.801  0.832
 *
 * The two find more again where the frequent keys stay the same, and less where they change. Both
 * keep entries in the order of their arrival, so what they free lies scattered: room for a value of
 * many blocks would have to be cleared against their order. That decides for the order of places.
 *
 * A namespace at the end of its share has a hand of its own. It goes over the same blocks and
 * takes, of what belongs to the namespace, what is over or was not asked for since the hand came
 * by. Such a namespace holds nearly its share of the shard, so the hand finds something soon.
 */
#include "store/evict.h"

#include "store/failpoint.h"
#include "store/index.h"
#include "store/share.h"

enum {
	PATIENT_STEPS = 2048, /* blocks looked at before marks count no more: bounds the time locked */
	LARGE_PART = 16,      /* a block of more than 1/16 of the heap is large */
	PATIENT_CLEARING = 2  /* times the room wanted that may be freed without a run long enough */
};

typedef struct {
	strata_msec now;
	uint32_t wanted;  /* units */
	uint32_t steps;   /* blocks looked at */
	uint64_t cleared; /* units freed */
	uint64_t passed;  /* units looked at since marks do not count */
	bool is_ruthless; /* marks do not count: clear a run */
} sweep;

static bool is_dead(const strata_shard *shard, uint32_t place, strata_msec now)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	return strata_entry_is_over(entry, atomic_load(&shard->head->epoch), now) ||
		   strata_namespaces_is_outdated(shard->namespaces, entry->namespace_id, entry->generation);
}

static void count_dead(strata_shard *shard, uint32_t place, strata_msec now)
{
	strata_msec dead_at = strata_entry_at(shard, place)->dead_at;

	strata_shard_count(&shard->head->expired, 1);
	if (dead_at == STRATA_NEVER || dead_at > now) {
		strata_shard_count(&shard->head->outdated, 1);
	}
}

/* Frees the entry unless it has earned another round. Returns the place of the free block, or 0. */
static uint32_t clear_entry(strata_shard *shard, const sweep *sweep, uint32_t place)
{
	_Atomic uint8_t *mark = strata_shard_mark_of(shard, place);

	if (is_dead(shard, place, sweep->now)) {
		count_dead(shard, place, sweep->now);
		return strata_index_drop(shard, place);
	}
	if (atomic_load_explicit(mark, memory_order_relaxed) != 0 && !sweep->is_ruthless) {
		atomic_store_explicit(mark, 0, memory_order_relaxed);
		return 0;
	}
	/* To drop it would free nothing. */
	if (strata_entry_at(shard, place)->codec == STRATA_CODEC_IMAGE &&
		strata_shard_is_held(shard, place)) {
		return 0;
	}
	strata_shard_count(&shard->head->evicted, 1);
	strata_shard_count(&shard->head->evicted_large, sweep->is_ruthless ? 1 : 0);
	STRATA_FAILPOINT("evict: chosen");
	return strata_index_drop(shard, place);
}

/* Frees whatever may go. Returns the place of the free block, or 0. */
static uint32_t clear_any(strata_shard *shard, const sweep *sweep, uint32_t place)
{
	switch ((strata_block_state) atomic_load_explicit(&strata_block_at(shard, place)->state,
		memory_order_relaxed)) {
		case STRATA_BLOCK_FREE: return place;
		case STRATA_BLOCK_RETIRED: return strata_index_free_retired(shard, place);
		case STRATA_BLOCK_WRITING:
			return strata_block_is_being_written(shard, place) ? 0 : strata_heap_give(shard, place);
		case STRATA_BLOCK_LIVE:
			if (strata_entry_is_sound(shard, place)) {
				return clear_entry(shard, sweep, place);
			}
	}
	shard->is_damaged = true;
	return 0;
}

/* Returns the place of the free block that is here now, or 0. */
static uint32_t clear_block(strata_shard *shard, sweep *sweep, uint32_t place)
{
	uint32_t units = strata_block_units(shard, place);
	bool was_free = strata_block_units_in(shard, place, STRATA_BLOCK_FREE) != 0;
	uint32_t cleared = clear_any(shard, sweep, place);

	sweep->passed += sweep->is_ruthless ? units : 0;
	if (cleared != 0 && !was_free) {
		sweep->cleared += units;
	}
	return cleared;
}

static void limit_wait(strata_shard *shard, sweep *sweep)
{
	sweep->is_ruthless = true;
	/*
	 * No run of that length ends before the end of the heap: do not clear what is left for nothing.
	 */
	if (shard->head->hand > shard->end - sweep->wanted) {
		shard->head->hand = 1;
	}
}

static bool is_wait_over(const sweep *sweep)
{
	return sweep->steps > PATIENT_STEPS ||
		   sweep->cleared >= (uint64_t) sweep->wanted * PATIENT_CLEARING;
}

/*
 * Deals with the block under the hand and moves the hand behind it. Returns the units now free
 * there.
 */
static uint32_t step(strata_shard *shard, sweep *sweep)
{
	uint32_t place = shard->head->hand < shard->end ? shard->head->hand : 1;
	uint32_t run = 0;

	if (strata_block_units(shard, place) == 0) {
		shard->is_damaged = true;
		return 0;
	}
	sweep->steps++;
	run = clear_block(shard, sweep, place);
	place = run == 0 ? place : run;
	shard->head->hand = place + strata_block_units(shard, place);
	return run == 0 ? 0 : strata_block_units(shard, run);
}

void strata_evict_welcome(strata_shard *shard, uint32_t place)
{
	uint32_t hand = shard->head->hand;
	uint64_t distance = place >= hand ? place - hand : shard->end - hand + place;
	uint64_t used = atomic_load_explicit(&shard->head->used, memory_order_relaxed);
	uint64_t free = used < shard->end ? shard->end - used : 0;

	/* The hand comes by once what is free and everything before this place was written over. */
	atomic_store_explicit(strata_shard_mark_of(shard, place), free + distance < shard->end / 2,
		memory_order_relaxed);
}

uint32_t strata_evict_for(strata_shard *shard, uint32_t units, strata_process_owner owner,
	strata_msec now)
{
	sweep sweep = { .now = now, .wanted = units };
	/* Each round clears marks or entries, so a few rounds are always enough. */
	uint32_t most = 4 * (shard->end / STRATA_BLOCK_SMALLEST) + PATIENT_STEPS;
	uint32_t place = 0;

	if (units >= shard->end) {
		return 0;
	}
	if (units > shard->end / LARGE_PART) {
		limit_wait(shard, &sweep);
	}
	/* Twice around, clearing all that may go: what is left is held. */
	while (place == 0 && !shard->is_damaged && sweep.steps < most &&
		   sweep.passed < 2 * (uint64_t) shard->end) {
		if (step(shard, &sweep) >= units) {
			place = strata_heap_take(shard, units, owner);
		}
		if (!sweep.is_ruthless && is_wait_over(&sweep)) {
			limit_wait(shard, &sweep);
		}
	}
	return place;
}

/* ---- within a share ---- */

/* May this entry of the namespace go? An image that is held would free nothing. */
static bool may_go_for_share(strata_shard *shard, uint32_t place, const strata_lookup *lookup,
	bool is_patient)
{
	const strata_entry *entry = strata_entry_at(shard, place);
	_Atomic uint8_t *mark = strata_shard_mark_of(shard, place);

	if (entry->codec == STRATA_CODEC_IMAGE && strata_shard_is_held(shard, place)) {
		return false;
	}
	if (is_patient && atomic_load_explicit(mark, memory_order_relaxed) != 0 &&
		!strata_entry_is_over(entry, atomic_load(&shard->head->epoch), lookup->now)) {
		atomic_store_explicit(mark, 0, memory_order_relaxed);
		return false;
	}
	return true;
}

/* Deals with the block under the hand. Returns the place of the block that is there now. */
static uint32_t clear_own(strata_shard *shard, uint32_t place, const strata_lookup *lookup,
	bool is_patient)
{
	uint32_t cleared = 0;

	if (strata_entry_is_sound(shard, place) &&
		strata_entry_at(shard, place)->namespace_id == lookup->key->namespace_id &&
		may_go_for_share(shard, place, lookup, is_patient)) {
		strata_shard_count(&shard->head->evicted, 1);
		strata_shard_count(&shard->head->evicted_share, 1);
		STRATA_FAILPOINT("share: chosen");
		cleared = strata_index_drop(shard, place);
	}
	return cleared == 0 ? place : cleared;
}

/* Once around, or until there is room. False when something was found that is no block. */
static bool go_around(strata_shard *shard, const strata_lookup *lookup, uint32_t most,
	bool is_patient)
{
	const uint32_t *taken = strata_share_taken(shard, lookup->key->namespace_id);
	uint64_t passed = 0;

	while (*taken > most && passed < shard->end) {
		uint32_t place = shard->head->share_hand < shard->end ? shard->head->share_hand : 1;

		if (strata_block_units(shard, place) == 0) {
			shard->is_damaged = true;
			return false;
		}
		passed += strata_block_units(shard, place);
		place = clear_own(shard, place, lookup, is_patient);
		shard->head->share_hand = place + strata_block_units(shard, place);
	}
	return true;
}

/* What was counted may have been damaged; nothing else makes it wrong for long. */
static void count_again(strata_shard *shard, uint64_t namespace_id)
{
	uint32_t *taken = strata_share_taken(shard, namespace_id);
	uint32_t units = 0;

	for (uint32_t place = 1; strata_block_units(shard, place) != 0;
		 place += strata_block_units(shard, place)) {
		if (strata_entry_is_sound(shard, place) &&
			strata_entry_at(shard, place)->namespace_id == namespace_id) {
			units += strata_block_units(shard, place);
		}
	}
	*taken = units;
}

bool strata_evict_within_share(strata_shard *shard, const strata_lookup *lookup, uint32_t units)
{
	uint32_t limit = strata_share_limit(shard, lookup);
	const uint32_t *taken =
		limit == shard->end ? NULL : strata_share_taken(shard, lookup->key->namespace_id);

	if (taken == NULL) {
		return true;
	}
	if (units > limit) {
		return false;
	}
	if (*taken > limit - units && go_around(shard, lookup, limit - units, true) &&
		go_around(shard, lookup, limit - units, false) && *taken > limit - units) {
		count_again(shard, lookup->key->namespace_id);
	}
	return *taken <= limit - units;
}
