/* policy_terms: what operators decided about the life of values, applied to items. */
#ifndef STRATA_DATABASE_POLICY_TERMS_H
#define STRATA_DATABASE_POLICY_TERMS_H

#include "database/database.h"

/* What the program asked for. */
typedef struct {
	strata_msec ttl;   /* 0: never ends */
	strata_msec stale; /* beyond that, for remember(); 0: no longer */
} strata_terms;

/*
 * What the key is stored under. ttl and stale of its policy are given to what asked for none, and
 * no longer than that is allowed. Counted as applied.
 */
strata_terms strata_policy_terms(const strata_database *database, strata_view key,
	strata_terms asked);

/* The keys of these items go by their policies. */
void strata_policy_count_applied(const strata_database *database, strata_item *const *items,
	size_t count);

/* A time to live as it is stored: by ttl_jitter shorter, never longer. */
strata_msec strata_policy_jittered(const strata_database *database, strata_msec ttl);

#endif
