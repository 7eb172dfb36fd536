/*
 * analyse — counts the operations of a database by the prefixes of their keys, and by a sample
 * which keys are used most.
 *
 * Every key that a shared tier is asked for is counted. Of the local tier, where that would be a
 * fifth of a hit, one key in 64 is, by chance, and stands for 64. Where a verb takes several
 * commands, as with values that have tags, it is one operation.
 *
 * Keys of locks and sessions, generations and numbers of tags do not come by here.
 */
#ifndef STRATA_CACHE_ANALYSE_H
#define STRATA_CACHE_ANALYSE_H

#include "base/call.h"
#include "database/database.h"

enum { STRATA_ANALYSE_EVERY = 64 /* keys of the local tier, on average, for one of the sample */ };

typedef enum {
	STRATA_ANALYSE_READ,  /* an item that is OK is a hit, and its value was read */
	STRATA_ANALYSE_WRITE, /* an item that is OK has a value that was stored, */
	STRATA_ANALYSE_FILL,  /* and the same without a wish of the script */
	STRATA_ANALYSE_CHANGE /* nothing of the kind */
} strata_analyse_verb;

/* How many keys go by until the next one of the sample: 1 to 127, 64 on average. */
uint32_t strata_analyse_gap(void);

/* Counts what a tier was asked for these items, whose results are written. */
void strata_analyse_items(strata_tier *tier, strata_call *call, strata_analyse_verb verb,
	strata_item *const *items, size_t count);

static inline void strata_analyse(strata_tier *tier, strata_call *call, strata_analyse_verb verb,
	strata_item *const *items, size_t count)
{
	if (tier->analysis == NULL || count == 0) {
		return;
	}
	/* Mostly none of them is of the sample. */
	if (tier->ops->kind == STRATA_TIER_LOCAL && count < tier->analysis->left) {
		tier->analysis->left -= (uint32_t) count;
	} else {
		strata_analyse_items(tier, call, verb, items, count);
	}
}

/* One of the sample of the fast path, by the key below api/: READ found, or WRITE stored, these. */
void strata_analyse_sampled(strata_database *database, strata_view key, strata_analyse_verb verb,
	uint64_t bytes);

/* A function of the script ran for this key, as the script wrote it. database may be NULL. */
void strata_analyse_computation(strata_database *database, strata_view shown, strata_usec cost);

#endif
