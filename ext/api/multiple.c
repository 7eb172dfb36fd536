/*
 * Operations on many keys: the same order of work as for one (see single.c), and one call of the
 * cache for all of them, which is at most one round trip to each tier.
 */
#include "api/multiple.h"

#include "ext/date/php_date.h"

#include "api/value/arguments.h"
#include "api/request/call.h"
#include "api/request/errors.h"
#include "api/transaction/verbs.h"
#include "api/value/peek.h"
#include "api/value/result.h"
#include "api/value/value.h"
#include "cache/read.h"
#include "cache/removal.h"
#include "cache/write.h"
#include "codec/codec.h"

/* The items of a list of keys, and the pointers to them that the tiers sort. Zend memory. */
typedef struct {
	strata_item *items;
	strata_item **pointers;
	uint32_t count;
} item_list;

static void list_fini(item_list *list)
{
	efree(list->items);
	efree(list->pointers);
}

/* Begins a call about all of them. False with an exception thrown, and nothing to end. */
static bool list_begin(item_list *list, strata_api_call *call, const strata_space *space,
	const strata_key_list *keys)
{
	bool is_named = true;

	if (!strata_api_begin(call, space)) {
		return false;
	}
	list->count = keys->count;
	list->items = safe_emalloc(keys->count, sizeof(*list->items), 1);
	list->pointers = safe_emalloc(keys->count, sizeof(*list->pointers), 1);
	for (uint32_t i = 0; is_named && i < keys->count; i++) {
		is_named = strata_api_name(call, keys->keys[i], &list->items[i]);
		list->pointers[i] = &list->items[i];
	}
	if (!is_named) {
		list_fini(list);
		strata_api_end(call);
	}
	return is_named;
}

static void list_end(item_list *list, strata_api_call *call)
{
	list_fini(list);
	strata_api_end(call);
}

static void complete(const strata_api_call *call, const item_list *list)
{
	for (uint32_t i = 0; i < list->count; i++) {
		strata_errors_report(call, &list->items[i]);
	}
}

static bool all_stored(const item_list *list)
{
	for (uint32_t i = 0; i < list->count; i++) {
		if (list->items[i].result != STRATA_OK) {
			return false;
		}
	}
	return true;
}

static bool all_answered(const item_list *list)
{
	for (uint32_t i = 0; i < list->count; i++) {
		if (strata_result_class_of(list->items[i].result) != STRATA_ANSWER) {
			return false;
		}
	}
	return true;
}

/* ---- get ---- */

/* The script's key again: PHP makes integers of keys that are decimal digits, and finds them so. */
static void add_found(zval *array, zend_string *key, zval *found, zval *fallback)
{
	zval value;

	if (Z_ISUNDEF_P(found)) {
		ZVAL_COPY_DEREF(&value, fallback);
	} else {
		ZVAL_COPY_VALUE(&value, found);
	}
	zend_symtable_update(Z_ARRVAL_P(array), key, &value);
}

static void decode_all(strata_api_call *call, const item_list *list, const strata_key_list *keys,
	zval *fallback, zval *array)
{
	for (uint32_t i = 0; i < list->count && !EG(exception); i++) {
		zval found;

		strata_api_decode(call, keys->keys[i], &list->items[i], &found);
		add_found(array, keys->keys[i], &found, fallback);
	}
	/* Also of those that were not decoded, because an exception ended it early. */
	for (uint32_t i = 0; i < list->count; i++) {
		strata_api_release(call, &list->items[i]);
	}
}

/*
 * Puts every key into the array, so that it has its place, and in left those that the fast path did
 * not find. The keys stay the caller's.
 */
static void peek_all(const strata_space *space, const strata_key_list *keys, zval *fallback,
	zval *array, strata_key_list *left)
{
	left->count = 0;
	for (uint32_t begin = 0; begin < keys->count; begin += STRATA_PEEKS_MOST) {
		zend_string *const *some = &keys->keys[begin];
		uint32_t count = MIN(keys->count - begin, STRATA_PEEKS_MOST);
		zval found[STRATA_PEEKS_MOST];

		strata_api_peek_many(space, some, count, found);
		for (uint32_t i = 0; i < count; i++) {
			if (Z_ISUNDEF(found[i])) {
				left->keys[left->count++] = some[i];
			}
			add_found(array, some[i], &found[i], fallback);
		}
	}
}

static void get_keys(const strata_space *space, const strata_key_list *keys, zval *fallback,
	zval *array)
{
	strata_api_call call;
	item_list list;

	if (!list_begin(&list, &call, space, keys)) {
		return;
	}
	strata_verbs_get(&call, list.pointers, list.count, STRATA_TIER_LOCAL);
	decode_all(&call, &list, keys, fallback, array);
	complete(&call, &list);
	list_end(&list, &call);
}

void strata_api_get_multiple(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
{
	zval *iterable, *fallback = &EG(uninitialized_zval);
	strata_key_list keys, left;

	ZEND_PARSE_PARAMETERS_START(1, 2)
	Z_PARAM_ITERABLE(iterable)
	Z_PARAM_OPTIONAL
	Z_PARAM_ZVAL(fallback)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_arguments_keys(iterable, 1, &keys)) {
		RETURN_THROWS();
	}
	array_init_size(return_value, keys.count);
	left.keys = safe_emalloc(keys.count, sizeof(*left.keys), 1);
	peek_all(space, &keys, fallback, return_value, &left);
	if (left.count > 0) {
		get_keys(space, &left, fallback, return_value);
	}
	efree(left.keys);
	strata_arguments_release(&keys);
}

/* ---- fetch ---- */

/* Adds what became of one item, under its key. False with an exception under way. */
static bool add_result(strata_api_call *call, zend_string *key, strata_item *item, zval *array)
{
	zval found, result;

	strata_api_decode(call, key, item, &found);
	if (Z_ISUNDEF(found)) {
		ZVAL_NULL(&found);
	}
	if (!EG(exception)) {
		strata_api_make_result(&result, item, call->database->keyspace.namespace_id, &found);
		zend_symtable_update(Z_ARRVAL_P(array), key, &result);
	}
	zval_ptr_dtor(&found);
	return !EG(exception);
}

static void fetch_keys(const strata_space *space, const strata_key_list *keys, zval *array)
{
	strata_api_call call;
	item_list list;

	if (!list_begin(&list, &call, space, keys)) {
		return;
	}
	call.call.takes_stale = true;
	call.call.wants_ends = true;
	strata_verbs_get(&call, list.pointers, list.count, STRATA_TIER_LOCAL);
	for (uint32_t i = 0; i < list.count; i++) {
		if (!add_result(&call, keys->keys[i], &list.items[i], array)) {
			break;
		}
	}
	for (uint32_t i = 0; i < list.count; i++) {
		strata_api_release(&call, &list.items[i]);
	}
	complete(&call, &list);
	list_end(&list, &call);
}

void strata_api_fetch_multiple(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
{
	strata_key_list keys;
	zval *iterable;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_ITERABLE(iterable)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_arguments_keys(iterable, 1, &keys)) {
		RETURN_THROWS();
	}
	array_init_size(return_value, keys.count);
	fetch_keys(space, &keys, return_value);
	strata_arguments_release(&keys);
}

/* ---- set ---- */

/* Serializes all values first: one that cannot be stored throws before anything was written. */
static bool encode_all(strata_api_call *call, const item_list *list, const strata_key_list *pairs,
	const strata_store_terms *terms, strata_encoded *encoded)
{
	for (uint32_t i = 0; i < list->count; i++) {
		if (!strata_api_tag(call, terms->tags, &list->items[i]) ||
			!strata_api_encode(call, &pairs->values[i], &list->items[i], &encoded[i])) {
			return false;
		}
	}
	return true;
}

static bool put_pairs(const strata_space *space, const strata_key_list *pairs,
	const strata_store_terms *terms)
{
	strata_encoded *encoded;
	strata_api_call call;
	bool stored = false;
	item_list list;

	if (!list_begin(&list, &call, space, pairs)) {
		return false;
	}
	encoded = ecalloc(pairs->count + 1, sizeof(*encoded));
	if (encode_all(&call, &list, pairs, terms, encoded)) {
		for (uint32_t i = 0; i < list.count; i++) {
			strata_cache_stamp(call.database, &list.items[i], terms->ttl);
		}
		strata_verbs_set(&call, list.pointers, list.count);
		complete(&call, &list);
		stored = all_stored(&list) && !EG(exception);
	}
	for (uint32_t i = 0; i < list.count; i++) {
		strata_codec_release(&encoded[i]);
	}
	efree(encoded);
	list_end(&list, &call);
	return stored;
}

static bool remove_keys(const strata_space *space, const strata_key_list *keys)
{
	strata_api_call call;
	item_list list;
	bool removed;

	if (!list_begin(&list, &call, space, keys)) {
		return false;
	}
	strata_verbs_remove(&call, list.pointers, list.count);
	complete(&call, &list);
	removed = all_answered(&list) && !EG(exception);
	list_end(&list, &call);
	return removed;
}

void strata_api_set_multiple(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
{
	zend_object *interval = NULL;
	HashTable *names = NULL;
	zend_long seconds = 0;
	bool is_null = true;
	strata_key_list pairs;
	strata_tag_list tags;
	strata_ttl ttl;
	zval *iterable;

	ZEND_PARSE_PARAMETERS_START(1, 3)
	Z_PARAM_ITERABLE(iterable)
	Z_PARAM_OPTIONAL
	Z_PARAM_OBJ_OF_CLASS_OR_LONG_OR_NULL(interval, php_date_get_interval_ce(), seconds, is_null)
	Z_PARAM_ARRAY_HT(names)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_arguments_ttl(interval, is_null ? NULL : &seconds, &ttl) ||
		!strata_arguments_tags(space, names, 3, &tags) ||
		!strata_arguments_pairs(iterable, 1, &pairs)) {
		RETURN_THROWS();
	}
	if (ttl.kind == STRATA_TTL_IS_OVER) {
		RETVAL_BOOL(remove_keys(space, &pairs));
	} else {
		RETVAL_BOOL(
			put_pairs(space, &pairs, &(strata_store_terms){ .ttl = ttl.msec, .tags = &tags }));
	}
	strata_arguments_release(&pairs);
}

void strata_api_delete_multiple(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
{
	strata_key_list keys;
	zval *iterable;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_ITERABLE(iterable)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_arguments_keys(iterable, 1, &keys)) {
		RETURN_THROWS();
	}
	RETVAL_BOOL(remove_keys(space, &keys));
	strata_arguments_release(&keys);
}
