/* page: strata_metrics_page(), which sends the metrics as the response of this request. */
#ifndef STRATA_API_METRICS_PAGE_H
#define STRATA_API_METRICS_PAGE_H

#include "php.h"

ZEND_FUNCTION(strata_metrics_page);

#endif
