/* slot_masters: which node of a cluster has which slots, for strata_status(). */
#ifndef STRATA_API_STATUS_SLOT_MASTERS_H
#define STRATA_API_STATUS_SLOT_MASTERS_H

#include "php.h"

/* Adds "masters" and "replicas" to the section of the cluster whose record has this number. */
void strata_api_add_slot_masters(zval *cluster, uint32_t number);

#endif
