#include "api/cache.h"

#include "api/request/databases.h"
#include "api/request/errors.h"
#include "api/compare.h"
#include "api/lock/lock.h"
#include "api/multiple.h"
#include "api/remember/remember.h"
#include "api/remember/remember_multiple.h"
#include "api/single.h"
#include "api/transactions.h"
#include "api/value/arguments.h"

zend_class_entry *strata_cache_ce;

static zend_object_handlers handlers;

/* The object of a subclass may never have reached our constructor. */
enum { NOT_CONSTRUCTED = UINT32_MAX };

typedef struct {
	strata_space space; /* its database: NOT_CONSTRUCTED, or an index */
	zend_object standard;
} cache_object;

static cache_object *object_of(zend_object *standard)
{
	return (cache_object *) ((char *) standard - offsetof(cache_object, standard));
}

static zend_object *create(zend_class_entry *type)
{
	cache_object *object = zend_object_alloc(sizeof(*object), type);

	object->space = strata_space_root(NOT_CONSTRUCTED);
	zend_object_std_init(&object->standard, type);
	object_properties_init(&object->standard, type);
	object->standard.handlers = &handlers;
	return &object->standard;
}

/* PHP knows nothing but properties, by which all databases and namespaces would be equal. */
static int compare(zval *one, zval *two)
{
	ZEND_COMPARE_OBJECTS_FALLBACK(one, two);
	if (Z_OBJ_HT_P(one) == Z_OBJ_HT_P(two) &&
		!strata_space_equal(&object_of(Z_OBJ_P(one))->space, &object_of(Z_OBJ_P(two))->space)) {
		return ZEND_UNCOMPARABLE;
	}
	return zend_std_compare_objects(one, two);
}

void strata_cache_prepare_class(void)
{
	strata_cache_ce->create_object = create;
	handlers = *zend_get_std_object_handlers();
	handlers.offset = offsetof(cache_object, standard);
	handlers.clone_obj = NULL;
	handlers.compare = compare;
}

/* NULL with an Error thrown. */
static const strata_space *space_of(zval *self)
{
	const strata_space *space = &object_of(Z_OBJ_P(self))->space;

	if (space->database != NOT_CONSTRUCTED) {
		return space;
	}
	zend_throw_error(NULL, "%s must call parent::__construct() before it is used",
		ZSTR_VAL(Z_OBJCE_P(self)->name));
	return NULL;
}

/* Into a namespace within. False with a ValueError about this argument. */
static bool enter(strata_space *space, zend_string *name, uint32_t argument)
{
	if (ZSTR_LEN(name) < 1 || ZSTR_LEN(name) > STRATA_LONGEST_NAMESPACE) {
		zend_argument_value_error(argument, "must be a name of 1 to %d bytes, %zu bytes given",
			STRATA_LONGEST_NAMESPACE, ZSTR_LEN(name));
		return false;
	}
	if (!strata_space_enter(space, strata_arguments_view(name))) {
		zend_argument_value_error(argument,
			"must not lead deeper than %d namespaces in one another", STRATA_SPACE_DEEPEST);
		return false;
	}
	return true;
}

ZEND_METHOD(Strata_Cache, __construct)
{
	zend_string *name = NULL, *within = NULL;
	strata_space space = strata_space_root(0);

	ZEND_PARSE_PARAMETERS_START(0, 2)
	Z_PARAM_OPTIONAL
	Z_PARAM_STR(name)
	Z_PARAM_STR(within)
	ZEND_PARSE_PARAMETERS_END();

	if (name != NULL && !strata_api_find_database(name, &space.database)) {
		strata_errors_throw_no_database(name);
		RETURN_THROWS();
	}
	/* As without one: what a program leaves empty is no name. */
	if (within != NULL && ZSTR_LEN(within) > 0 && !enter(&space, within, 2)) {
		RETURN_THROWS();
	}
	object_of(Z_OBJ_P(ZEND_THIS))->space = space;
}

/* Like a clone: a subclass keeps what it was constructed with, and no constructor runs. */
ZEND_METHOD(Strata_Cache, namespace)
{
	const strata_space *around;
	strata_space space;
	zend_object *made;
	zend_string *name;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_STR(name)
	ZEND_PARSE_PARAMETERS_END();

	around = space_of(ZEND_THIS);
	if (around == NULL) {
		RETURN_THROWS();
	}
	space = *around;
	if (!enter(&space, name, 1)) {
		RETURN_THROWS();
	}
	made = create(Z_OBJCE_P(ZEND_THIS));
	object_of(made)->space = space;
	RETVAL_OBJ(made);
	zend_objects_clone_members(made, Z_OBJ_P(ZEND_THIS));
}

ZEND_METHOD(Strata_Cache, get)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_get(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

ZEND_METHOD(Strata_Cache, set)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_put(INTERNAL_FUNCTION_PARAM_PASSTHRU, space, STRATA_PUT_SET);
	}
}

ZEND_METHOD(Strata_Cache, delete)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_delete(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

ZEND_METHOD(Strata_Cache, clear)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_clear(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

ZEND_METHOD(Strata_Cache, invalidateTags)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_invalidate_tags(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

ZEND_METHOD(Strata_Cache, getMultiple)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_get_multiple(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

ZEND_METHOD(Strata_Cache, setMultiple)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_set_multiple(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

ZEND_METHOD(Strata_Cache, deleteMultiple)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_delete_multiple(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

ZEND_METHOD(Strata_Cache, has)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_has(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

ZEND_METHOD(Strata_Cache, fetch)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_fetch(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

ZEND_METHOD(Strata_Cache, fetchMultiple)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_fetch_multiple(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

ZEND_METHOD(Strata_Cache, add)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_put(INTERNAL_FUNCTION_PARAM_PASSTHRU, space, STRATA_PUT_ADD);
	}
}

ZEND_METHOD(Strata_Cache, replace)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_put(INTERNAL_FUNCTION_PARAM_PASSTHRU, space, STRATA_PUT_REPLACE);
	}
}

ZEND_METHOD(Strata_Cache, compareAndSet)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_compare_and_set(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

ZEND_METHOD(Strata_Cache, compareAndDelete)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_compare_and_delete(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

ZEND_METHOD(Strata_Cache, touch)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_touch(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

ZEND_METHOD(Strata_Cache, increment)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_increment(INTERNAL_FUNCTION_PARAM_PASSTHRU, space, STRATA_UPWARDS);
	}
}

ZEND_METHOD(Strata_Cache, decrement)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_increment(INTERNAL_FUNCTION_PARAM_PASSTHRU, space, STRATA_DOWNWARDS);
	}
}

ZEND_METHOD(Strata_Cache, remember)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_remember(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

ZEND_METHOD(Strata_Cache, rememberMultiple)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_remember_multiple(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

ZEND_METHOD(Strata_Cache, begin)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_begin_transaction(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

ZEND_METHOD(Strata_Cache, commit)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_commit_transaction(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

ZEND_METHOD(Strata_Cache, rollback)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_roll_back_transaction(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

ZEND_METHOD(Strata_Cache, lock)
{
	const strata_space *space = space_of(ZEND_THIS);

	if (space != NULL) {
		strata_api_lock(INTERNAL_FUNCTION_PARAM_PASSTHRU, space);
	}
}

/* Never called: only fetch() makes results. It is private so that `new` says so. */
ZEND_METHOD(Strata_Result, __construct)
{
	ZEND_PARSE_PARAMETERS_NONE();
}
