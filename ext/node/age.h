/* age — how old is a connection, and how long has it been idle? */
#ifndef STRATA_NODE_AGE_H
#define STRATA_NODE_AGE_H

#include "node/client_options.h"

typedef struct {
	strata_msec opened_at;
	strata_msec used_at;     /* when its last task ended */
	uint32_t lifetime_share; /* percent of max_lifetime, so that not all end at once */
} strata_age;

strata_age strata_age_new(void);

/* A task has ended. */
void strata_age_use(strata_age *age);

/* Is it time to close it, by max_lifetime or idle_close? */
bool strata_age_is_over(const strata_age *age, const strata_client_options *options);

/* Should it prove itself, because it was idle for so long? */
bool strata_age_wants_proof(const strata_age *age, const strata_client_options *options);

#endif
