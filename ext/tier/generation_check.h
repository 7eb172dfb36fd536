/* generation_check: a read of the copies of the generation that travels with other commands. */
#ifndef STRATA_TIER_GENERATION_CHECK_H
#define STRATA_TIER_GENERATION_CHECK_H

#include <stdbool.h>

#include "base/call.h"
#include "tier/generation_copies.h"

typedef enum {
	/*
	 * One copy: on a node that gets commands anyway where there is such a one, else on one that is
	 * healthy.
	 */
	STRATA_CHECK_ONE_COPY,
	STRATA_CHECK_ALL_COPIES
} strata_check_scope;

/*
 * The caller hangs it into a call (call->check). The next batch of a shared tier takes it off and
 * sends it together with its own commands, in the same write. So the caller sets it around a verb
 * of the deepest tier alone, and takes it back afterwards, if no batch was made.
 */
typedef struct strata_generation_check {
	strata_check_scope scope;
	bool is_sent;                    /* false: nothing was sent, and copies is empty */
	strata_generation_copies copies; /* not summed up */
} strata_generation_check;

strata_generation_check strata_generation_check_of(strata_check_scope scope);

/* For a batch: what it has to send along. NULL: nothing. */
strata_generation_check *strata_generation_check_take(strata_call *call);

/* How many reads that are, where a tier has so many copies. 0 for NULL. */
size_t strata_generation_check_reads(const strata_generation_check *check, size_t copies);

#endif
