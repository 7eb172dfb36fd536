/* prefixes — what strata_status() says of keys: their prefixes, and those that are used most. */
#ifndef STRATA_API_STATUS_PREFIXES_H
#define STRATA_API_STATUS_PREFIXES_H

#include "php.h"

/*
 * Adds the sections "prefixes" and "hot_keys". Of the databases of this process, in its namespaces
 * and under its user; of all where the process is an operator's, see strata.operator.
 */
void strata_api_add_prefixes(zval *status);

#endif
