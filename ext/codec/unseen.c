/*
 * What __serialize() returns is only there when a serializer has called it, and then the serializer
 * goes into it at once, level by level on the C stack, without a look at how much of that is left.
 * The one place between the two is the engine's entry for code of the script that C code calls,
 * which is a pointer. It leads here while such a value is written, and nowhere else.
 *
 * PHP looks at the stack there itself since 8.3. Before, it is looked at here: a method that
 * serializes what it holds, which serializes what it holds, is as deep.
 */
#include "codec/unseen.h"

#include <pthread.h>

#include "Zend/zend_exceptions.h"

#include "base/thread.h"
#include "codec/depth.h"

static STRATA_THREAD_LOCAL strata_unseen *innermost;

static void (*enter)(zend_execute_data *);

/* ---- what a method returned ---- */

static bool is_sleep(const zend_function *method)
{
	return zend_string_equals_literal_ci(method->common.function_name, "__sleep");
}

/* The properties that __sleep() named, as a list. False when one of them is not there. */
static bool gather_named(zend_object *object, HashTable *names, zval *list)
{
	HashTable *properties = object->handlers->get_properties(object);
	bool has_all = true;
	zval *name;

	array_init(list);
	ZEND_HASH_FOREACH_VAL(names, name)
	{
		const zend_property_info *declared = NULL;
		zval *value = NULL;

		ZVAL_DEREF(name);
		if (Z_TYPE_P(name) == IS_STRING) {
			declared = zend_hash_find_ptr(&object->ce->properties_info, Z_STR_P(name));
			value = zend_hash_find_ind(properties, Z_STR_P(name));
		}
		if (declared != NULL && (declared->flags & ZEND_ACC_STATIC) == 0) {
			value = OBJ_PROP(object, declared->offset);
		}
		if (value != NULL && Z_TYPE_P(value) != IS_UNDEF) {
			Z_TRY_ADDREF_P(value);
			zend_hash_next_index_insert(Z_ARRVAL_P(list), value);
		} else {
			has_all = false;
		}
	}
	ZEND_HASH_FOREACH_END();
	return has_all;
}

/* Until the whole value is written; takes the caller's reference. */
static void keep_array(strata_unseen *unseen, HashTable *array)
{
	zval held;

	if (unseen->met.held == NULL) {
		unseen->met.held = zend_new_array(4);
	}
	ZVAL_ARR(&held, array);
	zend_hash_next_index_insert_new(unseen->met.held, &held);
}

/* Another method may replace the arrays in the properties that are written. */
static void keep_arrays(strata_unseen *unseen, HashTable *values)
{
	zval *value;

	ZEND_HASH_FOREACH_VAL(values, value)
	{
		ZVAL_DEREF(value);
		if (Z_TYPE_P(value) == IS_ARRAY && Z_REFCOUNTED_P(value)) {
			Z_ADDREF_P(value);
			keep_array(unseen, Z_ARRVAL_P(value));
		}
	}
	ZEND_HASH_FOREACH_END();
}

static void stop_if_met(strata_unseen *unseen)
{
	if (!EG(exception) &&
		(unseen->met.culprit[0] != '\0' || (unseen->met.needs_php && !unseen->is_written_by_php))) {
		unseen->has_stopped = true;
		zend_throw_error(NULL, "a part of the value cannot be written");
	}
}

static void look(strata_unseen *unseen, zval *written)
{
	strata_storable found;

	strata_storable_look(written, strata_depth_to_write(), &found);
	unseen->met.needs_php |= found.needs_php;
	if (found.culprit[0] != '\0') {
		memcpy(unseen->met.culprit, found.culprit, sizeof(found.culprit));
	}
	if (found.held != NULL) {
		keep_array(unseen, found.held);
		found.held = NULL;
	}
	strata_storable_forget(&found);
	stop_if_met(unseen);
}

/* PHP writes null for it the first time, and the second time a reference to an object. */
static void blame_sleep(strata_unseen *unseen, const zend_class_entry *type)
{
	snprintf(unseen->met.culprit, sizeof(unseen->met.culprit),
		"%.48s whose __sleep() gives no array", ZSTR_VAL(type->name));
	stop_if_met(unseen);
}

static void look_at_slept(strata_unseen *unseen, zend_object *object, zval *names)
{
	zval named;

	if (Z_TYPE_P(names) != IS_ARRAY) {
		blame_sleep(unseen, object->ce);
		return;
	}
	/* PHP leaves out what is not there, where igbinary makes a property of it. */
	unseen->met.needs_php |= !gather_named(object, Z_ARRVAL_P(names), &named);
	keep_arrays(unseen, Z_ARRVAL(named));
	look(unseen, &named);
	zval_ptr_dtor(&named);
}

static void look_at_returned(strata_unseen *unseen, zend_object *object,
	const zend_function *method, zval *returned)
{
	ZVAL_DEREF(returned);
	if (is_sleep(method)) {
		look_at_slept(unseen, object, returned);
	} else if (object->ce->__serialize == method && Z_TYPE_P(returned) == IS_ARRAY) {
		look(unseen, returned);
	}
}

/* ---- the engine's entry ---- */

#ifndef ZEND_CHECK_STACK_LIMIT
/* The call is left before its first instruction: as if its last one had thrown. */
static void refuse(zend_execute_data *call)
{
	const zend_op_array *code = &call->func->op_array;

	zend_throw_error(NULL, "Maximum call stack size reached while a value is written");
	EG(opline_before_exception) = code->opcodes + code->last - 1;
}
#endif

static void enter_and_look(zend_execute_data *call);

/*
 * The JIT goes by the engine's own entry: where another one stands there, it takes the call of a
 * function that it traces for another kind of call, and what it compiled ends in SIGSEGV. So what
 * a method runs has the entry that it always has. Two things are less than that: threads share
 * the pointer; before PHP 8.3, methods that serialize in methods are looked at for the sake of the
 * stack, unless there is a JIT.
 */
static bool is_plain_in_methods(void)
{
#if defined(ZTS)
	return false;
#elif defined(ZEND_CHECK_STACK_LIMIT)
	return true;
#else
	static const char size[] = "opcache.jit_buffer_size";

	return zend_ini_long(size, sizeof(size) - 1, 0) > 0;
#endif
}

static void enter_method(zend_execute_data *call)
{
	if (!is_plain_in_methods()) {
		enter(call);
		return;
	}
	zend_execute_ex = enter;
	enter(call);
	zend_execute_ex = enter_and_look;
}

static void enter_and_look(zend_execute_data *call)
{
	strata_unseen *unseen = innermost;
	const zend_function *method = call->func;
	zval *returned = call->return_value;
	zend_object *object = NULL;

	/* Is it the serializer that calls, and not a method that was called by it? */
	if (unseen != NULL && call->prev_execute_data == unseen->frame && returned != NULL &&
		Z_TYPE(call->This) == IS_OBJECT) {
		object = Z_OBJ(call->This);
		GC_ADDREF(object);
	}
#ifndef ZEND_CHECK_STACK_LIMIT
	if (unseen != NULL && !EG(exception) && strata_depth_is_exhausted()) {
		refuse(call);
	}
#endif
	enter_method(call);
	if (object != NULL) {
		if (!EG(exception)) {
			look_at_returned(unseen, object, method, returned);
		}
		OBJ_RELEASE(object);
	}
}

#ifdef ZTS
/* The pointer is one for all threads: it is turned back when the last of them has written. */
static void turn(int by)
{
	static pthread_mutex_t turning = PTHREAD_MUTEX_INITIALIZER;
	static int users;

	(void) pthread_mutex_lock(&turning);
	users += by;
	if (users > 0 && zend_execute_ex != enter_and_look) {
		enter = zend_execute_ex;
		zend_execute_ex = enter_and_look;
	} else if (users == 0) {
		zend_execute_ex = enter;
	}
	(void) pthread_mutex_unlock(&turning);
}
#endif

static void turn_entry(strata_unseen *unseen)
{
#ifdef ZTS
	(void) unseen;
	turn(1);
#else
	unseen->entry = zend_execute_ex;
	if (zend_execute_ex != enter_and_look) {
		enter = zend_execute_ex;
		zend_execute_ex = enter_and_look;
	}
#endif
}

static void turn_back(const strata_unseen *unseen)
{
#ifdef ZTS
	(void) unseen;
	turn(-1);
#else
	zend_execute_ex = unseen->entry;
#endif
}

void strata_unseen_begin(strata_unseen *unseen, const strata_serializer *serializer)
{
	*unseen = (strata_unseen){ .outer = innermost,
		.frame = EG(current_execute_data),
		.is_written_by_php = serializer->codec == STRATA_CODEC_PHP };
	innermost = unseen;
	turn_entry(unseen);
}

void strata_unseen_end(strata_unseen *unseen)
{
	innermost = unseen->outer;
	turn_back(unseen);
}
