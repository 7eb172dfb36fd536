/*
 * prefixes — what has happened on this host to keys that begin alike: operations, hits, bytes,
 * errors, time and the cost of what was computed.
 *
 * The prefix of a key is what it has up to its second colon, or as many as strata.prefix_depth
 * says. A table of 512 rows in shared memory counts for each database, namespace and prefix. When
 * it is full, what is new is counted under "(other)" of its database and namespace. No sum over
 * all rows of one of those ever falls.
 */
#ifndef STRATA_STATS_PREFIXES_H
#define STRATA_STATS_PREFIXES_H

#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "base/view.h"
#include "host/host.h"
#include "stats/printable.h"

typedef struct strata_prefixes strata_prefixes;

enum {
	STRATA_PREFIX_TIERS = 3,    /* local, memcached, redis: by the numbers of strata_tier_kind */
	STRATA_PREFIX_LONGEST = 96, /* bytes: colons that stand beyond it are not looked for */
	STRATA_PREFIX_ROWS = 512,
	STRATA_PREFIX_OTHERS = 64,                                     /* rows of "(other)" */
	STRATA_PREFIX_MOST = STRATA_PREFIX_ROWS + STRATA_PREFIX_OTHERS /* that are ever read */
};

/* Of keys without a colon, and of all where the depth is 0; of what has no row of its own. */
#define STRATA_PREFIX_NONE  "(none)"
#define STRATA_PREFIX_OTHER "(other)"

/* What is counted apart: a database in a namespace, as processes of one user use it. */
typedef struct {
	uint64_t id; /* strata_prefix_space_id(); never 0 */
	const char *database;
	const char *name_space; /* may be empty */
} strata_prefix_space;

/* Never 0, the same in all processes of the host. */
uint64_t strata_prefix_space_id(const char *database, const char *name_space, uint32_t user);

/* Of keys in one tier. In is what was stored there, out what was read. */
typedef struct {
	uint64_t operations; /* keys that the tier was asked for, or refused to be asked for */
	uint64_t hits;       /* gets that found a value */
	uint64_t bytes_in;
	uint64_t bytes_out;
	uint64_t errors;       /* refusals and failures */
	uint64_t microseconds; /* that calls waited for it; 0 of the local tier */
} strata_prefix_counts;

/* One row. Texts are printable, see strata_printable_write(). */
typedef struct {
	uint64_t space;
	char database[64];
	char name_space[72];
	char prefix[STRATA_PREFIX_LONGEST * STRATA_PRINTABLE_GROWTH + 1];
	strata_prefix_counts tiers[STRATA_PREFIX_TIERS];
	uint64_t computations;
	uint64_t microseconds_computed;
} strata_prefix_sum;

STRATA_MUST_CHECK strata_result strata_prefixes_new(strata_host *host, strata_prefixes **out);
void strata_prefixes_free(strata_prefixes *prefixes);

/*
 * The part of the key up to its depth-th colon, which is included, or up to its last one where it
 * has fewer. STRATA_PREFIX_NONE where it has none.
 */
strata_view strata_prefix_of(strata_view key, uint32_t depth);

/*
 * Adds to the row of the prefix. now is coarse and monotonic. No lock is waited for: what is new
 * goes to "(other)" where another process makes a row right now.
 */
void strata_prefixes_add(strata_prefixes *prefixes, const strata_prefix_space *space,
	strata_view prefix, uint32_t tier, const strata_prefix_counts *counts, strata_msec now);

/* The same of one computation, which took so long. */
void strata_prefixes_add_computation(strata_prefixes *prefixes, const strata_prefix_space *space,
	strata_view prefix, strata_usec cost, strata_msec now);

/*
 * Fills at most room sums, those with the most operations first; returns how many were filled.
 * STRATA_PREFIX_MOST is room for all. Rows of several users may read alike: see
 * strata_prefix_sums_show(). Waits at most 20 ms for a process that makes a row.
 */
uint32_t strata_prefixes_read(strata_prefixes *prefixes, strata_prefix_sum *out, uint32_t room);

/*
 * Leaves those of these spaces, or all where ids is NULL, and adds up those that read alike, in
 * place. Returns how many are left, in their order.
 */
uint32_t strata_prefix_sums_show(strata_prefix_sum *sums, uint32_t count, const uint64_t *ids,
	uint32_t id_count);

#endif
