#include "api/operator/allowed.h"

#include "php.h"

#include "api/operator/granted.h"
#include "api/request/globals.h"
#include "conf/ini.h"

/*
 * A script of one site could take the servers of all others out, or list their keys. A command line
 * is an operator's, unless php.ini says otherwise.
 */
static bool is_operator(void)
{
	switch (strata_ini_operator()) {
		case STRATA_OPERATOR_ON: return true;
		case STRATA_OPERATOR_OFF: return false;
	}
	return strata_is_command_line || strata_operator_is_granted();
}

bool strata_operator_is_allowed(void)
{
	if (is_operator()) {
		return true;
	}
	php_error_docref(NULL, E_WARNING,
		"strata.operator is off here; accepted: strata.operator = on, in php.ini or for a pool "
		"of operators, or a call from the command line");
	return false;
}
