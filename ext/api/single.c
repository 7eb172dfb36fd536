/*
 * Operations on one key. The order of work is the same in all of them, and it is the reason why no
 * user code can ever meet a half-read reply: arguments are read and values serialized first; then
 * the tiers are asked, with no PHP and no Zend memory; then values are unserialized, warnings given
 * and exceptions thrown.
 */
#include "api/single.h"

#include "Zend/zend_enum.h"
#include "Zend/zend_smart_str.h"
#include "ext/date/php_date.h"

#include "api/value/arguments.h"
#include "api/request/call.h"
#include "api/request/errors.h"
#include "api/transaction/verbs.h"
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
#include "cache/tags.h"

/* ---- reading ---- */

/* A true answer obliges the caller to strata_api_end(); false with an exception thrown. */
static inline bool begin_with_key(strata_api_call *call, const strata_space *space,
	zend_string *key, strata_item *item)
{
	return strata_arguments_check_key(key, 1) && strata_api_begin_with(call, space, key, item);
}

/*
 * Finds the value of a key, or leaves out undefined. The caller ends the call, perhaps with an
 * exception under way. Until then the item's texts live.
 */
static void find(strata_api_call *call, zend_string *key, strata_tier_kind nearest,
	strata_item *item, zval *out)
{
	strata_item *const one[] = { item };

	strata_verbs_get(call, one, 1, nearest);
	ZVAL_UNDEF(out);
	if (item->result != STRATA_MISS) {
		strata_api_decode(call, key, item, out);
		strata_api_release(call, item);
	}
	strata_errors_report(call, item);
}

/* The slow path, kept out of the way of the fast one. */
static STRATA_NOINLINE void get_slowly(const strata_space *space, zend_string *key,
	const strata_store_cursor *cursor, zval *fallback, zval *return_value)
{
	strata_api_call call;
	strata_item item;
	zval found;

	if (!begin_with_key(&call, space, key, &item)) {
		RETURN_THROWS();
	}
	item.local.cursor = cursor;
	find(&call, key, STRATA_TIER_LOCAL, &item, &found);
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

void strata_api_get(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
{
	zval *fallback = NULL;
	strata_store_hit hit;
	zend_string *key;

	ZEND_PARSE_PARAMETERS_START(1, 2)
	Z_PARAM_STR(key)
	Z_PARAM_OPTIONAL
	Z_PARAM_ZVAL(fallback)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_api_peek(space, key, &hit, return_value)) {
		get_slowly(space, key, &hit.cursor, fallback, return_value);
	}
}

static bool has_tier(const strata_database *database, strata_tier_kind kind)
{
	for (size_t i = 0; i < database->tier_count; i++) {
		if (database->tiers[i].ops->kind == kind) {
			return true;
		}
	}
	return false;
}

/* What was asked for is not what the database has, and it is not silently another tier's answer. */
static void refuse_tier(const strata_database *database, zend_object *from)
{
	smart_str names = { 0 };

	for (size_t i = 0; i < database->tier_count; i++) {
		smart_str_appends(&names, i > 0 ? " and " : "");
		smart_str_appends(&names, database->tiers[i].ops->name);
	}
	smart_str_0(&names);
	zend_argument_value_error(2, "must be a tier of database %s, which has %s; %s given",
		database->name, names.s != NULL ? ZSTR_VAL(names.s) : "none",
		Z_STRVAL_P(zend_enum_fetch_case_value(from)));
	smart_str_free(&names);
}

void strata_api_fetch(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
{
	zend_object *from = NULL;
	strata_api_call call;
	zend_string *key;
	strata_item item;
	zval found;

	ZEND_PARSE_PARAMETERS_START(1, 2)
	Z_PARAM_STR(key)
	Z_PARAM_OPTIONAL
	Z_PARAM_OBJ_OF_CLASS_OR_NULL(from, strata_tier_enum)
	ZEND_PARSE_PARAMETERS_END();

	if (!begin_with_key(&call, space, key, &item)) {
		RETURN_THROWS();
	}
	if (from != NULL && !has_tier(call.database, strata_api_tier_of_case(from))) {
		refuse_tier(call.database, from);
		strata_api_end(&call);
		RETURN_THROWS();
	}
	call.call.takes_stale = true;
	call.call.wants_ends = true;
	find(&call, key, from != NULL ? strata_api_tier_of_case(from) : STRATA_TIER_LOCAL, &item,
		&found);
	if (Z_ISUNDEF(found)) {
		ZVAL_NULL(&found);
	}
	if (!EG(exception)) {
		strata_api_make_result(return_value, &item, call.database->keyspace.namespace_id, &found);
	}
	strata_api_end(&call);
	zval_ptr_dtor(&found);
}

static STRATA_NOINLINE void has_slowly(const strata_space *space, zend_string *key,
	const strata_store_cursor *cursor, zval *return_value)
{
	strata_item item;
	strata_item *const one[] = { &item };
	strata_api_call call;

	if (!begin_with_key(&call, space, key, &item)) {
		RETURN_THROWS();
	}
	item.local.cursor = cursor;
	strata_verbs_get(&call, one, 1, STRATA_TIER_LOCAL);
	strata_errors_report(&call, &item);
	RETVAL_BOOL(item.result == STRATA_OK);
	strata_cache_release(call.database, &item);
	strata_api_end(&call);
}

void strata_api_has(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
{
	strata_store_hit hit;
	zend_string *key;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_STR(key)
	ZEND_PARSE_PARAMETERS_END();

	if (strata_api_peek_has(space, key, &hit)) {
		RETURN_TRUE;
	}
	has_slowly(space, key, &hit.cursor, return_value);
}

/* ---- writing ---- */

/* Removes one key; the answer is whether every tier confirmed. */
static void remove_key(const strata_space *space, zend_string *key, zval *return_value)
{
	strata_item item;
	strata_item *const one[] = { &item };
	strata_api_call call;

	if (!strata_api_begin_with(&call, space, key, &item)) {
		RETURN_THROWS();
	}
	strata_verbs_remove(&call, one, 1);
	strata_errors_report(&call, &item);
	RETVAL_BOOL(strata_result_class_of(item.result) == STRATA_ANSWER);
	strata_api_end(&call);
}

void strata_api_put(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space, strata_put_mode mode)
{
	zend_object *interval = NULL;
	HashTable *names = NULL;
	zend_long seconds = 0;
	bool is_null = true;
	strata_tag_list tags;
	zend_string *key;
	strata_ttl ttl;
	zval *value;

	ZEND_PARSE_PARAMETERS_START(2, 4)
	Z_PARAM_STR(key)
	Z_PARAM_ZVAL(value)
	Z_PARAM_OPTIONAL
	Z_PARAM_OBJ_OF_CLASS_OR_LONG_OR_NULL(interval, php_date_get_interval_ce(), seconds, is_null)
	Z_PARAM_ARRAY_HT(names)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_arguments_check_key(key, 1) ||
		!strata_arguments_ttl(interval, is_null ? NULL : &seconds, &ttl) ||
		!strata_arguments_tags(space, names, 4, &tags) ||
		(mode != STRATA_PUT_SET && !strata_verbs_allow(space))) {
		RETURN_THROWS();
	}
	if (ttl.kind == STRATA_TTL_IS_OVER) {
		if (mode == STRATA_PUT_ADD) {
			RETURN_FALSE;
		}
		remove_key(space, key, return_value);
		return;
	}
	if (mode == STRATA_PUT_SET && names == NULL &&
		strata_api_set_at_once(space, key, value, ttl.msec)) {
		RETURN_TRUE;
	}
	RETVAL_BOOL(strata_api_store(space, key, value,
		&(strata_store_terms){ .ttl = ttl.msec, .tags = &tags }, mode));
}

void strata_api_delete(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
{
	zend_string *key;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_STR(key)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_arguments_check_key(key, 1)) {
		RETURN_THROWS();
	}
	remove_key(space, key, return_value);
}

void strata_api_touch(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
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
		!strata_arguments_ttl(interval, is_null ? NULL : &seconds, &ttl) ||
		!strata_verbs_allow(space)) {
		RETURN_THROWS();
	}
	if (ttl.kind == STRATA_TTL_IS_OVER) {
		remove_key(space, key, return_value);
		return;
	}
	if (!strata_api_begin_with(&call, space, key, &item)) {
		RETURN_THROWS();
	}
	strata_cache_stamp(call.database, &item, ttl.msec);
	strata_cache_touch(call.database, &call.call, &item);
	strata_errors_report(&call, &item);
	RETVAL_BOOL(item.result == STRATA_OK);
	strata_api_end(&call);
}

static uint64_t *ids_of(const strata_api_call *call, zval *tags, uint32_t count)
{
	uint64_t *ids = strata_arena_alloc(call->call.arena, count * sizeof(*ids));

	for (uint32_t i = 0; ids != NULL && i < count; i++) {
		ids[i] = strata_tags_id(strata_arguments_view(Z_STR(tags[i])));
	}
	return ids;
}

/* The tags of the database, in whatever namespace the call is made. */
static void invalidate(const strata_space *space, zval *tags, uint32_t count, zval *return_value)
{
	strata_item nothing = { .value.codec = STRATA_CODEC_NULL };
	strata_api_call call;
	uint64_t *ids;

	if (!strata_api_begin(&call, space)) {
		RETURN_THROWS();
	}
	if (!strata_api_allow_beside_plain(&call, "invalidateTags()")) {
		strata_api_end(&call);
		RETURN_THROWS();
	}
	ids = ids_of(&call, tags, count);
	nothing.result = ids != NULL ? strata_verbs_invalidate(&call, ids, count) : STRATA_NO_MEMORY;
	strata_errors_report(&call, &nothing);
	RETVAL_BOOL(nothing.result == STRATA_OK);
	strata_api_end(&call);
}

void strata_api_invalidate_tags(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
{
	zval *tags = NULL;
	uint32_t count = 0;

	ZEND_PARSE_PARAMETERS_START(0, -1)
	Z_PARAM_VARIADIC('*', tags, count)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_arguments_tag_texts(tags, count)) {
		RETURN_THROWS();
	}
	if (count == 0) {
		RETURN_TRUE;
	}
	invalidate(space, tags, count, return_value);
}

void strata_api_clear(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
{
	strata_item nothing = { .value.codec = STRATA_CODEC_NULL };
	strata_api_call call;

	ZEND_PARSE_PARAMETERS_NONE();

	if (!strata_api_begin(&call, space)) {
		RETURN_THROWS();
	}
	nothing.result = space->depth > 0
						 ? strata_verbs_invalidate(&call, &call.space.ids[call.space.depth - 1], 1)
						 : strata_verbs_clear(&call);
	strata_errors_report(&call, &nothing);
	RETVAL_BOOL(nothing.result == STRATA_OK);
	strata_api_end(&call);
}

/* ---- counting ---- */

/* By how much, and from where; NULL: only what is there is counted. */
static void count(const strata_space *space, zend_string *key, zend_long by,
	const zend_long *initial, strata_msec ttl, zval *return_value)
{
	strata_api_call call;
	strata_tag_list tags;
	strata_item item;

	strata_space_tags(space, &tags);
	if (!strata_api_begin(&call, space)) {
		RETURN_THROWS();
	}
	if (!strata_api_name_to_store(&call, key, &tags, &item)) {
		strata_api_end(&call);
		RETURN_THROWS();
	}
	strata_cache_stamp(call.database, &item, ttl);
	item.adds_nothing = initial == NULL;
	strata_cache_increment(call.database, &call.call, &item, by, initial != NULL ? *initial : 0);
	if (item.result != STRATA_MISS) {
		RETVAL_LONG((zend_long) item.value.integer);
		strata_errors_throw(&call, &item);
	}
	strata_api_end(&call);
}

void strata_api_increment(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space,
	strata_direction direction)
{
	zend_object *interval = NULL;
	zend_long by = 1, initial = 0, seconds = 0;
	bool is_null = true, starts_nowhere = false;
	zend_string *key;
	strata_ttl ttl;

	ZEND_PARSE_PARAMETERS_START(1, 4)
	Z_PARAM_STR(key)
	Z_PARAM_OPTIONAL
	Z_PARAM_LONG(by)
	Z_PARAM_LONG_OR_NULL(initial, starts_nowhere)
	Z_PARAM_OBJ_OF_CLASS_OR_LONG_OR_NULL(interval, php_date_get_interval_ce(), seconds, is_null)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_arguments_check_key(key, 1) ||
		!strata_arguments_ttl(interval, is_null ? NULL : &seconds, &ttl) ||
		!strata_verbs_allow(space)) {
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
	if (!strata_api_increment_at_once(space, key, by, return_value)) {
		count(space, key, by, starts_nowhere ? NULL : &initial, ttl.msec, return_value);
	}
}
