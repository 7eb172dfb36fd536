/* operator_right: may this script ask and tell what is an operator's? */
#ifndef STRATA_API_VALUE_OPERATOR_RIGHT_H
#define STRATA_API_VALUE_OPERATOR_RIGHT_H

#include <stdbool.h>

/*
 * What strata.operator says of this place. Where it is auto: a command line, or a request of
 * php-fpm that says STRATA_OPERATOR=on among its FastCGI parameters, as those of the command strata
 * do.
 */
bool strata_operator_right_holds(void);

#endif
