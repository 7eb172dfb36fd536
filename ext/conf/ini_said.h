/* ini_said: what is said about directives, and where. It knows PHP's logs, as conf/ini.c does. */
#ifndef STRATA_CONF_INI_SAID_H
#define STRATA_CONF_INI_SAID_H

#include <stdbool.h>

/* While the module starts there is no script; later, one may have an error handler that throws. */
typedef enum { STRATA_INI_AT_START, STRATA_INI_LATER } strata_ini_moment;

/* Forgets what was said before: the module starts. */
void strata_ini_said_reset(void);

/*
 * Says something about a directive: a warning of PHP at start, and later a line of the SAPI's log,
 * which no script sees, whatever log_errors and display_errors say. Runs no code of the script.
 */
void strata_ini_say(strata_ini_moment moment, const char *directive, const char *sentence);

/*
 * The same, once a process, where a pool or a request may have the same wrong value again. What is
 * said before a worker has a request is held until then.
 */
void strata_ini_say_once(strata_ini_moment moment, const char *directive, const char *sentence);

/* As a request begins: says what was wrong with the values of a pool, once in a process. */
void strata_ini_say_held(void);

#endif
