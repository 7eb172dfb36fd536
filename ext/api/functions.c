/* The global functions: the same operations on the database default, which is always the first. */
#include "api/functions.h"

#include "api/remember/remember.h"
#include "api/single.h"

static const strata_space default_space = { .database = 0 };

ZEND_FUNCTION(strata_get)
{
	strata_api_get(INTERNAL_FUNCTION_PARAM_PASSTHRU, &default_space);
}

ZEND_FUNCTION(strata_set)
{
	strata_api_put(INTERNAL_FUNCTION_PARAM_PASSTHRU, &default_space, STRATA_PUT_SET);
}

ZEND_FUNCTION(strata_delete)
{
	strata_api_delete(INTERNAL_FUNCTION_PARAM_PASSTHRU, &default_space);
}

ZEND_FUNCTION(strata_has)
{
	strata_api_has(INTERNAL_FUNCTION_PARAM_PASSTHRU, &default_space);
}

ZEND_FUNCTION(strata_remember)
{
	strata_api_remember(INTERNAL_FUNCTION_PARAM_PASSTHRU, &default_space);
}

ZEND_FUNCTION(strata_increment)
{
	strata_api_increment(INTERNAL_FUNCTION_PARAM_PASSTHRU, &default_space, STRATA_UPWARDS);
}

ZEND_FUNCTION(strata_decrement)
{
	strata_api_increment(INTERNAL_FUNCTION_PARAM_PASSTHRU, &default_space, STRATA_DOWNWARDS);
}
