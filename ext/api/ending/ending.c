/*
 * PHP sends the response when the script, its shutdown functions and the destructors are through.
 * So the response is ended here, by the last of the shutdown functions: its buffers are flushed,
 * the session is written and closed (the visitor's next click would wait for its lock), and the
 * server is told where it can be. A later moment would find objects that were destructed.
 */
#include "api/ending/ending.h"

#include "SAPI.h"
#include "Zend/zend_exceptions.h"
#include "ext/standard/basic_functions.h"

#include "base/thread.h"

enum { MOST_TURNS = 16 /* in which other shutdown functions may come after this one */ };

typedef struct {
	zend_class_entry *owner; /* of the method that is entered */
	strata_ending_kind kind;
	uint32_t position; /* length of PHP's list of shutdown functions with ours; 0: not in it */
	uint32_t turns;    /* how often it entered the list */
	bool is_over;      /* it has come, or the request is closed */
} state;

static STRATA_THREAD_LOCAL state request;
static const strata_ending_work *works[STRATA_ENDING_WORKS];
static size_t work_count;

void strata_ending_add(const strata_ending_work *work)
{
	for (size_t i = 0; i < work_count; i++) {
		if (works[i] == work) {
			return;
		}
	}
	if (work_count < STRATA_ENDING_WORKS) {
		works[work_count++] = work;
	}
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
		zend_hash_str_find_ptr(&request.owner->function_table, ZEND_STRL("computeputoff"));
	entry.fci_cache.calling_scope = request.owner;
	entry.fci_cache.called_scope = request.owner;
	append_user_shutdown_function(&entry);
	request.position = shutdown_functions();
	request.turns++;
}

/*
 * Functions that the script registered later, or in a shutdown function, come first. A program that
 * always puts itself last as well must not keep PHP going for ever.
 */
static bool goes_last(void)
{
	if (shutdown_functions() > request.position && request.turns < MOST_TURNS) {
		enter_shutdown_functions();
		return true;
	}
	return false;
}

/*
 * Destructors and session handlers run when the list has been gone through. Of a script that is
 * over, this cannot be told from the list itself.
 */
bool strata_ending_enter(void)
{
	bool is_ending = (EG(flags) & EG_FLAGS_IN_SHUTDOWN) != 0;

	if (request.is_over || request.owner == NULL || (request.position == 0 && is_ending)) {
		return false;
	}
	if (request.position == 0) {
		enter_shutdown_functions();
	}
	return true;
}

/* ---- the end of the response ---- */

/* Said in the log as PHP says it of a shutdown function; an exit() ends what it is in. */
void strata_ending_say_uncaught(void)
{
	if (EG(exception)) {
		zend_exception_error(EG(exception), E_ERROR);
	}
}

/* A function of PHP itself, if there is one of that name. */
static zend_function *find(const char *name, size_t size)
{
	zend_function *function = zend_hash_str_find_ptr(EG(function_table), name, size);

	return function != NULL && function->type == ZEND_INTERNAL_FUNCTION ? function : NULL;
}

static bool call_if_there(const char *name, size_t size)
{
	zend_function *function = find(name, size);

	if (function == NULL) {
		return false;
	}
	zend_call_known_function(function, NULL, NULL, NULL, 0, NULL, NULL);
	strata_ending_say_uncaught();
	return true;
}

bool strata_ending_can_finish(void)
{
	return find(ZEND_STRL("fastcgi_finish_request")) != NULL ||
		   find(ZEND_STRL("litespeed_finish_request")) != NULL;
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
	strata_ending_say_uncaught();
	(void) call_if_there(ZEND_STRL("session_write_close"));
	if (request.kind == STRATA_ENDING_OF_COMMAND) {
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

/* One may leave something to be done for those behind it. */
static void run_all(void)
{
	bool is_ended = false;

	for (size_t i = 0; i < work_count; i++) {
		if (!works[i]->is_wanted()) {
			continue;
		}
		if (!is_ended) {
			end_response();
			is_ended = true;
		}
		works[i]->run();
	}
}

ZEND_METHOD(Strata_Refresh, computePutOff)
{
	ZEND_PARSE_PARAMETERS_NONE();

	if (request.is_over || goes_last()) {
		return;
	}
	request.is_over = true;
	run_all();
}

/* ---- requests ---- */

void strata_ending_open(zend_class_entry *owner, strata_ending_kind kind)
{
	request = (state){ .owner = owner, .kind = kind };
}

void strata_ending_close(void)
{
	request.is_over = true;
}
