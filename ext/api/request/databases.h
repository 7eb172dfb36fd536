/* databases: those that this thread has opened, by their index in the configuration. */
#ifndef STRATA_API_REQUEST_DATABASES_H
#define STRATA_API_REQUEST_DATABASES_H

#include "php.h"

#include "api/request/globals.h"

/* The index of a configured database, or false. */
bool strata_api_find_database(zend_string *name, uint32_t *index);

/*
 * The database with this index, opened at its first use. NULL with an exception thrown when it
 * cannot be used as it is configured, or without memory.
 */
strata_database *strata_api_database(uint32_t index);

/*
 * Opens anew what is configured otherwise by now, and closes the connections of before. Only while
 * no call of this thread is under way. A database that cannot be opened like that goes on as it
 * was, which is warned of.
 */
void strata_api_reopen_databases(void);

/* Counts for the host what this thread has kept to itself so far. */
void strata_api_flush_counts(void);

/* Closes all of them and frees their list: when the thread ends. */
void strata_api_close_databases(zend_strata_globals *globals);

#endif
