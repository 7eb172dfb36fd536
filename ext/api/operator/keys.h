/* keys: strata_keys(), which lists what lies in the local tier. */
#ifndef STRATA_API_OPERATOR_KEYS_H
#define STRATA_API_OPERATOR_KEYS_H

#include "php.h"

ZEND_FUNCTION(strata_keys);

#endif
