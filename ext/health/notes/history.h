/*
 * history — what one node did in the last ten minutes: a ring of sixty samples of ten seconds.
 *
 * Answers are added by the tick of latency.h, once in a tenth of a second, together with the sum of
 * their times. The longest time is kept at each answer: that is a comparison, and nearly never a
 * write.
 *
 * A sample is three words, and each of them says in which lap of the ring it was written. So the
 * first writer of a new lap replaces what stands there by one compare-and-swap: no process that is
 * killed leaves an old sample that looks new, and one of another lap is none. Any other damage is a
 * wrong number within bounds, for ten minutes.
 */
#ifndef STRATA_HEALTH_NOTES_HISTORY_H
#define STRATA_HEALTH_NOTES_HISTORY_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"

enum {
	STRATA_HISTORY_SAMPLES = 60,
	STRATA_HISTORY_SECONDS = 10 /* that one sample is about */
};

/* In shared memory; all zeroes is a node that was never asked. Times are in microseconds. */
typedef struct {
	alignas(64) struct {
		_Atomic uint64_t counts; /* {lap 16 | answers 24 | failures 24} */
		_Atomic uint64_t times;  /* {lap 16 | answers whose time is known 24 | longest 24} */
		_Atomic uint64_t sum;    /* {lap 16 | of those times 48} */
	} samples[STRATA_HISTORY_SAMPLES];
} strata_history;

/* ---- what happened; moments are monotonic ---- */

/* These answers, over connections that had been open before, took so long together. */
void strata_history_answered(strata_history *history, uint32_t answers, strata_usec together,
	strata_msec at);

/* One answer over a new connection: its time says little. */
void strata_history_answered_first(strata_history *history, strata_msec at);

/* One operation or probe failed. */
void strata_history_failed(strata_history *history, strata_msec at);

/* One answer took this long; it is counted by strata_history_answered(). */
void strata_history_took(strata_history *history, strata_usec took, strata_msec at);

/* ---- what it was ---- */

typedef struct {
	uint64_t answers, failures;
	uint64_t timed;      /* of the answers */
	strata_usec sum;     /* of their times */
	strata_usec longest; /* 0: not known */
} strata_history_sums;

/* Oldest first. The last one is not over yet. */
typedef struct {
	strata_history_sums samples[STRATA_HISTORY_SAMPLES];
	strata_msec until; /* monotonic: when the last one will be over */
} strata_history_view;

/* No sample has anything yet. */
void strata_history_view_begin(strata_history_view *view, strata_msec now);

/* Adds what is kept, and what the next tick will add: pending answers since a moment; 0: now. */
void strata_history_view_add(strata_history_view *view, const strata_history *history);
void strata_history_view_add_pending(strata_history_view *view, uint32_t answers,
	strata_usec together, strata_msec since);

#endif
