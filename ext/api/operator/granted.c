/*
 * PHP_ADMIN_VALUE would do, but php-fpm keeps what it sets for the next requests of that worker,
 * and those are a site's. A parameter of FastCGI is gone with its request, whatever becomes of the
 * process that sent it. No header of a visitor has that name: theirs begin with HTTP_. What can
 * send it could send PHP_ADMIN_VALUE as well: the right to connect to the socket of a pool is that
 * of an operator there.
 */
#include "api/operator/granted.h"

#include "php.h"

#include "SAPI.h"

#define PARAMETER "STRATA_OPERATOR"

/* Only php-fpm keeps parameters apart from what .htaccess may put into an environment. */
bool strata_operator_is_granted(void)
{
	char *word = strcmp(sapi_module.name, "fpm-fcgi") == 0
					 ? sapi_getenv(PARAMETER, sizeof(PARAMETER) - 1)
					 : NULL;
	bool is_granted = word != NULL && strcmp(word, "on") == 0;

	if (word != NULL) {
		efree(word);
	}
	return is_granted;
}
