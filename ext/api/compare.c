#include "api/compare.h"

#include "ext/date/php_date.h"

#include "api/request/call.h"
#include "api/request/errors.h"
#include "api/transaction/verbs.h"
#include "api/value/arguments.h"
#include "api/value/result.h"
#include "api/value/value.h"
#include "cache/local.h"
#include "cache/read.h"
#include "cache/removal.h"

/* False with an exception thrown when the result says nothing that could be compared. */
static bool read_precondition(const strata_space *space, zend_string *key, zend_object *seen,
	strata_precondition *precondition, strata_cas_token *token)
{
	strata_api_call call;
	strata_item item;
	bool is_about, is_allowed;

	if (!strata_verbs_allow(space) || !strata_api_begin_with(&call, space, key, &item)) {
		return false;
	}
	is_allowed = strata_api_allow_beside_plain(&call, "a comparison of versions");
	is_about = strata_api_result_is_about(seen, call.database->keyspace.namespace_id, item.key);
	strata_api_end(&call);
	if (!is_allowed) {
		return false;
	}
	*precondition = strata_api_result_precondition(seen, token);
	if (!is_about) {
		zend_argument_value_error(2,
			"must be what fetch() returned for this key of this database and namespace");
		return false;
	}
	if (*precondition == STRATA_PRECONDITION_FOREIGN) {
		zend_argument_value_error(2,
			"must not be of a value that another program wrote (strata.foreign): it has no version "
			"that could be compared; set() gives it one");
		return false;
	}
	if (*precondition == STRATA_PRECONDITION_NONE) {
		zend_argument_value_error(2,
			"must be a hit or a miss: an error does not say what is stored");
		return false;
	}
	return true;
}

/* Nothing was there when the key was fetched: is that still so? */
static void look_that_nothing_is_there(strata_api_call *call, strata_item *item)
{
	const strata_tier *deepest = strata_database_deepest(call->database);
	strata_item *const one[] = { item };

	strata_cache_get_from(call->database, &call->call, one, 1,
		deepest != NULL ? deepest->ops->kind : STRATA_TIER_LOCAL);
	/* What is stale is there: remember() still returns it. */
	if (item->result == STRATA_OK || item->result == STRATA_STALE) {
		item->result = STRATA_NOT_STORED;
	} else if (item->result == STRATA_MISS) {
		item->result = STRATA_OK;
	}
	strata_cache_release(call->database, item);
}

static void compare_and_delete(const strata_space *space, zend_string *key,
	strata_precondition precondition, const strata_cas_token *token, zend_object *seen,
	zval *return_value)
{
	strata_tag_list tags;
	strata_api_call call;
	strata_item item;

	strata_api_result_tags(seen, &tags);
	if (!strata_api_begin(&call, space)) {
		RETURN_THROWS();
	}
	if (!strata_api_name_to_store(&call, key, &tags, &item)) {
		strata_api_end(&call);
		RETURN_THROWS();
	}
	if (precondition == STRATA_PRECONDITION_ABSENT) {
		look_that_nothing_is_there(&call, &item);
	} else {
		strata_cache_compare_and_remove(call.database, &call.call, &item, token);
	}
	strata_errors_report(&call, &item);
	RETVAL_BOOL(item.result == STRATA_OK);
	strata_api_end(&call);
}

void strata_api_compare_and_set(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
{
	zend_object *interval = NULL, *seen;
	strata_cas_token token;
	zend_long seconds = 0;
	strata_precondition precondition;
	strata_store_terms terms;
	strata_tag_list tags;
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
		!read_precondition(space, key, seen, &precondition, &token)) {
		RETURN_THROWS();
	}
	if (ttl.kind == STRATA_TTL_IS_OVER) {
		compare_and_delete(space, key, precondition, &token, seen, return_value);
		return;
	}
	terms = (strata_store_terms){ .ttl = ttl.msec, .tags = &tags };
	if (precondition == STRATA_PRECONDITION_ABSENT) {
		strata_space_tags(space, &tags);
		RETURN_BOOL(strata_api_store(space, key, value, &terms, STRATA_PUT_ADD));
	}
	strata_api_result_tags(seen, &tags);
	RETURN_BOOL(strata_api_store_over(space, key, value, &terms, &token));
}

void strata_api_compare_and_delete(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
{
	strata_precondition precondition;
	strata_cas_token token;
	zend_object *seen;
	zend_string *key;

	ZEND_PARSE_PARAMETERS_START(2, 2)
	Z_PARAM_STR(key)
	Z_PARAM_OBJ_OF_CLASS(seen, strata_result_ce)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_arguments_check_key(key, 1) ||
		!read_precondition(space, key, seen, &precondition, &token)) {
		RETURN_THROWS();
	}
	compare_and_delete(space, key, precondition, &token, seen, return_value);
}
