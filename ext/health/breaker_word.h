/*
 * breaker_word — the state of a breaker in 64 bits, so that one compare-and-swap is one transition
 * and a process killed anywhere leaves no half of one.
 *
 *     state 4 | cause 4 | attempt 4 | check 8 | moment 44
 *
 * The check tells a word that a breaker wrote from one that anything else did: what fails it counts
 * as closed. The moment is in monotonic milliseconds.
 */
#ifndef STRATA_HEALTH_BREAKER_WORD_H
#define STRATA_HEALTH_BREAKER_WORD_H

#include "health/breaker.h"

typedef struct {
	strata_breaker_state state;
	strata_breaker_cause cause;
	uint32_t attempt;   /* at most STRATA_BREAKER_MOST_ATTEMPTS */
	strata_msec moment; /* open, probing: until; closed, ramp: since; forced: until, 0 for ever */
} strata_breaker_word;

enum { STRATA_BREAKER_MOST_ATTEMPTS = 15 };

uint64_t strata_breaker_word_pack(strata_breaker_word word);

/* A closed one for what cannot be: a wrong check, or a moment that nobody would have set by now. */
strata_breaker_word strata_breaker_word_unpack(uint64_t packed, strata_msec now);

/* Is it what an operator wanted, be it over or not? */
bool strata_breaker_word_is_forced(uint64_t packed);

#endif
