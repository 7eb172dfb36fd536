#include "api/value/arguments.h"

#include "Zend/zend_exceptions.h"
#include "Zend/zend_interfaces.h"
#include "ext/date/php_date.h"

#include "cache/tags.h"

static const zend_long longest_ttl = 100LL * 366 * 24 * 3600; /* seconds */

bool strata_arguments_check_key(zend_string *key, uint32_t argument)
{
	if (ZSTR_LEN(key) >= 1 && ZSTR_LEN(key) <= STRATA_LONGEST_KEY) {
		return true;
	}
	zend_argument_value_error(argument, "must be a key of 1 to %d bytes, %zu bytes given",
		STRATA_LONGEST_KEY, ZSTR_LEN(key));
	return false;
}

/* ---- tags ---- */

/* "must be a tag", or "must contain only tags". */
static bool check_tag(zend_string *tag, uint32_t argument, const char *demand)
{
	if (ZSTR_LEN(tag) >= 1 && ZSTR_LEN(tag) <= STRATA_LONGEST_KEY) {
		return true;
	}
	zend_argument_value_error(argument, "%s of 1 to %d bytes, %zu bytes given", demand,
		STRATA_LONGEST_KEY, ZSTR_LEN(tag));
	return false;
}

bool strata_arguments_add_tag(strata_tag_list *tags, zend_string *tag, uint32_t argument)
{
	if (strata_space_add_tag(tags, strata_tags_id(strata_arguments_view(tag)))) {
		return true;
	}
	zend_argument_value_error(argument,
		"must not make more than %d tags of one value, the namespaces around its key included",
		STRATA_TAGS_MOST);
	return false;
}

/* A string with a reference of its own, or NULL with a TypeError. */
static zend_string *tag_of(zval *name, uint32_t argument)
{
	ZVAL_DEREF(name);
	switch (Z_TYPE_P(name)) {
		case IS_STRING: return zend_string_copy(Z_STR_P(name));
		case IS_LONG: return zend_long_to_str(Z_LVAL_P(name));
	}
	zend_argument_type_error(argument, "must contain only tags of type string, %s given",
		zend_zval_type_name(name));
	return NULL;
}

bool strata_arguments_add_tags(HashTable *names, uint32_t argument, strata_tag_list *tags)
{
	zval *name;

	ZEND_HASH_FOREACH_VAL(names, name)
	{
		zend_string *tag = tag_of(name, argument);
		bool is_added = tag != NULL && check_tag(tag, argument, "must contain only tags") &&
						strata_arguments_add_tag(tags, tag, argument);

		if (tag != NULL) {
			zend_string_release(tag);
		}
		if (!is_added) {
			return false;
		}
	}
	ZEND_HASH_FOREACH_END();
	return true;
}

bool strata_arguments_tag_texts(zval *tags, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		zend_string *tag;

		if (!zend_parse_arg_str(&tags[i], &tag, false, i + 1)) {
			zend_argument_type_error(i + 1, "must be of type string, %s given",
				zend_zval_type_name(&tags[i]));
			return false;
		}
		if (!check_tag(tag, i + 1, "must be a tag")) {
			return false;
		}
	}
	return true;
}

/* ---- time to live ---- */

/* The fields of a date, after the time stamp was made up to date as PHP does for scripts. */
static const timelib_time *fields_of(zval *date)
{
	zval stamp;

	ZVAL_UNDEF(&stamp);
	zend_call_method_with_0_params(Z_OBJ_P(date), Z_OBJCE_P(date), NULL, "gettimestamp", &stamp);
	zval_ptr_dtor(&stamp);
	return Z_PHPDATE_P(date)->time;
}

/*
 * To the nearest millisecond, and what is longer than nothing is at least one. A life beyond the
 * longest is cut to that, before anything overflows.
 */
static int64_t msec_between(const timelib_time *from, const timelib_time *to)
{
	int64_t seconds = MAX(-longest_ttl, MIN(to->sse - from->sse, longest_ttl));
	int64_t usec = seconds * 1000000 + (to->us - from->us);

	return usec > 0 && usec < 1000 ? 1 : (usec + 500) / 1000;
}

/*
 * How long an interval is depends on when it begins (months differ), so that it is added to now, by
 * PHP's own calendar.
 */
static bool msec_of_interval(zend_object *interval, int64_t *msec)
{
	zval now, then, argument;
	bool is_added;

	*msec = 0;
	ZVAL_OBJ(&argument, interval);
	object_init_ex(&now, php_date_get_immutable_ce());
	ZVAL_UNDEF(&then);
	zend_call_method_with_0_params(Z_OBJ(now), Z_OBJCE(now), NULL, "__construct", NULL);
	if (!EG(exception)) {
		zend_call_method_with_1_params(Z_OBJ(now), Z_OBJCE(now), NULL, "add", &then, &argument);
	}
	is_added = Z_TYPE(then) == IS_OBJECT && !EG(exception);
	if (is_added) {
		*msec = msec_between(fields_of(&now), fields_of(&then));
	}
	zval_ptr_dtor(&then);
	zval_ptr_dtor(&now);
	return is_added && !EG(exception);
}

bool strata_arguments_ttl(zend_object *interval, const zend_long *number, strata_ttl *ttl)
{
	int64_t msec = 0;

	*ttl = (strata_ttl){ .kind = STRATA_TTL_NONE };
	if (number == NULL) {
		return true;
	}
	if (interval == NULL) {
		msec = MAX(0, MIN(*number, longest_ttl)) * 1000;
	} else if (!msec_of_interval(interval, &msec)) {
		return false;
	}
	if (msec <= 0) {
		ttl->kind = STRATA_TTL_IS_OVER;
		return true;
	}
	ttl->kind = STRATA_TTL_GIVEN;
	ttl->msec = (strata_msec) msec;
	return true;
}

/* ---- lists of keys ---- */

static void reserve(strata_key_list *list, bool with_values)
{
	if (list->count < list->room) {
		return;
	}
	list->room = list->room == 0 ? 16 : list->room * 2;
	list->keys = safe_erealloc(list->keys, list->room, sizeof(*list->keys), 0);
	if (with_values) {
		list->values = safe_erealloc(list->values, list->room, sizeof(*list->values), 0);
	}
}

/* Takes the reference to the key over, also when it refuses it. */
static bool add(strata_key_list *list, zend_string *key, zval *value, uint32_t argument)
{
	if (!strata_arguments_check_key(key, argument)) {
		zend_string_release(key);
		return false;
	}
	reserve(list, value != NULL);
	if (value != NULL) {
		ZVAL_COPY_DEREF(&list->values[list->count], value);
	}
	list->keys[list->count++] = key;
	return true;
}

/* A key as PHP holds it, as a string with a reference of its own, or NULL with a TypeError. */
static zend_string *key_of(zval *key, uint32_t argument)
{
	ZVAL_DEREF(key);
	switch (Z_TYPE_P(key)) {
		case IS_STRING: return zend_string_copy(Z_STR_P(key));
		case IS_LONG: return zend_long_to_str(Z_LVAL_P(key));
	}
	zend_argument_type_error(argument, "must contain only keys of type string, %s given",
		zend_zval_type_name(key));
	return NULL;
}

static bool add_element(strata_key_list *list, zval *element, uint32_t argument)
{
	zend_string *key = key_of(element, argument);

	return key != NULL && add(list, key, NULL, argument);
}

static bool add_pair(strata_key_list *list, zval *key, zval *value, uint32_t argument)
{
	zend_string *text = key_of(key, argument);

	return text != NULL && add(list, text, value, argument);
}

/* Nearly always the elements are strings: then all that is needed is a reference to each. */
static bool walk_elements(HashTable *array, uint32_t argument, strata_key_list *list)
{
	zval *element;

	list->room = MAX(zend_hash_num_elements(array), 1);
	list->keys = safe_emalloc(list->room, sizeof(*list->keys), 0);
	ZEND_HASH_FOREACH_VAL(array, element)
	{
		if (Z_TYPE_P(element) == IS_STRING && Z_STRLEN_P(element) > 0 &&
			Z_STRLEN_P(element) <= STRATA_LONGEST_KEY) {
			list->keys[list->count++] = zend_string_copy(Z_STR_P(element));
		} else if (!add_element(list, element, argument)) {
			return false;
		}
	}
	ZEND_HASH_FOREACH_END();
	return true;
}

static bool walk_pairs(HashTable *array, uint32_t argument, strata_key_list *list)
{
	zend_ulong number;
	zend_string *name;
	zval *element;

	ZEND_HASH_FOREACH_KEY_VAL(array, number, name, element)
	{
		zend_string *key =
			name != NULL ? zend_string_copy(name) : zend_long_to_str((zend_long) number);

		if (!add(list, key, element, argument)) {
			return false;
		}
	}
	ZEND_HASH_FOREACH_END();
	return true;
}

/* One step of an iterator; false with an exception under way. */
static bool take_current(zend_object_iterator *iterator, uint32_t argument, bool with_values,
	strata_key_list *list)
{
	zval *element = iterator->funcs->get_current_data(iterator);
	zval key;
	bool added;

	if (EG(exception) || element == NULL) {
		return false;
	}
	if (!with_values) {
		return add_element(list, element, argument);
	}
	ZVAL_NULL(&key);
	if (iterator->funcs->get_current_key != NULL) {
		iterator->funcs->get_current_key(iterator, &key);
	}
	added = !EG(exception) && add_pair(list, &key, element, argument);
	zval_ptr_dtor(&key);
	return added;
}

static bool walk_iterator(zval *traversable, uint32_t argument, bool with_values,
	strata_key_list *list)
{
	zend_class_entry *type = Z_OBJCE_P(traversable);
	zend_object_iterator *iterator = type->get_iterator(type, traversable, 0);
	bool whole = iterator != NULL && !EG(exception);

	if (whole && iterator->funcs->rewind != NULL) {
		iterator->funcs->rewind(iterator);
		whole = !EG(exception);
	}
	while (whole && iterator->funcs->valid(iterator) == SUCCESS) {
		whole = !EG(exception) && take_current(iterator, argument, with_values, list);
		if (whole) {
			iterator->funcs->move_forward(iterator);
			whole = !EG(exception);
		}
	}
	if (iterator != NULL) {
		zend_iterator_dtor(iterator);
	}
	return whole && !EG(exception);
}

static bool walk_array(HashTable *array, uint32_t argument, bool with_values, strata_key_list *list)
{
	return with_values ? walk_pairs(array, argument, list) : walk_elements(array, argument, list);
}

static bool walk(zval *iterable, uint32_t argument, bool with_values, strata_key_list *list)
{
	bool whole;

	*list = (strata_key_list){ 0 };
	whole = Z_TYPE_P(iterable) == IS_ARRAY
				? walk_array(Z_ARRVAL_P(iterable), argument, with_values, list)
				: walk_iterator(iterable, argument, with_values, list);
	if (!whole) {
		strata_arguments_release(list);
	}
	return whole;
}

bool strata_arguments_keys(zval *iterable, uint32_t argument, strata_key_list *list)
{
	return walk(iterable, argument, false, list);
}

bool strata_arguments_pairs(zval *iterable, uint32_t argument, strata_key_list *list)
{
	return walk(iterable, argument, true, list);
}

void strata_arguments_release(strata_key_list *list)
{
	for (uint32_t i = 0; i < list->count; i++) {
		zend_string_release(list->keys[i]);
		if (list->values != NULL) {
			zval_ptr_dtor(&list->values[i]);
		}
	}
	if (list->keys != NULL) {
		efree(list->keys);
	}
	if (list->values != NULL) {
		efree(list->values);
	}
	*list = (strata_key_list){ 0 };
}
