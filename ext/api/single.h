/* single: the operations on one key, shared by Strata\Cache and the global functions. */
#ifndef STRATA_API_SINGLE_H
#define STRATA_API_SINGLE_H

#include "php.h"

#include "tier/item.h"

/*
 * Each reads the arguments of the function that is executing, works on the database with this
 * index, and writes return_value, or throws.
 */
void strata_api_get(INTERNAL_FUNCTION_PARAMETERS, uint32_t database);
void strata_api_fetch(INTERNAL_FUNCTION_PARAMETERS, uint32_t database);
void strata_api_has(INTERNAL_FUNCTION_PARAMETERS, uint32_t database);
void strata_api_put(INTERNAL_FUNCTION_PARAMETERS, uint32_t database, strata_put_mode mode);
void strata_api_delete(INTERNAL_FUNCTION_PARAMETERS, uint32_t database);
void strata_api_touch(INTERNAL_FUNCTION_PARAMETERS, uint32_t database);
void strata_api_clear(INTERNAL_FUNCTION_PARAMETERS, uint32_t database);

typedef enum { STRATA_UPWARDS, STRATA_DOWNWARDS } strata_direction;

void strata_api_increment(INTERNAL_FUNCTION_PARAMETERS, uint32_t database,
	strata_direction direction);

#endif
