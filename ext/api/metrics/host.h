/* host: metrics of the host: the build, its processes, the heap, segment, topology file. */
#ifndef STRATA_API_METRICS_HOST_H
#define STRATA_API_METRICS_HOST_H

#include "api/metrics/text.h"

void strata_metrics_add_host(strata_metrics_text *text);

#endif
