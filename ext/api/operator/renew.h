/* strata_shadow_renew(), for operators. */
#ifndef STRATA_API_OPERATOR_RENEW_H
#define STRATA_API_OPERATOR_RENEW_H

#include "php.h"

ZEND_FUNCTION(strata_shadow_renew);

#endif
