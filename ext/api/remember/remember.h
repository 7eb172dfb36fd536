/* remember: the value of a key, computed by the script where no tier has it. */
#ifndef STRATA_API_REMEMBER_REMEMBER_H
#define STRATA_API_REMEMBER_REMEMBER_H

#include "php.h"

#include "api/request/space.h"

/*
 * Reads the arguments of the function that is executing, works in this space, and writes
 * return_value, or throws.
 */
void strata_api_remember(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);

#endif
