/* functions: the global functions, which are the operations on the database default. */
#ifndef STRATA_API_FUNCTIONS_H
#define STRATA_API_FUNCTIONS_H

#include "php.h"

ZEND_FUNCTION(strata_get);
ZEND_FUNCTION(strata_set);
ZEND_FUNCTION(strata_delete);
ZEND_FUNCTION(strata_has);
ZEND_FUNCTION(strata_remember);
ZEND_FUNCTION(strata_increment);
ZEND_FUNCTION(strata_decrement);

#endif
