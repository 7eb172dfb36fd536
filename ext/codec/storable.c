/*
 * The walk goes where a serializer will go, and nowhere else: an object is asked what it writes by
 * the same hooks and in the same order. What an object tells the garbage collector is no guide: it
 * lists things there that are no values of the script.
 *
 * Where a class of the script writes itself by a method of its own, what it writes is its own
 * affair: it may well leave out the very property that cannot be stored.
 */
#include "codec/storable.h"

#include "Zend/zend_enum.h"
#include "Zend/zend_interfaces.h"
#include "ext/standard/php_incomplete_class.h"

typedef struct {
	strata_storable *found;
	zend_long most_levels;

	/* By address, what has more than one holder: the level at which it was met. */
	HashTable seen;

	bool has_places; /* where a script can put another array */
	bool holds; /* the second time, where methods of the script run while the value is written */
} search;

static void look(search *search, zval *value, zend_long level);

static bool is_over(const search *search)
{
	return search->found->culprit[0] != '\0';
}

static void blame(search *search, const char *what)
{
	snprintf(search->found->culprit, sizeof(search->found->culprit), "%s", what);
}

static void blame_resource(search *search, zval *value)
{
	const char *type = zend_rsrc_list_get_rsrc_type(Z_RES_P(value));

	snprintf(search->found->culprit, sizeof(search->found->culprit), "resource (%s)",
		type != NULL ? type : "closed");
}

void strata_storable_blame_depth(strata_storable *found, const char *type, zend_long most)
{
	snprintf(found->culprit, sizeof(found->culprit),
		"%.32s nested more than " ZEND_LONG_FMT " levels deep", type, most);
}

/* False when the value is nested too deep to go there. */
static bool may_enter(search *search, const char *type, zend_long level)
{
	if (level <= search->most_levels) {
		return true;
	}
	strata_storable_blame_depth(search->found, type, search->most_levels);
	return false;
}

/* An array is written as often as it is met: it counts again where it is deeper than before. */
static bool is_seen(search *search, const void *part, zend_long level)
{
	zend_ulong key = (zend_ulong) (uintptr_t) part >> 3;
	zval *known = zend_hash_index_lookup(&search->seen, key);

	if (Z_TYPE_P(known) == IS_LONG && Z_LVAL_P(known) >= level) {
		return true;
	}
	ZVAL_LONG(known, level);
	return false;
}

/* An object and what is behind a reference are written once. */
static bool is_written(search *search, const zend_refcounted_h *part)
{
	return part->refcount > 1 && is_seen(search, part, 0);
}

/*
 * An array may hold the only reference to itself. It is written until it is met in itself, where
 * PHP writes null, and igbinary goes on once more.
 */
static bool is_written_behind(search *search, const zend_reference *reference)
{
	bool is_known;

	if (reference->gc.refcount > 1 || Z_TYPE(reference->val) != IS_ARRAY) {
		return is_written(search, &reference->gc);
	}
	is_known = is_seen(search, reference, 0);
	search->found->needs_php |= is_known;
	return is_known;
}

/*
 * Keeps an array that stands where a script can put another one: in a property, or behind a
 * reference. What it holds is safe with it.
 */
static void hold(search *search, zval *place)
{
	strata_storable *found = search->found;

	if (Z_TYPE_P(place) == IS_INDIRECT) {
		place = Z_INDIRECT_P(place);
	}
	ZVAL_DEREF(place);
	if (Z_TYPE_P(place) != IS_ARRAY || !Z_REFCOUNTED_P(place)) {
		return;
	}
	search->has_places = true;
	if (!search->holds) {
		return;
	}
	if (found->held == NULL) {
		found->held = zend_new_array(4);
	}
	Z_ADDREF_P(place);
	zend_hash_next_index_insert_new(found->held, place);
}

/* ---- arrays ---- */

static void note_walked(search *search, HashTable *array)
{
	strata_storable *found = search->found;

	if (found->walked == NULL) {
		ALLOC_HASHTABLE(found->walked);
		zend_hash_init(found->walked, 4, NULL, ZVAL_PTR_DTOR, 0);
	}
	if (zend_hash_index_add_empty_element(found->walked, (zend_ulong) (uintptr_t) array) != NULL) {
		zval held;

		ZVAL_ARR(&held, array);
		Z_TRY_ADDREF(held);
		zend_hash_index_update(found->walked, (zend_ulong) (uintptr_t) array, &held);
	}
}

static void look_through(search *search, HashTable *table, zend_long level)
{
	zval *element;

	ZEND_HASH_FOREACH_VAL(table, element)
	{
		look(search, element, level);
		if (is_over(search)) {
			break;
		}
	}
	ZEND_HASH_FOREACH_END();
}

static void look_at_array(search *search, HashTable *array, zend_long level)
{
	if (zend_hash_num_elements(array) == 0 || !may_enter(search, "array", level)) {
		return;
	}
	if (GC_IS_RECURSIVE(array)) {
		note_walked(search, array);
	}
	if (GC_REFCOUNT(array) == 1 || !is_seen(search, array, level)) {
		look_through(search, array, level + 1);
	}
}

/* ---- objects ---- */

static bool is_users(const zend_function *method)
{
	return method != NULL && method->type == ZEND_USER_FUNCTION;
}

static bool writes_itself(const zend_class_entry *type)
{
	if (type->__serialize != NULL) {
		return is_users(type->__serialize);
	}
	return type->serialize != NULL ||
		   is_users(zend_hash_str_find_ptr(&type->function_table, "__sleep", strlen("__sleep")));
}

/* What a class of PHP's own writes: the code that runs is PHP's, as it is in a serializer. */
static void look_at_written(search *search, zend_object *object, zend_long level)
{
	zval written;

	GC_ADDREF(object);
	ZVAL_UNDEF(&written);
	zend_call_known_instance_method_with_0_params(object->ce->__serialize, object, &written);
	if (EG(exception)) {
		blame(search, ZSTR_VAL(object->ce->name));
	} else if (Z_TYPE(written) == IS_ARRAY) {
		look_through(search, Z_ARRVAL(written), level + 1);
	}
	zval_ptr_dtor(&written);
	OBJ_RELEASE(object);
}

static void hold_all(search *search, HashTable *properties)
{
	zval *place;

	ZEND_HASH_FOREACH_VAL(properties, place)
	{
		hold(search, place);
	}
	ZEND_HASH_FOREACH_END();
}

static bool has_plain_properties(const zend_object *object)
{
	return object->properties == NULL && object->handlers->get_properties_for == NULL &&
		   object->handlers->get_properties == zend_std_get_properties;
}

static void look_at_properties(search *search, zend_object *object, zend_long level)
{
	HashTable *properties;
	zval holder;

	if (has_plain_properties(object)) {
		for (int i = 0; i < object->ce->default_properties_count && !is_over(search); i++) {
			hold(search, &object->properties_table[i]);
			look(search, &object->properties_table[i], level + 1);
		}
		return;
	}
	ZVAL_OBJ(&holder, object);
	properties = zend_get_properties_for(&holder, ZEND_PROP_PURPOSE_SERIALIZE);
	if (properties != NULL) {
		hold_all(search, properties);
		look_through(search, properties, level + 1);
	}
	zend_release_properties(properties);
}

/* To look at what it holds would make it: the code that does is the script's. */
static bool is_not_made_yet(zend_object *object)
{
#if PHP_VERSION_ID >= 80400
	return zend_object_is_lazy(object) && !zend_lazy_object_initialized(object);
#else
	(void) object;
	return false;
#endif
}

/*
 * What igbinary does not bring back as it was. It builds an object that __serialize() wrote without
 * __unserialize(). It loses count of its references over a serialize() that gives null. A case of
 * an enum of PHP's own it puts where PHP keeps it for all requests, and the next one finds it gone.
 */
static bool is_not_for_igbinary(const zend_class_entry *type)
{
	if ((type->ce_flags & ZEND_ACC_ENUM) != 0) {
		return type->type == ZEND_INTERNAL_CLASS;
	}
	return type->__serialize != NULL ? type->__unserialize == NULL : type->serialize != NULL;
}

/* What stands for an object of a class that is gone would come back as a miss. */
static bool is_never_read(const zend_class_entry *type)
{
	return (type->ce_flags & ZEND_ACC_NOT_SERIALIZABLE) != 0 || type == PHP_IC_ENTRY;
}

static void look_at_object(search *search, zend_object *object, zend_long level)
{
	zend_class_entry *type = object->ce;

	search->found->has_objects = true;
	if (is_never_read(type)) {
		blame(search, ZSTR_VAL(type->name));
		return;
	}
	search->found->needs_php |= is_not_for_igbinary(type);
	if ((type->ce_flags & ZEND_ACC_ENUM) != 0 || is_written(search, &object->gc) ||
		!may_enter(search, ZSTR_VAL(type->name), level)) {
		return;
	}
	if (is_not_made_yet(object)) {
		search->found->has_lazy = true;
		search->found->has_unseen = true;
	} else if (writes_itself(type)) {
		search->found->has_unseen = true;
	} else if (type->__serialize != NULL) {
		look_at_written(search, object, level);
	} else {
		look_at_properties(search, object, level);
	}
}

/* ---- all ---- */

static void look(search *search, zval *value, zend_long level)
{
	if (Z_TYPE_P(value) == IS_INDIRECT) {
		value = Z_INDIRECT_P(value);
	}
	if (Z_ISREF_P(value)) {
		if (is_written_behind(search, Z_REF_P(value))) {
			return;
		}
		hold(search, value);
		value = Z_REFVAL_P(value);
	}
	switch (Z_TYPE_P(value)) {
		case IS_ARRAY: look_at_array(search, Z_ARRVAL_P(value), level); break;
		case IS_OBJECT: look_at_object(search, Z_OBJ_P(value), level); break;
		case IS_RESOURCE: blame_resource(search, value); break;
	}
}

void strata_storable_look(zval *value, zend_long most_levels, strata_storable *found)
{
	search search = { .found = found, .most_levels = most_levels };

	*found = (strata_storable){ 0 };
	zend_hash_init(&search.seen, 8, NULL, NULL, 0);
	look(&search, value, 1);
	if (found->has_unseen && search.has_places && !is_over(&search)) {
		search.holds = true;
		zend_hash_clean(&search.seen);
		look(&search, value, 1);
	}
	zend_hash_destroy(&search.seen);
}

void strata_storable_forget(strata_storable *found)
{
	if (found->walked != NULL) {
		zend_hash_destroy(found->walked);
		FREE_HASHTABLE(found->walked);
		found->walked = NULL;
	}
	if (found->held != NULL) {
		zend_array_release(found->held);
		found->held = NULL;
	}
}

void strata_storable_unmark(const strata_storable *found)
{
	zval *array;

	if (found->walked != NULL) {
		ZEND_HASH_FOREACH_VAL(found->walked, array)
		{
			GC_UNPROTECT_RECURSION(Z_ARRVAL_P(array));
		}
		ZEND_HASH_FOREACH_END();
	}
}

void strata_storable_mark(const strata_storable *found)
{
	zval *array;

	if (found->walked != NULL) {
		ZEND_HASH_FOREACH_VAL(found->walked, array)
		{
			GC_PROTECT_RECURSION(Z_ARRVAL_P(array));
		}
		ZEND_HASH_FOREACH_END();
	}
}
