/* nodes: what strata_status() shows of the past of each node. */
#ifndef STRATA_API_STATUS_NODES_H
#define STRATA_API_STATUS_NODES_H

#include "php.h"

/* Adds "last_error" and "history" to the row of the node with this name, over all its breakers. */
void strata_api_add_past(zval *row, const char *node);

#endif
