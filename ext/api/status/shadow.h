/* shadow: the part of strata_status() that tells of databases that move. */
#ifndef STRATA_API_STATUS_SHADOW_H
#define STRATA_API_STATUS_SHADOW_H

#include "php.h"

/* Adds "shadow" to each database in the section "databases" that has one. */
void strata_api_add_shadows(zval *status);

#endif
