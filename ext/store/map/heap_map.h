/*
 * heap_map — where in the heap lies what, and which namespaces fill it, for those that only look.
 * No lock is taken and nothing is written. So all of it is of about one moment, and approximate.
 */
#ifndef STRATA_STORE_MAP_HEAP_MAP_H
#define STRATA_STORE_MAP_HEAP_MAP_H

#include <stdint.h>

#include "store/block/namespaces.h"
#include "store/block/store_types.h"

enum { STRATA_HEAP_MAP_CELLS = 256 };

/* What was seen in one stretch of the heap, in bytes. Nothing at all: it was not looked at. */
typedef struct {
	uint64_t live;    /* in entries that may be found, and in those just being written */
	uint64_t retired; /* in entries no more, whose blocks are not free yet */
	uint64_t free;
	uint64_t pinned; /* of the two former, what a request may still look at */
} strata_heap_map_cell;

typedef struct {
	uint32_t count;                                    /* of cells; 0: the store has none */
	uint64_t cell_size;                                /* bytes that each of them stands for */
	strata_heap_map_cell cells[STRATA_HEAP_MAP_CELLS]; /* in the order of places, shard by shard */
} strata_heap_map;

/*
 * Some blocks of each cell, by a walk whose length does not depend on how many there are. Pages of
 * the heap that were never touched may become touched by it, a few in a thousand.
 */
void strata_heap_map_look(const strata_store *store, strata_heap_map *out);

/* How much of the heap a namespace fills. */
typedef struct {
	uint64_t namespace_id; /* see strata_store_key */
	uint64_t bytes;        /* in its entries, and in what is retired of it and still held */
} strata_heap_map_share;

/*
 * Of the namespaces that fill anything, at most room, the largest first; returns how many there
 * are. A namespace that found no place in the table of the store is not among them.
 */
uint32_t strata_heap_map_shares(const strata_store *store, strata_heap_map_share *out,
	uint32_t room);

#endif
