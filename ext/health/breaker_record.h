/* breaker_record — what stands in shared memory of one node. For breaker*.c alone. */
#ifndef STRATA_HEALTH_BREAKER_RECORD_H
#define STRATA_HEALTH_BREAKER_RECORD_H

#include <stdalign.h>
#include <stdatomic.h>

#include "health/breaker.h"
#include "health/bucket.h"

enum {
	STRATA_BREAKER_SECONDS = 10,    /* of which outcomes are remembered */
	STRATA_BREAKER_NAME_ROOM = 128, /* bytes, the NUL included */
	STRATA_BREAKER_GROUP_ROOM = 32
};

/* How fast it answers; see breaker_pace.c. Times are in microseconds. */
typedef struct {
	_Atomic uint64_t sample;    /* since it was judged: {slow answers 16 | answers 16 | time 32} */
	_Atomic uint64_t judged_at; /* msec */
	_Atomic uint32_t recent, usual; /* mean times in sixteenths; 0: not known yet */
	_Atomic uint32_t share;         /* of the configured limit, of 65536; 0: all of it */
	_Atomic uint32_t shed;          /* of 65536 operations */
	_Atomic uint32_t answers, slow; /* of this second, as far as they were judged */
	_Atomic uint32_t slow_seconds;  /* in a row */
	strata_bucket retries;
} strata_breaker_pace;

/*
 * Everything is advisory: every field may hold anything at any time, is judged when it is read, and
 * costs nothing worse than a node asked once too often or not for a moment.
 */
typedef struct strata_breaker_record {
	/* read by every operation */
	alignas(64) _Atomic uint64_t word; /* strata_breaker_word */
	_Atomic uint64_t suspected_until;  /* msec */
	_Atomic uint32_t ramp;             /* in RAMP: how many may be under way at once */

	/* written by every operation */
	alignas(64) _Atomic uint32_t under_way;
	_Atomic uint32_t handshakes;
	_Atomic uint32_t failures;      /* in a row, whatever their kind */
	_Atomic uint32_t hard_failures; /* in a row */
	_Atomic uint64_t answered_at;   /* msec of the last answer */
	_Atomic uint64_t recounted_at;  /* msec; see breaker_crowd.c */
	strata_bucket connects;         /* tokens to connect */
	_Atomic uint64_t full_until;    /* msec: the node wants no more clients */
	_Atomic uint64_t desyncs;       /* {first of them in msec: 48 | how many: 16} */

	alignas(
		64) _Atomic uint64_t seconds[STRATA_BREAKER_SECONDS]; /* {second 16 | ok 24 | failed 24} */

	alignas(64) strata_breaker_pace pace;

	/* by process slot: {serial of the owner 32 | handshakes 16 | under way 16} */
	alignas(64) _Atomic uint64_t seats[STRATA_PROCESS_SLOT_COUNT];

	/* written once, by whoever claimed the record */
	alignas(64) _Atomic uint32_t claim;
	char group[STRATA_BREAKER_GROUP_ROOM];
	char name[STRATA_BREAKER_NAME_ROOM];
} strata_breaker_record;

/* ---- breaker_rules.c: when it opens, why, and for how long ---- */

/* Of one failure of a closed one, which is counted: HEALTHY when no rule says that it should open. */
STRATA_MUST_CHECK strata_breaker_cause strata_breaker_judge(const strata_breaker *breaker,
	strata_outcome outcome, strata_msec now);

/* What this kind of failure is called where any failure opens. */
strata_breaker_cause strata_breaker_cause_of(strata_outcome outcome);

/* For how long it stays open when it does for this many times in a row, 1 at least: by chance. */
strata_msec strata_breaker_wait_of(strata_breaker_cause cause, uint32_t attempt);

/* ---- breaker_crowd.c: who is under way ---- */

/* Of this thread; the numbers of threads that died are taken back within a moment of being in the way. */
void strata_breaker_crowd_enter(const strata_breaker *breaker);
void strata_breaker_crowd_leave(const strata_breaker *breaker);
STRATA_MUST_CHECK bool strata_breaker_crowd_has_room(const strata_breaker *breaker, uint32_t limit,
	strata_msec now);

/* ---- breaker_window.c: the last ten seconds ---- */

void strata_breaker_window_add(strata_breaker_record *record, bool failed, strata_msec now);
STRATA_MUST_CHECK bool strata_breaker_window_fails(const strata_breaker_record *record,
	strata_msec now);
void strata_breaker_window_clear(strata_breaker_record *record);

typedef struct {
	uint64_t ok, failed;
} strata_breaker_sums;

strata_breaker_sums strata_breaker_window_sum(const strata_breaker_record *record, strata_msec now);

/* ---- breaker_pace.c: how fast it answers, and how much it may be asked ---- */

/* One answer over a connection that had been open before, after this time. Is that slow? */
bool strata_breaker_pace_add(const strata_breaker *breaker, strata_usec took);

/* Adapts limit and share, ten times a second whoever calls. SLOW when the breaker should open, else HEALTHY. */
STRATA_MUST_CHECK strata_breaker_cause strata_breaker_pace_judge(const strata_breaker *breaker,
	strata_msec now);

/* The node comes back after it was not asked: it is judged anew. */
void strata_breaker_pace_forget(const strata_breaker *breaker);

uint32_t strata_breaker_pace_limit(const strata_breaker *breaker);
double strata_breaker_pace_shed(const strata_breaker *breaker, strata_msec now); /* 0 to 0.9 */
bool strata_breaker_pace_sheds(const strata_breaker *breaker, strata_msec now);
bool strata_breaker_pace_is_slow(const strata_breaker_record *record, strata_msec now);

/* Was it asked within the last seconds, so that what stands here says something of today? */
bool strata_breaker_pace_is_known(const strata_breaker_record *record, strata_msec now);

#endif
