/* tiers: metrics of databases: their tiers, what remember(), tags, locks and sessions did. */
#ifndef STRATA_API_METRICS_TIERS_H
#define STRATA_API_METRICS_TIERS_H

#include "api/metrics/counts.h"

void strata_metrics_add_tiers(strata_metrics_text *text, const strata_metric_counts *counts);

#endif
