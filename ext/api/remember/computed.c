#include "api/remember/computed.h"

#include "Zend/zend_exceptions.h"
#include "ext/date/php_date.h"

#include "api/remember/remember_options.h"
#include "api/request/globals.h"
#include "cache/analyse.h"

zend_class_entry *strata_computed_ce;

static zend_object_handlers handlers;

/*
 * The terms are the object's own: a fatal error leaves the stack of the call behind, and a function
 * that runs at shutdown may still hold the object.
 */
typedef struct {
	strata_computed_terms terms;
	bool is_open; /* the function runs */
	zend_object standard;
} computed;

static computed *computed_of(zend_object *standard)
{
	return (computed *) (void *) ((char *) standard - offsetof(computed, standard));
}

static zend_object *create(zend_class_entry *type)
{
	computed *object = zend_object_alloc(sizeof(*object), type);

	object->terms.tags.count = 0;
	object->is_open = false;
	zend_object_std_init(&object->standard, type);
	object_properties_init(&object->standard, type);
	object->standard.handlers = &handlers;
	return &object->standard;
}

void strata_computed_prepare_class(void)
{
	strata_computed_ce->create_object = create;
	handlers = *zend_get_std_object_handlers();
	handlers.offset = offsetof(computed, standard);
	handlers.clone_obj = NULL;
	handlers.compare = zend_objects_not_comparable; /* it has no properties that could differ */
}

/* ---- the call ---- */

static bool is_computed(zend_string *name)
{
	return zend_string_equals_ci(name, strata_computed_ce->name);
}

/* Of the class names of a parameter, the class is final and has no parents: its own must be one. */
static bool accepts(zend_type type)
{
	const zend_type *one;

	if (!ZEND_TYPE_IS_SET(type) || (ZEND_TYPE_FULL_MASK(type) & MAY_BE_OBJECT) != 0) {
		return true;
	}
	ZEND_TYPE_FOREACH(type, one)
	{
		if (ZEND_TYPE_HAS_NAME(*one) && is_computed(ZEND_TYPE_NAME(*one))) {
			return true;
		}
	}
	ZEND_TYPE_FOREACH_END();
	return false;
}

/*
 * A function without parameters is called without an argument, because functions of PHP itself
 * refuse a surplus one. So is one whose first parameter may be left out and takes something else:
 * [$users, 'page'] with page(int $number = 1) means the first page. A method that __call() stands
 * for has no parameters that could be seen; PHP leaves its function out (NULL) until the call.
 */
static bool takes_computed(const zend_function *function)
{
	bool is_variadic;

	if (function == NULL || (function->common.fn_flags & ZEND_ACC_CALL_VIA_TRAMPOLINE) != 0) {
		return false;
	}
	if (function->common.required_num_args > 0) {
		return true;
	}
	is_variadic = (function->common.fn_flags & ZEND_ACC_VARIADIC) != 0;
	if (function->common.num_args == 0 && (!is_variadic || function->type != ZEND_USER_FUNCTION)) {
		return false;
	}
	return accepts(function->common.arg_info[0].type);
}

static void call_with(zend_fcall_info *function, zend_fcall_info_cache *cache, zval *argument)
{
	function->params = argument;
	function->param_count = 1;
	(void) zend_call_function(function, cache);
	function->params = NULL;
	function->param_count = 0;
}

static void call_with_computed(zend_fcall_info *function, zend_fcall_info_cache *cache,
	strata_computed_terms *terms)
{
	zval argument;
	computed *object;

	object_init_ex(&argument, strata_computed_ce);
	object = computed_of(Z_OBJ(argument));
	object->terms = *terms;
	object->is_open = true;
	call_with(function, cache, &argument);
	/* The function may have kept it: from here on it has no effect, and says so. */
	object->is_open = false;
	*terms = object->terms;
	zval_ptr_dtor(&argument);
}

void strata_computed_call(zend_fcall_info *function, zend_fcall_info_cache *cache,
	strata_computed_terms *terms, zval *out)
{
	ZVAL_UNDEF(out);
	function->retval = out;
	function->param_count = 0;
	if (takes_computed(cache->function_handler)) {
		call_with_computed(function, cache, terms);
	} else {
		(void) zend_call_function(function, cache);
	}
	if (!EG(exception) && Z_ISREF_P(out)) {
		zend_unwrap_reference(out);
	}
}

/* ---- what the function says ---- */

/* NULL with an Error thrown. */
static strata_computed_terms *terms_of(zval *self)
{
	computed *object = computed_of(Z_OBJ_P(self));

	if (object->is_open) {
		return &object->terms;
	}
	zend_throw_error(NULL,
		"Strata\\Computed can be used only while the function that it was passed to runs");
	return NULL;
}

ZEND_METHOD(Strata_Computed, expiresAfter)
{
	zend_object *interval = NULL;
	strata_computed_terms *terms;
	zend_long seconds = 0;
	bool is_null = true;
	strata_ttl ttl;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_OBJ_OF_CLASS_OR_LONG_OR_NULL(interval, php_date_get_interval_ce(), seconds, is_null)
	ZEND_PARSE_PARAMETERS_END();

	terms = terms_of(ZEND_THIS);
	if (terms == NULL || !strata_arguments_ttl(interval, is_null ? NULL : &seconds, &ttl)) {
		RETURN_THROWS();
	}
	terms->ttl = ttl;
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

ZEND_METHOD(Strata_Computed, stale)
{
	strata_computed_terms *terms;
	zend_long seconds;
	strata_msec stale;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_LONG(seconds)
	ZEND_PARSE_PARAMETERS_END();

	terms = terms_of(ZEND_THIS);
	if (terms == NULL || !strata_remember_options_stale(seconds, 1, &stale)) {
		RETURN_THROWS();
	}
	terms->stale = stale;
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

ZEND_METHOD(Strata_Computed, dontStore)
{
	strata_computed_terms *terms;

	ZEND_PARSE_PARAMETERS_NONE();

	terms = terms_of(ZEND_THIS);
	if (terms == NULL) {
		RETURN_THROWS();
	}
	terms->dont_store = true;
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

ZEND_METHOD(Strata_Computed, tag)
{
	strata_computed_terms *terms;
	zval *tags = NULL;
	uint32_t count = 0;

	ZEND_PARSE_PARAMETERS_START(0, -1)
	Z_PARAM_VARIADIC('*', tags, count)
	ZEND_PARSE_PARAMETERS_END();

	terms = terms_of(ZEND_THIS);
	if (terms == NULL || !strata_arguments_tag_texts(tags, count)) {
		RETURN_THROWS();
	}
	for (uint32_t i = 0; i < count; i++) {
		if (!strata_arguments_add_tag(&terms->tags, Z_STR(tags[i]), i + 1)) {
			RETURN_THROWS();
		}
	}
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

/* Never called: only remember() makes such objects. It is private so that `new` says so. */
ZEND_METHOD(Strata_Computed, __construct)
{
	ZEND_PARSE_PARAMETERS_NONE();
}

/* The function may have changed settings: then there is no database in force, or another one. */
void strata_computed_count(const strata_space *space, zend_string *key, strata_usec cost)
{
	strata_database **databases = STRATA_G(databases);

	strata_analyse_computation(databases == NULL ? NULL : databases[space->database],
		strata_arguments_view(key), cost);
}
