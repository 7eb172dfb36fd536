/* stats — counters and histograms of what has happened on this host, in all its processes. */
#ifndef STRATA_STATS_STATS_H
#define STRATA_STATS_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "host/host.h"
#include "host/process_slot.h"
#include "host/registry.h"

/* clang-format off */
#define STRATA_COUNTER_MAP(X) \
	X(HITS,           "hits",           "gets that found a value") \
	X(MISSES,         "misses",         "gets that found none, whatever the reason") \
	X(SETS,           "sets",           "values stored") \
	X(DELETES,        "deletes",        "keys removed") \
	X(FILLS,          "fills",          "values copied up from a deeper tier") \
	X(INCREMENTS,     "increments",     "integers counted up or down, which are among the sets") \
	X(STALE,          "stale",          "values that were served beyond their time") \
	X(OPERATIONS,     "operations",     "commands sent") \
	X(CONNECTS,       "connects",       "connections opened") \
	X(AUTHS,          "auths",          "AUTH commands sent") \
	X(REDIRECTS,      "redirects",      "MOVED and ASK replies followed") \
	X(REFRESHES,      "refreshes",      "slot maps asked for") \
	X(DESYNCS,        "desyncs",        "replies to other requests, never returned") \
	X(RETRIES,        "retries",        "operations repeated after an idle close") \
	X(CLOSES,         "closes",         "connections closed before they were asked to") \
	X(NONCES,         "nonces",         "echoes asked for so that a connection proves itself") \
	X(CLOSED_FAILED,  "closed.failed",  "connections closed after a failed operation") \
	X(CLOSED_UNFIT,   "closed.unfit",   "idle connections with unasked bytes, or of a parent") \
	X(CLOSED_AGED,    "closed.aged",    "idle connections closed by idle_close or max_lifetime") \
	X(CLOSED_DROPPED, "closed.dropped", "idle connections closed because of their node") \
	X(CLOSED_SURPLUS, "closed.surplus", "connections closed because enough are idle") \
	X(SPINS,          "spins.begun",    "waits for a reply that spun before they slept") \
	X(SPINS_MET,      "spins.met",      "those of them that met the reply") \
	X(SPINS_REFUSED,  "spins.refused",  "waits that slept at once since as many of the host spun as may") \
	X(OUTCOME_OK,     "outcomes.ok",    "exchanges with a node that were answered") \
	X(OUTCOME_SLOW,   "outcomes.slow",  "those of them that took eight times as long as usual") \
	X(OUTCOME_HARD,   "outcomes.hard",  "exchanges that were refused a connection") \
	X(OUTCOME_SOFT,   "outcomes.soft",  "exchanges that timed out, or whose connection ended") \
	X(OUTCOME_STALE,  "outcomes.stale", "exchanges that found an idle connection closed") \
	X(OUTCOME_PROTOCOL, "outcomes.protocol", "exchanges with a wrong reply") \
	X(OUTCOME_AUTH,   "outcomes.auth",  "exchanges whose credentials were not accepted") \
	X(OUTCOME_FULL,   "outcomes.full",  "exchanges that met a node with too many clients") \
	X(OUTCOME_NOT_READY, "outcomes.not_ready", "exchanges that met a node which cannot serve yet") \
	X(OUTCOME_LOCAL,  "outcomes.local", "exchanges that failed by trouble of this host") \
	X(BYTES_SENT,     "bytes_sent",     "bytes written to sockets") \
	X(BYTES_RECEIVED, "bytes_received", "bytes read from sockets") \
	X(COMPUTATIONS,   "computations",   "callbacks of remember() that ran") \
	X(LEASE_WAITS,    "lease_waits",    "calls of remember() that waited for another process") \
	X(OVERFLOWS,      "overflows",      "those of them that waited in vain") \
	X(REFRESHED,      "refreshed",      "callbacks of remember() that ran while there was a value") \
	X(VOIDED,         "voided",         "computed values that were not stored, since the key was written meanwhile") \
	X(UNFENCED,       "unfenced",       "computed values that were not stored, since no fence was to be had") \
	X(TAGS_ASKED,     "tags_asked",     "numbers of tags that were asked for") \
	X(TAGS_OUTDATED,  "tags_outdated",  "values found whose tags were outdated") \
	X(TAGS_DISPLACED, "tags_displaced", "numbers of tags that were forgotten for want of room, and still good") \
	X(INVALIDATIONS,  "invalidations",  "tags and namespaces that were given a new number") \
	X(TRANSACTIONS_UNFINISHED, "transactions_unfinished", "transactions that neither commit() nor rollback() ended") \
	X(LOCKS_ACQUIRED, "locks_acquired", "locks that a script got") \
	X(LOCKS_WAITED,   "locks_waited",   "calls of acquire() that waited for another holder") \
	X(LOCKS_LOST,     "locks_lost",     "locks that were another's or none's when their holder refreshed, released or asked for the fence") \
	X(LOCKS_FREED,    "locks_freed",    "locks released in the place of a process of this host that died") \
	X(SESSIONS_OPENED, "sessions.opened", "sessions that were asked for, and were there or not") \
	X(SESSIONS_WRITTEN, "sessions.written", "sessions that were stored") \
	X(SESSIONS_SKIPPED, "sessions.skipped", "sessions that were closed without a write, unchanged or empty") \
	X(SESSIONS_REFUSED, "sessions.refused", "writes of sessions refused since another request had the lock or had written") \
	X(SESSION_WAITS,  "sessions.waits",  "sessions whose lock another request had, so that one waited") \
	X(SESSION_WAIT_TIME, "sessions.seconds_waited", "microseconds of those waits, added up") \
	X(SESSION_TIMEOUTS, "sessions.timeouts", "those of the waits that ended without the lock") \
	X(APPLIED,        "applied",        "keys of reads and writes that went by a policy")
/* clang-format on */

typedef enum {
#define X(constant, name, text) STRATA_COUNT_##constant,
	STRATA_COUNTER_MAP(X)
#undef X
} strata_counter;

enum {
#define X(constant, name, text) +1
	STRATA_COUNTER_COUNT = STRATA_COUNTER_MAP(X)
#undef X
};

/*
 * What a tier was asked for, and how it ended. HITS to INCREMENTS of a tier are sums of these, so
 * that they are counted once.
 */
/* clang-format off */
#define STRATA_OPERATION_MAP(X) \
	X(GET,                "get",                "hit") \
	X(SET,                "set",                "stored") \
	X(ADD,                "add",                "stored") \
	X(REPLACE,            "replace",            "stored") \
	X(DELETE,             "delete",             "removed") \
	X(TOUCH,              "touch",              "touched") \
	X(INCREMENT,          "increment",          "stored") \
	X(COMPARE_AND_SET,    "compare_and_set",    "stored") \
	X(COMPARE_AND_DELETE, "compare_and_delete", "removed") \
	X(FILL,               "fill",               "stored") \
	X(STORE_COMPUTED,     "store_computed",     "stored")
/* clang-format on */

typedef enum {
#define X(constant, name, done) STRATA_OPERATION_##constant,
	STRATA_OPERATION_MAP(X)
#undef X
} strata_operation;

enum {
#define X(constant, name, done) +1
	STRATA_OPERATION_COUNT = STRATA_OPERATION_MAP(X)
#undef X
};

typedef enum {
	STRATA_ENDED_DONE,       /* it did what it was asked to */
	STRATA_ENDED_MISS,       /* nothing was there */
	STRATA_ENDED_STALE,      /* a value past its life was */
	STRATA_ENDED_NOT_STORED, /* the condition did not hold */
	STRATA_ENDED_UNUSABLE,   /* another answer: what is there is of no use to the caller */
	STRATA_ENDED_REFUSED,    /* by this host */
	STRATA_ENDED_FAILED,     /* news of a server, or of memory */
	STRATA_ENDED_COUNT
} strata_ending;

strata_ending strata_ending_of(strata_result result);

/* For status and metrics; never NULL. What DONE is called depends on the operation. */
const char *strata_operation_name(strata_operation operation);
const char *strata_ending_name(strata_operation operation, strata_ending ending);

/* Times are counted in classes, four to every power of two of microseconds, up to about 16 s. */
enum { STRATA_TIME_CLASSES = 96 };

/* The longest time in microseconds that belongs to the class. */
strata_usec strata_time_class_end(uint32_t class);

/* Sizes too: up to 64 bytes, four times that, and so on to 16 MiB; the last has all beyond. */
enum { STRATA_SIZE_CLASSES = 11 };

/* The largest size that belongs to the class; not of the last. */
uint64_t strata_size_class_end(uint32_t class);

typedef enum { STRATA_SIZE_READ, STRATA_SIZE_STORED, STRATA_SIZE_DIRECTIONS } strata_size_direction;

typedef struct strata_stats strata_stats;

/*
 * The counters of one thing that is counted: a tier of a database, or a node. The handle is
 * process-private and points at the stripe of shared memory that this process writes.
 */
typedef struct strata_stats_row strata_stats_row;

typedef enum {
	STRATA_STATS_TIER,
	STRATA_STATS_NODE,
	STRATA_STATS_POLICY /* of a database, by its pattern */
} strata_stats_kind;

enum {
	STRATA_STATS_COMMON = 1024,  /* rows: as many as nodes of one slot map */
	STRATA_STATS_RESERVED = 512, /* further ones, for tiers and configured nodes alone */
	STRATA_STATS_MOST = STRATA_STATS_COMMON + STRATA_STATS_RESERVED + 1
};

/* The name of the row for nodes that have none of their own, in a group without a name. */
#define STRATA_STATS_DEPARTED "departed"

/* All stripes and all rows of one name added up. */
typedef struct {
	strata_stats_kind kind;
	char group[64]; /* the database of a tier or policy, or the protocol of a node */
	char name[128]; /* the tier, the pattern, or the node's address */
	uint64_t counters[STRATA_COUNTER_COUNT];
	uint64_t reasons[STRATA_RESULT_COUNT]; /* how often each result but OK and MISS came out */
	uint64_t times[STRATA_TIME_CLASSES];   /* of a node: of exchanges that were answered */
	uint64_t time_sum;                     /* microseconds of all of them */

	/* Of a tier. */
	uint64_t endings[STRATA_OPERATION_COUNT][STRATA_ENDED_COUNT];
	uint64_t sizes[STRATA_SIZE_DIRECTIONS][STRATA_SIZE_CLASSES]; /* of values */
	uint64_t size_sums[STRATA_SIZE_DIRECTIONS];                  /* bytes of all of them */
} strata_stats_sum;

/* slots may be NULL: then no row is ever given back. */
STRATA_MUST_CHECK strata_result strata_stats_new(strata_host *host, strata_process_slots *slots,
	strata_stats **out);
void strata_stats_free(strata_stats *stats);

/*
 * The row for this kind, group and name, made at the first call by any process. Names too long are
 * cut. That of a tier is reserved and stays for the life of the host. That of a policy stays, too.
 * That of a node is held by the calling thread until it ends or releases it, however often it asked
 * for it. When all rows are taken, that of the departed: counting never fails.
 *
 * A row of a node that no living thread holds is given back when all are taken. Its counts go to
 * the departed first, so that no sum over all rows ever falls. A thread without a process slot asks
 * for the row anew at each use, and so does a child of fork().
 */
strata_stats_row *strata_stats_row_of(strata_stats *stats, strata_stats_kind kind,
	const char *group, const char *name, strata_registry_share share);

/* For nodes that are to have no row. */
strata_stats_row *strata_stats_departed(strata_stats *stats);

/*
 * One of this process alone, for a node that has to earn its row: what it counts is seen when it is
 * moved to another one. NULL when out of memory; free() takes it back.
 */
strata_stats_row *strata_stats_row_new(void);
void strata_stats_move(strata_stats_row *from, strata_stats_row *to);

/* The calling thread has no use for it any more. Without effect on that of the departed. */
void strata_stats_release(strata_stats *stats, strata_stats_row *row);

/* Do both count for the same row? */
bool strata_stats_is_same_row(const strata_stats *stats, const strata_stats_row *one,
	const strata_stats_row *other);

/* Lock-free, a few nanoseconds. row may be NULL: then nothing is counted. */
void strata_stats_add(strata_stats_row *row, strata_counter counter, uint64_t amount);

/* Of a node: counts one exchange that was answered after this time. */
void strata_stats_add_time(strata_stats_row *row, strata_usec time);

/* Of a tier: so many operations that ended so. One without a row of its own loses them. */
void strata_stats_add_ending(strata_stats_row *row, strata_operation operation,
	strata_ending ending, uint64_t amount);

/* Of a tier: one value of this size was read or stored. */
void strata_stats_add_size(strata_stats_row *row, strata_size_direction direction, uint64_t bytes);

/*
 * The time, within a quarter, that this share (0 to 1) of the operations did not exceed; 0 when
 * there were none.
 */
strata_usec strata_stats_percentile(const strata_stats_sum *sum, double share);

/* Counts a result other than STRATA_OK and STRATA_MISS, which are not reasons. */
void strata_stats_add_reason(strata_stats_row *row, strata_result reason);

/*
 * Fills at most `room` sums; returns how many there are. The reserved ones come first, each kind in
 * the order in which the rows were made, and the departed last, where there are any.
 */
uint32_t strata_stats_read(strata_stats *stats, strata_stats_sum *sums, uint32_t room);

/*
 * The same without any lock, for a caller that may never be waited for. False where counts were
 * moved to the departed again and again meanwhile: then a sum over all rows may be wrong.
 */
STRATA_MUST_CHECK bool strata_stats_look(strata_stats *stats, strata_stats_sum *sums, uint32_t room,
	uint32_t *count);

const char *strata_counter_name(strata_counter counter);

/* What it counts, in words. */
const char *strata_counter_text(strata_counter counter);

/* Is it about things of this kind? Each is about one kind. */
bool strata_counter_is_of(strata_counter counter, strata_stats_kind kind);

#endif
