/*
 * space — the blocks of a shard: main before the border, the nursery from it on. Places and lengths
 * are units; place 0 is none.
 */
#ifndef EVICTION_SPACE_H
#define EVICTION_SPACE_H

#include <stdint.h>

#include "trace.h"

typedef struct {
	uint32_t units; /* 0: no block begins here */
	uint32_t left;  /* units of the block before it */
	uint32_t next, previous;
	uint32_t key; /* 0: free */
	uint8_t marks;
} block;

typedef enum { HAND_MAIN, HAND_NURSERY, HAND_DEAD, HANDS } hand;

extern block space_blocks[MIXED_SHARD + 2];
extern uint32_t space_hands[HANDS]; /* joins keep them at blocks */
extern uint32_t space_border, space_end, space_used, space_entries;

void space_begin(uint32_t units, uint32_t nursery_percent);

/* A hole in main, for this key, or 0. */
uint32_t space_take(uint32_t key, uint32_t units);

/* The free block here is cut to this length, for this key. It is not on a list. */
uint32_t space_take_at(uint32_t place, uint32_t key, uint32_t units);

/* The entry there goes. Returns the place of the free block that is there now. */
uint32_t space_give(uint32_t place);

/* Units that are free here, or 0. */
uint32_t space_free_units(uint32_t place);

#endif
