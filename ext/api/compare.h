/* compare: writes that take place only if what fetch() saw is still there. */
#ifndef STRATA_API_COMPARE_H
#define STRATA_API_COMPARE_H

#include "php.h"

#include "api/request/space.h"

/*
 * Each reads the arguments of the function that is executing, works in this
 * space, and writes return_value, or throws.
 */
void strata_api_compare_and_set(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);
void strata_api_compare_and_delete(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);

#endif
