/* purge: strata_purge(), which removes from Redis what a clear() left behind. */
#ifndef STRATA_API_OPERATOR_PURGE_H
#define STRATA_API_OPERATOR_PURGE_H

#include "php.h"

ZEND_FUNCTION(strata_purge);

#endif
