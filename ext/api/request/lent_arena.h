/* lent_arena: the arenas of one thread, one for each call that is under way. */
#ifndef STRATA_API_REQUEST_LENT_ARENA_H
#define STRATA_API_REQUEST_LENT_ARENA_H

#include "php.h"

#include "api/request/globals.h"

/* The caller gives it back. NULL without memory. */
strata_lent_arena *strata_lent_arena_lend(void);

/* Frees what lies in it, and keeps at most STRATA_ARENAS_KEPT of them for later calls. */
void strata_lent_arena_return(strata_lent_arena *lent);

/* Takes back the arenas of calls that a fatal error cut off. */
void strata_lent_arena_return_all(void);

/* When the thread ends. */
void strata_lent_arena_free_all(zend_strata_globals *globals);

#endif
