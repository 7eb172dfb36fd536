/*
 * As ext/store/block/heap.c: free blocks of main are on a list for each length, what is freed joins
 * its neighbours of the same ring, and the nursery has no lists.
 */
#include "space.h"

#include <string.h>

enum { LISTS = 256 };

block space_blocks[MIXED_SHARD + 2];
uint32_t space_hands[HANDS];
uint32_t space_border, space_end, space_used, space_entries;

static uint32_t lists[LISTS]; /* the last one is of this length and more */

static uint32_t *list_of(uint32_t units)
{
	return &lists[units < LISTS ? units : LISTS - 1];
}

static void list(uint32_t place)
{
	block *free = &space_blocks[place];

	if (place < space_border) {
		free->next = *list_of(free->units);
		free->previous = 0;
		space_blocks[free->next].previous = place;
		*list_of(free->units) = place;
	}
}

static void unlist(uint32_t place)
{
	const block *free = &space_blocks[place];

	if (place < space_border) {
		space_blocks[free->next].previous = free->previous;
		*(free->previous != 0 ? &space_blocks[free->previous].next : list_of(free->units)) =
			free->next;
	}
}

static void set_units(uint32_t place, uint32_t units)
{
	space_blocks[place].units = units;
	space_blocks[place + units].left = units;
}

static void join(uint32_t left, uint32_t right)
{
	set_units(left, space_blocks[left].units + space_blocks[right].units);
	space_blocks[right].units = 0;
	for (int i = 0; i < HANDS; i++) {
		space_hands[i] = space_hands[i] == right ? left : space_hands[i];
	}
}

void space_begin(uint32_t units, uint32_t nursery_percent)
{
	memset(space_blocks, 0, sizeof(space_blocks));
	memset(lists, 0, sizeof(lists));
	space_end = units + 1;
	space_border = space_end - units * nursery_percent / 100;
	space_hands[HAND_MAIN] = space_hands[HAND_DEAD] = 1;
	space_hands[HAND_NURSERY] = space_border;
	space_used = space_entries = 0;
	set_units(1, space_border - 1);
	list(1);
	if (space_border < space_end) {
		set_units(space_border, space_end - space_border);
	}
}

uint32_t space_free_units(uint32_t place)
{
	return space_blocks[place].key == 0 ? space_blocks[place].units : 0;
}

uint32_t space_take_at(uint32_t place, uint32_t key, uint32_t units)
{
	uint32_t rest = space_blocks[place].units - units;

	if (rest != 0) {
		set_units(place, units);
		set_units(place + units, rest);
		space_blocks[place + units].key = 0;
		list(place + units);
	}
	space_blocks[place].key = key;
	space_used += units;
	space_entries++;
	return place;
}

uint32_t space_take(uint32_t key, uint32_t units)
{
	for (uint32_t *from = list_of(units); from < lists + LISTS; from++) {
		for (uint32_t place = *from; place != 0; place = space_blocks[place].next) {
			if (space_blocks[place].units >= units) {
				unlist(place);
				return space_take_at(place, key, units);
			}
		}
	}
	return 0;
}

uint32_t space_give(uint32_t place)
{
	uint32_t right = place + space_blocks[place].units;
	uint32_t left = place - space_blocks[place].left;

	space_used -= space_blocks[place].units;
	space_entries--;
	space_blocks[place].key = 0;
	if (right != space_border && right < space_end && space_blocks[right].key == 0) {
		unlist(right);
		join(place, right);
	}
	if (place != space_border && place != 1 && space_blocks[left].key == 0) {
		unlist(left);
		join(left, place);
		place = left;
	}
	list(place);
	return place;
}
