/* transactions: begin(), commit() and rollback(). */
#ifndef STRATA_API_TRANSACTIONS_H
#define STRATA_API_TRANSACTIONS_H

#include "php.h"

#include "api/request/space.h"

/*
 * Each reads the arguments of the function that is executing, works on the database of this space,
 * and writes return_value, or throws.
 */
void strata_api_begin_transaction(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);
void strata_api_commit_transaction(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);
void strata_api_roll_back_transaction(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space);

#endif
