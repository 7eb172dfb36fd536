/* victim — what becomes of a block that a hand meets. Every function wants the shard locked. */
#ifndef STRATA_STORE_VICTIM_H
#define STRATA_STORE_VICTIM_H

#include "store/block/entry.h"

typedef enum {
	STRATA_VICTIM_UNASKED, /* an entry that was asked for loses its mark and stays, for once */
	STRATA_VICTIM_ANY,     /* marks do not count */
	STRATA_VICTIM_TURN     /* the same for what main never accepted: it leaves a ghost */
} strata_victim_choice;

/* A search for room. */
typedef struct {
	const strata_lookup *lookup; /* of the key that room is wanted for */
	strata_victim_choice choice;
	uint32_t
		held; /* blocks met so far that readers hold, or that are reserved: none of them goes */
} strata_victim_search;

/*
 * Frees the block at this place if it may go. Returns the place of the free block that is there
 * then, joined with its neighbours, or was there before; else 0.
 */
uint32_t strata_victim_clear(strata_shard *shard, strata_victim_search *search, uint32_t place);

/*
 * The same if it takes room for nothing: dead, half written, or retired and not held. Also a lodger
 * that was not asked for since it came; one that was is none from here on.
 */
uint32_t strata_victim_clear_idle(strata_shard *shard, strata_victim_search *search,
	uint32_t place);

/* The same without the lodgers. */
uint32_t strata_victim_clear_dead(strata_shard *shard, strata_victim_search *search,
	uint32_t place);

#endif
