/* multiple: the operations on many keys, in one round of each tier. */
#ifndef STRATA_API_MULTIPLE_H
#define STRATA_API_MULTIPLE_H

#include "php.h"

#include "api/request/space.h"

/*
 * Each reads the arguments of the function that is executing, works in this
 * space, and writes return_value, or throws.
 */
void strata_api_get_multiple(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);
void strata_api_fetch_multiple(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);
void strata_api_set_multiple(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);
void strata_api_delete_multiple(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);

#endif
