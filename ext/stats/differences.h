/* differences — in what the two places of a database that moves differ, by a sample of reads. */
#ifndef STRATA_STATS_DIFFERENCES_H
#define STRATA_STATS_DIFFERENCES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "base/view.h"
#include "host/host.h"
#include "stats/prefixes.h"
#include "stats/printable.h"
#include "stats/suspects.h"

/* What the place that follows holds, against the one that answers. */
typedef enum {
	STRATA_DIFFERENCE_EQUAL,   /* the same version, bytes and end of life; or both hold nothing */
	STRATA_DIFFERENCE_MISSING, /* nothing, and the other one has a value */
	STRATA_DIFFERENCE_SURPLUS, /* a value, and the other one has none */
	STRATA_DIFFERENCE_OLDER,   /* another version, made before */
	STRATA_DIFFERENCE_NEWER,   /* another version, made later */
	STRATA_DIFFERENCE_VALUE,   /* other bytes of the same moment, or another number */
	STRATA_DIFFERENCE_END,     /* the same value with another end of life */
	STRATA_DIFFERENCE_FOREIGN, /* what is not ours, in one of them */
	STRATA_DIFFERENCE_CLASSES
} strata_difference_class;

/* What else is counted of a mirror. */
typedef enum {
	STRATA_MIRROR_COPIED,   /* values */
	STRATA_MIRROR_REMOVED,  /* names */
	STRATA_MIRROR_RAISED,   /* tags, namespaces and clear() */
	STRATA_MIRROR_FILLED,   /* values that reads found */
	STRATA_MIRROR_FAILED,   /* turns that a name waits longer for, as its place failed */
	STRATA_MIRROR_DROPPED,  /* names that could not be noted or brought over */
	STRATA_MIRROR_COMPARED, /* keys */
	STRATA_MIRROR_LEFT_OUT, /* keys of the sample that were not looked at: time, queue, full */
	STRATA_MIRROR_COUNTS
} strata_mirror_count;

enum {
	STRATA_DIFFERENCES_SPACES = 16,   /* databases that move at a time */
	STRATA_DIFFERENCES_PREFIXES = 32, /* of each; at place 0 is "(other)", for the rest */
	STRATA_DIFFERENCES_KEPT = 32,     /* keys that differ, the last ones */
	STRATA_DIFFERENCES_KEY = 128,     /* bytes of a key that are kept */
	STRATA_DIFFERENCES_PAUSE = 1000   /* msec: the longest turn or pause */
};

typedef struct strata_differences_table strata_differences_table;

/* The record of one database, in shared memory, for the life of the host. */
typedef struct strata_differences strata_differences;

STRATA_MUST_CHECK strata_result strata_differences_table_new(strata_host *host,
	strata_differences_table **out);
void strata_differences_table_free(strata_differences_table *table);

/* Made at the first call, and never given back. NULL when all are taken. */
strata_differences *strata_differences_of(strata_differences_table *table,
	const strata_prefix_space *space);

/*
 * Which place of this database answered last without any place that follows it: that one misses
 * changes from then on. 0: none. Shared by all that have one hash, so that it may be forgotten.
 */
_Atomic uint64_t *strata_differences_alone(strata_differences_table *table,
	const strata_prefix_space *space);

/*
 * All functions below take NULL for a record that does not exist. No lock is waited for on the way
 * of a request; what is for an operator waits 20 ms at most.
 */
void strata_differences_count(strata_differences *differences, strata_mirror_count what,
	uint64_t by);

/*
 * One process of the host at a time is on its way between the places, so that a place that is
 * silent holds one worker and not all of them. False where another one is, or a pause is not over.
 * A turn that is not ended is over by itself after so long. Moments are monotonic.
 */
STRATA_MUST_CHECK bool strata_differences_begin_turn(strata_differences *differences,
	strata_msec longest, strata_msec now);
void strata_differences_end_turn(strata_differences *differences, strata_msec not_before);

/* Would it begin? One load. */
STRATA_MUST_CHECK bool strata_differences_may_turn(const strata_differences *differences,
	strata_msec now);

/*
 * Up to which drop of this host the others were told, in each direction of a move: the wall clock's
 * msec since 1970; 0: of none.
 */
enum { STRATA_DIFFERENCES_DIRECTIONS = 2 };
strata_msec strata_differences_told(const strata_differences *differences, uint32_t direction);
void strata_differences_tell(strata_differences *differences, uint32_t direction,
	strata_msec dropped_at);

/*
 * Is it time for this host to tell that it keeps the two places in step? next_at is monotonic.
 * Without a record it never is.
 */
bool strata_differences_is_to_be_kept(const strata_differences *differences, strata_msec now);
void strata_differences_keep(strata_differences *differences, strata_msec next_at);

/* Those that differed once. NULL for NULL. */
strata_suspects *strata_differences_suspects(strata_differences *differences);

/*
 * May one more value be filled in? So many a second for all processes of the host; now is
 * monotonic.
 */
STRATA_MUST_CHECK bool strata_differences_may_fill(strata_differences *differences,
	uint32_t a_second, strata_msec now);

/*
 * One key of the sample, counted as COMPARED and for its prefix, and kept where it differs: by the
 * hash, so that a key stands there once. The versions are those of both places; 0: none.
 */
typedef struct {
	strata_view key; /* as the script wrote it */
	uint64_t hash;   /* of the whole name, with the namespace: strata_hash_of(name, 0) */
	uint32_t depth;  /* strata.prefix_depth */
	strata_difference_class class;
	uint64_t version;       /* in the place that answers */
	uint64_t other_version; /* in the one that follows */
	strata_msec seen_at;    /* wall clock, since 1970 */
} strata_difference;

void strata_differences_note(strata_differences *differences, const strata_difference *difference);

/* For status, metrics, page and `strata diff`: one prefix, and one key. */
typedef struct {
	char prefix[STRATA_PREFIX_LONGEST * STRATA_PRINTABLE_GROWTH + 1];
	uint64_t counts[STRATA_DIFFERENCE_CLASSES];
} strata_differences_row;

typedef struct {
	char key[STRATA_DIFFERENCES_KEY * STRATA_PRINTABLE_GROWTH + 4]; /* cut: ends in three dots */
	uint64_t hash; /* what is shown where keys are not */
	strata_difference_class class;
	uint64_t version, other_version;
	strata_msec seen_at;
} strata_differences_key;

uint64_t strata_differences_counted(const strata_differences *differences,
	strata_mirror_count what);
uint64_t strata_differences_total(const strata_differences *differences,
	strata_difference_class class);

/*
 * Rows from 0 on, where "(other)" is, and keys from the newest on; false where there is none. *out
 * is written in any case.
 */
bool strata_differences_row_at(const strata_differences *differences, uint32_t place,
	strata_differences_row *out);
bool strata_differences_key_at(const strata_differences *differences, uint32_t place,
	strata_differences_key *out);

/* The words that status, metrics and the command use: "equal", "missing", ... and "copied", ... */
const char *strata_difference_class_name(strata_difference_class class);
const char *strata_mirror_count_name(strata_mirror_count what);

#endif
