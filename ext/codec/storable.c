#include "codec/storable.h"

#include "Zend/zend_closures.h"

typedef struct {
	char *room;
	size_t room_size;
} search;

static const char *find_in(const search *search, zval *value);

static const char *name_resource(const search *search, zval *value)
{
	const char *type = zend_rsrc_list_get_rsrc_type(Z_RES_P(value));

	snprintf(search->room, search->room_size, "resource (%s)", type != NULL ? type : "closed");
	return search->room;
}

/* An array that contains itself is walked once; the serializers know how to write it. */
static const char *find_in_table(const search *search, HashTable *table)
{
	const char *culprit = NULL;
	zval *element;

	if (GC_IS_RECURSIVE(table)) {
		return NULL;
	}
	GC_TRY_PROTECT_RECURSION(table);
	ZEND_HASH_FOREACH_VAL(table, element)
	{
		culprit = find_in(search, element);
		if (culprit != NULL) {
			break;
		}
	}
	ZEND_HASH_FOREACH_END();
	GC_TRY_UNPROTECT_RECURSION(table);
	return culprit;
}

static bool is_users(const zend_function *method)
{
	return method != NULL && method->type == ZEND_USER_FUNCTION;
}

/*
 * What a class of the script writes by a method of its own is its own affair: it may well leave out
 * the very property that cannot be stored.
 */
static bool writes_itself(const zend_class_entry *type)
{
	const zend_function *sleep =
		zend_hash_str_find_ptr(&type->function_table, "__sleep", strlen("__sleep"));

	return is_users(type->__serialize) || is_users(sleep) ||
		   (type->ce_flags & ZEND_ACC_NOT_SERIALIZABLE) != 0;
}

/*
 * All values that an object holds, also those of PHP's own classes, as the garbage collector is
 * told of them. The list it is told lies in a buffer that the next object asked overwrites: hence
 * the copy.
 */
static const char *find_in_held(const search *search, zend_object *object)
{
	const char *culprit = NULL;
	zval *list, *held;
	int count;
	HashTable *properties = object->handlers->get_gc(object, &list, &count);

	held = safe_emalloc((size_t) count, sizeof(*held), 1);
	if (count > 0) {
		memcpy(held, list, (size_t) count * sizeof(*held));
	}
	for (int i = 0; i < count && culprit == NULL; i++) {
		culprit = find_in(search, &held[i]);
	}
	efree(held);
	if (culprit == NULL && properties != NULL) {
		culprit = find_in_table(search, properties);
	}
	return culprit;
}

static const char *find_in_object(const search *search, zend_object *object)
{
	const char *culprit;

	if (object->ce == zend_ce_closure) {
		return "Closure";
	}
	if (writes_itself(object->ce) || GC_IS_RECURSIVE(object)) {
		return NULL;
	}
	GC_PROTECT_RECURSION(object);
	culprit = find_in_held(search, object);
	GC_UNPROTECT_RECURSION(object);
	return culprit;
}

static const char *find_in(const search *search, zval *value)
{
	ZVAL_DEREF(value);
	switch (Z_TYPE_P(value)) {
		case IS_ARRAY: return find_in_table(search, Z_ARRVAL_P(value));
		case IS_OBJECT: return find_in_object(search, Z_OBJ_P(value));
		case IS_RESOURCE: return name_resource(search, value);
		case IS_INDIRECT: return find_in(search, Z_INDIRECT_P(value));
	}
	return NULL;
}

const char *strata_storable_culprit(zval *value, char *room, size_t room_size)
{
	search search = { room, room_size };

	return find_in(&search, value);
}
