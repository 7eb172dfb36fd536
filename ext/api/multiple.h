/* multiple: the operations on many keys, in one round of each tier. */
#ifndef STRATA_API_MULTIPLE_H
#define STRATA_API_MULTIPLE_H

#include "php.h"

/*
 * Each reads the arguments of the function that is executing, works on the database with this
 * index, and writes return_value, or throws.
 */
void strata_api_get_multiple(INTERNAL_FUNCTION_PARAMETERS, uint32_t database);
void strata_api_fetch_multiple(INTERNAL_FUNCTION_PARAMETERS, uint32_t database);
void strata_api_set_multiple(INTERNAL_FUNCTION_PARAMETERS, uint32_t database);
void strata_api_delete_multiple(INTERNAL_FUNCTION_PARAMETERS, uint32_t database);

#endif
