/* remember_options: how remember() treats one key, as the script asked for it, checked. */
#ifndef STRATA_API_REMEMBER_REMEMBER_OPTIONS_H
#define STRATA_API_REMEMBER_REMEMBER_OPTIONS_H

#include "php.h"

#include "api/value/arguments.h"

extern zend_class_entry *strata_refresh_enum;
extern zend_class_entry *strata_on_error_enum;

/* Strata\Refresh. */
typedef enum {
	STRATA_REFRESH_NOW,            /* what is stale is computed by the call that finds it */
	STRATA_REFRESH_AFTER_RESPONSE, /* it is returned, and computed after the response */
	STRATA_REFRESH_FORCE           /* computed whatever is there */
} strata_refresh;

/* Strata\OnError: what becomes of an exception of the function. */
typedef enum {
	STRATA_ON_EXCEPTION_THROW, /* it passes through */
	STRATA_ON_EXCEPTION_STALE  /* a stale value is returned in its place, if there is one */
} strata_on_exception;

typedef struct {
	strata_ttl ttl;
	strata_msec stale; /* how long a value is kept beyond its life; at most 100 years */
	double beta;       /* of the early refresh; finite, 0: none */
	strata_refresh refresh;
	strata_on_exception on_exception;
} strata_remember_options;

/* The arguments as PHP passed them; zeroes and a beta of 1 where a script leaves them out. */
typedef struct {
	zend_object *interval; /* of the time to live; NULL: seconds */
	zend_long seconds;
	bool ttl_is_null;
	zend_long stale;
	double beta;
	HashTable *tags;       /* NULL: none */
	zend_object *refresh;  /* a case of Strata\Refresh; NULL: Now */
	zend_object *on_error; /* a case of Strata\OnError; NULL: Throw */
} strata_remember_arguments;

/*
 * False with an exception thrown: an interval that cannot be added to now, or a ValueError about
 * the argument; the first of them (ttl) is number 2 of the function that is executing.
 */
bool strata_remember_options_read(const strata_remember_arguments *arguments,
	strata_remember_options *out);

/* The same of what the value is to depend on. */
bool strata_remember_options_tags(const strata_remember_arguments *arguments,
	const strata_space *space, strata_tag_list *out);

/* From seconds, argument number `argument`. False with a ValueError when they are negative. */
bool strata_remember_options_stale(zend_long seconds, uint32_t argument, strata_msec *stale);

#endif
