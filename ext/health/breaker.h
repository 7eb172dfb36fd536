/* breaker — may this node be asked now? What all processes of the host have learnt of it. */
#ifndef STRATA_HEALTH_BREAKER_H
#define STRATA_HEALTH_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "host/process_slot.h"
#include "health/outcome.h"

typedef enum {
	STRATA_STATE_CLOSED,        /* the node is asked */
	STRATA_STATE_OPEN,          /* it is not, until a moment has come */
	STRATA_STATE_PROBING,       /* somebody finds out whether it answers again */
	STRATA_STATE_RAMP,          /* it does: a few are let through, and more with every answer */
	STRATA_STATE_FORCED_OPEN,   /* an operator wants it not to be asked */
	STRATA_STATE_FORCED_CLOSED, /* an operator wants it to be asked whatever happens */
	STRATA_STATE_DRAINING       /* asked over the connections there are, and no new one is opened */
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

/* What a database wants kept of a node. */
typedef struct {
	uint32_t most_under_way;       /* operations of the host at once */
	uint32_t connect_rate;         /* connections a second of the host */
	strata_msec operation_timeout; /* silence shorter than that is none */
} strata_breaker_limits;

/*
 * What a thread holds of the breaker of one node. The record is in shared memory; all zeroes there is
 * a closed breaker.
 */
typedef struct {
	struct strata_breaker_record *record;
	struct strata_breakers *table;
	strata_breaker_limits limits;
} strata_breaker;

typedef enum {
	STRATA_ADMITTED,      /* ask, and strata_breaker_leave() afterwards */
	STRATA_ADMIT_NOT_NOW, /* the breaker is open */
	STRATA_ADMIT_CROWDED, /* too many are under way */
	STRATA_ADMIT_SHED,    /* it fails in part, and this one is left out */
	STRATA_ADMIT_PROBE    /* open, and it is the caller's turn to find out */
} strata_admission;

/*
 * May one operation begin? What is urgent is not shed. *turn is written, and is not 0 when the answer is PROBE: then the caller
 * probes and says strata_breaker_probed(), and its operation is refused like everybody's.
 */
STRATA_MUST_CHECK strata_admission strata_breaker_admit(const strata_breaker *breaker,
	bool is_urgent, strata_msec now, uint64_t *turn);

/* One admitted operation has ended. True when its outcome opened the breaker. */
bool strata_breaker_leave(const strata_breaker *breaker, strata_outcome outcome, strata_msec now);

/*
 * Before an operation leaves: its answer took so long, over a connection that had been open before.
 * True when that is slow.
 */
bool strata_breaker_timed(const strata_breaker *breaker, strata_usec took);

/* A node has one operation tried a second time, on another connection: may it? Takes it off a budget. */
STRATA_MUST_CHECK bool strata_breaker_may_retry(const strata_breaker *breaker, strata_msec now);

/* A reply said that the node cannot serve yet. True when that opened the breaker. */
bool strata_breaker_is_not_ready(const strata_breaker *breaker, strata_msec now);

/*
 * A reply turned out to be another question's after its operation had ended. Only what is certain may
 * open it: one value that was stored under a wrong key must not cost all others of its node. True when
 * it did.
 */
bool strata_breaker_suspect(const strata_breaker *breaker, bool is_certain, strata_msec now);

/* Should replies be proven to be ours for now, because some were not? */
bool strata_breaker_is_suspected(const strata_breaker *breaker, strata_msec now);

/*
 * Is it worth opening one, after an operation was admitted? It may have opened meanwhile, and what an
 * operator drains gets none.
 */
bool strata_breaker_wants_connections(const strata_breaker *breaker, strata_msec now);

/* May one connection be opened now? Takes it off the rate and counts it as a handshake until connected. */
STRATA_MUST_CHECK bool strata_breaker_may_connect(const strata_breaker *breaker, strata_msec now);
void strata_breaker_connected(const strata_breaker *breaker);

/* Is it open, or probed by whomever? */
bool strata_breaker_is_out(const strata_breaker *breaker, strata_msec now);

/*
 * A probe is over, and the node answered (OK), or failed in a way that may be another than before. A turn
 * ends by itself after a second, and a failure after it is without effect; an answer is proof whoever has
 * the turn by then. True when it brought the node back.
 */
bool strata_breaker_probed(const strata_breaker *breaker, uint64_t turn, strata_outcome outcome,
	strata_msec now);

/*
 * By an operator: FORCED_OPEN, FORCED_CLOSED or DRAINING until that moment (0: until told otherwise),
 * or CLOSED, which gives the node back to what is learnt of it.
 */
void strata_breaker_force(const strata_breaker *breaker, strata_breaker_state state,
	strata_msec until, strata_msec now);

/* For status. Moments are monotonic milliseconds, 0 where there is none. */
typedef struct {
	strata_breaker_state state;
	strata_breaker_cause cause;
	strata_msec since; /* when it came into this state */
	strata_msec until; /* next probe, or end of what an operator wanted */
	uint32_t attempt;  /* times it opened in a row */
	uint32_t under_way;
	uint32_t limit; /* of those, as it has adapted itself */
	double shed;    /* the share of operations that is left out */
	bool is_suspected;
} strata_breaker_view;

strata_breaker_view strata_breaker_look(const strata_breaker *breaker, strata_msec now);

/* "closed", "open", ... and "healthy", "refusing", ...: they are part of the public interface. */
const char *strata_breaker_state_name(strata_breaker_state state);
const char *strata_breaker_cause_name(strata_breaker_cause cause);

/* The rest of a sentence that begins with why it is not asked. */
const char *strata_breaker_cause_text(strata_breaker_cause cause);

#endif
