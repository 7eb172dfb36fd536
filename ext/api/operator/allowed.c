#include "api/operator/allowed.h"

#include "php.h"

#include "api/value/operator_right.h"

bool strata_operator_is_allowed(void)
{
	if (strata_operator_right_holds()) {
		return true;
	}
	php_error_docref(NULL, E_WARNING,
		"strata.operator is off here; accepted: strata.operator = on, in php.ini or for a pool "
		"of operators, or a call from the command line");
	return false;
}
