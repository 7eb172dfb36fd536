/* nodes: metrics of servers: are they asked, how long do answers take, what went wrong? */
#ifndef STRATA_API_METRICS_NODES_H
#define STRATA_API_METRICS_NODES_H

#include "api/metrics/counts.h"

void strata_metrics_add_nodes(strata_metrics_text *text, const strata_metric_counts *counts);

#endif
