/* session_module: PHP's own module of sessions, which is found when PHP starts. */
#ifndef STRATA_API_SESSION_SESSION_MODULE_H
#define STRATA_API_SESSION_SESSION_MODULE_H

#include "php.h"

#include "ext/session/php_session.h"

/*
 * The module may be part of PHP, a shared module of its own, or not there at all: so nothing of it
 * is linked, and strata loads in all three cases. Once, in MINIT; the same for all threads.
 */

/* Offers PHP one more handler. False where there is no such module; *is_full: it takes no more. */
bool strata_session_module_register(const ps_module *handler, bool *is_full);

/* What the module knows of this thread. Only after a registration, as the rest. */
php_ps_globals *strata_session_module_globals(void);

/* An id as the module makes them itself. NULL with an exception. */
zend_string *strata_session_module_make_id(void);

/* Which function of the module wants something of its handler. */
typedef enum {
	STRATA_ASKER_START,          /* session_start() */
	STRATA_ASKER_READ_AND_CLOSE, /* session_start() that neither changes nor keeps the session */
	STRATA_ASKER_RESET,
	STRATA_ASKER_REGENERATE, /* session_regenerate_id() */
	STRATA_ASKER_CREATE_ID,  /* session_create_id() */
	STRATA_ASKER_DECODE,
	STRATA_ASKER_OTHER,  /* one more of its functions */
	STRATA_ASKER_SCRIPT, /* none: a method of SessionHandler that the script calls by itself */
	STRATA_ASKER_ENGINE  /* no script runs: a request begins or ends, or files are uploaded */
} strata_session_asker;

/* Told from the frames of the script: methods of handlers may stand between it and us. */
strata_session_asker strata_session_module_asker(void);

#endif
