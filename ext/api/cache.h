/* cache — Strata\Cache, an object that knows which database and namespace it is. */
#ifndef STRATA_API_CACHE_H
#define STRATA_API_CACHE_H

#include "php.h"

extern zend_class_entry *strata_cache_ce;

/* After the class was registered: how its objects are made, and that they are not cloned. */
void strata_cache_prepare_class(void);

#endif
