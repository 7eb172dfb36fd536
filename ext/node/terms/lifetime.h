/* lifetime: how old a connection is, and for how long it has been idle. */
#ifndef STRATA_NODE_TERMS_LIFETIME_H
#define STRATA_NODE_TERMS_LIFETIME_H

#include <stdbool.h>

#include "node/terms/client_options.h"

/* Moments are monotonic; every `now` is the caller's. */
typedef struct {
	strata_usec opened_at;
	strata_usec used_at;     /* when its last exchange ended */
	uint32_t lifetime_share; /* percent of max_lifetime, so that not all end at once */
} strata_lifetime;

strata_lifetime strata_lifetime_begin(strata_usec now);

/* An exchange ended at this moment. */
void strata_lifetime_mark_used(strata_lifetime *lifetime, strata_usec now);

/*
 * May its server be another one than its name or address leads to by now? Not within the first 5 s:
 * whatever is wrong then, a new connection would end at the same server.
 */
bool strata_lifetime_is_dated(const strata_lifetime *lifetime, strata_usec now);

/* Is it time to close it, by max_lifetime or idle_close? */
bool strata_lifetime_is_over(const strata_lifetime *lifetime, const strata_client_options *options,
	strata_usec now);

/* Should it prove itself, because it was idle for so long? */
bool strata_lifetime_wants_proof(const strata_lifetime *lifetime,
	const strata_client_options *options, strata_usec now);

#endif
