/*
 * A lock is given to a process, not to an object: what becomes of the object, as where a function
 * ends, says nothing of the lock. So what is held lies in a list of the thread (api/lock/held.h),
 * and the object is a handle on it.
 */
#include "api/lock/lock.h"

#include <math.h>

#include "Zend/zend_exceptions.h"

#include "api/lock/held.h"
#include "api/request/call.h"
#include "api/request/errors.h"
#include "api/request/exceptions.h"
#include "api/request/interrupts.h"
#include "api/request/lent_arena.h"
#include "api/value/arguments.h"
#include "os/clock.h"

enum { LONGEST = 28 * 24 * 3600 /* seconds, of a life or a wait */ };

zend_class_entry *strata_lock_ce;

static zend_object_handlers handlers;

typedef struct {
	strata_held_lock *held; /* NULL: not made by Cache::lock() */
	zend_object standard;
} lock_object;

static lock_object *object_of(zend_object *standard)
{
	return (lock_object *) (void *) ((char *) standard - offsetof(lock_object, standard));
}

static zend_object *create(zend_class_entry *type)
{
	lock_object *object = zend_object_alloc(sizeof(*object), type);

	object->held = NULL;
	zend_object_std_init(&object->standard, type);
	object_properties_init(&object->standard, type);
	object->standard.handlers = &handlers;
	return &object->standard;
}

static void free_object(zend_object *standard)
{
	lock_object *object = object_of(standard);

	if (object->held != NULL) {
		strata_held_forget(object->held);
	}
	zend_object_std_dtor(standard);
}

void strata_lock_prepare_class(void)
{
	strata_lock_ce->create_object = create;
	handlers = *zend_get_std_object_handlers();
	handlers.offset = offsetof(lock_object, standard);
	handlers.free_obj = free_object;
	handlers.clone_obj = NULL;
	handlers.compare = zend_objects_not_comparable; /* it has no properties that could differ */
}

/* ---- making one ---- */

/* False with a ValueError about this argument. */
static bool read_ttl(zend_long seconds, uint32_t argument, strata_msec *ttl)
{
	*ttl = seconds >= 1 && seconds <= LONGEST ? (strata_msec) seconds * 1000 : 0;
	if (*ttl == 0) {
		zend_argument_value_error(argument,
			"must be a time to live of 1 second to 28 days, in seconds: a lock always ends");
	}
	return *ttl != 0;
}

/* NULL without memory, with an exception. */
static strata_held_lock *make(const strata_space *space, zend_string *name, strata_msec ttl,
	zend_string *token)
{
	strata_lent_arena *lent = strata_lent_arena_lend();
	strata_view key = { NULL, 0 }, given = { NULL, 0 };
	strata_held_lock *held = NULL;

	if (lent != NULL) {
		key = strata_space_key(space, strata_arguments_view(name), lent->arena);
	}
	if (key.data != NULL) {
		key = strata_lock_key(lent->arena, key);
	}
	if (token != NULL) {
		given = strata_arguments_view(token);
	}
	if (key.data != NULL) {
		held = strata_held_new(space, key, ttl, token != NULL ? &given : NULL);
	}
	if (lent != NULL) {
		strata_lent_arena_return(lent);
	}
	if (held == NULL) {
		zend_throw_exception(strata_capacity_exception, "out of memory", 0);
	}
	return held;
}

void strata_api_lock(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
{
	zend_string *name, *token = NULL;
	strata_held_lock *held;
	zend_long seconds;
	strata_msec ttl;

	ZEND_PARSE_PARAMETERS_START(2, 3)
	Z_PARAM_STR(name)
	Z_PARAM_LONG(seconds)
	Z_PARAM_OPTIONAL
	Z_PARAM_STR_OR_NULL(token)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_arguments_check_key(name, 1) || !read_ttl(seconds, 2, &ttl)) {
		RETURN_THROWS();
	}
	if (token != NULL && (ZSTR_LEN(token) == 0 || ZSTR_LEN(token) > STRATA_LONGEST_TOKEN)) {
		zend_argument_value_error(3, "must be null, or a token of 1 to 255 bytes");
		RETURN_THROWS();
	}
	held = make(space, name, ttl, token);
	if (held == NULL) {
		RETURN_THROWS();
	}
	object_init_ex(return_value, strata_lock_ce);
	object_of(Z_OBJ_P(return_value))->held = held;
}

/* Never called: only Cache::lock() makes locks. It is private so that `new` says so. */
ZEND_METHOD(Strata_Lock, __construct)
{
	ZEND_PARSE_PARAMETERS_NONE();
}

/* ---- one call ---- */

/* NULL with an Error thrown. */
static strata_held_lock *held_of(zval *self)
{
	strata_held_lock *held = object_of(Z_OBJ_P(self))->held;

	if (held == NULL) {
		zend_throw_error(NULL, "Strata\\Lock is made by Strata\\Cache::lock() alone");
		return NULL;
	}
	strata_held_look_at_fork(held);
	if (held->is_waiting) {
		zend_throw_error(NULL,
			"Strata\\Lock waits in acquire(): a handler of a signal cannot use the same object");
		return NULL;
	}
	return held;
}

static void report(const strata_api_call *call, strata_lock_state state, const strata_item *item)
{
	switch (state) {
		case STRATA_LOCK_GOT:
		case STRATA_LOCK_WAITS: return;
		case STRATA_LOCK_NO_ROOM:
			zend_throw_exception_ex(strata_capacity_exception, 0,
				"database %s: the processes of this host hold or wait for %d locks, which is as "
				"many as there may be",
				call->database->name, STRATA_LOCK_TABLE_SIZE);
			return;
		case STRATA_LOCK_NO_SLOT:
			zend_throw_exception_ex(strata_capacity_exception, 0,
				"database %s: %d threads of this host use strata, and no further one can hold a "
				"lock",
				call->database->name, STRATA_PROCESS_SLOT_COUNT);
			return;
		case STRATA_LOCK_NO_HOST:
			zend_throw_exception_ex(strata_configuration_exception, 0,
				"database %s: a lock takes memory that the processes of this host share, which the "
				"system refused, or a shared tier: strata.redis or strata.memcached",
				call->database->name);
			return;
		case STRATA_LOCK_FAILED: break;
	}
	/* What is there is no lock, or no tier could say. */
	if (strata_result_class_of(item->result) == STRATA_ANSWER) {
		strata_errors_throw(call, item);
	} else {
		strata_errors_report(call, item);
	}
}

/* ---- acquire ---- */

static strata_lock_state step(strata_held_lock *held)
{
	strata_lock_state state;
	strata_api_call call;
	strata_item item;

	if (!strata_api_begin(&call, &held->space)) {
		return STRATA_LOCK_FAILED;
	}
	if (!strata_api_allow_beside_plain(&call, "a lock")) {
		strata_api_end(&call);
		return STRATA_LOCK_FAILED;
	}
	state = strata_lock_try(call.database, &call.call, &held->lock, &item);
	report(&call, state, &item);
	strata_api_end(&call);
	return state;
}

/* In slices, without a call: handlers of signals run here. False: the wait is over. */
static bool sleep_through(strata_held_lock *held, strata_usec end)
{
	strata_usec now = strata_clock_usec();
	bool is_due = false;

	while (!is_due && now < end) {
		is_due = strata_lock_sleep(strata_process_runtime.locks, &held->lock, end - now);
		strata_api_answer_interrupts();
		if (EG(exception)) {
			return false;
		}
		now = strata_clock_usec();
	}
	return now < end;
}

static bool acquire(strata_held_lock *held, strata_usec wait)
{
	strata_usec end = strata_clock_usec() + wait;
	strata_lock_state state;

	held->lock.may_wait = wait > 0;
	held->lock.has_waited = false;
	/* An error may end the script anywhere from here on. */
	held->is_waiting = true;
	strata_held_list(held);
	do {
		state = step(held);
	} while (state == STRATA_LOCK_WAITS && !EG(exception) && sleep_through(held, end));
	held->is_waiting = false;
	if (state != STRATA_LOCK_GOT) {
		strata_lock_give_up(strata_process_runtime.locks, &held->lock);
	}
	if (state == STRATA_LOCK_GOT && !held->is_bound) {
		strata_lock_unbind(strata_process_runtime.locks, &held->lock);
	}
	if (!held->is_bound || !strata_lock_is_held(&held->lock)) {
		strata_held_unlist(held);
	}
	return state == STRATA_LOCK_GOT;
}

ZEND_METHOD(Strata_Lock, acquire)
{
	strata_held_lock *held;
	double wait = 0;

	ZEND_PARSE_PARAMETERS_START(0, 1)
	Z_PARAM_OPTIONAL
	Z_PARAM_DOUBLE(wait)
	ZEND_PARSE_PARAMETERS_END();

	/* Written so that what is no number is refused, too. */
	if (!(wait >= 0 && wait <= LONGEST)) {
		zend_argument_value_error(1, "must be a number of seconds from 0 to 28 days");
		RETURN_THROWS();
	}
	held = held_of(ZEND_THIS);
	if (held == NULL) {
		RETURN_THROWS();
	}
	RETVAL_BOOL(acquire(held, (strata_usec) (wait * 1000000)));
}

/* ---- release and refresh ---- */

/* Could the lock be held under its token? Only what was taken, or whose token others know. */
static bool may_be_held(const strata_held_lock *held)
{
	return held->lock.held_until != 0 || !held->is_random || !held->is_bound;
}

ZEND_METHOD(Strata_Lock, release)
{
	strata_held_lock *held;
	strata_api_call call;
	strata_item item;

	ZEND_PARSE_PARAMETERS_NONE();

	held = held_of(ZEND_THIS);
	if (held == NULL) {
		RETURN_THROWS();
	}
	if (!may_be_held(held)) {
		RETURN_FALSE;
	}
	if (!strata_api_begin(&call, &held->space)) {
		RETURN_THROWS();
	}
	strata_lock_release(call.database, &call.call, &held->lock, &item);
	strata_errors_report(&call, &item);
	strata_api_end(&call);
	strata_held_unlist(held);
	RETVAL_BOOL(item.result == STRATA_OK);
}

ZEND_METHOD(Strata_Lock, refresh)
{
	strata_held_lock *held;
	strata_api_call call;
	zend_long seconds = 0;
	bool is_null = true;
	strata_item item;
	strata_msec ttl;

	ZEND_PARSE_PARAMETERS_START(0, 1)
	Z_PARAM_OPTIONAL
	Z_PARAM_LONG_OR_NULL(seconds, is_null)
	ZEND_PARSE_PARAMETERS_END();

	held = held_of(ZEND_THIS);
	if (held == NULL) {
		RETURN_THROWS();
	}
	ttl = held->lock.ttl;
	if (!is_null && !read_ttl(seconds, 1, &ttl)) {
		RETURN_THROWS();
	}
	if (!may_be_held(held)) {
		RETURN_FALSE;
	}
	if (!strata_api_begin(&call, &held->space)) {
		RETURN_THROWS();
	}
	strata_lock_refresh(call.database, &call.call, &held->lock, ttl, &item);
	strata_errors_report(&call, &item);
	strata_api_end(&call);
	RETVAL_BOOL(item.result == STRATA_OK);
}

/* ---- what is known ---- */

ZEND_METHOD(Strata_Lock, isHeld)
{
	strata_held_lock *held;

	ZEND_PARSE_PARAMETERS_NONE();

	held = held_of(ZEND_THIS);
	if (held == NULL) {
		RETURN_THROWS();
	}
	RETURN_BOOL(strata_lock_is_held(&held->lock));
}

ZEND_METHOD(Strata_Lock, token)
{
	strata_held_lock *held;

	ZEND_PARSE_PARAMETERS_NONE();

	held = held_of(ZEND_THIS);
	if (held == NULL) {
		RETURN_THROWS();
	}
	if (held->is_bound) {
		held->is_bound = false;
		if (strata_lock_is_held(&held->lock)) {
			strata_lock_unbind(strata_process_runtime.locks, &held->lock);
		}
		strata_held_unlist(held);
	}
	RETURN_STRINGL(held->lock.token.data, held->lock.token.size);
}

static void throw_not_held(const strata_api_call *call)
{
	zend_throw_exception_ex(strata_busy_exception, 0,
		"database %s: the lock is not held any more, or was not acquired: there is no fence for it",
		call->database->name);
}

ZEND_METHOD(Strata_Lock, fence)
{
	strata_held_lock *held;
	strata_api_call call;
	strata_item item;

	ZEND_PARSE_PARAMETERS_NONE();

	held = held_of(ZEND_THIS);
	if (held == NULL) {
		RETURN_THROWS();
	}
	if (held->lock.fence != 0 && strata_lock_is_held(&held->lock)) {
		RETURN_LONG((zend_long) held->lock.fence);
	}
	if (!strata_api_begin(&call, &held->space)) {
		RETURN_THROWS();
	}
	strata_lock_raise_fence(call.database, &call.call, &held->lock, &item);
	if (item.result == STRATA_NOT_STORED) {
		throw_not_held(&call);
	} else {
		strata_errors_throw(&call, &item);
	}
	strata_api_end(&call);
	RETVAL_LONG((zend_long) held->lock.fence);
}
