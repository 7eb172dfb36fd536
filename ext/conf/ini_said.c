/*
 * Under Debian's php-fpm nothing that the master says while it starts reaches a log that is looked
 * at, nor does what a worker says before its first request: there is no error_log, and no
 * catch_workers_output. What a worker says within a request reaches the log of the web server, by
 * sapi_module.log_message(). So all of it is said there again, with the first one.
 */
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

/* What was refused at start. Written while there is one thread; each worker has a copy. */
typedef struct kept {
	struct kept *next;
	strata_place place;
	char *directive;
	char *sentence;
} kept;

static kept *first_kept, **last_kept = &first_kept;
static strata_ini_enter enter;
static bool has_table;
static atomic_bool has_begun; /* a request of this process */

/* Of a start, so many lines are said in a request: the table has all. */
enum { MOST_LINES = 16 };

/* Lines about the values of a pool, until there is a log for them; allocated by malloc(). */
static STRATA_THREAD_LOCAL char *held[MOST_LINES];
static STRATA_THREAD_LOCAL uint32_t held_count;

static bool is_command_line(void)
{
	return strcmp(sapi_module.name, "cli") == 0 || strcmp(sapi_module.name, "phpdbg") == 0;
}

/*
 * Without error_log, PHP's log is that of the server. On a command line the server is the terminal,
 * which php.ini keeps clean by naming a log.
 */
static void say_line(const char *line)
{
	bool has_own_log = PG(error_log) != NULL && PG(error_log)[0] != '\0';

	if (has_own_log || is_command_line() || sapi_module.log_message == NULL) {
		php_log_err_with_severity(line, LOG_WARNING);
	}
	if (!is_command_line() && sapi_module.log_message != NULL) {
		sapi_module.log_message(line, LOG_WARNING);
	}
}

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
	say_line(line);
	efree(line);
}

/* Lines beyond the first ones would say nothing new of a pool that is so wrong. */
static void hold(const char *directive, const char *sentence)
{
	char *line;

	if (held_count < MOST_LINES &&
		asprintf(&line, "PHP Warning:  %s: %s", directive, sentence) >= 0) {
		held[held_count++] = line;
	}
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

static void free_kept(kept *one)
{
	free(one->directive);
	free(one->sentence);
	free(one);
}

/* Without memory it is said at start, and no more. */
static void keep(strata_place place, const char *directive, const char *sentence)
{
	kept *one = calloc(1, sizeof(*one));

	if (one == NULL) {
		return;
	}
	one->place = place;
	one->directive = strdup(directive);
	one->sentence = strdup(sentence);
	if (one->directive == NULL || one->sentence == NULL) {
		free_kept(one);
		return;
	}
	*last_kept = one;
	last_kept = &one->next;
}

void strata_ini_said_reset(strata_ini_enter enters)
{
	memset((void *) said, 0, sizeof(said));
	while (first_kept != NULL) {
		kept *one = first_kept;

		first_kept = one->next;
		free_kept(one);
	}
	last_kept = &first_kept;
	enter = enters;
	has_table = false;
	atomic_store(&has_begun, false);
}

void strata_ini_enter_kept(void)
{
	has_table = true;
	for (const kept *one = first_kept; one != NULL; one = one->next) {
		enter(one->place, one->directive, one->sentence);
	}
}

void strata_ini_note(strata_place place, const char *directive, const char *sentence)
{
	if (has_table) {
		enter(place, directive, sentence);
	}
}

void strata_ini_refuse(strata_place place, strata_ini_moment moment, const char *directive,
	const char *sentence)
{
	bool is_held = place == STRATA_PLACE_POOL && SG(server_context) == NULL;

	strata_ini_note(place, directive, sentence);
	if (was_said(directive, sentence)) {
		return;
	}
	if (moment == STRATA_INI_AT_START) {
		keep(place, directive, sentence);
	}
	if (is_held) {
		hold(directive, sentence);
	} else {
		strata_ini_say(moment, directive, sentence);
	}
}

static void say_held(void)
{
	for (uint32_t i = 0; i < held_count; i++) {
		say_line(held[i]);
		free(held[i]);
	}
	held_count = 0;
}

/* What the topology file has wrong may have been mended since. */
static void say_of_start(void)
{
	uint32_t lines = 0;

	for (const kept *one = first_kept; one != NULL; one = one->next) {
		if (one->place != STRATA_PLACE_PHP_INI) {
			continue;
		}
		if (lines++ == MOST_LINES) {
			strata_ini_say(STRATA_INI_LATER, "strata",
				"more was refused; strata_status()['configuration'] has all of it");
			return;
		}
		strata_ini_say(STRATA_INI_LATER, one->directive, one->sentence);
	}
}

bool strata_ini_say_kept(void)
{
	/* A master of php-fpm that preloads scripts has a request that no client made. */
	bool is_served = SG(server_context) != NULL && !is_command_line();
	bool is_first = is_served && !atomic_exchange(&has_begun, true);

	if (is_first) {
		say_of_start();
	}
	say_held();
	return is_first;
}
