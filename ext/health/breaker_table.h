/*
 * breaker_table — the record of every node that this host asks, in shared memory.
 *
 * A record belongs to a name within a group. It is given back when all are taken, no living thread
 * holds it, and it was not used for longest. One that an operator has forced is never given back,
 * and neither is one whose node is being probed.
 *
 * Everything in it but the names is advisory: any field may hold anything at any time and is
 * checked when it is read. Damage costs nothing worse than a node asked once too often, or not for
 * a moment.
 */
#ifndef STRATA_HEALTH_BREAKER_TABLE_H
#define STRATA_HEALTH_BREAKER_TABLE_H

#include <stdalign.h>
#include <stdatomic.h>

#include "health/notes/history.h"
#include "health/inflight.h"
#include "health/notes/last_error.h"
#include "health/latency.h"
#include "health/notes/replica_watch.h"
#include "health/size_limit.h"
#include "health/notes/tls_seen.h"
#include "health/token_bucket.h"
#include "host/host.h"
#include "host/registry.h"

enum {
	STRATA_BREAKER_TABLE_COMMON = 1024,  /* records: as many as nodes of one slot map */
	STRATA_BREAKER_TABLE_RESERVED = 256, /* further ones, for configured nodes alone */
	STRATA_BREAKER_NAME_ROOM = 128,      /* bytes, the NUL included */
	STRATA_BREAKER_GROUP_ROOM = 32
};

/* What was noted of a node beside its health. */
typedef struct strata_breaker_notes {
	strata_last_error last_error;
	strata_replica_watch replica;
	strata_tls_seen tls;
} strata_breaker_notes;

/* All zeroes is a closed breaker. Its functions are those of breaker.h. */
typedef struct strata_breaker_entry {
	/* read by every operation */
	alignas(64) _Atomic uint64_t state; /* packed, see breaker_state.h */
	_Atomic uint64_t suspected_until;   /* msec */
	_Atomic uint32_t recovery;          /* in RECOVERING: how many may be in flight at once */
	_Atomic uint32_t most_inflight;     /* as configured last, for status */
	_Atomic uint64_t bare_until;        /* msec: see strata_breaker_is_bare() */
	_Atomic uint64_t used_at;           /* msec: when it was last acquired or released */

	/* written by every operation: the sums in flight end up on one line with what follows */
	alignas(64) strata_inflight inflight;
	_Atomic uint32_t failures;          /* in a row, whatever their kind */
	_Atomic uint32_t hard_failures;     /* in a row */
	_Atomic uint64_t answered_at;       /* msec of the last answer */
	strata_token_bucket connect_tokens; /* see connect_turn.h */
	_Atomic uint32_t room[2];           /* by priority: changes when a handshake may begin */
	_Atomic uint64_t full_until;        /* msec: the node wants no more clients */
	_Atomic uint64_t desyncs;           /* {first of them in msec: 48 | how many: 16} */
	_Atomic uint64_t opened_at;         /* msec: when the breaker opened last */
	strata_token_bucket retry_budget;   /* see strata_breaker_may_retry() */
	strata_size_limit size_limit;
	_Atomic int64_t clock_difference; /* usec: see clock_difference.h; 0: not known */

	alignas(64) strata_latency latency;

	/* written once, when the record is made */
	alignas(64) uint64_t key; /* in the registry */
	char group[STRATA_BREAKER_GROUP_ROOM];
	char name[STRATA_BREAKER_NAME_ROOM];

	/* for status */
	strata_history history;
	strata_breaker_notes notes;
} strata_breaker_entry;

typedef struct strata_breaker_table strata_breaker_table;

STRATA_MUST_CHECK strata_result strata_breaker_table_new(strata_host *host,
	strata_process_slots *slots, strata_breaker_table **out);
void strata_breaker_table_free(strata_breaker_table *table);

strata_process_slots *strata_breaker_table_slots(const strata_breaker_table *table);

typedef enum {
	STRATA_BREAKER_HELD,   /* the calling thread's until it releases it or ends */
	STRATA_BREAKER_VISITED /* the thread has no process slot: for use at once */
} strata_breaker_hold;

/*
 * The record of this name in this group, made at the first call by any process. A new one begins
 * with what an operator has forced on this name in another group. NULL when all records are
 * taken, or when another process is stopped in the middle of making one.
 */
strata_breaker_entry *strata_breaker_table_get_or_create(strata_breaker_table *table,
	const char *group, const char *name, strata_registry_share share, strata_breaker_hold *hold);

/* The calling thread has no use for it any more. */
void strata_breaker_table_release(strata_breaker_table *table, strata_breaker_entry *record);

/* Is the record still that of this key? */
bool strata_breaker_table_is_of(const strata_breaker_table *table,
	const strata_breaker_entry *record, uint64_t key);

/* This state from now on, for the record of the key. False when it is there no more. */
bool strata_breaker_table_force(strata_breaker_table *table, uint64_t key, uint64_t state);

/*
 * The first (nth = 0) and the other records of this name, whatever their group; *key is written in
 * any case. NULL: no such one. Not held: the key tells whether it is still the same.
 */
strata_breaker_entry *strata_breaker_table_find(const strata_breaker_table *table, const char *name,
	uint32_t nth, uint64_t *key);

/* Has a process of this host asked the node lately? */
bool strata_breaker_table_is_in_use(const strata_breaker_entry *record, strata_msec now);

/*
 * Is it open, and has no process tried the node in the ten minutes since it might? It is in no
 * configuration any more then, or nothing is asked at all: what it says would never change.
 */
bool strata_breaker_table_is_left(const strata_breaker_entry *record, strata_msec now);

/*
 * Are at least two nodes of this group in use, and half of them open? Then the cause is more
 * likely on this host.
 */
bool strata_breaker_table_is_half_out(const strata_breaker_table *table, const char *group,
	strata_msec now);

/* The same of the group of this record, where other nodes also count when they answer slowly. */
bool strata_breaker_table_is_half_in_trouble(const strata_breaker_table *table,
	const strata_breaker_entry *record, strata_msec now);

#endif
