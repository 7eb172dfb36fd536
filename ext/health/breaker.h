/*
 * breaker — one node's circuit breaker: what all processes of the host have learnt of it.
 *
 * It answers, before each operation, whether the node may be asked now. It also holds the budget
 * for retries and the rate of connections, which all processes of the host share.
 */
#ifndef STRATA_HEALTH_BREAKER_H
#define STRATA_HEALTH_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "health/breaker_state.h"
#include "health/notes/history.h"
#include "health/latency.h"
#include "health/outcome.h"
#include "host/registry.h"

struct strata_breaker_table;

/* What a database wants kept of a node. */
typedef struct {
	uint32_t most_inflight;        /* operations of the host at once */
	uint32_t connect_rate;         /* connections a second of the host; 0: by its workers */
	strata_msec operation_timeout; /* silence shorter than that is none */
} strata_breaker_limits;

/* What a thread has of the breaker of one node; the record is in shared memory. */
typedef struct {
	struct strata_breaker_entry *record;
	uint64_t key; /* of the record */
	bool is_held; /* else it may become another node's: strata_breaker_is_current() tells */
	struct strata_breaker_table *table;
	struct strata_process_slots *slots;
	strata_breaker_limits limits;
} strata_breaker;

/* ---- which one ---- */

/*
 * The breaker of the node with this name ("host:port" or a path) within a group. A group is the
 * nodes that are asked in one protocol with the same credentials: what refuses one password says
 * nothing about another. Made at the first call by any process; one that an operator has forced in
 * another group begins so. The calling thread holds it until it ends or releases it, however often
 * it asked for it. A thread that can hold nothing uses it at once, and asks for it anew. False when
 * the table is full: the node then has no breaker, and out is not to be used.
 */
bool strata_breaker_of(struct strata_breaker_table *table, const char *group, const char *name,
	strata_registry_share share, const strata_breaker_limits *limits, strata_breaker *out);

/* The calling thread has no use for it any more. */
void strata_breaker_release(strata_breaker *breaker);

/* Is the record still that of this node? Always where it is held, but in a child of fork(). */
bool strata_breaker_is_current(const strata_breaker *breaker);

/*
 * By name alone, for operators and lists: the first (nth = 0) and the other breakers of all groups.
 * Not held. False when there is no such one.
 */
bool strata_breaker_find(struct strata_breaker_table *table, const char *name, uint32_t nth,
	strata_breaker *out);

/*
 * Makes one where there is none by this name, for operators that know of a node before it is asked.
 * False when the table is full.
 */
bool strata_breaker_get_or_create(struct strata_breaker_table *table, const char *name);

/* ---- an operation ---- */

typedef enum {
	STRATA_ADMITTED,       /* ask, and strata_breaker_leave() afterwards */
	STRATA_ADMIT_NOT_NOW,  /* the breaker is open */
	STRATA_ADMIT_BULKHEAD, /* too many are in flight */
	STRATA_ADMIT_SHED,     /* the node fails in part, and this operation is left out */
	STRATA_ADMIT_PROBE     /* open, and it is the caller's turn to find out */
} strata_admission;

typedef enum {
	STRATA_PRIORITY_NORMAL,
	STRATA_PRIORITY_URGENT /* refused only where no operation is let through */
} strata_priority;

/*
 * May one operation begin? *token is written, and is not 0 when the answer is PROBE: then the
 * caller probes and says strata_breaker_probed(). Its operation is refused like all others.
 */
STRATA_MUST_CHECK strata_admission strata_breaker_admit(const strata_breaker *breaker,
	strata_priority priority, strata_msec now, uint64_t *token);

/* One admitted operation has ended. True when its outcome opened the breaker. */
bool strata_breaker_leave(const strata_breaker *breaker, strata_outcome outcome, strata_msec now);

/*
 * Before an operation leaves: its answer took so long, over a connection that had been open before.
 * True when that is slow. The other one is for answers over new connections, which count as well.
 */
bool strata_breaker_timed(const strata_breaker *breaker, strata_usec took, strata_msec now);
void strata_breaker_untimed(const strata_breaker *breaker, strata_msec now);

/*
 * Is it worth to wait for the node without sleeping, as strata_latency_may_spin() says? And how
 * such a wait went.
 */
STRATA_MUST_CHECK bool strata_breaker_may_spin(const strata_breaker *breaker, strata_msec now);
void strata_breaker_spun(const strata_breaker *breaker, strata_spin_outcome outcome);

/* A reply said that the node cannot serve yet. True when that opened the breaker. */
bool strata_breaker_is_not_ready(const strata_breaker *breaker, strata_msec now);

typedef enum {
	STRATA_EVIDENCE_PROOF, /* the reply belongs to another question for certain */
	STRATA_EVIDENCE_HINT   /* or one value was stored under a wrong key */
} strata_evidence;

/*
 * A reply turned out to be another question's after its operation had ended. Only proof may open
 * the breaker: one value under a wrong key must not cost all others of its node. True when it
 * did.
 */
bool strata_breaker_suspect(const strata_breaker *breaker, strata_evidence evidence,
	strata_msec now);

/* Should each reply be proven to answer its question for now, because some did not? */
bool strata_breaker_is_suspected(const strata_breaker *breaker, strata_msec now);

/* ---- servers that know few commands ---- */

/*
 * It closed a connection over what is optional, and answered one without that. Holds for ten
 * minutes: another server may have come to its address.
 */
void strata_breaker_note_bare(const strata_breaker *breaker, strata_msec now);
bool strata_breaker_is_bare(const strata_breaker *breaker, strata_msec now);

/* ---- the retry budget ---- */

/* May an operation be tried a second time, on another connection? Takes it off the budget. */
STRATA_MUST_CHECK bool strata_breaker_may_retry(const strata_breaker *breaker, strata_msec now);

/* ---- what it stores ---- */

/* In shared memory, valid as long as the breaker is. */
struct strata_size_limit *strata_breaker_size_limit(const strata_breaker *breaker);

/* What was noted of the node beside its health (breaker_table.h), in shared memory; likewise. */
struct strata_breaker_notes *strata_breaker_notes_of(const strata_breaker *breaker);

/* ---- connections, and how often they are made ---- */

/* Did the node answer any process of the host, ever? */
bool strata_breaker_has_answered(const strata_breaker *breaker);

/*
 * Is it worth opening one, after an operation was admitted? The breaker may have opened
 * meanwhile, and a node that is drained gets none.
 */
bool strata_breaker_wants_connections(const strata_breaker *breaker, strata_msec now);

/* Has the node said lately that it has its maximum of clients? */
bool strata_breaker_is_full(const strata_breaker *breaker, strata_msec now);

/* ---- probing ---- */

/* Is it open or half open? */
bool strata_breaker_is_out(const strata_breaker *breaker, strata_msec now);

/*
 * A probe is over: the node answered (OK), or failed, perhaps in another way than before. A token
 * ends by itself after a second, and a failure after it is without effect. An answer is proof
 * with any token. True when it brought the node back.
 */
bool strata_breaker_probed(const strata_breaker *breaker, uint64_t token, strata_outcome outcome,
	strata_msec now);

/*
 * There is news of the node from that moment on: it is elsewhere. One that opened before it is
 * probed at once. It may be called any number of times with the same news.
 */
void strata_breaker_hasten(const strata_breaker *breaker, strata_msec news, strata_msec now);

/* ---- operators, and status ---- */

/*
 * By an operator: FORCED_OPEN, FORCED_CLOSED or DRAINING until that moment (0: until told
 * otherwise), or CLOSED, which gives the node back to what is learnt of it. False when the breaker
 * was given back meanwhile, or a process is stopped in the middle of making another one.
 */
bool strata_breaker_force(const strata_breaker *breaker, strata_breaker_state state,
	strata_msec until, strata_msec now);

/* Has a process of this host asked the node lately, with these credentials? */
bool strata_breaker_is_in_use(const strata_breaker *breaker, strata_msec now);

/* Adds what the node did in the last ten minutes. */
void strata_breaker_add_history(const strata_breaker *breaker, strata_history_view *view);

/* For status. Moments are monotonic milliseconds, 0 where there is none. */
typedef struct {
	strata_breaker_state state;
	strata_breaker_cause cause;
	strata_msec since; /* when it came into this state */
	strata_msec until; /* next probe, or end of what an operator wanted */
	uint32_t attempt;  /* times it opened in a row */
	uint32_t inflight;
	uint32_t limit; /* of those, as it has adapted itself */
	double shed;    /* the share of operations that is left out */
	bool is_suspected;
} strata_breaker_view;

strata_breaker_view strata_breaker_look(const strata_breaker *breaker, strata_msec now);

/*
 * The same of all breakers by this name: of the databases that ask the node now, under different
 * logins, that of the one with the most trouble. False when there is none but such as were left.
 */
bool strata_breaker_look_at_worst(struct strata_breaker_table *table, const char *name,
	strata_msec now, strata_breaker_view *out);

#endif
