/* ini_said: what is said about directives, and where. It knows PHP's logs, as conf/ini.c does. */
#ifndef STRATA_CONF_INI_SAID_H
#define STRATA_CONF_INI_SAID_H

#include <stdbool.h>

#include "conf/text/place.h"

/* While the module starts there is no script; later, one may have an error handler that throws. */
typedef enum { STRATA_INI_AT_START, STRATA_INI_LATER } strata_ini_moment;

/* Enters what was refused into the table of the host. */
typedef void (*strata_ini_enter)(strata_place place, const char *directive, const char *sentence);

/* Forgets what was said and refused before: the module starts, or ends with enter as NULL. */
void strata_ini_said_reset(strata_ini_enter enter);

/* There is a table from now on: enters what was refused before. In MINIT. */
void strata_ini_enter_kept(void);

/*
 * Says something about a directive: a warning of PHP at start. Later a line of the server's log
 * and, where error_log names another one, of PHP's; on a command line, of PHP's log alone. No
 * script sees it, whatever log_errors and display_errors say, and no code of the script is run.
 */
void strata_ini_say(strata_ini_moment moment, const char *directive, const char *sentence);

/*
 * A setting is refused, or is not in force: enters it and says it, once a process. What is said at
 * start is kept, so that each worker can say it again where it is seen. What concerns a pool is
 * held until there is a request, since a worker of php-fpm has no log before.
 */
void strata_ini_refuse(strata_place place, strata_ini_moment moment, const char *directive,
	const char *sentence);

/* The same without a word: the caller says it. */
void strata_ini_note(strata_place place, const char *directive, const char *sentence);

/*
 * As a request begins: says what is kept and held, once a process. True in the first request that
 * this process serves, and never on a command line, where all was said at start.
 */
bool strata_ini_say_kept(void);

#endif
