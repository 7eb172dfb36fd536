/* The place that follows begins anew, for operators: strata_shadow_renew(). */
#include "api/operator/renew.h"

#include "api/operator/allowed.h"
#include "api/request/call.h"
#include "api/request/databases.h"
#include "api/request/errors.h"
#include "cache/mirror/visit.h"
#include "os/clock.h"

/* A number that no host has used yet, and that no clear() of the other place has had. */
static strata_result renew(strata_api_call *call)
{
	strata_database *following = call->database->mirror->other;
	const strata_generation *record =
		following->generation != NULL ? following->generation : &following->own_generation;
	uint64_t now = strata_clock_wall_msec() * 1000;
	uint64_t known = strata_generation_floor(record);
	strata_mirror_visit visit;
	strata_result result;

	strata_mirror_visit_begin(&visit, call->database, call->call.arena,
		following->settings.operation_timeout);
	result = strata_mirror_visit_lift(&visit, now > known ? now : known + 1);
	if (result == STRATA_OK) {
		strata_mirror_end_alone(call->database->mirror, call->database);
	}
	return result;
}

static void renew_database(uint32_t index, zval *return_value)
{
	strata_space root = strata_space_root(index);
	strata_api_call call;

	if (!strata_api_begin(&call, &root)) {
		RETURN_THROWS();
	}
	RETVAL_BOOL(call.database->mirror != NULL && renew(&call) == STRATA_OK);
	strata_api_end(&call);
}

ZEND_FUNCTION(strata_shadow_renew)
{
	zend_string *name = NULL;
	strata_view wanted = strata_view_of("default");
	uint32_t index;

	ZEND_PARSE_PARAMETERS_START(0, 1)
	Z_PARAM_OPTIONAL
	Z_PARAM_STR(name)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_operator_is_allowed()) {
		RETURN_FALSE;
	}
	if (name != NULL) {
		wanted = (strata_view){ ZSTR_VAL(name), ZSTR_LEN(name) };
	}
	if (!strata_api_has_database(wanted, &index)) {
		strata_errors_throw_no_database(name);
		RETURN_THROWS();
	}
	renew_database(index, return_value);
}
