#include "api/operator/check.h"

#include "api/operator/allowed.h"

ZEND_FUNCTION(strata_check)
{
	zend_string *name = NULL;
	zval empty;

	ZEND_PARSE_PARAMETERS_START(0, 1)
	Z_PARAM_OPTIONAL
	Z_PARAM_STR_OR_NULL(name)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_operator_is_allowed()) {
		RETURN_FALSE;
	}
	array_init(return_value);
	array_init(&empty);
	add_assoc_zval(return_value, "databases", &empty);
	array_init(&empty);
	add_assoc_zval(return_value, "findings", &empty);
}
