/* compare: writes that take place only if what fetch() saw is still there. */
#ifndef STRATA_API_COMPARE_H
#define STRATA_API_COMPARE_H

#include "php.h"

/*
 * Each reads the arguments of the function that is executing, works on the database with this
 * index, and writes return_value, or throws.
 */
void strata_api_compare_and_set(INTERNAL_FUNCTION_PARAMETERS, uint32_t database);
void strata_api_compare_and_delete(INTERNAL_FUNCTION_PARAMETERS, uint32_t database);

#endif
