#include "php.h"
#include "php_main.h"
#include "SAPI.h"

#include "conf/ini_said.h"

#include <stdatomic.h>

#include "base/hash.h"
#include "base/thread.h"

/* Hashes of what was said of values: once for a process, not at every request. */
enum { SAID = 64 };
static _Atomic uint64_t said[SAID];
static _Atomic uint32_t said_count;

/* Lines about the values of a pool, until there is a log for them; allocated by malloc(). */
enum { HELD = 16 };
static STRATA_THREAD_LOCAL char *held[HELD];
static STRATA_THREAD_LOCAL uint32_t held_count;

/*
 * Not php_error_docref(): it would put the name of a function in front that has nothing to do with
 * it, and with html_errors, as php-fpm has it, write &quot; into the log.
 */
void strata_ini_say(strata_ini_moment moment, const char *directive, const char *sentence)
{
	char *line;

	switch (moment) {
		case STRATA_INI_AT_START: zend_error(E_CORE_WARNING, "%s: %s", directive, sentence); return;
		case STRATA_INI_LATER: break;
	}
	spprintf(&line, 0, "PHP Warning:  %s: %s", directive, sentence);
	php_log_err_with_severity(line, LOG_WARNING);
	efree(line);
}

/* Lines beyond the first ones would say nothing new of a pool that is so wrong. */
static void hold(const char *directive, const char *sentence)
{
	char *line;

	if (held_count < HELD && asprintf(&line, "PHP Warning:  %s: %s", directive, sentence) >= 0) {
		held[held_count++] = line;
	}
}

void strata_ini_say_held(void)
{
	for (uint32_t i = 0; i < held_count; i++) {
		php_log_err_with_severity(held[i], LOG_WARNING);
		free(held[i]);
	}
	held_count = 0;
}

/* A web server may send the same wrong value with every request. */
static bool was_said(const char *directive, const char *sentence)
{
	uint64_t hash =
		strata_hash_of(strata_view_of(sentence), strata_hash_of(strata_view_of(directive), 0)) | 1;

	for (uint32_t i = 0; i < SAID; i++) {
		if (atomic_load(&said[i]) == hash) {
			return true;
		}
	}
	atomic_store(&said[atomic_fetch_add(&said_count, 1) % SAID], hash);
	return false;
}

void strata_ini_said_reset(void)
{
	memset((void *) said, 0, sizeof(said));
}

/*
 * A worker of php-fpm takes the values of its pool before it has a request. What it says then goes
 * nowhere, unless the pool has error_log, in a line below, or catch_workers_output.
 */
void strata_ini_say_once(strata_ini_moment moment, const char *directive, const char *sentence)
{
	if (was_said(directive, sentence)) {
		return;
	}
	if (moment == STRATA_INI_LATER && SG(server_context) == NULL) {
		hold(directive, sentence);
	} else {
		strata_ini_say(moment, directive, sentence);
	}
}
