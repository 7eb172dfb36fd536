/*
 * What was stored outlives the code that stored it: after a deployment a value may not fit the
 * classes any more. For a cache that is a miss. A serializer says so in four ways: by its answer,
 * by a warning, by throwing, or by putting __PHP_Incomplete_Class in the place of a class. All of
 * them are caught here, as long as no code of the script stands between them and the serializer.
 *
 * While the serializer runs, the script's error handler is out of reach, for it might throw. What
 * is raised by the script's own code, such as __wakeup(), is passed on to it all the same.
 */
#include "codec/reading.h"

#include "Zend/zend_exceptions.h"
#include "Zend/zend_smart_str.h"
#include "ext/standard/php_incomplete_class.h"

#include "base/thread.h"
#include "codec/isolation.h"

/* A value that is being read; user code may read others meanwhile. */
typedef struct reading {
	struct reading *outer;
	const zend_execute_data *frame; /* of the function of the cache that reads */
	strata_isolation isolation;
	bool is_thrown_by_script;  /* the last exception */
	bool has_lost_class;       /* one of them is gone */
	bool is_warned;            /* by the serializer: it left out what it could not use */
	int handled;               /* what kinds of errors the script's handler wants */
	int handlers;              /* how many the script had put aside */
	bool has_silenced_handler; /* there is one, and it wants nothing now */
	char complaint[256];       /* the first thing that was wrong, which says most */
} reading;

enum { SILENCEABLE = E_WARNING | E_NOTICE | E_DEPRECATED };

static STRATA_THREAD_LOCAL reading *innermost;
static STRATA_THREAD_LOCAL char last_complaint[256];

/* What was there before, in a chain with other modules. */
static void (*next_error_cb)(int, zend_string *, const uint32_t, zend_string *);
static void (*next_throw_hook)(zend_object *);
static zend_object *(*create_incomplete)(zend_class_entry *);

const char *strata_reading_complaint(void)
{
	return last_complaint;
}

static void complain(reading *reading, const char *what, const char *detail)
{
	if (reading->complaint[0] == '\0') {
		snprintf(reading->complaint, sizeof(reading->complaint), "%s%s", what, detail);
	}
}

static bool is_in_script(const reading *reading)
{
	const zend_execute_data *frame = EG(current_execute_data);

	for (; frame != NULL && frame != reading->frame; frame = frame->prev_execute_data) {
		if (frame->func != NULL && ZEND_USER_CODE(frame->func->type)) {
			return true;
		}
	}
	return false;
}

/* ---- hooks ---- */

/* The handler gets its say as if it had never been silenced. */
static void raise_in_script(const reading *reading, int type, zend_string *file, uint32_t line,
	zend_string *message)
{
	EG(user_error_handler_error_reporting) = reading->handled;
	zend_error_zstr_at(type, file, line, message);
	if (EG(user_error_handler_error_reporting) == reading->handled) {
		EG(user_error_handler_error_reporting) = 0;
	}
}

static void on_error(int type, zend_string *file, const uint32_t line, zend_string *message)
{
	reading *reading = innermost;

	if (reading != NULL && (type & SILENCEABLE) != 0 && !is_in_script(reading)) {
		complain(reading, ZSTR_VAL(message), "");
		reading->is_warned |= (type & E_WARNING) != 0;
	} else if (reading != NULL && reading->has_silenced_handler && (type & reading->handled) != 0 &&
			   EG(user_error_handler_error_reporting) == 0 &&
			   Z_TYPE(EG(user_error_handler)) != IS_UNDEF) {
		raise_in_script(reading, type, file, line, message);
	} else {
		next_error_cb(type, file, line, message);
	}
}

static void on_throw(zend_object *exception)
{
	if (innermost != NULL) {
		innermost->is_thrown_by_script = is_in_script(innermost);
	}
	if (next_throw_hook != NULL) {
		next_throw_hook(exception);
	}
}

static zend_object *on_incomplete(zend_class_entry *type)
{
	if (innermost != NULL && !is_in_script(innermost)) {
		innermost->has_lost_class = true;
	}
	return create_incomplete(type);
}

void strata_reading_start(void)
{
	next_error_cb = zend_error_cb;
	zend_error_cb = on_error;
	next_throw_hook = zend_throw_exception_hook;
	zend_throw_exception_hook = on_throw;
	create_incomplete = PHP_IC_ENTRY->create_object;
	PHP_IC_ENTRY->create_object = on_incomplete;
}

/* A module that came later and has us in its chain stays as it is: it ends before us. */
void strata_reading_stop(void)
{
	if (zend_error_cb == on_error) {
		zend_error_cb = next_error_cb;
	}
	if (zend_throw_exception_hook == on_throw) {
		zend_throw_exception_hook = next_throw_hook;
	}
	PHP_IC_ENTRY->create_object = create_incomplete;
}

/* ---- the script's error handler ---- */

static int handlers_put_aside(void)
{
	return zend_stack_count(&EG(user_error_handlers_error_reporting));
}

static void silence_handler(reading *reading)
{
	reading->has_silenced_handler = Z_TYPE(EG(user_error_handler)) != IS_UNDEF;
	reading->handled = EG(user_error_handler_error_reporting);
	reading->handlers = handlers_put_aside();
	if (reading->has_silenced_handler) {
		EG(user_error_handler_error_reporting) = 0;
	}
}

/* It may have been put aside meanwhile, by a set_error_handler() that was not taken back. */
static void restore_handler(const reading *reading)
{
	int *put_aside = zend_stack_base(&EG(user_error_handlers_error_reporting));

	if (!reading->has_silenced_handler) {
		return;
	}
	if (handlers_put_aside() > reading->handlers) {
		put_aside[reading->handlers] = reading->handled;
	} else if (handlers_put_aside() == reading->handlers) {
		EG(user_error_handler_error_reporting) = reading->handled;
	}
}

/* ---- a reading ---- */

static void begin(reading *reading)
{
	reading->outer = innermost;
	reading->frame = EG(current_execute_data);
	silence_handler(reading);
	strata_isolation_enter(&reading->isolation);
	innermost = reading;
}

static void end(reading *reading)
{
	innermost = reading->outer;
	strata_isolation_leave(&reading->isolation);
	restore_handler(reading);
}

/* Was it thrown because of what is stored? Else it means the caller of the cache. */
static bool is_about_value(const reading *reading, zend_object *exception)
{
	if (zend_is_unwind_exit(exception) || zend_is_graceful_exit(exception)) {
		return false;
	}
	if (zend_string_equals_literal(exception->ce->name, "FiberError")) {
		return false; /* It says that no fiber is switched while a value is read. */
	}
	return instanceof_function(exception->ce, zend_ce_error) || !reading->is_thrown_by_script;
}

static void complain_of(reading *reading, zend_object *exception)
{
	zval room;
	zval *message = zend_read_property_ex(zend_get_exception_base(exception), exception,
		ZSTR_KNOWN(ZEND_STR_MESSAGE), /* silent */ true, &room);
	char type[64];

	snprintf(type, sizeof(type), "%s: ", ZSTR_VAL(exception->ce->name));
	complain(reading, type, Z_TYPE_P(message) == IS_STRING ? Z_STRVAL_P(message) : "");
}

/* Destructors of what was made so far run last: they are code of the script like any other. */
static strata_result classify(reading *reading, zval *out, bool is_whole)
{
	zend_object *exception = EG(exception);
	bool is_about_caller = exception != NULL && !is_about_value(reading, exception);

	if (is_whole && !reading->has_lost_class && !reading->is_warned) {
		return STRATA_OK;
	}
	if (exception != NULL && !is_about_caller) {
		complain_of(reading, exception);
		zend_clear_exception();
	}
	complain(reading, reading->has_lost_class ? "a class is gone" : "the bytes are no value", "");
	memcpy(last_complaint, reading->complaint, sizeof(last_complaint));
	zval_ptr_dtor(out);
	ZVAL_NULL(out);
	return is_about_caller ? STRATA_OK : STRATA_CORRUPT;
}

strata_result strata_reading_do(strata_reading_work *work, void *context, zval *out)
{
	reading reading = { 0 };
	volatile bool is_whole = false;

	begin(&reading);
	zend_try
	{
		is_whole = work(context, out);
	}
	zend_catch
	{
		end(&reading);
		zend_bailout();
	}
	zend_end_try();
	end(&reading);
	return classify(&reading, out, is_whole);
}

typedef struct {
	const strata_serializer *serializer;
	strata_view bytes;
	HashTable *allowed;
} text;

static bool read_text(void *context, zval *out)
{
	const text *text = context;

	return text->serializer->read(text->bytes, text->allowed, out);
}

strata_result strata_reading_run(const strata_serializer *serializer, strata_view bytes,
	HashTable *allowed, zval *out)
{
	return strata_reading_do(read_text, &(text){ serializer, bytes, allowed }, out);
}
