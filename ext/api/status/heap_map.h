/* heap_map: where in the heap what lies, and which namespaces fill it, for strata_status(). */
#ifndef STRATA_API_STATUS_HEAP_MAP_H
#define STRATA_API_STATUS_HEAP_MAP_H

#include "php.h"

/* Adds "map" to the section "local"; null where there is no local tier. */
void strata_api_add_heap_map(zval *local);

#endif
