/*
 * The one operation between whose halves user code runs on purpose. While it does, nothing is held
 * but a lease: no connection, no lock, no arena. The function may therefore throw, exit, suspend
 * its fiber or call remember() again, for another key or the same.
 */
#include "api/remember.h"

#include "ext/date/php_date.h"

#include "api/value/arguments.h"
#include "api/value/computed.h"
#include "api/value/remember_options.h"
#include "api/request/call.h"
#include "api/request/errors.h"
#include "api/value/peek.h"
#include "api/value/value.h"
#include "cache/remember.h"

/* What the script asked for, and what is kept while its function runs. */
typedef struct {
	uint32_t database;
	zend_string *key;
	strata_remember_options options;
	strata_computation computation;
} request;

/*
 * A fatal error anywhere before this, in a serializer too, leaves the lease to the end of the
 * request.
 */
static void end_computation(request *request)
{
	STRATA_G(open_turns) -= request->computation.holds_lease;
	strata_remember_end(strata_process_runtime.leases, &request->computation);
}

/*
 * The value, if one is there or came while we waited. False with the lease ours, or with an
 * exception under way. A value that cannot be read any more is computed again, without a lease:
 * processes with another version of the code can read it and need not wait for us.
 */
static bool find_or_take_lease(request *request, const strata_store_cursor *cursor, zval *out)
{
	strata_item item = { .key = strata_arguments_view(request->key), .local.cursor = cursor };
	strata_remember_state state;
	strata_api_call call;

	ZVAL_UNDEF(out);
	if (!strata_api_begin(&call, request->database)) {
		return false;
	}
	state = strata_remember_begin(call.database, &call.call, &item, &request->computation);
	STRATA_G(open_turns) += request->computation.holds_lease;
	if (state == STRATA_REMEMBER_FOUND) {
		strata_api_decode(&call, request->key, &item, out);
		strata_api_release(&call, &item);
	}
	strata_errors_report(&call, &item);
	if (EG(exception)) {
		end_computation(request);
	}
	strata_api_end(&call);
	return !Z_ISUNDEF_P(out) && !EG(exception);
}

static void compute(request *request, zend_fcall_info *function, zend_fcall_info_cache *cache,
	zval *out)
{
	strata_computed_terms terms = { .ttl = request->options.ttl, .stale = request->options.stale };

	strata_computed_call(function, cache, &terms, out);
	if (!EG(exception) && strata_computed_is_stored(&terms)) {
		(void) strata_api_store_computed(request->database, request->key, out, terms.ttl.msec,
			&request->computation);
	}
	end_computation(request);
}

void strata_api_remember(INTERNAL_FUNCTION_PARAMETERS, uint32_t database)
{
	strata_remember_arguments given = { .beta = 1, .ttl_is_null = true };
	request request = { .database = database };
	zend_fcall_info function;
	zend_fcall_info_cache cache;
	strata_store_hit hit = { 0 };

	ZEND_PARSE_PARAMETERS_START(3, 7)
	Z_PARAM_STR(request.key)
	Z_PARAM_OBJ_OF_CLASS_OR_LONG_OR_NULL(given.interval, php_date_get_interval_ce(), given.seconds,
		given.ttl_is_null)
	Z_PARAM_FUNC(function, cache)
	Z_PARAM_OPTIONAL
	Z_PARAM_LONG(given.stale)
	Z_PARAM_DOUBLE(given.beta)
	Z_PARAM_OBJ_OF_CLASS(given.refresh, strata_refresh_enum)
	Z_PARAM_OBJ_OF_CLASS(given.on_error, strata_on_error_enum)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_arguments_check_key(request.key, 1) ||
		!strata_remember_options_read(&given, &request.options)) {
		RETURN_THROWS();
	}
	if (request.options.refresh != STRATA_REFRESH_FORCE &&
		strata_api_peek(database, request.key, &hit, return_value)) {
		return;
	}
	if (!find_or_take_lease(&request, &hit.cursor, return_value) && !EG(exception)) {
		compute(&request, &function, &cache, return_value);
	}
	if (EG(exception)) {
		zval_ptr_dtor(return_value);
		ZVAL_UNDEF(return_value);
	}
}
