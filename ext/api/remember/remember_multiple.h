/* remember_multiple: the values of many keys, those that no tier has computed in one call. */
#ifndef STRATA_API_REMEMBER_REMEMBER_MULTIPLE_H
#define STRATA_API_REMEMBER_REMEMBER_MULTIPLE_H

#include "php.h"

#include "api/request/space.h"

/*
 * Reads the arguments of the function that is executing, works in this space, and writes
 * return_value, or throws.
 */
void strata_api_remember_multiple(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);

#endif
