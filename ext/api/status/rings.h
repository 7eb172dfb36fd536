/* rings: the memcached servers of each database and their places, for strata_status(). */
#ifndef STRATA_API_STATUS_RINGS_H
#define STRATA_API_STATUS_RINGS_H

#include "php.h"

/* Adds the section "rings", and the ring names to the nodes of the section "nodes". */
void strata_api_add_rings(zval *status);

#endif
