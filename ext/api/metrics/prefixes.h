/* prefixes: metrics of keys that begin alike, of the first 32 prefixes. */
#ifndef STRATA_API_METRICS_PREFIXES_H
#define STRATA_API_METRICS_PREFIXES_H

#include "api/metrics/text.h"

/* Those that this process may be shown. No request waits for the reading. */
void strata_metrics_add_prefixes(strata_metrics_text *text);

#endif
