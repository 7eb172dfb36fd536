#include "api/request/errors.h"

#include <stdatomic.h>
#include <syslog.h>

#include "Zend/zend_exceptions.h"
#include "Zend/zend_smart_str.h"

#include "api/request/databases.h"
#include "api/request/exceptions.h"
#include "base/compiler.h"
#include "health/breaker.h"
#include "health/breaker_table.h"
#include "os/clock.h"

/* A key as it can be printed: its beginning, with what is not printable escaped. */
enum { KEY_SHOWN = 64 };

static zend_string *show_key(strata_view key)
{
	smart_str shown = { 0 };

	smart_str_appendc(&shown, '"');
	smart_str_append_escaped(&shown, key.data, key.size < KEY_SHOWN ? key.size : KEY_SHOWN);
	smart_str_appends(&shown, key.size <= KEY_SHOWN ? "\"" : "...\"");
	return smart_str_extract(&shown);
}

/* As the script wrote it. */
static zend_string *show_key_of(const strata_item *item)
{
	return show_key(strata_key_shown(item->key));
}

static zend_string *show_text(zend_string *key)
{
	return show_key((strata_view){ ZSTR_VAL(key), ZSTR_LEN(key) });
}

static const char *sentence(const strata_api_call *call, strata_result result)
{
	if (result == STRATA_UNCONFIGURED && call->database->settings.refused != NULL) {
		return call->database->settings.refused;
	}
	if (result == STRATA_UNCONFIGURED && call->database->has_lost_segment) {
		return "the file of strata.segment was removed, and a reload makes a new one";
	}
	return call->call.error[0] != '\0' ? call->call.error : strata_result_text(result);
}

static void throw_about_key(zend_class_entry *exception, const strata_item *item, const char *why)
{
	zend_string *key = show_key_of(item);

	zend_throw_exception_ex(exception, 0, "key %s: %s", ZSTR_VAL(key), why);
	zend_string_release(key);
}

static void throw_failure(const strata_api_call *call, const strata_item *item)
{
	zend_throw_exception_ex(strata_connection_exception, 0, "database %s: %s", call->database->name,
		sentence(call, item->result));
}

/* A name that came from a mistake can be of any bytes, and of any length. */
void strata_errors_throw_no_database(zend_string *name)
{
	zend_string *shown = show_text(name);

	zend_throw_exception_ex(strata_configuration_exception, 0,
		"there is no database %s: strata.databases must name it", ZSTR_VAL(shown));
	zend_string_release(shown);
}

/*
 * No waiting will heal that either, where the sentence says which limit it is, or what the deepest
 * tier does not take.
 */
static bool is_told_once(const strata_api_call *call, strata_result result)
{
	bool has_words = call->call.error[0] != '\0';

	return strata_result_is_misconfiguration(result) ||
		   (has_words && (result == STRATA_TOO_LARGE || result == STRATA_NO_GENERATION));
}

/* In has_warned, above the bits of all results. */
static const uint64_t of_notice = (uint64_t) 1 << 63;

/* All misconfigurations are one here: they come together. */
static uint64_t bit_of(strata_result result)
{
	return (uint64_t) 1 << (strata_result_is_misconfiguration(result) ? STRATA_UNSUPPORTED
																	  : result);
}

static bool is_news(const strata_api_call *call, uint64_t bit)
{
	return (call->database->has_warned & bit) == 0;
}

static void warn_once(const strata_api_call *call, uint64_t bit, const char *sentence)
{
	if (is_news(call, bit)) {
		call->database->has_warned |= bit;
		php_error_docref(NULL, E_WARNING, "database %s: %s", call->database->name, sentence);
	}
}

/* Once a minute for the node, whatever processes say of it. */
static void log_misconfigured(const strata_item *item)
{
	strata_breaker breaker;

	if (item->node != NULL && item->result != STRATA_TOO_LARGE &&
		strata_breaker_find(strata_process_runtime.breaker_table, item->node, 0, &breaker) &&
		strata_last_error_is_news(&strata_breaker_notes_of(&breaker)->last_error,
			strata_clock_msec())) {
		strata_anomalies_add(strata_process_runtime.anomalies, item->node, "misconfigured",
			strata_result_name(item->result));
	}
}

static void tell_once(const strata_api_call *call, const strata_item *item)
{
	if (is_news(call, bit_of(item->result))) {
		log_misconfigured(item);
	}
	warn_once(call, bit_of(item->result), sentence(call, item->result));
}

static STRATA_COLD void report(const strata_api_call *call, const strata_item *item)
{
	bool throws = call->database->settings.on_error == STRATA_ON_ERROR_THROW;

	if (call->call.notice != NULL && !EG(exception)) {
		warn_once(call, of_notice, call->call.notice);
	}
	/* A server that takes no new generation was told of already. */
	if (call->call.misconfigured != NULL && !EG(exception) &&
		is_news(call, bit_of(STRATA_NO_GENERATION)) &&
		!(throws && strata_result_class_of(item->result) != STRATA_ANSWER)) {
		warn_once(call, bit_of(STRATA_UNSUPPORTED), call->call.misconfigured);
	}
	if (EG(exception) || strata_result_class_of(item->result) == STRATA_ANSWER) {
		return;
	}
	if (throws && item->result == STRATA_TOO_LARGE) {
		throw_about_key(strata_capacity_exception, item, sentence(call, item->result));
	} else if (throws) {
		throw_failure(call, item);
	} else if (is_told_once(call, item->result)) {
		tell_once(call, item);
	}
}

void strata_errors_report(const strata_api_call *call, const strata_item *item)
{
	if (call->call.notice != NULL || call->call.misconfigured != NULL ||
		strata_result_class_of(item->result) != STRATA_ANSWER) {
		report(call, item);
	}
}

void strata_errors_throw(const strata_api_call *call, const strata_item *item)
{
	if (item->result == STRATA_OK || EG(exception)) {
		return;
	}
	if (item->result == STRATA_OVERFLOW || item->result == STRATA_TOO_LARGE) {
		throw_about_key(strata_capacity_exception, item, strata_result_text(item->result));
	} else if (strata_result_class_of(item->result) == STRATA_ANSWER) {
		throw_about_key(strata_serialization_exception, item, strata_result_text(item->result));
	} else {
		throw_failure(call, item);
	}
}

void strata_errors_throw_busy(const strata_api_call *call, const strata_item *item)
{
	zend_string *shown = show_key_of(item);

	zend_throw_exception_ex(strata_busy_exception, 0,
		"database %s: key %s: other processes compute the value, and the wait for it is over",
		call->database->name, ZSTR_VAL(shown));
	zend_string_release(shown);
}

/* Its message as a property, since a method could be the script's. */
void strata_errors_log_stale(zend_string *key, zend_object *thrown)
{
	zend_class_entry *base = zend_get_exception_base(thrown);
	zend_string *shown = show_text(key);
	zval room, *message;
	char *line;

	message = zend_read_property_ex(base, thrown, ZSTR_KNOWN(ZEND_STR_MESSAGE), true, &room);
	spprintf(&line, 0,
		"strata: key %s: what was stored before is served, since computing it failed: %s: %s",
		ZSTR_VAL(shown), ZSTR_VAL(thrown->ce->name),
		Z_TYPE_P(message) == IS_STRING ? Z_STRVAL_P(message) : "");
	php_log_err_with_severity(line, LOG_WARNING);
	efree(line);
	zend_string_release(shown);
	OBJ_RELEASE(thrown);
}

void strata_errors_log_unreadable(const strata_api_call *call, const strata_item *item,
	const char *why)
{
	static atomic_flag has_said = ATOMIC_FLAG_INIT;
	zend_string *shown;
	char *line;

	if (atomic_flag_test_and_set(&has_said)) {
		return;
	}
	shown = show_key_of(item);
	spprintf(&line, 0,
		"strata: database %s: key %s: a stored value does not fit the present code, and is a miss "
		"(said once in each process): %s",
		call->database->name, ZSTR_VAL(shown), why);
	php_log_err_with_severity(line, LOG_WARNING);
	efree(line);
	zend_string_release(shown);
}

void strata_errors_throw_unasked(zend_string *key)
{
	zend_string *shown = show_text(key);

	zend_value_error("The function of rememberMultiple() returned a value under the key %s, which "
					 "it was not given: values stand under their keys",
		ZSTR_VAL(shown));
	zend_string_release(shown);
}

void strata_errors_throw_unstorable(const strata_item *item, const char *culprit)
{
	zend_object *previous = EG(exception);
	zend_string *shown;

	if (previous != NULL && zend_is_unwind_exit(previous)) {
		return;
	}
	shown = show_key_of(item);
	if (previous != NULL) {
		GC_ADDREF(previous);
		zend_clear_exception();
	}
	zend_throw_exception_ex(strata_serialization_exception, 0,
		"key %s: a value of type %s cannot be stored", ZSTR_VAL(shown), culprit);
	if (previous != NULL) {
		zend_exception_set_previous(EG(exception), previous);
	}
	zend_string_release(shown);
}
