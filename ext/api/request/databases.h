/* databases: those that this thread has opened, for each set of settings that it met. */
#ifndef STRATA_API_REQUEST_DATABASES_H
#define STRATA_API_REQUEST_DATABASES_H

#include "php.h"

#include "api/request/globals.h"

/* The index of a configured database, or false. */
bool strata_api_find_database(zend_string *name, uint32_t *index);
bool strata_api_has_database(strata_view name, uint32_t *index);

/*
 * The database with this index, opened at its first use under the settings that are in force. NULL
 * with an exception thrown when it cannot be used as it is configured, or without memory. Where
 * settings changed since the last call, what the request got out of the memo is forgotten.
 */
strata_database *strata_api_database(uint32_t index);

/* The same, with a sentence in error in place of an exception, which takes a script to catch it. */
strata_database *strata_api_try_database(uint32_t index, char error[STRATA_DATABASE_ERROR]);

/*
 * Opens anew what is configured otherwise since the topology file changed, and closes the
 * connections of before. Only while no call of this thread is under way. A database that cannot be
 * opened like that goes on as it was, which is said in the log.
 */
void strata_api_reopen_databases(void);

/* Where a shadow was kept from leading: may it now? For the beginning of a request. */
void strata_api_retry_to_lead(void);

/* Whether the fast path may look for values: not while a transaction is open. */
void strata_api_set_fast_path(void);

/* Settings changed: the next call finds out which databases are right. Runs no PHP code. */
void strata_api_leave_set(void);

/* The same where the effective user of the process is another one than at the last look. */
void strata_api_look_at_user(void);

/* Looks whether the named segment, if one is in use, was lost; then no set is in force. */
void strata_api_watch_segment(void);
static inline void strata_api_look_at_segment(void)
{
	if (strata_process_runtime.segment != NULL) {
		strata_api_watch_segment();
	}
}

/* Has this thread opened any, under whatever settings? */
bool strata_api_has_databases(void);

/* Counts for the host what this thread has kept to itself so far. */
void strata_api_flush_counts(void);

/* Closes all of them and frees their list: when the thread ends. */
void strata_api_close_databases(zend_strata_globals *globals);

/* What a script gets of a value that lies in the local tier as an image. */
typedef enum {
	STRATA_RETURN_COPY, /* a copy each time */
	STRATA_RETURN_MEMO, /* a copy once for each version, then references to that */
	STRATA_RETURN_PIN   /* the value where it lies, pinned until the request ends */
} strata_return_mode;

strata_return_mode strata_api_return_mode_of(const strata_database *database);

#endif
