#include "php.h"

#include "Zend/zend_exceptions.h"

#include "api/cache.h"
#include "api/request/databases.h"
#include "api/request/exceptions.h"
#include "api/compare.h"
#include "api/multiple.h"
#include "api/remember/remember.h"
#include "api/remember/remember_multiple.h"
#include "api/single.h"

zend_class_entry *strata_cache_ce;

static zend_object_handlers handlers;

/* The object of a subclass may never have reached our constructor. */
enum { NOT_CONSTRUCTED = UINT32_MAX };

typedef struct {
	uint32_t database; /* index, or NOT_CONSTRUCTED */
	zend_object standard;
} cache_object;

static cache_object *object_of(zend_object *standard)
{
	return (cache_object *) ((char *) standard - offsetof(cache_object, standard));
}

static zend_object *create(zend_class_entry *type)
{
	cache_object *object = zend_object_alloc(sizeof(*object), type);

	object->database = NOT_CONSTRUCTED;
	zend_object_std_init(&object->standard, type);
	object_properties_init(&object->standard, type);
	object->standard.handlers = &handlers;
	return &object->standard;
}

void strata_cache_prepare_class(void)
{
	strata_cache_ce->create_object = create;
	handlers = *zend_get_std_object_handlers();
	handlers.offset = offsetof(cache_object, standard);
	handlers.clone_obj = NULL;
}

/* False with an Error thrown. */
static bool database_of(zval *self, uint32_t *database)
{
	*database = object_of(Z_OBJ_P(self))->database;
	if (*database != NOT_CONSTRUCTED) {
		return true;
	}
	zend_throw_error(NULL, "%s must call parent::__construct() before it is used",
		ZSTR_VAL(Z_OBJCE_P(self)->name));
	return false;
}

ZEND_METHOD(Strata_Cache, __construct)
{
	zend_string *name = NULL;
	uint32_t database = 0;

	ZEND_PARSE_PARAMETERS_START(0, 1)
	Z_PARAM_OPTIONAL
	Z_PARAM_STR(name)
	ZEND_PARSE_PARAMETERS_END();

	if (name != NULL && !strata_api_find_database(name, &database)) {
		zend_throw_exception_ex(strata_configuration_exception, 0,
			"there is no database \"%s\": strata.databases must name it", ZSTR_VAL(name));
		RETURN_THROWS();
	}
	object_of(Z_OBJ_P(ZEND_THIS))->database = database;
}

ZEND_METHOD(Strata_Cache, get)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_get(INTERNAL_FUNCTION_PARAM_PASSTHRU, database);
	}
}

ZEND_METHOD(Strata_Cache, set)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_put(INTERNAL_FUNCTION_PARAM_PASSTHRU, database, STRATA_PUT_SET);
	}
}

ZEND_METHOD(Strata_Cache, delete)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_delete(INTERNAL_FUNCTION_PARAM_PASSTHRU, database);
	}
}

ZEND_METHOD(Strata_Cache, clear)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_clear(INTERNAL_FUNCTION_PARAM_PASSTHRU, database);
	}
}

ZEND_METHOD(Strata_Cache, getMultiple)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_get_multiple(INTERNAL_FUNCTION_PARAM_PASSTHRU, database);
	}
}

ZEND_METHOD(Strata_Cache, setMultiple)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_set_multiple(INTERNAL_FUNCTION_PARAM_PASSTHRU, database);
	}
}

ZEND_METHOD(Strata_Cache, deleteMultiple)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_delete_multiple(INTERNAL_FUNCTION_PARAM_PASSTHRU, database);
	}
}

ZEND_METHOD(Strata_Cache, has)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_has(INTERNAL_FUNCTION_PARAM_PASSTHRU, database);
	}
}

ZEND_METHOD(Strata_Cache, fetch)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_fetch(INTERNAL_FUNCTION_PARAM_PASSTHRU, database);
	}
}

ZEND_METHOD(Strata_Cache, fetchMultiple)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_fetch_multiple(INTERNAL_FUNCTION_PARAM_PASSTHRU, database);
	}
}

ZEND_METHOD(Strata_Cache, add)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_put(INTERNAL_FUNCTION_PARAM_PASSTHRU, database, STRATA_PUT_ADD);
	}
}

ZEND_METHOD(Strata_Cache, replace)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_put(INTERNAL_FUNCTION_PARAM_PASSTHRU, database, STRATA_PUT_REPLACE);
	}
}

ZEND_METHOD(Strata_Cache, compareAndSet)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_compare_and_set(INTERNAL_FUNCTION_PARAM_PASSTHRU, database);
	}
}

ZEND_METHOD(Strata_Cache, compareAndDelete)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_compare_and_delete(INTERNAL_FUNCTION_PARAM_PASSTHRU, database);
	}
}

ZEND_METHOD(Strata_Cache, touch)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_touch(INTERNAL_FUNCTION_PARAM_PASSTHRU, database);
	}
}

ZEND_METHOD(Strata_Cache, increment)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_increment(INTERNAL_FUNCTION_PARAM_PASSTHRU, database, STRATA_UPWARDS);
	}
}

ZEND_METHOD(Strata_Cache, decrement)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_increment(INTERNAL_FUNCTION_PARAM_PASSTHRU, database, STRATA_DOWNWARDS);
	}
}

ZEND_METHOD(Strata_Cache, remember)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_remember(INTERNAL_FUNCTION_PARAM_PASSTHRU, database);
	}
}

ZEND_METHOD(Strata_Cache, rememberMultiple)
{
	uint32_t database;

	if (database_of(ZEND_THIS, &database)) {
		strata_api_remember_multiple(INTERNAL_FUNCTION_PARAM_PASSTHRU, database);
	}
}

/* Never called: only fetch() makes results. It is private so that `new` says so. */
ZEND_METHOD(Strata_Result, __construct)
{
	ZEND_PARSE_PARAMETERS_NONE();
}
