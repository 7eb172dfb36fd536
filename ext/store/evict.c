/*
 * A shard has two rings of blocks, main and the nursery, and each is gone over by place:
 *
 *      1                    main                        border        nursery        end
 *      | visited | not visited | free | dead | lodger | ... | newest | oldest | ... |
 *                    ^ hand                    ^ dead hand           ^ nursery hand
 *
 * An entry that is new goes where nothing has to go for it: to a hole in main (never used, freed),
 * to the nursery if what is the oldest there is dead, to what one of the next few blocks of main
 * leaves that is. So what is over goes before what is in use. Otherwise it goes to the nursery,
 * which is reused strictly in order (see nursery.c), and what leaves that leaves a ghost (see
 * ghosts.c). A key that is filled while its ghost is there was asked for again soon: main takes it.
 * So a scan of keys that are asked for once goes through the nursery and costs main nothing.
 *
 * In main a hand goes from block to block when something was accepted that finds no hole. An entry
 * that was asked for since the hand's last visit loses its mark and stays; one that was not is
 * evicted. The new one is mostly made where the hand has just been, so it has a whole round. What
 * got a hole right before the hand begins with a mark, or it would be the first to go.
 *
 * What only came to main because there was a hole has proved nothing. It is a lodger: if it was not
 * asked for when the dead hand comes by for the second time, it goes as what leaves the nursery
 * does. If it was, main has accepted it. The first time only what is dead goes. Without this rule
 * main fills with what nothing asks for wherever entries end by themselves.
 *
 * An overwrite stays in its ring, and a lodger stays one. What it replaces is over, perhaps: then
 * it goes first, so that no other one has to. A placeholder decides nothing; the value that comes
 * for it is taken as new.
 *
 * The order of places, and not of time, is what frees neighbours one after the other: they join,
 * and room for larger values appears. If it does not, because marked entries lie between, main's
 * hand stops being patient: it clears everything from where it is until the run is long enough.
 * That happens at once for a value that needs a good part of the shard, since freeing here and
 * there would cost most of the shard before a run of that length appeared. So no value ever costs
 * more than about three times its size, and there is never a reason to wipe. Nothing is moved, and
 * readers set the one mark that they always set.
 *
 * Two ideas are those of SIEVE (Zhang et al., NSDI 2024: one bit, a hand, what is kept stays where
 * it is) and of S3-FIFO (Yang et al., SOSP 2023: a small queue, a large one, a queue of ghosts).
 * Both keep entries in the order of their arrival, so what they free lies scattered; here either
 * ring is in the order of places. A model with all of this chose the shares: a nursery of 8 %, one
 * bit, ghosts of 0.7 times the entries, and none of an entry that is larger than most and was not
 * asked for. Its hit ratios, of log-uniform keys; with a tenth of keys that never return; while
 * other keys become the frequent ones; with bursts of scans (S3-FIFO and SIEVE: see
 * benchmarks/eviction.c):
 *
 *                     15,000 equal entries          128 B to 9 KB in 8 MB
 *      two rings      0.863  0.864  0.833  0.866    0.844  0.846  0.814  0.843
 *      one ring       0.847  0.811  0.834  0.794    0.774  0.744  0.767  0.728
 *      S3-FIFO        0.864  0.868  0.823
 *      SIEVE          0.868  0.867  0.730
 *
 * The frequent keys change every 200,000 reads there. Where they do so every 60,000, main's marks
 * are slower than that: 0.770, and one ring 0.802 (S3-FIFO 0.776, LRU 0.806).
 *
 * A block that readers hold is passed by: no writer waits for a pin. A nursery that is held as a
 * whole sends what is new to main.
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
 * main's hand passes in a turn. Each moment in such a shard a writer, or a reader that got a copy,
 * frees some of what is held no longer.
 */
#include "store/evict.h"

#include "base/failpoint.h"
#include "store/ghosts.h"
#include "store/index.h"
#include "store/nursery.h"
#include "store/share.h"
#include "store/victim.h"

enum {
	PATIENT_STEPS = 2048, /* blocks looked at before marks count no more: bounds the time locked */
	LARGE_PART = 16,      /* a block of more than 1/16 of the heap is large */
	PATIENT_CLEARING = 2, /* times the room wanted that may be freed without a run long enough */
	MOST_HELD = 1024,     /* blocks found held before a search for room is given up */
	LOOKED_THROUGH = 4,   /* blocks of main that are looked through for what is idle */
	MOST_LOOKED_THROUGH = 32, /* the same where the last look found something dead */
	NEAR_PART = 8,            /* a place less than 1/8 of main ahead of a hand is near */
	MOST_HELD_OF_SHARE = 128, /* the same within a share */
	RELIEF_INTERVAL = 100,    /* msec */
	RELIEF_STEPS = 4096,      /* blocks looked at in one relief */
	RELIEF_LOOKS = 256        /* of which so many at what processes hold */
};

/* A sweep over main. */
typedef struct {
	strata_victim_search search;
	uint32_t wanted;  /* units */
	uint32_t steps;   /* blocks looked at */
	uint64_t cleared; /* units freed */
	uint64_t passed;  /* units looked at since marks do not count */
} sweep;

static bool is_ruthless(const sweep *sweep)
{
	return sweep->search.choice == STRATA_VICTIM_ANY;
}

/* Returns the place of the free block that is here now, or 0. */
static uint32_t clear_block(strata_shard *shard, sweep *sweep, uint32_t place)
{
	uint32_t units = strata_block_units(shard, place);
	bool was_free = strata_block_units_in(shard, place, STRATA_BLOCK_FREE) != 0;
	uint32_t cleared = strata_victim_clear(shard, &sweep->search, place);

	sweep->passed += is_ruthless(sweep) ? units : 0;
	if (cleared != 0 && !was_free) {
		sweep->cleared += units;
	}
	return cleared;
}

static void limit_wait(strata_shard *shard, sweep *sweep)
{
	sweep->search.choice = STRATA_VICTIM_ANY;
	/*
	 * No run of that length ends before the end of main: do not clear what is left for nothing.
	 */
	if (shard->head->hand > shard->border - sweep->wanted) {
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
	uint32_t place = shard->head->hand < shard->border ? shard->head->hand : 1;
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

/* Evicts what it must of main, at most about three times as much as is wanted. */
static uint32_t sweep_main(strata_shard *shard, const strata_lookup *lookup,
	const strata_room *room)
{
	sweep sweep = { .search = { .lookup = lookup }, .wanted = room->units };
	/* Each round clears marks or entries, so a few rounds are always enough. */
	uint32_t most = 4 * (shard->end / STRATA_BLOCK_SMALLEST) + PATIENT_STEPS;
	uint32_t place = 0;

	if (room->units >= shard->border) {
		return 0;
	}
	if (room->units > shard->end / LARGE_PART) {
		limit_wait(shard, &sweep);
	}
	/* Twice around, clearing all that may go: what is left is held. */
	while (place == 0 && !shard->is_damaged && sweep.steps < most &&
		   sweep.search.held < MOST_HELD && sweep.passed < 2 * (uint64_t) shard->border) {
		if (step(shard, &sweep) >= room->units) {
			place = strata_heap_take(shard, room->units, room->owner);
		}
		if (!is_ruthless(&sweep) && is_wait_over(&sweep)) {
			limit_wait(shard, &sweep);
		}
	}
	return place;
}

/* ---- where a new entry goes ---- */

/* Returns the place of the free block that is under the hand now, or 0. */
static uint32_t look_through(strata_shard *shard, strata_victim_search *search)
{
	uint32_t place = shard->head->dead_hand < shard->border ? shard->head->dead_hand : 1;
	uint32_t cleared;

	if (strata_block_units(shard, place) == 0) {
		shard->is_damaged = true;
		return 0;
	}
	cleared = strata_victim_clear_idle(shard, search, place);
	place = cleared == 0 ? place : cleared;
	shard->head->dead_hand = place + strata_block_units(shard, place);
	return cleared;
}

/* Looks a few blocks of main through for what takes room for nothing, until there is a hole. */
static uint32_t take_idle(strata_shard *shard, const strata_lookup *lookup, const strata_room *room)
{
	strata_victim_search search = { .lookup = lookup, .choice = STRATA_VICTIM_TURN };
	uint64_t expired = atomic_load_explicit(&shard->head->expired, memory_order_relaxed);
	uint32_t most = shard->head->finds_dead ? MOST_LOOKED_THROUGH : LOOKED_THROUGH;
	uint32_t cleared = 0;

	for (uint32_t i = 0;
		 i < most && !shard->is_damaged && strata_block_units(shard, cleared) < room->units; i++) {
		cleared = look_through(shard, &search);
	}
	shard->head->finds_dead =
		atomic_load_explicit(&shard->head->expired, memory_order_relaxed) != expired;
	return strata_block_units(shard, cleared) < room->units
			   ? 0
			   : strata_heap_take(shard, room->units, room->owner);
}

/* Room for which no entry in use has to go. In main it makes the new entry a lodger. */
static uint32_t take_unused(strata_shard *shard, const strata_lookup *lookup,
	const strata_room *room)
{
	uint32_t place = strata_heap_take(shard, room->units, room->owner);

	if (place == 0 && strata_nursery_accepts(shard, room->units)) {
		place = strata_nursery_take_idle(shard, lookup, room->units, room->owner);
	}
	if (place == 0) {
		place = take_idle(shard, lookup, room);
	}
	return place;
}

static uint32_t take_in_nursery(strata_shard *shard, const strata_lookup *lookup,
	const strata_room *room)
{
	return strata_nursery_accepts(shard, room->units)
			   ? strata_nursery_take(shard, lookup, room->units, room->owner)
			   : 0;
}

/* A placeholder proves nothing: the value that comes for it will be looked for among the ghosts. */
static bool is_promoted(strata_shard *shard, const strata_lookup *lookup, const strata_room *room)
{
	return !strata_nursery_accepts(shard, room->units) ||
		   (!room->is_placeholder && strata_ghosts_take(shard, lookup->hash));
}

static uint32_t take_for_new(strata_shard *shard, const strata_lookup *lookup,
	const strata_room *room, uint8_t *marks)
{
	uint32_t place = take_unused(shard, lookup, room);

	if (place != 0 || shard->is_damaged) {
		*marks = place < shard->border && !room->is_placeholder ? STRATA_MARK_LODGER : 0;
		return place;
	}
	if (is_promoted(shard, lookup, room)) {
		place = sweep_main(shard, lookup, room);
		return place == 0 ? take_in_nursery(shard, lookup, room) : place;
	}
	place = take_in_nursery(shard, lookup, room);
	return place == 0 ? sweep_main(shard, lookup, room) : place;
}

/*
 * An entry that is over and that no reader holds goes first: so no other one has to go, and the
 * next that comes need not fill what this one left.
 */
static void drop_if_over(strata_shard *shard, const strata_lookup *lookup, const strata_room *room)
{
	const strata_entry *entry = strata_entry_at(shard, room->old);

	if (room->owner == 0 && strata_block_units(shard, room->old) >= room->units &&
		strata_entry_is_over(entry, atomic_load(&shard->head->epoch), lookup->now) &&
		!strata_entry_is_held(shard, room->old)) {
		strata_shard_count(&shard->head->expired, 1);
		(void) strata_index_drop(shard, room->old);
	}
}

static uint32_t take_for_overwrite(strata_shard *shard, const strata_lookup *lookup,
	const strata_room *room, uint8_t *marks)
{
	strata_shard_ring ring = strata_shard_ring_of(shard, room->old);
	uint32_t place = strata_heap_take_staged(shard, ring, room->units, room->owner);

	if (place == 0) {
		*marks =
			atomic_load_explicit(strata_shard_marks_of(shard, room->old), memory_order_relaxed) &
			STRATA_MARK_LODGER;
		drop_if_over(shard, lookup, room);
	}
	if (place == 0 && ring == STRATA_RING_NURSERY) {
		place = take_in_nursery(shard, lookup, room);
	}
	if (place == 0) {
		place = strata_heap_take(shard, room->units, room->owner);
	}
	return place == 0 ? sweep_main(shard, lookup, room) : place;
}

uint32_t strata_evict_for(strata_shard *shard, const strata_lookup *lookup, const strata_room *room)
{
	uint8_t marks = 0;
	uint32_t place = room->old != 0 ? take_for_overwrite(shard, lookup, room, &marks)
									: take_for_new(shard, lookup, room, &marks);

	if (place != 0) {
		atomic_store_explicit(strata_shard_marks_of(shard, place), marks, memory_order_relaxed);
	}
	return place;
}

static uint32_t overwrite_at_once(strata_shard *shard, const strata_room *room, uint8_t *marks)
{
	strata_shard_ring ring = strata_shard_ring_of(shard, room->old);
	uint32_t place = strata_heap_take_staged(shard, ring, room->units, room->owner);

	if (place != 0) {
		return place;
	}
	if (ring == STRATA_RING_NURSERY || strata_entry_is_over_now(strata_entry_at(shard, room->old),
										   atomic_load(&shard->head->epoch))) {
		return 0;
	}
	*marks = atomic_load_explicit(strata_shard_marks_of(shard, room->old), memory_order_relaxed) &
			 STRATA_MARK_LODGER;
	return strata_heap_take(shard, room->units, room->owner);
}

static bool has_room_in_share(strata_shard *shard, const strata_lookup *lookup, uint32_t units)
{
	uint32_t limit = strata_share_limit(shard, lookup);
	const _Atomic uint32_t *taken =
		limit == shard->end ? NULL : strata_share_taken(shard, lookup->key->namespace_id);

	return taken == NULL || (units <= limit && strata_share_read(taken) <= limit - units);
}

uint32_t strata_evict_at_once(strata_shard *shard, const strata_lookup *lookup,
	const strata_room *room)
{
	uint8_t marks = 0;
	uint32_t place;

	if (atomic_load_explicit(&shard->head->is_copying, memory_order_relaxed) != 0 ||
		!has_room_in_share(shard, lookup, room->units)) {
		return 0;
	}
	if (room->old != 0) {
		place = overwrite_at_once(shard, room, &marks);
	} else {
		place = strata_heap_take(shard, room->units, room->owner);
		marks = STRATA_MARK_LODGER;
	}
	if (place != 0) {
		atomic_store_explicit(strata_shard_marks_of(shard, place), marks, memory_order_relaxed);
	}
	return place;
}

/* Units of main from the hand on to the place. */
static uint32_t distance_to(const strata_shard *shard, uint32_t place, uint32_t hand)
{
	return place >= hand ? place - hand : shard->border - hand + place;
}

void strata_evict_welcome(strata_shard *shard, uint32_t place)
{
	uint8_t marks =
		atomic_load_explicit(strata_shard_marks_of(shard, place), memory_order_relaxed) &
		STRATA_MARK_LODGER;

	if (place < shard->border &&
		distance_to(shard, place, shard->head->hand) < shard->border / NEAR_PART) {
		marks |= STRATA_MARK_VISITED;
	}
	if (marks == STRATA_MARK_LODGER) {
		marks |= STRATA_MARK_FRESH;
	}
	atomic_store_explicit(strata_shard_marks_of(shard, place), marks, memory_order_relaxed);
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
		strata_shard_clear_marks(shard, place, STRATA_MARK_VISITED);
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
	const _Atomic uint32_t *taken = strata_share_taken(shard, search->lookup->key->namespace_id);
	uint64_t passed = 0;

	while (strata_share_read(taken) > search->most && passed < shard->end &&
		   search->held < MOST_HELD_OF_SHARE) {
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
	_Atomic uint32_t *taken = strata_share_taken(shard, namespace_id);
	uint32_t units = 0;

	for (uint32_t place = 1; strata_block_units(shard, place) != 0;
		 place += strata_block_units(shard, place)) {
		if ((strata_entry_is_sound(shard, place) ||
				strata_block_is(shard, place, STRATA_BLOCK_RETIRED)) &&
			strata_entry_at(shard, place)->namespace_id == namespace_id) {
			units += strata_block_units(shard, place);
		}
	}
	atomic_store_explicit(taken, units, memory_order_relaxed);
}

static void make_way(strata_shard *shard, const strata_lookup *lookup, uint32_t most)
{
	search search = { .lookup = lookup, .most = most, .is_patient = true };
	const _Atomic uint32_t *taken = strata_share_taken(shard, lookup->key->namespace_id);
	bool goes_on = go_around(shard, &search);

	search.is_patient = false;
	if (goes_on && go_around(shard, &search) && strata_share_read(taken) > most) {
		count_again(shard, lookup->key->namespace_id);
	}
}

bool strata_evict_within_share(strata_shard *shard, const strata_lookup *lookup, uint32_t units)
{
	uint32_t limit = strata_share_limit(shard, lookup);
	const _Atomic uint32_t *taken =
		limit == shard->end ? NULL : strata_share_taken(shard, lookup->key->namespace_id);

	if (taken == NULL) {
		return true;
	}
	if (units > limit) {
		return false;
	}
	if (strata_share_read(taken) <= limit - units) {
		return true;
	}
	if (!strata_share_was_refused(shard, lookup->key->namespace_id, lookup->now)) {
		make_way(shard, lookup, limit - units);
	}
	if (strata_share_read(taken) > limit - units && !shard->is_damaged) {
		strata_share_note_refusal(shard, lookup->key->namespace_id, lookup->now);
	}
	return strata_share_read(taken) <= limit - units;
}
