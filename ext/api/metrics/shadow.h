/* shadow: what the host counted of databases that move, as metrics. */
#ifndef STRATA_API_METRICS_SHADOW_H
#define STRATA_API_METRICS_SHADOW_H

#include "api/metrics/text.h"

/* Nothing where no database has a shadow. */
void strata_metrics_add_shadows(strata_metrics_text *text);

#endif
