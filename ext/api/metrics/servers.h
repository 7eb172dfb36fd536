/* servers: metrics of what is not one node: clusters, names, removals, anomalies. */
#ifndef STRATA_API_METRICS_SERVERS_H
#define STRATA_API_METRICS_SERVERS_H

#include "api/metrics/text.h"

void strata_metrics_add_servers(strata_metrics_text *text);

#endif
