/* allowed: may this script ask and tell what is an operator's? */
#ifndef STRATA_API_OPERATOR_ALLOWED_H
#define STRATA_API_OPERATOR_ALLOWED_H

#include <stdbool.h>

/*
 * What strata.operator says of this place. False with a warning that names the function and the way
 * out.
 */
bool strata_operator_is_allowed(void);

#endif
