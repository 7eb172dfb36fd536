/* status: strata_status(), all states of this host as one array. */
#ifndef STRATA_API_STATUS_H
#define STRATA_API_STATUS_H

#include "php.h"

ZEND_FUNCTION(strata_status);

#endif
