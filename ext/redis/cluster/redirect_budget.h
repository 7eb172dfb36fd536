/* redirect_budget — may this host follow one more redirect? A tenth of its operations, and 20 a second. */
#ifndef STRATA_REDIS_CLUSTER_REDIRECT_BUDGET_H
#define STRATA_REDIS_CLUSTER_REDIRECT_BUDGET_H

#include "base/result.h"
#include "health/token_bucket.h"

/*
 * A bucket of 200 redirects that all processes of a host share. Whoever finds it empty follows nobody, so
 * that slots which move by the thousand, or nodes that send everybody around, cost a cluster a tenth
 * more than what it is asked, and not many times as much.
 */

/* So many operations were sent. */
void strata_redirect_budget_earn(strata_token_bucket *budget, uint64_t operations, strata_msec now);

STRATA_MUST_CHECK bool strata_redirect_budget_take(strata_token_bucket *budget, strata_msec now);

#endif
