/* budget: the time that one request of a script may still wait for other hosts. */
#ifndef STRATA_BASE_BUDGET_H
#define STRATA_BASE_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"

enum { STRATA_BUDGET_RESERVE = 50000 /* usec beyond the budget, for what must not be skipped */ };

/*
 * What was waited so far, over all tiers and nodes. Belongs to one thread; all zeroes is a request
 * that has not waited yet. How much that may be is a matter of the database that is asked.
 */
typedef struct {
	strata_usec waited;
	strata_usec refilled_at;
	uint32_t requests; /* that have begun so far */
	bool refills; /* requests have no end here: time gives back what was waited; see budget.c */
} strata_budget;

/* A request begins. */
void strata_budget_fill(strata_budget *budget);

/*
 * How long the next wait may be, of this limit: 0 when it is used up. reserve is what comes on top:
 * 0, or STRATA_BUDGET_RESERVE for what takes something back that must not be served any more.
 */
strata_usec strata_budget_left(strata_budget *budget, strata_usec limit, strata_usec reserve,
	strata_usec now);

typedef enum {
	STRATA_WAIT_ANSWERED, /* it brought all that was asked for */
	STRATA_WAIT_UNANSWERED
} strata_wait_end;

/* A wait of this length is over now. */
void strata_budget_charge(strata_budget *budget, strata_usec waited, strata_wait_end end,
	strata_usec now);

#endif
