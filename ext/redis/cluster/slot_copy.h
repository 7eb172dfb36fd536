/* slot_copy — this thread's copy of the slot map that the processes of the host share: who owns a slot? */
#ifndef STRATA_REDIS_CLUSTER_SLOT_COPY_H
#define STRATA_REDIS_CLUSTER_SLOT_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "redis/cluster/slot_board.h"

typedef struct {
	strata_slot_board *board;
	strata_slot_board *own_board; /* the same where there is no host, else NULL */
	uint64_t version;             /* that the map is a copy of; 0: of none */
	strata_slot_map *map;         /* what commands follow */
	strata_slot_map *spare;       /* what the next one is read into */
	uint32_t mapped;              /* nodes that the map had as a copy; 0: nothing is known yet */
	uint16_t newcomers[STRATA_NEWCOMERS]; /* where those of the board are in the map */
} strata_slot_copy;

/* board: NULL for one that nobody else sees. False when out of memory; fini in any case. */
STRATA_MUST_CHECK bool strata_slot_copy_init(strata_slot_copy *copy, strata_slot_board *board);
void strata_slot_copy_fini(strata_slot_copy *copy);

typedef enum {
	STRATA_SLOT_COPY_GOOD,   /* nothing new */
	STRATA_SLOT_COPY_NEW,    /* the map is another one now: all indexes mean something else */
	STRATA_SLOT_COPY_DAMAGED /* what the board holds cannot be believed; the map is as it was */
} strata_slot_copy_news;

/* Takes over what others have learnt since. Costs one look where nobody has. */
strata_slot_copy_news strata_slot_copy_update(strata_slot_copy *copy);

/* Index of the owner in copy->map; STRATA_SLOT_NOBODY: none is known. */
uint16_t strata_slot_copy_owner(strata_slot_copy *copy, uint16_t slot);

/*
 * The slot belongs to this node from now on, for all processes where the board has room for it. Its
 * index, or STRATA_SLOT_NOBODY when the map has none.
 */
uint16_t strata_slot_copy_move(strata_slot_copy *copy, uint16_t slot, const strata_endpoint *to);

#endif
