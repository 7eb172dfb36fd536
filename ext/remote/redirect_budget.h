/* redirect_budget — may this host follow one more redirect? A tenth of its operations, and 20 a second. */
#ifndef STRATA_REMOTE_REDIRECT_BUDGET_H
#define STRATA_REMOTE_REDIRECT_BUDGET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"

/*
 * A bucket of 200 redirects in one word that all processes of a host share; all zeroes: full. Whoever
 * finds it empty follows nobody, so that slots which move by the thousand, or nodes that send everybody
 * around, cost a cluster a tenth more than what it is asked, and not many times as much.
 */
typedef _Atomic uint64_t strata_redirect_budget;

/* So many operations were sent. */
void strata_redirect_budget_earn(strata_redirect_budget *budget, uint64_t operations);

STRATA_MUST_CHECK bool strata_redirect_budget_take(strata_redirect_budget *budget, strata_msec now);

#endif
