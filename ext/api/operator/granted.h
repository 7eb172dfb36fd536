/* granted: the right that a request of php-fpm brings along, as those of the command strata do. */
#ifndef STRATA_API_OPERATOR_GRANTED_H
#define STRATA_API_OPERATOR_GRANTED_H

#include <stdbool.h>

/*
 * Whether this request says STRATA_OPERATOR=on among its FastCGI parameters. It ends with the
 * request.
 */
bool strata_operator_is_granted(void);

#endif
