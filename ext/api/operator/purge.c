/* What clear() left behind, for operators: strata_purge(). */
#include "api/operator/purge.h"

#include "api/request/call.h"
#include "api/request/databases.h"
#include "api/request/errors.h"
#include "cache/servers/purge.h"

enum { MOST_AT_ONCE = 1000000 };

static void report(const strata_purge *found, const char *message, zval *return_value)
{
	array_init(return_value);
	add_assoc_long(return_value, "seen", (zend_long) found->seen);
	add_assoc_long(return_value, "former", (zend_long) found->former);
	add_assoc_long(return_value, "removed", (zend_long) found->removed);
	add_assoc_bool(return_value, "done", found->is_done);
	if (message == NULL) {
		add_assoc_null(return_value, "message");
	} else {
		add_assoc_string(return_value, "message", message);
	}
}

static void purge(uint32_t database, const strata_purge_order *order, zval *return_value)
{
	strata_item nothing = { .value.codec = STRATA_CODEC_NULL };
	strata_space root = strata_space_root(database);
	strata_purge found;
	strata_api_call call;

	if (!strata_api_begin(&call, &root)) {
		RETURN_THROWS();
	}
	nothing.result = strata_cache_purge(call.database, &call.call, order, &found);
	if (nothing.result == STRATA_UNCONFIGURED && strata_database_deepest(call.database) != NULL) {
		found.is_done = true;
		report(&found, "nothing to do: only Redis keeps what clear() left behind", return_value);
	} else if (nothing.result == STRATA_OK) {
		report(&found, NULL, return_value);
	} else {
		strata_errors_throw(&call, &nothing);
	}
	strata_api_end(&call);
}

ZEND_FUNCTION(strata_purge)
{
	zend_string *name;
	zend_long limit = 1000;
	bool count_only = false;
	uint32_t database;
	strata_purge_order order;

	ZEND_PARSE_PARAMETERS_START(1, 3)
	Z_PARAM_STR(name)
	Z_PARAM_OPTIONAL
	Z_PARAM_LONG(limit)
	Z_PARAM_BOOL(count_only)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_api_find_database(name, &database)) {
		strata_errors_throw_no_database(name);
		RETURN_THROWS();
	}
	if (limit < 1 || limit > MOST_AT_ONCE) {
		zend_argument_value_error(2, "must be between 1 and 1000000");
		RETURN_THROWS();
	}
	order.mode = count_only ? STRATA_PURGE_COUNTS : STRATA_PURGE_REMOVES;
	order.limit = (uint64_t) limit;
	purge(database, &order, return_value);
}
