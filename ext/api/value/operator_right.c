/*
 * A script of one site could take the servers of all others out, or read their keys. A command line
 * is an operator's, unless php.ini says otherwise.
 *
 * For the command strata PHP_ADMIN_VALUE would do, but php-fpm keeps what it sets for the next
 * requests of that worker, and those are a site's. A parameter of FastCGI is gone with its request,
 * whatever becomes of the process that sent it. No header of a visitor has that name: theirs begin
 * with HTTP_. What can send it could send PHP_ADMIN_VALUE as well: the right to connect to the
 * socket of a pool is that of an operator there.
 */
#include "api/value/operator_right.h"

#include "php.h"

#include "SAPI.h"

#include "api/request/globals.h"
#include "conf/ini.h"

#define PARAMETER "STRATA_OPERATOR"

/* Only php-fpm keeps parameters apart from what .htaccess may put into an environment. */
static bool comes_with_request(void)
{
	char *word = strcmp(sapi_module.name, "fpm-fcgi") == 0
					 ? sapi_getenv(PARAMETER, sizeof(PARAMETER) - 1)
					 : NULL;
	bool is_on = word != NULL && strcmp(word, "on") == 0;

	if (word != NULL) {
		efree(word);
	}
	return is_on;
}

bool strata_operator_right_holds(void)
{
	switch (strata_ini_operator()) {
		case STRATA_OPERATOR_ON: return true;
		case STRATA_OPERATOR_OFF: return false;
	}
	return strata_is_command_line || comes_with_request();
}
