/*
 * breaker_state — the states of a breaker, their words, and the 64 bits that one is packed in.
 *
 *     state 4 | cause 4 | attempt 4 | check 8 | moment 44
 *
 * One compare-and-swap is one transition: a process that is killed anywhere leaves no half of one.
 * The check tells what a breaker wrote from any other bytes, which count as closed.
 */
#ifndef STRATA_HEALTH_BREAKER_STATE_H
#define STRATA_HEALTH_BREAKER_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"

typedef enum {
	STRATA_STATE_CLOSED,        /* the node is asked */
	STRATA_STATE_OPEN,          /* it is not, until a moment has come */
	STRATA_STATE_HALF_OPEN,     /* one thread finds out whether it answers again */
	STRATA_STATE_RECOVERING,    /* it does: a few are let through, and more with every answer */
	STRATA_STATE_FORCED_OPEN,   /* an operator wants it not to be asked */
	STRATA_STATE_FORCED_CLOSED, /* an operator wants it to be asked whatever happens */
	STRATA_STATE_DRAINING       /* asked over the connections there are; no new one is opened */
} strata_breaker_state;

/* Why it is in its state. */
typedef enum {
	STRATA_BREAKER_HEALTHY,
	STRATA_BREAKER_REFUSING,  /* connections are refused */
	STRATA_BREAKER_SILENT,    /* nothing answers */
	STRATA_BREAKER_FAILING,   /* half of the operations fail */
	STRATA_BREAKER_SLOW,      /* nearly all answers are slow */
	STRATA_BREAKER_NOT_READY, /* it says that it cannot serve yet */
	STRATA_BREAKER_DESYNCED,  /* replies of other questions came */
	STRATA_BREAKER_LOCKED,    /* the credentials are not accepted */
	STRATA_BREAKER_OPERATOR
} strata_breaker_cause;

/* What one read of a packed state says. */
typedef struct {
	strata_breaker_state state;
	strata_breaker_cause cause;
	uint32_t attempt; /* times it opened in a row, at most STRATA_BREAKER_MOST_ATTEMPTS */
	/* Monotonic. Open, half open: until; closed, recovering: since; forced: until, 0 for ever. */
	strata_msec moment;
} strata_breaker_snapshot;

enum {
	STRATA_BREAKER_MOST_ATTEMPTS = 15,
	STRATA_BREAKER_PROBE_TIME = 1000, /* msec that one turn to probe lasts */
	/* msec by which a moment may lie ahead: a thread that read the clock earlier meets it */
	STRATA_BREAKER_AHEAD = 1000
};

uint64_t strata_breaker_state_pack(strata_breaker_snapshot snapshot);

/* A closed one for what cannot be: a wrong check, or a moment that no breaker sets by now. */
strata_breaker_snapshot strata_breaker_state_unpack(uint64_t packed, strata_msec now);

/* Is it what an operator wanted, be it over or not? */
bool strata_breaker_state_is_forced(uint64_t packed);

/* "closed", "open", ... and "healthy", "refusing", ...: they are part of the public interface. */
const char *strata_breaker_state_name(strata_breaker_state state);
const char *strata_breaker_cause_name(strata_breaker_cause cause);

/* The rest of a sentence that begins with why the node is not asked. */
const char *strata_breaker_cause_text(strata_breaker_cause cause);

#endif
