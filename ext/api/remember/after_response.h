/* after_response: what Refresh::AfterResponse puts off until the visitor has the response. */
#ifndef STRATA_API_REMEMBER_AFTER_RESPONSE_H
#define STRATA_API_REMEMBER_AFTER_RESPONSE_H

#include "php.h"

#include "api/remember/remember_options.h"
#include "api/request/space.h"

/* One function of the script that is to compute one key later. */
typedef struct strata_put_off {
	strata_space space;
	zend_string *key;
	strata_remember_options options;
	strata_tag_list tags;
	zend_fcall_info function;
	zend_fcall_info_cache cache;
	void (*compute)(struct strata_put_off *put_off); /* may leave an exception under way */
} strata_put_off;

/*
 * Keeps a copy, with references of its own, until the response was sent: that is PHP's last
 * shutdown function, on a command line the end of the script. A key that is put off already stays
 * as it is. False: there is no later moment, or too much waits for it; the caller computes at once.
 */
bool strata_after_response_put_off(const strata_put_off *wanted);

/*
 * Computes all that was put off: between two requests of a program that serves many. Exceptions go
 * to the error log; an exit() is left under way, and what it cut off to the end of the script.
 */
void strata_after_response_compute(void);

/* In MINIT. */
void strata_after_response_start(void);

/* Where a request of PHP begins and ends: what could not be computed is given up. */
void strata_after_response_open(void);
void strata_after_response_close(void);

#endif
