/* call — how does one call of the script begin and end below the skin? */
#ifndef STRATA_API_CALL_H
#define STRATA_API_CALL_H

#include "php.h"

#include "api/globals.h"
#include "base/call.h"
#include "cache/database.h"

/* What a script gets of a value that lies in the local tier as an image. */
typedef enum {
	STRATA_HAND_OUT_COPY, /* a copy each time */
	STRATA_HAND_OUT_MEMO, /* a copy once for each version, then references to that */
	STRATA_HAND_OUT_PIN   /* the value where it lies, pinned until the request ends */
} strata_hand_out;

/*
 * From begin to end, everything a call makes lives in its arena. Between them user code may run
 * (unserializing does), which may make calls of its own, also from other fibers.
 */
typedef struct {
	strata_call call;
	strata_database *database;
	uint32_t index; /* of the database */
	strata_lent_arena *lent;
	strata_hand_out hand_out;
} strata_api_call;

/*
 * False with an exception thrown when the database cannot be used as it is configured, or there is no
 * memory. A true answer obliges the caller to strata_api_end().
 */
bool strata_api_begin(strata_api_call *call, uint32_t database);
void strata_api_end(strata_api_call *call);

strata_hand_out strata_api_hand_out_of(const strata_database *database);

/* The index of a configured database, or false. */
bool strata_api_find_database(zend_string *name, uint32_t *index);

/*
 * A worker opens databases of its own also where its master used some before it forked (opcache.preload): the
 * settings of a pool come after that.
 */
void strata_api_begin_request(void);

/*
 * Opens anew what is configured otherwise by now, and closes the connections of before. Only while no
 * call of this thread is under way. A database that cannot be opened like that goes on as it was, which is
 * warned of.
 */
void strata_api_reopen_databases(void);

/* Counts for the host what this thread has kept to itself so far. */
void strata_api_tell_counts(void);

/* Takes back what calls left behind that a fatal error cut off. At the end of every request. */
void strata_api_reclaim(void);

/* Frees everything this thread keeps and leaves zeroes: when it ends. */
void strata_api_forget(zend_strata_globals *globals);

#endif
