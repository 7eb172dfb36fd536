/* slot_moves — which single slots have moved since the map that all processes of the host share was made? */
#ifndef STRATA_REDIS_CLUSTER_SLOT_MOVES_H
#define STRATA_REDIS_CLUSTER_SLOT_MOVES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "net/endpoint.h"
#include "redis/cluster/slot_map.h"

enum {
	STRATA_NEWCOMERS = 16, /* nodes that the map does not name and a MOVED does */
	STRATA_NEWCOMER_WORDS = (sizeof(strata_endpoint) + 7) / 8
};

/*
 * What one worker learns by a MOVED, for all of them. It all belongs to one version of the map, and
 * what was noted for another one does not count. Lies in shared memory; all zeroes: nothing moved.
 */
typedef struct {
	_Atomic uint64_t latest; /* the version for which anything was last noted */
	struct {
		_Atomic uint64_t version; /* it was added for */
		_Atomic uint64_t check;
		_Atomic uint64_t place[STRATA_NEWCOMER_WORDS];
	} newcomers[STRATA_NEWCOMERS];
	_Atomic uint64_t slots[STRATA_SLOT_COUNT];
} strata_slot_moves;

/*
 * The slot belongs to this node: an index of that version's map, or STRATA_SLOT_MAP_NODES and more
 * for a newcomer. STRATA_SLOT_NOBODY takes back what was noted.
 */
void strata_slot_moves_note(strata_slot_moves *moves, uint64_t version, uint16_t slot,
	uint16_t index);

/* Was anything noted for this version? */
bool strata_slot_moves_are_there(const strata_slot_moves *moves, uint64_t version);

/* What was noted of the slot for this version; STRATA_SLOT_NOBODY: nothing. Any number at all, after damage. */
uint16_t strata_slot_moves_of(const strata_slot_moves *moves, uint64_t version, uint16_t slot);

/* The index of this newcomer, which is added if it is new; STRATA_SLOT_NOBODY when there is no room. */
uint16_t strata_slot_moves_add(strata_slot_moves *moves, uint64_t version,
	const strata_endpoint *node);

/* Where a newcomer is. False when no such one was added for this version. */
bool strata_slot_moves_newcomer(const strata_slot_moves *moves, uint64_t version, uint16_t index,
	strata_endpoint *out);

#endif
