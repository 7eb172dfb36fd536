/* errors: results as the script sees them, the only conversion to warnings and exceptions. */
#ifndef STRATA_API_REQUEST_ERRORS_H
#define STRATA_API_REQUEST_ERRORS_H

#include "php.h"

#include "api/request/call.h"
#include "tier/item.h"

/*
 * After every operation, once for every item, when no connection is held any more. A tier's failure
 * is a miss to the script, unless strata.on_error is throw. What no waiting will heal (a server
 * that is too old, speaks another protocol, does not take the credentials, or is not what the DSN
 * says, and a value over a limit) is told by one warning in each process, also where another tier
 * had the answer. May run a user's error handler. Nothing happens
 * when an exception is already under way.
 */
void strata_errors_report(const strata_api_call *call, const strata_item *item);

/* The same where there is no miss to fall back on: every result but OK throws. */
void strata_errors_throw(const strata_api_call *call, const strata_item *item);

/* strata.databases does not name it. */
void strata_errors_throw_no_database(zend_string *name);

/* remember() waited for another process in vain, and strata.lease_overflow is throw. */
void strata_errors_throw_busy(const strata_api_call *call, const strata_item *item);

/*
 * A stale value is returned in place of this exception, which is released. Said to the log of the
 * server: a handler of the script that makes exceptions of warnings would undo what it asked for.
 */
void strata_errors_log_stale(zend_string *key, zend_object *thrown);

/*
 * What is stored under this key does not fit the present code. Said once in each process, to the
 * log of the server: a handler of the script might throw, and each such value would do it anew.
 */
void strata_errors_log_unreadable(const strata_api_call *call, const strata_item *item,
	const char *why);

/* The function of rememberMultiple() returned a value under a key that it was not given. */
void strata_errors_throw_unasked(zend_string *key);

/*
 * The value of this item cannot be stored; an exception that is under way becomes the previous one.
 */
void strata_errors_throw_unstorable(const strata_item *item, const char *culprit);

#endif
