/* policies: what operators decided by prefix for each database, for strata_status(). */
#ifndef STRATA_API_STATUS_POLICIES_H
#define STRATA_API_STATUS_POLICIES_H

#include "php.h"

#include "stats/stats.h"

/* Adds the section "policies": a section for each database, with its patterns. */
void strata_api_add_policies(zval *status, const strata_stats_sum *sums, uint32_t count);

#endif
