/*
 * Operations on one key. The order of work is the same in all of them, and it is the reason why no
 * user code can ever meet a half-read reply: arguments are read and values serialized first; then
 * the tiers are asked, with no PHP and no Zend memory; then values are unserialized, warnings given
 * and exceptions thrown.
 */
#include "api/single.h"

#include "ext/date/php_date.h"

#include "api/value/arguments.h"
#include "api/request/call.h"
#include "api/request/errors.h"
#include "api/value/peek.h"
#include "api/value/result.h"
#include "api/value/value.h"
#include "base/compiler.h"
#include "cache/change.h"
#include "cache/read.h"
#include "cache/removal.h"
#include "cache/write.h"
#include "cache/generation.h"
#include "cache/local.h"

static strata_item item_of(zend_string *key)
{
	return (strata_item){ .key = strata_arguments_view(key), .value.codec = STRATA_CODEC_NULL };
}

/* For a get that goes on where a peek stopped; NULL: nothing was peeked at. */
static strata_item item_from(zend_string *key, const strata_store_cursor *cursor)
{
	return (strata_item){ .key = strata_arguments_view(key),
		.value.codec = STRATA_CODEC_NULL,
		.local.cursor = cursor };
}

/* ---- reading ---- */

/*
 * Finds the value of a key, or leaves out undefined; cursor as in item_from(). False, with an
 * exception thrown, when no call could begin; else the caller ends it, perhaps with an exception
 * under way. Until then the item's texts live.
 */
static bool find(strata_api_call *call, uint32_t database, zend_string *key,
	const strata_store_cursor *cursor, strata_item *item, zval *out)
{
	strata_item *const one[] = { item };

	ZVAL_UNDEF(out);
	if (!strata_arguments_check_key(key, 1) || !strata_api_begin(call, database)) {
		return false;
	}
	*item = item_from(key, cursor);
	strata_cache_get(call->database, &call->call, one, 1);
	strata_api_decode(call, key, item, out);
	strata_api_release(call, item);
	strata_errors_report(call, item);
	return true;
}

/* The slow path, kept out of the way of the fast one. */
static STRATA_NOINLINE void get_slowly(uint32_t database, zend_string *key,
	const strata_store_cursor *cursor, zval *fallback, zval *return_value)
{
	strata_api_call call;
	strata_item item;
	zval found;

	if (!find(&call, database, key, cursor, &item, &found)) {
		RETURN_THROWS();
	}
	strata_api_end(&call);
	if (EG(exception)) {
		zval_ptr_dtor(&found);
		RETURN_THROWS();
	}
	if (!Z_ISUNDEF(found)) {
		RETURN_COPY_VALUE(&found);
	}
	if (fallback != NULL) {
		RETURN_COPY_DEREF(fallback);
	}
}

void strata_api_get(INTERNAL_FUNCTION_PARAMETERS, uint32_t database)
{
	zval *fallback = NULL;
	strata_store_hit hit;
	zend_string *key;

	ZEND_PARSE_PARAMETERS_START(1, 2)
	Z_PARAM_STR(key)
	Z_PARAM_OPTIONAL
	Z_PARAM_ZVAL(fallback)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_api_peek(database, key, &hit, return_value)) {
		get_slowly(database, key, &hit.cursor, fallback, return_value);
	}
}

void strata_api_fetch(INTERNAL_FUNCTION_PARAMETERS, uint32_t database)
{
	strata_api_call call;
	zend_string *key;
	strata_item item;
	zval found;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_STR(key)
	ZEND_PARSE_PARAMETERS_END();

	if (!find(&call, database, key, NULL, &item, &found)) {
		RETURN_THROWS();
	}
	if (Z_ISUNDEF(found)) {
		ZVAL_NULL(&found);
	}
	if (!EG(exception)) {
		strata_api_make_result(return_value, &item, call.database->keyspace.namespace_id, &found);
	}
	strata_api_end(&call);
	zval_ptr_dtor(&found);
}

void strata_api_has(INTERNAL_FUNCTION_PARAMETERS, uint32_t database)
{
	strata_item item;
	strata_item *const one[] = { &item };
	strata_api_call call;
	strata_store_hit hit;
	zend_string *key;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_STR(key)
	ZEND_PARSE_PARAMETERS_END();

	if (strata_api_peek_has(database, key, &hit)) {
		RETURN_TRUE;
	}
	if (!strata_arguments_check_key(key, 1) || !strata_api_begin(&call, database)) {
		RETURN_THROWS();
	}
	item = item_from(key, &hit.cursor);
	strata_cache_get(call.database, &call.call, one, 1);
	strata_errors_report(&call, &item);
	RETVAL_BOOL(item.result == STRATA_OK);
	strata_cache_release(call.database, &item);
	strata_api_end(&call);
}

/* ---- writing ---- */

/* Removes one key; the answer is whether every tier confirmed. */
static void remove_key(uint32_t database, zend_string *key, zval *return_value)
{
	strata_item item = item_of(key);
	strata_item *const one[] = { &item };
	strata_api_call call;

	if (!strata_api_begin(&call, database)) {
		RETURN_THROWS();
	}
	strata_cache_remove(call.database, &call.call, one, 1);
	strata_errors_report(&call, &item);
	RETVAL_BOOL(strata_result_class_of(item.result) == STRATA_ANSWER);
	strata_api_end(&call);
}

void strata_api_put(INTERNAL_FUNCTION_PARAMETERS, uint32_t database, strata_put_mode mode)
{
	zend_object *interval = NULL;
	zend_long seconds = 0;
	bool is_null = true;
	zend_string *key;
	strata_ttl ttl;
	zval *value;

	ZEND_PARSE_PARAMETERS_START(2, 3)
	Z_PARAM_STR(key)
	Z_PARAM_ZVAL(value)
	Z_PARAM_OPTIONAL
	Z_PARAM_OBJ_OF_CLASS_OR_LONG_OR_NULL(interval, php_date_get_interval_ce(), seconds, is_null)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_arguments_check_key(key, 1) ||
		!strata_arguments_ttl(interval, is_null ? NULL : &seconds, &ttl)) {
		RETURN_THROWS();
	}
	if (ttl.kind == STRATA_TTL_IS_OVER) {
		if (mode == STRATA_PUT_ADD) {
			RETURN_FALSE;
		}
		remove_key(database, key, return_value);
		return;
	}
	RETVAL_BOOL(strata_api_store(database, key, value, ttl.msec, mode));
}

/* False with an exception thrown when the result says nothing that could be compared. */
static bool read_precondition(uint32_t database, zend_string *key, zend_object *seen,
	strata_precondition *precondition, strata_cas_token *token)
{
	strata_api_call call;
	bool is_about;

	if (!strata_api_begin(&call, database)) {
		return false;
	}
	is_about = strata_api_result_is_about(seen, call.database->keyspace.namespace_id, key);
	strata_api_end(&call);
	*precondition = strata_api_result_precondition(seen, token);
	if (!is_about) {
		zend_argument_value_error(2, "must be what fetch() returned for this key of this database");
		return false;
	}
	if (*precondition == STRATA_PRECONDITION_NONE) {
		zend_argument_value_error(2,
			"must be a hit or a miss: an error does not say what is stored");
		return false;
	}
	return true;
}

void strata_api_compare_and_set(INTERNAL_FUNCTION_PARAMETERS, uint32_t database)
{
	zend_object *interval = NULL, *seen;
	strata_cas_token token;
	zend_long seconds = 0;
	strata_precondition precondition;
	bool is_null = true;
	zend_string *key;
	strata_ttl ttl;
	zval *value;

	ZEND_PARSE_PARAMETERS_START(3, 4)
	Z_PARAM_STR(key)
	Z_PARAM_OBJ_OF_CLASS(seen, strata_result_ce)
	Z_PARAM_ZVAL(value)
	Z_PARAM_OPTIONAL
	Z_PARAM_OBJ_OF_CLASS_OR_LONG_OR_NULL(interval, php_date_get_interval_ce(), seconds, is_null)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_arguments_check_key(key, 1) ||
		!strata_arguments_ttl(interval, is_null ? NULL : &seconds, &ttl) ||
		!read_precondition(database, key, seen, &precondition, &token)) {
		RETURN_THROWS();
	}
	if (ttl.kind == STRATA_TTL_IS_OVER) {
		zend_argument_value_error(4, "must be null or a time to live of at least 1 second");
		RETURN_THROWS();
	}
	if (precondition == STRATA_PRECONDITION_ABSENT) {
		RETURN_BOOL(strata_api_store(database, key, value, ttl.msec, STRATA_PUT_ADD));
	}
	RETURN_BOOL(strata_api_store_over(database, key, value, ttl.msec, &token));
}

void strata_api_delete(INTERNAL_FUNCTION_PARAMETERS, uint32_t database)
{
	zend_string *key;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_STR(key)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_arguments_check_key(key, 1)) {
		RETURN_THROWS();
	}
	remove_key(database, key, return_value);
}

void strata_api_touch(INTERNAL_FUNCTION_PARAMETERS, uint32_t database)
{
	zend_object *interval = NULL;
	zend_long seconds = 0;
	bool is_null = true;
	strata_api_call call;
	zend_string *key;
	strata_item item;
	strata_ttl ttl;

	ZEND_PARSE_PARAMETERS_START(1, 2)
	Z_PARAM_STR(key)
	Z_PARAM_OPTIONAL
	Z_PARAM_OBJ_OF_CLASS_OR_LONG_OR_NULL(interval, php_date_get_interval_ce(), seconds, is_null)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_arguments_check_key(key, 1) ||
		!strata_arguments_ttl(interval, is_null ? NULL : &seconds, &ttl)) {
		RETURN_THROWS();
	}
	if (ttl.kind == STRATA_TTL_IS_OVER) {
		remove_key(database, key, return_value);
		return;
	}
	if (!strata_api_begin(&call, database)) {
		RETURN_THROWS();
	}
	item = item_of(key);
	strata_cache_stamp(call.database, &item, ttl.msec);
	strata_cache_touch(call.database, &call.call, &item);
	strata_errors_report(&call, &item);
	RETVAL_BOOL(item.result == STRATA_OK);
	strata_api_end(&call);
}

void strata_api_clear(INTERNAL_FUNCTION_PARAMETERS, uint32_t database)
{
	strata_item nothing = { .value.codec = STRATA_CODEC_NULL };
	strata_api_call call;

	ZEND_PARSE_PARAMETERS_NONE();

	if (!strata_api_begin(&call, database)) {
		RETURN_THROWS();
	}
	nothing.result = strata_cache_clear(call.database, &call.call);
	strata_errors_report(&call, &nothing);
	RETVAL_BOOL(nothing.result == STRATA_OK);
	strata_api_end(&call);
}

/* ---- counting ---- */

static void count(uint32_t database, zend_string *key, zend_long by, zend_long initial,
	strata_msec ttl, zval *return_value)
{
	strata_item item = item_of(key);
	strata_api_call call;

	if (!strata_api_begin(&call, database)) {
		RETURN_THROWS();
	}
	strata_cache_stamp(call.database, &item, ttl);
	strata_cache_increment(call.database, &call.call, &item, by, initial);
	RETVAL_LONG((zend_long) item.value.integer);
	strata_errors_throw(&call, &item);
	strata_api_end(&call);
}

void strata_api_increment(INTERNAL_FUNCTION_PARAMETERS, uint32_t database,
	strata_direction direction)
{
	zend_object *interval = NULL;
	zend_long by = 1, initial = 0, seconds = 0;
	bool is_null = true;
	zend_string *key;
	strata_ttl ttl;

	ZEND_PARSE_PARAMETERS_START(1, 4)
	Z_PARAM_STR(key)
	Z_PARAM_OPTIONAL
	Z_PARAM_LONG(by)
	Z_PARAM_LONG(initial)
	Z_PARAM_OBJ_OF_CLASS_OR_LONG_OR_NULL(interval, php_date_get_interval_ce(), seconds, is_null)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_arguments_check_key(key, 1) ||
		!strata_arguments_ttl(interval, is_null ? NULL : &seconds, &ttl)) {
		RETURN_THROWS();
	}
	if (ttl.kind == STRATA_TTL_IS_OVER) {
		zend_argument_value_error(4, "must be null or a time to live of at least 1 second");
		RETURN_THROWS();
	}
	if (direction == STRATA_DOWNWARDS && by == ZEND_LONG_MIN) {
		zend_argument_value_error(2, "must be greater than " ZEND_LONG_FMT, ZEND_LONG_MIN);
		RETURN_THROWS();
	}
	by = direction == STRATA_DOWNWARDS ? -by : by;
	if (!strata_api_increment_at_once(database, key, by, return_value)) {
		count(database, key, by, initial, ttl.msec, return_value);
	}
}
