/*
 * The one operation between whose halves user code runs on purpose. While it does, nothing is held
 * but a lease: no connection, no lock, no arena. The function may therefore throw, exit, suspend
 * its fiber or call remember() again, for another key or the same.
 */
#include "api/remember.h"

#include "ext/date/php_date.h"

#include "api/value/arguments.h"
#include "api/request/call.h"
#include "api/request/errors.h"
#include "api/value/peek.h"
#include "api/value/value.h"
#include "cache/remember.h"

/* What the script asked for, and what is kept while its function runs. */
typedef struct {
	uint32_t database;
	zend_string *key;
	strata_ttl ttl;
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
	ZVAL_UNDEF(out);
	function->retval = out;
	function->param_count = 0;
	if (zend_call_function(function, cache) == SUCCESS && !EG(exception) && Z_ISREF_P(out)) {
		zend_unwrap_reference(out);
	}
	if (!EG(exception) && request->ttl.kind != STRATA_TTL_IS_OVER) {
		(void) strata_api_store_computed(request->database, request->key, out, request->ttl.msec,
			&request->computation);
	}
	end_computation(request);
}

void strata_api_remember(INTERNAL_FUNCTION_PARAMETERS, uint32_t database)
{
	request request = { .database = database };
	zend_object *interval = NULL;
	zend_fcall_info function;
	zend_fcall_info_cache cache;
	strata_store_hit hit;
	zend_long seconds = 0;
	bool is_null = true;

	ZEND_PARSE_PARAMETERS_START(3, 3)
	Z_PARAM_STR(request.key)
	Z_PARAM_OBJ_OF_CLASS_OR_LONG_OR_NULL(interval, php_date_get_interval_ce(), seconds, is_null)
	Z_PARAM_FUNC(function, cache)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_arguments_check_key(request.key, 1) ||
		!strata_arguments_ttl(interval, is_null ? NULL : &seconds, &request.ttl)) {
		RETURN_THROWS();
	}
	if (strata_api_peek(database, request.key, &hit, return_value)) {
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
