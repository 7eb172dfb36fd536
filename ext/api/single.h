/* single: the operations on one key, shared by Strata\Cache and the global functions. */
#ifndef STRATA_API_SINGLE_H
#define STRATA_API_SINGLE_H

#include "php.h"

#include "api/request/space.h"
#include "tier/item.h"

/*
 * Each reads the arguments of the function that is executing, works in this
 * space, and writes return_value, or throws.
 */
void strata_api_get(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);
void strata_api_fetch(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);
void strata_api_has(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);
void strata_api_put(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space, strata_put_mode mode);
void strata_api_delete(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);
void strata_api_touch(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);
void strata_api_clear(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);
void strata_api_invalidate_tags(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);

typedef enum { STRATA_UPWARDS, STRATA_DOWNWARDS } strata_direction;

void strata_api_increment(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space,
	strata_direction direction);

#endif
