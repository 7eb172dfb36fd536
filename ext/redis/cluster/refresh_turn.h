/* refresh_turn — whose turn is it to ask for the slot map, and when is the next one? */
#ifndef STRATA_REDIS_CLUSTER_REFRESH_TURN_H
#define STRATA_REDIS_CLUSTER_REFRESH_TURN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"

/*
 * One word that all processes of a host share; all zeroes: nobody has asked yet. A turn lasts for a
 * second, and belongs to nobody after that, whatever became of whoever took it.
 */
typedef _Atomic uint64_t strata_refresh_turn;

typedef enum {
	STRATA_TURN_OURS,   /* ask, and say how it went */
	STRATA_TURN_THEIRS, /* somebody is asking right now */
	STRATA_TURN_EARLY   /* somebody has asked not long ago */
} strata_turn_state;

typedef enum { STRATA_TURN_CHANGED, STRATA_TURN_SAME, STRATA_TURN_FAILED } strata_turn_outcome;

/* How long after one question the next may come, where the map stays the same. */
typedef enum {
	STRATA_TURN_PATIENT, /* at least a second, and twice as long each time, up to ten */
	STRATA_TURN_URGENT   /* the same, up to two: somebody cannot be served by the map there is */
} strata_turn_need;

STRATA_MUST_CHECK strata_turn_state strata_refresh_turn_take(strata_refresh_turn *word,
	strata_turn_need need, strata_msec now, uint64_t *turn);

/* Without effect when the turn is not the caller's any more. */
void strata_refresh_turn_end(strata_refresh_turn *word, uint64_t turn, strata_turn_outcome outcome);

/* Is somebody asking right now? */
bool strata_refresh_turn_is_taken(const strata_refresh_turn *word, strata_msec now);

/* There is proof that the map has changed: a second after the last question is late enough. */
void strata_refresh_turn_hurry(strata_refresh_turn *word);

#endif
