/*
 * The rule of ext/store (evict.c, victim.c, nursery.c), with its numbers: a new entry goes to a
 * hole, else to the nursery, which leaves ghosts; a key with a ghost goes to main. What only got a
 * hole is a lodger. Main has a hand. "Places" has main alone, and no lodgers: strata 1's rule.
 * "Adaptive" sends new entries to main while what main has accepted is left unasked for.
 * It is not in ext/store: where scans follow upon a shift it never notices that the shift is over,
 * and finds what one ring does (0.808). Each trace here begins empty, so no row shows that.
 *
 * Not modelled: readers that hold blocks, placeholders, shares of namespaces, overwrites of what is
 * alive.
 */
#include <string.h>

#include "ghosts.h"
#include "rule.h"
#include "space.h"

enum { VISITED = 1, LODGER = 2, FRESH = 4, PROVEN = 8 };
enum {
	NURSERY_PERCENT = 8,
	NEAR_PART = 8,
	LARGE_PART = 16,
	LARGEST_PART = 4,
	PATIENT_STEPS = 2048,
	PATIENT_CLEARING = 2,
	LOOKED_THROUGH = 4,
	MOST_LOOKED_THROUGH = 32,
	WINDOW_PART =
		4,      /* what is proven is judged over a quarter as many looks as there are entries */
	SELDOM = 10 /* new entries, of which one goes to the nursery even then */
};

static const double SHIFTING = 0.5, CALM = 0.3; /* of what was proven, left */

typedef enum { ONE_RING, TWO_RINGS, ADAPTIVE } kind;

static kind current;
static bool finds_dead, is_shifting;
static double left; /* share of what was proven and then not asked for in a turn, lately */
static uint32_t news;
static uint32_t place_of[MOST_KEYS];

static void begin(uint32_t units, kind kind)
{
	current = kind;
	finds_dead = is_shifting = false;
	left = 0;
	news = 0;
	memset(place_of, 0, sizeof(place_of));
	space_begin(units, kind == ONE_RING ? 0 : NURSERY_PERCENT);
	ghosts_begin(units);
}

static void begin_places(uint32_t units)
{
	begin(units, ONE_RING);
}

static void begin_two_rings(uint32_t units)
{
	begin(units, TWO_RINGS);
}

static void begin_adaptive(uint32_t units)
{
	begin(units, ADAPTIVE);
}

static bool get(uint32_t key)
{
	if (place_of[key] == 0 || trace_is_over(key)) {
		return false;
	}
	space_blocks[place_of[key]].marks |= VISITED;
	return true;
}

/* ---- what goes ---- */

static uint32_t drop(uint32_t place)
{
	place_of[space_blocks[place].key] = 0;
	return space_give(place);
}

static bool is_small(uint32_t units)
{
	return (uint64_t) units * space_entries <= space_used + space_used / 4;
}

/* An entry goes for which nothing spoke. */
static uint32_t turn_out(uint32_t place)
{
	block *block = &space_blocks[place];

	if (!trace_is_over(block->key) && (block->marks & VISITED || is_small(block->units))) {
		ghosts_add(block->key, space_entries);
	}
	return drop(place);
}

/* ---- main ---- */

/*
 * Keys that were asked for in one turn of the hand are proven. Where most of them are not asked for
 * in the next, other keys became the frequent ones.
 */
static void judge(block *block)
{
	double window = space_entries / WINDOW_PART + 1;

	if (block->marks & PROVEN) {
		left += ((block->marks & VISITED ? 0 : 1) - left) / window;
		is_shifting = current == ADAPTIVE && left > (is_shifting ? CALM : SHIFTING);
	}
	block->marks |= block->marks & VISITED ? PROVEN : 0;
}

/* Returns the place of the free block that is there now, or 0. */
static uint32_t clear(uint32_t place, bool is_patient)
{
	block *block = &space_blocks[place];

	if (block->key == 0) {
		return place;
	}
	if (is_patient && !trace_is_over(block->key)) {
		judge(block);
		if (block->marks & VISITED) {
			block->marks &= (uint8_t) ~(VISITED | LODGER);
			return 0;
		}
	}
	return drop(place);
}

/* No run of that length ends before the end of main. */
static void leave_end(uint32_t units)
{
	if (space_hands[HAND_MAIN] > space_border - units) {
		space_hands[HAND_MAIN] = 1;
	}
}

static uint32_t sweep_main(uint32_t key, uint32_t units)
{
	bool is_patient = units <= space_end / LARGE_PART;
	uint32_t cleared = 0;

	if (!is_patient) {
		leave_end(units);
	}
	for (uint32_t step = 0; step < 4 * space_end; step++) {
		uint32_t place = space_hands[HAND_MAIN] < space_border ? space_hands[HAND_MAIN] : 1;
		uint32_t had = space_blocks[place].key == 0 ? 0 : space_blocks[place].units;
		uint32_t run = clear(place, is_patient);

		place = run == 0 ? place : run;
		space_hands[HAND_MAIN] = place + space_blocks[place].units;
		cleared += run == 0 ? 0 : had;
		if (run != 0 && space_blocks[run].units >= units) {
			return space_take(key, units);
		}
		if (is_patient && (step > PATIENT_STEPS || cleared >= PATIENT_CLEARING * units)) {
			is_patient = false;
			leave_end(units);
		}
	}
	return 0;
}

/* ---- the nursery ---- */

static bool nursery_accepts(uint32_t units)
{
	return units <= (space_end - space_border) / LARGEST_PART;
}

static uint32_t nursery_hand(void)
{
	return space_hands[HAND_NURSERY] < space_end ? space_hands[HAND_NURSERY] : space_border;
}

static uint32_t take_at_hand(uint32_t place, uint32_t key, uint32_t units)
{
	space_hands[HAND_NURSERY] = place + units;
	return space_take_at(place, key, units);
}

static uint32_t take_in_nursery(uint32_t key, uint32_t units)
{
	while (nursery_accepts(units)) {
		uint32_t place = nursery_hand();
		uint32_t free = space_free_units(place);

		if (free >= units) {
			return take_at_hand(place, key, units);
		}
		if (space_end - place < units) {
			space_hands[HAND_NURSERY] = space_border;
		} else {
			space_hands[HAND_NURSERY] = turn_out(place + free);
		}
	}
	return 0;
}

/* ---- room for which no entry in use has to go ---- */

static uint32_t take_dead_in_nursery(uint32_t key, uint32_t units)
{
	uint32_t place = nursery_hand();

	if (!nursery_accepts(units)) {
		return 0;
	}
	if (space_blocks[place].key != 0 && trace_is_over(space_blocks[place].key)) {
		place = drop(place);
	}
	return space_free_units(place) < units ? 0 : take_at_hand(place, key, units);
}

/* Returns the place of the free block that is there now, or 0. */
static uint32_t clear_idle(uint32_t place)
{
	block *block = &space_blocks[place];

	if (block->key == 0) {
		return place;
	}
	if (trace_is_over(block->key)) {
		finds_dead = true;
		return drop(place);
	}
	if ((block->marks & LODGER) == 0) {
		return 0;
	}
	if ((block->marks & (VISITED | FRESH)) == 0) {
		return turn_out(place);
	}
	block->marks &= (uint8_t) ~(block->marks & VISITED ? LODGER : FRESH);
	return 0;
}

static uint32_t take_idle(uint32_t key, uint32_t units)
{
	int most = finds_dead ? MOST_LOOKED_THROUGH : LOOKED_THROUGH;

	finds_dead = false;
	for (int i = 0; i < most; i++) {
		uint32_t place = space_hands[HAND_DEAD] < space_border ? space_hands[HAND_DEAD] : 1;
		uint32_t run = clear_idle(place);

		place = run == 0 ? place : run;
		space_hands[HAND_DEAD] = place + space_blocks[place].units;
		if (run != 0 && space_blocks[run].units >= units) {
			return space_take(key, units);
		}
	}
	return 0;
}

static uint32_t take_unused(uint32_t key, uint32_t units)
{
	uint32_t place = space_take(key, units);

	if (place == 0 && current != ONE_RING) {
		place = take_dead_in_nursery(key, units);
		place = place == 0 ? take_idle(key, units) : place;
	}
	return place;
}

/* ---- where an entry goes ---- */

/* What is larger than most is not worth that. */
static bool is_welcome(uint32_t units)
{
	return is_shifting && is_small(units) && ++news % SELDOM != 0;
}

static uint32_t take_for_new(uint32_t key, uint32_t units, uint8_t *marks)
{
	uint32_t place = take_unused(key, units);

	if (place != 0) {
		*marks = current != ONE_RING && place < space_border ? LODGER | FRESH : 0;
		return place;
	}
	if (!ghosts_take(key) && !is_welcome(units)) {
		place = take_in_nursery(key, units);
	}
	return place == 0 ? sweep_main(key, units) : place;
}

/* What was there is over, and goes first. */
static uint32_t take_for_overwrite(uint32_t key, uint32_t units, uint8_t *marks)
{
	bool was_in_nursery = place_of[key] >= space_border;
	uint32_t place = 0;

	*marks = space_blocks[place_of[key]].marks & LODGER;
	(void) drop(place_of[key]);
	if (was_in_nursery) {
		place = take_in_nursery(key, units);
	}
	place = place == 0 ? space_take(key, units) : place;
	return place == 0 ? sweep_main(key, units) : place;
}

static uint32_t distance_to(uint32_t place)
{
	uint32_t hand = space_hands[HAND_MAIN];

	return place >= hand ? place - hand : space_border - hand + place;
}

static void put(uint32_t key, uint32_t units)
{
	uint8_t marks = 0;
	uint32_t place = place_of[key] != 0 ? take_for_overwrite(key, units, &marks)
										: take_for_new(key, units, &marks);

	if (place == 0) {
		return;
	}
	if (place < space_border && distance_to(place) < space_border / NEAR_PART) {
		marks |= VISITED;
	}
	space_blocks[place].marks = marks;
	place_of[key] = place;
}

const rule rule_places = { "places", begin_places, get, put };
const rule rule_two_rings = { "two rings", begin_two_rings, get, put };
const rule rule_adaptive = { "two rings, adaptive", begin_adaptive, get, put };
