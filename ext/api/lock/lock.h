/* lock: Strata\Lock, what Cache::lock() returns. */
#ifndef STRATA_API_LOCK_LOCK_H
#define STRATA_API_LOCK_LOCK_H

#include "php.h"

#include "api/request/space.h"

extern zend_class_entry *strata_lock_ce;

/* After the class was registered: how its objects are made, and that they are not cloned. */
void strata_lock_prepare_class(void);

/*
 * Reads the arguments of the function that is executing, and makes a lock of this space, or throws.
 */
void strata_api_lock(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);

#endif
