/* request: what this thread sets up and takes back where a request of PHP begins and ends. */
#ifndef STRATA_API_REQUEST_REQUEST_H
#define STRATA_API_REQUEST_REQUEST_H

#include "php.h"

#include "api/request/globals.h"

/*
 * A worker opens databases of its own also where its master used some before it forked
 * (opcache.preload): the settings of a pool come after that.
 */
void strata_api_begin_request(void);

/* The end of what began there: what comes next belongs to another request. */
void strata_api_end_request(void);

/* Takes back what calls left behind that a fatal error cut off. At the end of every request. */
void strata_api_reclaim(void);

/* Frees everything this thread keeps and leaves zeroes: when it ends. */
void strata_api_forget(zend_strata_globals *globals);

/* ---- databases that move: see cache/mirror/turns.h ---- */

/* In MINIT. */
void strata_api_start_turns(void);

/*
 * At the end of a call. After the response comes a turn, where a server can be told that it is
 * complete. A command line takes one now and then, at the end of a call.
 */
void strata_api_note_turn(strata_database *database, const strata_read_sample *sample);

/* Between two requests of a program that serves many, and when a command ends: all that waits. */
void strata_api_take_turns(void);

/* When a request of PHP ends. Other servers take a short turn here. */
void strata_api_take_last_turn(void);

#endif
