/* check: strata_check(), which goes to every server of a database and says what is wrong there. */
#ifndef STRATA_API_OPERATOR_CHECK_H
#define STRATA_API_OPERATOR_CHECK_H

#include "php.h"

ZEND_FUNCTION(strata_check);

#endif
