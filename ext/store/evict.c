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
 * by. Such a namespace holds nearly its share of the shard, so the hand finds something soon. Where
 * readers hold what it finds, it does not: then the namespace is refused, and for a second more at
 * once. Each block that is held costs a look at what all processes hold, so that every search ends
 * after a number of them.
 *
 * What readers hold frees nothing, whether it may still be found or not. Once they hold more than
 * an eighth of a shard they get copies (see shard.c): by the count of what is retired, and by what
 * the hand passes in a turn. Each moment in such a shard a writer, or a reader that got a copy,
 * frees some of what is held no longer.
 */
#include "store/evict.h"

#include "base/failpoint.h"
#include "store/index.h"
#include "store/share.h"

enum {
	PATIENT_STEPS = 2048, /* blocks looked at before marks count no more: bounds the time locked */
	LARGE_PART = 16,      /* a block of more than 1/16 of the heap is large */
	PATIENT_CLEARING = 2, /* times the room wanted that may be freed without a run long enough */
	MOST_HELD = 1024,     /* blocks found held before a search for room is given up */
	MOST_HELD_OF_SHARE = 128, /* the same within a share */
	RELIEF_INTERVAL = 100,    /* msec */
	RELIEF_STEPS = 4096,      /* blocks looked at in one relief */
	RELIEF_LOOKS = 256        /* of which so many at what processes hold */
};

typedef struct {
	strata_msec now;
	uint32_t wanted;  /* units */
	uint32_t steps;   /* blocks looked at */
	uint32_t held;    /* blocks that are held */
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

static void clear_visited(strata_shard *shard, uint32_t place)
{
	atomic_fetch_and_explicit(strata_shard_marks_of(shard, place), (uint8_t) ~STRATA_MARK_VISITED,
		memory_order_relaxed);
}

static uint32_t pass_held(strata_shard *shard, sweep *sweep, uint32_t place)
{
	sweep->held++;
	strata_shard_count_held(shard, strata_block_units(shard, place));
	return 0;
}

static uint32_t clear_retired(strata_shard *shard, sweep *sweep, uint32_t place)
{
	uint32_t cleared = strata_index_free_retired(shard, place);

	return cleared == 0 ? pass_held(shard, sweep, place) : cleared;
}

/* What is kept goes first of all. Only a placeholder has a round: a value is on its way there. */
static bool may_wait(const strata_shard *shard, const sweep *sweep, uint32_t place)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	return entry->codec == STRATA_CODEC_ABSENT && !sweep->is_ruthless &&
		   strata_shard_has_mark(shard, place, STRATA_MARK_VISITED) &&
		   !strata_entry_is_gone(entry, atomic_load(&shard->head->epoch), sweep->now);
}

/* Frees the entry unless it has earned another round. Returns the place of the free block, or 0. */
static uint32_t clear_entry(strata_shard *shard, sweep *sweep, uint32_t place)
{
	if (is_dead(shard, place, sweep->now) && !may_wait(shard, sweep, place)) {
		count_dead(shard, place, sweep->now);
		return strata_index_drop(shard, place);
	}
	if (!sweep->is_ruthless && strata_shard_has_mark(shard, place, STRATA_MARK_VISITED)) {
		clear_visited(shard, place);
		return 0;
	}
	/* To drop it would free nothing. */
	if (strata_codec_is_image(strata_entry_at(shard, place)->codec) &&
		strata_entry_is_held(shard, place)) {
		return pass_held(shard, sweep, place);
	}
	strata_shard_count(&shard->head->evicted, 1);
	strata_shard_count(&shard->head->evicted_large, sweep->is_ruthless ? 1 : 0);
	STRATA_FAILPOINT("evict: chosen");
	return strata_index_drop(shard, place);
}

/* Frees whatever may go. Returns the place of the free block, or 0. */
static uint32_t clear_any(strata_shard *shard, sweep *sweep, uint32_t place)
{
	switch ((strata_block_state) atomic_load_explicit(&strata_block_at(shard, place)->state,
		memory_order_relaxed)) {
		case STRATA_BLOCK_FREE: return place;
		case STRATA_BLOCK_RETIRED: return clear_retired(shard, sweep, place);
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
	if (place == 1) {
		strata_shard_begin_turn(shard);
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
	atomic_store_explicit(strata_shard_marks_of(shard, place),
		free + distance < shard->end / 2 ? STRATA_MARK_VISITED : 0, memory_order_relaxed);
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
	while (place == 0 && !shard->is_damaged && sweep.steps < most && sweep.held < MOST_HELD &&
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

/* ---- what is held no longer ---- */

void strata_evict_relieve(strata_shard *shard, strata_msec now)
{
	uint32_t looks = 0;

	if (!strata_evict_may_relieve(shard, now)) {
		return;
	}
	atomic_store_explicit(&shard->head->relieved_at, (uint32_t) now, memory_order_relaxed);
	strata_shard_relieve(shard);
	for (uint32_t step = 0; step < RELIEF_STEPS && looks < RELIEF_LOOKS; step++) {
		uint32_t place = shard->head->relief_hand < shard->end ? shard->head->relief_hand : 1;
		uint32_t units = strata_block_units(shard, place);

		/* Nothing keeps this hand in step with joins: it begins anew. */
		if (units != 0 && strata_block_is(shard, place, STRATA_BLOCK_RETIRED)) {
			uint32_t cleared = strata_index_free_retired(shard, place);

			looks++;
			place = cleared == 0 ? place : cleared;
			units = strata_block_units(shard, place);
		}
		shard->head->relief_hand = units == 0 ? 1 : place + units;
	}
}

bool strata_evict_may_relieve(const strata_shard *shard, strata_msec now)
{
	const strata_shard_head *head = shard->head;

	return atomic_load_explicit(&head->is_copying, memory_order_relaxed) != 0 &&
		   (uint32_t) now - atomic_load_explicit(&head->relieved_at, memory_order_relaxed) >=
			   RELIEF_INTERVAL;
}

/* ---- within a share ---- */

/* A search for what of a namespace may give way. */
typedef struct {
	const strata_lookup *lookup;
	uint32_t most; /* units that may stay */
	uint32_t held; /* blocks that are held */
	bool is_patient;
} search;

static bool is_own(const strata_shard *shard, uint32_t place, const search *search)
{
	return strata_entry_at(shard, place)->namespace_id == search->lookup->key->namespace_id;
}

/* Returns the place of the free block that the entry became, or 0. */
static uint32_t clear_own(strata_shard *shard, uint32_t place, search *search)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	if (search->is_patient && strata_shard_has_mark(shard, place, STRATA_MARK_VISITED) &&
		!strata_entry_is_over(entry, atomic_load(&shard->head->epoch), search->lookup->now)) {
		clear_visited(shard, place);
		return 0;
	}
	/* An image that is held would free nothing. */
	if (strata_codec_is_image(entry->codec) && strata_entry_is_held(shard, place)) {
		search->held++;
		return 0;
	}
	strata_shard_count(&shard->head->evicted, 1);
	strata_shard_count(&shard->head->evicted_share, 1);
	STRATA_FAILPOINT("share: chosen");
	return strata_index_drop(shard, place);
}

/* Deals with the block under the hand. Returns the place of the block that is there now. */
static uint32_t clear_if_own(strata_shard *shard, uint32_t place, search *search)
{
	uint32_t cleared = 0;

	if (strata_entry_is_sound(shard, place) && is_own(shard, place, search)) {
		cleared = clear_own(shard, place, search);
	} else if (strata_block_is(shard, place, STRATA_BLOCK_RETIRED) &&
			   is_own(shard, place, search)) {
		cleared = strata_index_free_retired(shard, place);
		search->held += cleared == 0;
	}
	return cleared == 0 ? place : cleared;
}

/* Once around, or until there is room. False when something was found that is no block. */
static bool go_around(strata_shard *shard, search *search)
{
	const uint32_t *taken = strata_share_taken(shard, search->lookup->key->namespace_id);
	uint64_t passed = 0;

	while (*taken > search->most && passed < shard->end && search->held < MOST_HELD_OF_SHARE) {
		uint32_t place = shard->head->share_hand < shard->end ? shard->head->share_hand : 1;

		if (strata_block_units(shard, place) == 0) {
			shard->is_damaged = true;
			return false;
		}
		passed += strata_block_units(shard, place);
		place = clear_if_own(shard, place, search);
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
		if ((strata_entry_is_sound(shard, place) ||
				strata_block_is(shard, place, STRATA_BLOCK_RETIRED)) &&
			strata_entry_at(shard, place)->namespace_id == namespace_id) {
			units += strata_block_units(shard, place);
		}
	}
	*taken = units;
}

static void make_way(strata_shard *shard, const strata_lookup *lookup, uint32_t most)
{
	search search = { .lookup = lookup, .most = most, .is_patient = true };
	const uint32_t *taken = strata_share_taken(shard, lookup->key->namespace_id);
	bool goes_on = go_around(shard, &search);

	search.is_patient = false;
	if (goes_on && go_around(shard, &search) && *taken > most) {
		count_again(shard, lookup->key->namespace_id);
	}
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
	if (*taken <= limit - units) {
		return true;
	}
	if (!strata_share_was_refused(shard, lookup->key->namespace_id, lookup->now)) {
		make_way(shard, lookup, limit - units);
	}
	if (*taken > limit - units && !shard->is_damaged) {
		strata_share_note_refusal(shard, lookup->key->namespace_id, lookup->now);
	}
	return *taken <= limit - units;
}
