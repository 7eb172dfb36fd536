/* gate — one caller of the host per interval: a word in shared memory, passed by all. */
#ifndef STRATA_HOST_GATE_H
#define STRATA_HOST_GATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"

/*
 * The word. All zeroes is a gate that was never passed, and is open. Moments are those of the
 * monotonic clock (os/clock.h), passed in, below 2^44 ms.
 *
 * There is one rule for damage. A word that does not check, and a moment further ahead than one
 * interval, count as long ago. So the worst that damage does is one caller too many.
 *
 * There are two ways to use a gate:
 *
 *     pass                   the work is the caller's own: recount, adapt, look at a file
 *     take ... end           others want to know that it is under way, or how it ended
 *
 * A caller that dies in between costs one interval, however far the gate has backed off.
 */
typedef struct {
	_Atomic uint64_t word;
} strata_gate;

/* How long after one caller the next may come. */
typedef struct {
	strata_msec interval; /* 1 at least; a caller that does not end holds the gate as long */
	strata_msec longest;  /* what back-off may make of the interval; as the interval: no back-off */
} strata_gate_pace;

typedef enum {
	STRATA_GATE_TAKEN, /* the caller's: do it, then strata_gate_end() */
	STRATA_GATE_HELD,  /* another caller is at it right now */
	STRATA_GATE_EARLY  /* it was done not long ago */
} strata_gate_answer;

typedef enum {
	STRATA_GATE_CHANGED, /* it was worth it: the next may come after one interval */
	STRATA_GATE_SAME,    /* it brought nothing new: the interval doubles, four times at most */
	STRATA_GATE_FAILED   /* it taught nothing: the interval stays */
} strata_gate_outcome;

/*
 * May the caller do it now? True for one caller of the host per interval. Nothing is to be ended.
 */
STRATA_MUST_CHECK bool strata_gate_pass(strata_gate *gate, strata_msec interval, strata_msec now);

/* Would strata_gate_pass() be true now? One load. */
bool strata_gate_is_due(const strata_gate *gate, strata_msec interval, strata_msec now);

/* When the gate was last passed or taken; 0: never, or the word is damaged. */
strata_msec strata_gate_moment(const strata_gate *gate);

/*
 * Takes the gate for one interval at most. *ticket says which take it was: for the calls below, 0
 * unless TAKEN.
 */
STRATA_MUST_CHECK strata_gate_answer strata_gate_take(strata_gate *gate, strata_gate_pace pace,
	strata_msec now, uint64_t *ticket);

/* Ends it. Without effect where another caller has taken the gate since. */
void strata_gate_end(strata_gate *gate, uint64_t ticket, strata_gate_outcome outcome);

/*
 * Is this the last take there was, ended or not? What a caller learnt in an older one is old news.
 */
bool strata_gate_is_last(const strata_gate *gate, uint64_t ticket);

/* Is a caller at it right now? */
bool strata_gate_is_held(const strata_gate *gate, strata_msec interval, strata_msec now);

/* There is proof of a change: one interval after the last take is late enough. */
void strata_gate_reset_backoff(strata_gate *gate);

#endif
