/* metrics: strata_metrics(), what the host has counted as a text for Prometheus. */
#ifndef STRATA_API_METRICS_METRICS_H
#define STRATA_API_METRICS_METRICS_H

#include "api/metrics/text.h"

/* All of it, which is the caller's. Takes no lock that a request waits for. */
zend_string *strata_metrics_write(strata_metrics_format format);

ZEND_FUNCTION(strata_metrics);

#endif
