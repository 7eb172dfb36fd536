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

#endif
