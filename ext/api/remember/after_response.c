/*
 * PHP sends the response when the script, its shutdown functions and the destructors are through.
 * So the response is ended here, by the last of the shutdown functions: its buffers are flushed,
 * the session is written and closed (the visitor's next click would wait for its lock), and the
 * server is told where it can be. A later moment would find objects that were destructed.
 */
#include "api/remember/after_response.h"

#include "SAPI.h"
#include "Zend/zend_exceptions.h"
#include "ext/standard/basic_functions.h"

#include "api/request/globals.h"
#include "os/process.h"

enum {
	MOST = 1000,    /* of what waits: a program that never ends must not grow without end */
	MOST_TURNS = 16 /* in which other shutdown functions may come after this one */
};

struct strata_waiting {
	strata_put_off put_off;
	struct strata_waiting *next;
	uint32_t process; /* strata_process_generation(): a forked child has not put anything off */
};

/* ---- what waits ---- */

static void hold(strata_put_off *put_off)
{
	zend_string_addref(put_off->key);
	Z_TRY_ADDREF(put_off->function.function_name);
	/* The zval does not hold what parent:: and static callables were called on. */
	if (put_off->cache.object != NULL) {
		GC_ADDREF(put_off->cache.object);
	}
}

static void release(struct strata_waiting *waiting)
{
	strata_put_off put_off = waiting->put_off;

	efree(waiting);
	if (put_off.cache.object != NULL) {
		OBJ_RELEASE(put_off.cache.object);
	}
	zval_ptr_dtor(&put_off.function.function_name);
	zend_string_release(put_off.key);
}

static struct strata_waiting *take_first(void)
{
	struct strata_waiting *first = STRATA_G(put_off).first;

	if (first != NULL) {
		STRATA_G(put_off).first = first->next;
		STRATA_G(put_off).last = first->next != NULL ? STRATA_G(put_off).last : NULL;
		STRATA_G(put_off).count--;
	}
	return first;
}

static bool waits(const strata_put_off *wanted)
{
	const struct strata_waiting *waiting = STRATA_G(put_off).first;

	while (waiting != NULL && (!strata_space_equal(&waiting->put_off.space, &wanted->space) ||
								  !zend_string_equals(waiting->put_off.key, wanted->key))) {
		waiting = waiting->next;
	}
	return waiting != NULL;
}

static void append(const strata_put_off *wanted)
{
	struct strata_waiting *waiting = emalloc(sizeof(*waiting));

	*waiting =
		(struct strata_waiting){ .put_off = *wanted, .process = strata_process_generation() };
	hold(&waiting->put_off);
	if (STRATA_G(put_off).last != NULL) {
		STRATA_G(put_off).last->next = waiting;
	} else {
		STRATA_G(put_off).first = waiting;
	}
	STRATA_G(put_off).last = waiting;
	STRATA_G(put_off).count++;
}

/* ---- PHP's list of shutdown functions ---- */

static uint32_t shutdown_functions(void)
{
	return BG(user_shutdown_function_names) != NULL ? BG(user_shutdown_function_names)->nNumUsed
													: 0;
}

static void enter_shutdown_functions(void)
{
	php_shutdown_function_entry entry;

	memset(&entry, 0, sizeof(entry));
#if PHP_VERSION_ID < 80500
	entry.fci.size = sizeof(entry.fci);
#endif
	entry.fci_cache.function_handler =
		zend_hash_str_find_ptr(&strata_refresh_enum->function_table, ZEND_STRL("computeputoff"));
	entry.fci_cache.calling_scope = strata_refresh_enum;
	entry.fci_cache.called_scope = strata_refresh_enum;
	append_user_shutdown_function(&entry);
	STRATA_G(put_off).position = shutdown_functions();
	STRATA_G(put_off).turns++;
}

/*
 * Functions that the script registered later, or in a shutdown function, come first. A program that
 * always puts itself last as well must not keep PHP going for ever.
 */
static bool goes_last(void)
{
	if (shutdown_functions() > STRATA_G(put_off).position && STRATA_G(put_off).turns < MOST_TURNS) {
		enter_shutdown_functions();
		return true;
	}
	return false;
}

/*
 * Destructors and session handlers run when the list has been gone through. Of a script that is
 * over, this cannot be told from the list itself.
 */
static bool has_later_moment(void)
{
	bool is_ending = (EG(flags) & EG_FLAGS_IN_SHUTDOWN) != 0;

	return !STRATA_G(put_off).is_computing && !STRATA_G(put_off).is_over &&
		   (STRATA_G(put_off).position != 0 || !is_ending);
}

bool strata_after_response_put_off(const strata_put_off *wanted)
{
	if (!has_later_moment()) {
		return false;
	}
	if (waits(wanted)) {
		return true;
	}
	if (STRATA_G(put_off).count == MOST) {
		return false;
	}
	if (STRATA_G(put_off).position == 0) {
		enter_shutdown_functions();
	}
	append(wanted);
	return true;
}

/* ---- the end of the response ---- */

/* Said in the log as PHP says it of a shutdown function; an exit() ends what it is in. */
static void say_uncaught(void)
{
	if (EG(exception)) {
		zend_exception_error(EG(exception), E_ERROR);
	}
}

/* Calls a function of PHP itself, if there is one of that name. */
static bool call_if_there(const char *name, size_t size)
{
	zend_function *function = zend_hash_str_find_ptr(EG(function_table), name, size);

	if (function == NULL || function->type != ZEND_INTERNAL_FUNCTION) {
		return false;
	}
	zend_call_known_function(function, NULL, NULL, NULL, 0, NULL, NULL);
	say_uncaught();
	return true;
}

/* What is still printed has no reader, and must not end the process for that reason. */
static void ignore_visitor(void)
{
	zend_string *name = zend_string_init(ZEND_STRL("ignore_user_abort"), false);

	(void) zend_alter_ini_entry_chars(name, ZEND_STRL("1"), PHP_INI_SYSTEM, PHP_INI_STAGE_RUNTIME);
	zend_string_release(name);
}

/*
 * The callbacks of buffers may still use the session, so they come first. Where a server cannot be
 * told that the response is complete, it has all of it at least.
 */
static void end_response(void)
{
	php_output_end_all();
	say_uncaught();
	(void) call_if_there(ZEND_STRL("session_write_close"));
	if (strata_is_command_line) {
		sapi_flush();
		return;
	}
	ignore_visitor();
	if (!call_if_there(ZEND_STRL("fastcgi_finish_request")) &&
		!call_if_there(ZEND_STRL("litespeed_finish_request"))) {
		(void) sapi_send_headers();
		sapi_flush();
	}
	php_output_set_status(PHP_OUTPUT_DISABLED);
}

/* ---- computing ---- */

static void compute(struct strata_waiting *waiting)
{
	if (waiting->process == strata_process_generation()) {
		strata_budget_fill(&STRATA_G(budget));
		waiting->put_off.compute(&waiting->put_off);
	}
	release(waiting);
}

/* After a fatal error in one, PHP takes back the rest: strata_after_response_close(). */
static void compute_all(bool exit_ends_it)
{
	struct strata_waiting *waiting;

	STRATA_G(put_off).is_computing = true;
	while ((waiting = take_first()) != NULL) {
		compute(waiting);
		if (exit_ends_it && EG(exception) && zend_is_unwind_exit(EG(exception))) {
			break;
		}
		say_uncaught();
	}
	STRATA_G(put_off).is_computing = false;
}

void strata_after_response_compute(void)
{
	if (!STRATA_G(put_off).is_computing) {
		compute_all(true);
	}
}

ZEND_METHOD(Strata_Refresh, computePutOff)
{
	ZEND_PARSE_PARAMETERS_NONE();

	if (STRATA_G(put_off).is_computing || goes_last()) {
		return;
	}
	STRATA_G(put_off).is_over = true;
	if (STRATA_G(put_off).first != NULL) {
		end_response();
		compute_all(false);
	}
}

/* ---- requests ---- */

void strata_after_response_open(void)
{
	STRATA_G(put_off) = (strata_put_off_list){ .first = NULL };
}

void strata_after_response_close(void)
{
	struct strata_waiting *waiting;

	STRATA_G(put_off).is_over = true;
	while ((waiting = take_first()) != NULL) {
		release(waiting);
	}
}
