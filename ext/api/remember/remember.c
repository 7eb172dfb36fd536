/*
 * The one operation between whose halves user code runs on purpose. While it does, nothing is held
 * but a lease: no connection, no lock, no arena. The function may therefore throw, exit, suspend
 * its fiber or call remember() again, for another key or the same.
 */
#include "api/remember/remember.h"

#include "Zend/zend_exceptions.h"
#include "ext/date/php_date.h"

#include "api/remember/after_response.h"
#include "api/value/arguments.h"
#include "api/remember/computed.h"
#include "api/remember/remember_options.h"
#include "api/remember/tag_numbers.h"
#include "api/request/call.h"
#include "api/request/errors.h"
#include "api/request/interrupts.h"
#include "api/transaction/verbs.h"
#include "api/value/peek.h"
#include "api/value/value.h"
#include "base/compiler.h"
#include "cache/local.h"
#include "cache/read.h"
#include "cache/remember/remember.h"
#include "os/clock.h"

enum { EARLY_SAMPLE = 256 /* calls, of which one looks whether its value is due */ };

/* What the script asked for, and what is kept between the steps. */
typedef struct {
	strata_space space;
	zend_string *key;
	strata_remember_options options;
	strata_tag_list tags;
	strata_memory memory;
	bool has_begun;
} request;

/* ---- the value, if there is one ---- */

static void decode(strata_api_call *call, const request *request, strata_item *item, zval *out)
{
	/* To its caller, what remember() gives is the value. */
	item->result = STRATA_OK;
	strata_api_decode(call, request->key, item, out);
	strata_api_release(call, item);
}

/* Each value that is refused is of another version than the one before. */
static void take_value(strata_api_call *call, request *request, strata_item *item, zval *out)
{
	while (request->memory.state == STRATA_REMEMBER_FOUND) {
		if (strata_verbs_refuse_hidden(call, &request->memory)) {
			continue;
		}
		decode(call, request, item, out);
		if (!Z_ISUNDEF_P(out) || EG(exception)) {
			return;
		}
		strata_remember_refuse(call->database, &call->call, &request->memory);
	}
}

/* A forced computation has no use for what the transaction holds. */
static void begin(strata_api_call *call, request *request)
{
	strata_memory *memory = &request->memory;

	request->has_begun = true;
	if (memory->wish.mode != STRATA_REMEMBER_FORCE && strata_verbs_find(call, memory->item)) {
		memory->state = STRATA_REMEMBER_FOUND;
	} else {
		strata_remember_begin(call->database, &call->call, &memory, 1);
	}
}

/* One call: begins, or looks again after a wait. False with an exception under way. */
static bool step(request *request, const strata_store_cursor *cursor, zval *out)
{
	strata_memory *memory = &request->memory;
	strata_api_call call;
	strata_item item;

	if (!strata_api_begin_with(&call, &request->space, request->key, &item)) {
		return false;
	}
	strata_api_expect(&call, &request->tags);
	item.local.cursor = cursor;
	memory->item = &item;
	if (request->has_begun) {
		strata_remember_resume(call.database, &call.call, memory);
	} else {
		begin(&call, request);
	}
	take_value(&call, request, &item, out);
	strata_verbs_compute_at_once(&call, memory);
	if (memory->state != STRATA_REMEMBER_FOUND) {
		strata_cache_release(call.database, &item);
	}
	if (memory->state == STRATA_REMEMBER_BUSY) {
		strata_errors_throw_busy(&call, &item);
	}
	strata_errors_report(&call, &item);
	strata_api_end(&call);
	memory->item = NULL;
	return !EG(exception);
}

/* In slices, without a call: handlers of signals run here. False with an exception under way. */
static bool sleep_through(request *request)
{
	while (
		strata_remember_sleep(strata_process_runtime.leases, &request->memory) == STRATA_SLEEP_ON) {
		strata_api_answer_interrupts();
		if (EG(exception)) {
			return false;
		}
	}
	return true;
}

/* False with an exception under way; else the value is found, or to be computed by us. */
static bool find_or_take_turn(request *request, const strata_store_cursor *cursor, zval *out)
{
	bool goes_on = step(request, cursor, out);

	while (goes_on && request->memory.state == STRATA_REMEMBER_WAIT) {
		goes_on = sleep_through(request) && step(request, NULL, out);
	}
	return goes_on;
}

/* ---- where there is none ---- */

/*
 * The value that is kept beyond its life, or undefined. The next try comes after a pause, which
 * ends at the latest when that value does.
 */
static void serve_stale(strata_api_call *call, const request *request, strata_view key,
	strata_msec *until, zval *out)
{
	strata_item item = { .key = key };
	strata_item *const one[] = { &item };
	strata_msec pause;

	*until = 0;
	call->call.takes_stale = true;
	strata_verbs_get(call, one, 1, STRATA_TIER_LOCAL);
	if (item.result != STRATA_OK && item.result != STRATA_STALE) {
		return;
	}
	decode(call, request, &item, out);
	if (Z_ISUNDEF_P(out) || EG(exception)) {
		return;
	}
	pause = strata_computation_pause(call->database, &request->memory.computation);
	*until = strata_clock_wall_msec() + pause;
	if (item.expires_at != STRATA_NEVER && *until > item.expires_at) {
		*until = item.expires_at;
	}
}

/*
 * The function threw, or ended the script. Where the call had a value whose life is not over, to
 * compute was our idea, and no call may fail for that. The exception waits meanwhile: no call
 * begins under one. Where there is no call to be had, the lease at the server ends by itself.
 */
static void fail(request *request, zval *out)
{
	zend_object *thrown = EG(exception);
	bool is_exit = zend_is_unwind_exit(thrown) || zend_is_graceful_exit(thrown);
	bool has_value =
		request->memory.is_early || request->options.on_exception == STRATA_ON_EXCEPTION_STALE;
	strata_msec until = 0;
	strata_api_call call;
	strata_item item;

	EG(exception) = NULL;
	zval_ptr_dtor(out);
	ZVAL_UNDEF(out);
	if (strata_api_begin_with(&call, &request->space, request->key, &item)) {
		if (has_value && !is_exit) {
			serve_stale(&call, request, item.key, &until, out);
		}
		strata_computation_leave(call.database, &call.call, item.key, &request->memory.computation,
			until);
		strata_api_end(&call);
	}
	if (EG(exception)) {
		zend_exception_set_previous(EG(exception), thrown);
	} else if (!Z_ISUNDEF_P(out)) {
		strata_errors_log_stale(request->key, thrown);
	} else {
		EG(exception) = thrown;
	}
}

/* The value is the caller's, and nothing is stored: the next one may compute. */
static void leave(request *request)
{
	strata_api_call call;
	strata_item item;

	if (strata_api_begin_with(&call, &request->space, request->key, &item)) {
		strata_computation_leave(call.database, &call.call, item.key, &request->memory.computation,
			0);
		strata_api_end(&call);
	}
}

/* Stores the value, unless the function or its tags say otherwise. */
static void keep(request *request, strata_computed_terms *terms, bool is_storable, zval *value)
{
	strata_computation *computation = &request->memory.computation;
	strata_store_terms stored = { .ttl = terms->ttl.msec,
		.stale = terms->stale,
		.tags = &terms->tags };

	if (is_storable && strata_computed_is_stored(terms) &&
		strata_tag_numbers_read_named(&request->space, &terms->tags, computation)) {
		(void) strata_api_store_computed(&request->space, request->key, value, &stored,
			computation);
	} else if (!EG(exception)) {
		leave(request);
	}
}

static void compute(request *request, zend_fcall_info *function, zend_fcall_info_cache *cache,
	zval *out)
{
	bool is_storable = strata_tag_numbers_read(&request->space, &request->tags);
	strata_computed_terms terms = { .ttl = request->options.ttl,
		.stale = request->options.stale,
		.tags = request->tags };
	strata_computation *computation = &request->memory.computation;

	if (!EG(exception)) {
		strata_computation_start(computation);
		strata_computed_call(function, cache, &terms, out);
		strata_computation_stop(computation);
		strata_computed_count(&request->space, request->key, computation->cost_usec);
	}
	if (!EG(exception)) {
		keep(request, &terms, is_storable, out);
	}
	if (EG(exception)) {
		fail(request, out);
	}
}

/* ---- all of it ---- */

static strata_remember_mode mode_of(strata_refresh refresh)
{
	switch (refresh) {
		case STRATA_REFRESH_NOW: break;
		case STRATA_REFRESH_AFTER_RESPONSE: return STRATA_REMEMBER_KEEP;
		case STRATA_REFRESH_FORCE: return STRATA_REMEMBER_FORCE;
	}
	return STRATA_REMEMBER_REFRESH;
}

/*
 * A fatal error anywhere in here, in a serializer too, leaves the leases to the end of the request:
 * the count of open turns says then that there may be some.
 */
static void remember(request *request, const strata_store_cursor *cursor, zend_fcall_info *function,
	zend_fcall_info_cache *cache, zval *out)
{
	request->memory.wish = (strata_remember_wish){ .mode = mode_of(request->options.refresh),
		.beta = request->options.beta };
	ZVAL_UNDEF(out);
	STRATA_G(open_turns)++;
	if (find_or_take_turn(request, cursor, out) && Z_ISUNDEF_P(out)) {
		compute(request, function, cache, out);
	}
	strata_remember_end(strata_process_runtime.leases, &request->memory);
	STRATA_G(open_turns)--;
	if (EG(exception)) {
		zval_ptr_dtor(out);
		ZVAL_UNDEF(out);
	}
}

/* The lease is taken only now: by the time that it comes to this, another may have computed. */
static void refresh(strata_put_off *put_off)
{
	request request = { .space = put_off->space,
		.key = put_off->key,
		.options = put_off->options,
		.tags = put_off->tags };
	zval value;

	request.options.refresh = STRATA_REFRESH_NOW;
	remember(&request, NULL, &put_off->function, &put_off->cache, &value);
	zval_ptr_dtor(&value);
}

/* What is due was returned. Where there is no later moment, it is computed now after all. */
static void refresh_later(const request *request, const zend_fcall_info *function,
	const zend_fcall_info_cache *cache)
{
	strata_put_off put_off = { .space = request->space,
		.key = request->key,
		.options = request->options,
		.tags = request->tags,
		.function = *function,
		.cache = *cache,
		.compute = refresh };

	if (!strata_after_response_put_off(&put_off)) {
		refresh(&put_off);
	}
}

/*
 * The fast path knows nothing of early refreshes. Where they matter a key is read so often that a
 * sample of its readers will do: it moves the moment by a few times the cost of the value.
 */
static bool is_sampled(void)
{
	return ++STRATA_G(remembered) % EARLY_SAMPLE == 0;
}

static bool may_peek(const strata_remember_options *options)
{
	return options->refresh != STRATA_REFRESH_FORCE && (!(options->beta > 0) || !is_sampled());
}

/* Nothing in the arguments but the key can be wrong, and all but the first three are as usual. */
static bool is_plain(const strata_remember_arguments *given, uint32_t count)
{
	return count == 3 && given->interval == NULL;
}

/* The slow path, kept out of the way of the fast one: what it needs is large. */
static STRATA_NOINLINE void remember_slowly(const strata_space *space, zend_string *key,
	const strata_remember_options *options, const strata_tag_list *tags,
	const strata_store_cursor *cursor, zend_fcall_info *function, zend_fcall_info_cache *cache,
	zval *out)
{
	request request = { .space = *space, .key = key, .options = *options, .tags = *tags };

	remember(&request, cursor, function, cache, out);
	if (request.memory.is_due && options->refresh == STRATA_REFRESH_AFTER_RESPONSE &&
		!EG(exception)) {
		refresh_later(&request, function, cache);
	}
}

void strata_api_remember(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
{
	strata_remember_arguments given = { .beta = 1, .ttl_is_null = true };
	strata_remember_options options;
	strata_tag_list tags;
	zend_string *key;
	zend_fcall_info function;
	zend_fcall_info_cache cache;
	strata_store_hit hit;

	ZEND_PARSE_PARAMETERS_START(3, 8)
	Z_PARAM_STR(key)
	Z_PARAM_OBJ_OF_CLASS_OR_LONG_OR_NULL(given.interval, php_date_get_interval_ce(), given.seconds,
		given.ttl_is_null)
	Z_PARAM_FUNC(function, cache)
	Z_PARAM_OPTIONAL
	Z_PARAM_LONG(given.stale)
	Z_PARAM_DOUBLE(given.beta)
	Z_PARAM_ARRAY_HT(given.tags)
	Z_PARAM_OBJ_OF_CLASS(given.refresh, strata_refresh_enum)
	Z_PARAM_OBJ_OF_CLASS(given.on_error, strata_on_error_enum)
	ZEND_PARSE_PARAMETERS_END();

	hit.cursor.is_set = false;
	if (is_plain(&given, ZEND_NUM_ARGS()) && !is_sampled() &&
		strata_api_peek(space, key, &hit, return_value)) {
		return;
	}
	if (!strata_arguments_check_key(key, 1) || !strata_remember_options_read(&given, &options) ||
		!strata_remember_options_tags(&given, space, &tags)) {
		RETURN_THROWS();
	}
	if (!is_plain(&given, ZEND_NUM_ARGS()) && may_peek(&options) &&
		strata_api_peek(space, key, &hit, return_value)) {
		return;
	}
	remember_slowly(space, key, &options, &tags, &hit.cursor, &function, &cache, return_value);
}
