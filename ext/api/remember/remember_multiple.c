/*
 * remember() for many keys. What is there is found in one round of each tier, and the right to
 * compute the rest is asked for in one more. The keys that are this caller's go to the function of
 * the script at once; only then does it wait for those that others compute: a caller that waited
 * with a turn of its own in hand could wait for one that waits for it. Turns that come while it
 * waits are one further call of the function.
 */
#include "api/remember/remember_multiple.h"

#include "Zend/zend_exceptions.h"
#include "ext/date/php_date.h"

#include "api/remember/computed.h"
#include "api/remember/tag_numbers.h"
#include "api/request/call.h"
#include "api/request/errors.h"
#include "api/request/interrupts.h"
#include "api/transaction/verbs.h"
#include "api/value/arguments.h"
#include "api/value/peek.h"
#include "api/value/value.h"
#include "cache/local.h"
#include "cache/remember/remember.h"
#include "cache/write.h"
#include "os/clock.h"

/* One key, each only once. */
typedef struct {
	zend_string *key;
	zval value;       /* undefined until there is one */
	bool is_complete; /* nothing is to be done any more */
	strata_memory memory;
	strata_item item; /* of the call that is under way */
	strata_encoded encoded;
} wanted;

/* Zend memory; the keys are those of the list of arguments. */
typedef struct {
	strata_space space;
	strata_ttl ttl;
	strata_tag_list tags;
	bool is_storable; /* their numbers are known */
	zend_fcall_info function;
	zend_fcall_info_cache cache;
	wanted *wanted;
	uint32_t count;
	/* Room for all of them, in lists that the cache takes. */
	strata_memory **memories;
	strata_item **items;
	strata_computation **computations;
} request;

/* ---- keys ---- */

static void init(request *request, const strata_key_list *keys)
{
	HashTable seen;

	zend_hash_init(&seen, keys->count, NULL, NULL, false);
	request->wanted = safe_emalloc(keys->count, sizeof(*request->wanted), 1);
	request->memories = safe_emalloc(keys->count, sizeof(*request->memories), 1);
	request->items = safe_emalloc(keys->count, sizeof(*request->items), 1);
	request->computations = safe_emalloc(keys->count, sizeof(*request->computations), 1);
	for (uint32_t i = 0; i < keys->count; i++) {
		wanted *wanted = &request->wanted[request->count];

		if (zend_hash_add_empty_element(&seen, keys->keys[i]) != NULL) {
			memset(wanted, 0, sizeof(*wanted));
			wanted->key = keys->keys[i];
			ZVAL_UNDEF(&wanted->value);
			request->count++;
		}
	}
	zend_hash_destroy(&seen);
}

static void fini(request *request)
{
	for (uint32_t i = 0; i < request->count; i++) {
		zval_ptr_dtor(&request->wanted[i].value);
	}
	efree(request->wanted);
	efree(request->memories);
	efree(request->items);
	efree(request->computations);
}

/* PHP makes integers of keys that are decimal digits, and finds them so. */
static void to_result(request *request, zval *array)
{
	array_init_size(array, request->count);
	for (uint32_t i = 0; i < request->count; i++) {
		wanted *wanted = &request->wanted[i];

		if (!Z_ISUNDEF(wanted->value)) {
			zend_symtable_update(Z_ARRVAL_P(array), wanted->key, &wanted->value);
			ZVAL_UNDEF(&wanted->value);
		}
	}
}

/* ---- finding ---- */

static void complete(wanted *wanted)
{
	strata_remember_end(strata_process_runtime.leases, &wanted->memory);
	wanted->is_complete = true;
}

static bool computes(const wanted *wanted)
{
	return !wanted->is_complete && wanted->memory.state == STRATA_REMEMBER_COMPUTE;
}

static bool waits(const wanted *wanted)
{
	return !wanted->is_complete && wanted->memory.state == STRATA_REMEMBER_WAIT;
}

/* Each value that cannot be made here is of another version than the one before. */
static void take_value(strata_api_call *call, wanted *wanted)
{
	while (wanted->memory.state == STRATA_REMEMBER_FOUND) {
		if (strata_verbs_refuse_hidden(call, &wanted->memory)) {
			continue;
		}
		wanted->item.result = STRATA_OK;
		strata_api_decode(call, wanted->key, &wanted->item, &wanted->value);
		if (!Z_ISUNDEF(wanted->value)) {
			complete(wanted);
		}
		if (wanted->is_complete || EG(exception)) {
			return;
		}
		strata_api_release(call, &wanted->item);
		strata_remember_refuse(call->database, &call->call, &wanted->memory);
	}
	if (wanted->memory.state == STRATA_REMEMBER_BUSY) {
		strata_errors_throw_busy(call, &wanted->item);
	}
}

/* What the fast path finds needs no call. */
static uint32_t peek_all(request *request)
{
	uint32_t left = 0;

	for (uint32_t begin = 0; begin < request->count; begin += STRATA_PEEKS_MOST) {
		wanted *some = &request->wanted[begin];
		uint32_t count = MIN(request->count - begin, STRATA_PEEKS_MOST);
		zend_string *keys[STRATA_PEEKS_MOST];
		zval found[STRATA_PEEKS_MOST];

		for (uint32_t i = 0; i < count; i++) {
			keys[i] = some[i].key;
		}
		strata_api_peek_many(&request->space, keys, count, found);
		for (uint32_t i = 0; i < count; i++) {
			ZVAL_COPY_VALUE(&some[i].value, &found[i]);
			some[i].is_complete = !Z_ISUNDEF(found[i]);
			left += !some[i].is_complete;
		}
	}
	return left;
}

/* False with an exception thrown. */
static bool prepare(const strata_api_call *call, wanted *wanted)
{
	bool is_named = strata_api_name(call, wanted->key, &wanted->item);

	wanted->memory.item = is_named ? &wanted->item : NULL;
	return is_named;
}

/* After a step: values, messages, and no item of this call left. */
static void end_step(strata_api_call *call, request *request)
{
	for (uint32_t i = 0; i < request->count && !EG(exception); i++) {
		if (request->wanted[i].memory.item != NULL) {
			take_value(call, &request->wanted[i]);
			strata_verbs_compute_at_once(call, &request->wanted[i].memory);
		}
	}
	for (uint32_t i = 0; i < request->count; i++) {
		wanted *wanted = &request->wanted[i];

		if (wanted->memory.item != NULL) {
			if (wanted->memory.state == STRATA_REMEMBER_FOUND) {
				strata_api_release(call, &wanted->item);
			} else {
				strata_cache_release(call->database, &wanted->item);
			}
			strata_errors_report(call, &wanted->item);
			wanted->memory.item = NULL;
		}
	}
	strata_api_end(call);
}

/* All waits began together and end together: what comes of them is one call of the function. */
static void end_waits_together(request *request)
{
	strata_usec latest = 0;

	for (uint32_t i = 0; i < request->count; i++) {
		if (waits(&request->wanted[i])) {
			latest = MAX(latest, request->wanted[i].memory.wait_until);
		}
	}
	for (uint32_t i = 0; i < request->count; i++) {
		if (waits(&request->wanted[i])) {
			request->wanted[i].memory.wait_until = latest;
		}
	}
}

static void begin(request *request)
{
	strata_api_call call;
	size_t count = 0;

	if (!strata_api_begin(&call, &request->space)) {
		return;
	}
	strata_api_expect(&call, &request->tags);
	for (uint32_t i = 0; i < request->count; i++) {
		wanted *wanted = &request->wanted[i];

		if (wanted->is_complete || !prepare(&call, wanted)) {
			continue;
		}
		if (strata_verbs_find(&call, &wanted->item)) {
			wanted->memory.state = STRATA_REMEMBER_FOUND;
		} else {
			request->memories[count++] = &wanted->memory;
		}
	}
	if (count > 0) {
		strata_remember_begin(call.database, &call.call, request->memories, count);
	}
	end_step(&call, request);
	end_waits_together(request);
}

/* ---- computing ---- */

/* The keys that are ours, as PHP has them as keys of an array. */
static void list_keys(const request *request, zval *list)
{
	array_init(list);
	for (uint32_t i = 0; i < request->count; i++) {
		zend_string *key = request->wanted[i].key;
		zend_ulong number;

		if (!computes(&request->wanted[i])) {
			continue;
		}
		if (ZEND_HANDLE_NUMERIC_STR(ZSTR_VAL(key), ZSTR_LEN(key), number)) {
			add_next_index_long(list, (zend_long) number);
		} else {
			add_next_index_str(list, zend_string_copy(key));
		}
	}
}

/* A value under a key that was not asked for is most likely a list that has lost its keys. */
static bool check_keys(HashTable *computed, const zval *list)
{
	HashTable asked;
	zend_string *name;
	zend_ulong number;
	zval *key;
	bool is_right = true;

	zend_hash_init(&asked, zend_hash_num_elements(Z_ARRVAL_P(list)), NULL, NULL, false);
	ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(list), key)
	{
		if (Z_TYPE_P(key) == IS_LONG) {
			zend_hash_index_add_empty_element(&asked, (zend_ulong) Z_LVAL_P(key));
		} else {
			zend_hash_add_empty_element(&asked, Z_STR_P(key));
		}
	}
	ZEND_HASH_FOREACH_END();
	ZEND_HASH_FOREACH_KEY(computed, number, name)
	{
		is_right =
			name != NULL ? zend_hash_exists(&asked, name) : zend_hash_index_exists(&asked, number);
		if (!is_right && name != NULL) {
			strata_errors_throw_unasked(name);
		} else if (!is_right) {
			zend_string *digits = zend_long_to_str((zend_long) number);

			strata_errors_throw_unasked(digits);
			zend_string_release(digits);
		}
		if (!is_right) {
			break;
		}
	}
	ZEND_HASH_FOREACH_END();
	zend_hash_destroy(&asked);
	return is_right;
}

/* Undefined with an exception under way; else an array with values of keys in the list. */
static void call_function(request *request, zval *list, zval *out)
{
	ZVAL_UNDEF(out);
	request->function.retval = out;
	request->function.params = list;
	request->function.param_count = 1;
	(void) zend_call_function(&request->function, &request->cache);
	if (!EG(exception) && Z_ISREF_P(out)) {
		zend_unwrap_reference(out);
	}
	if (!EG(exception) && Z_TYPE_P(out) != IS_ARRAY) {
		zend_type_error("The function of rememberMultiple() must return an array of values under "
						"their keys, %s returned",
			zend_zval_type_name(out));
	}
	if (EG(exception) || !check_keys(Z_ARRVAL_P(out), list)) {
		zval_ptr_dtor(out);
		ZVAL_UNDEF(out);
	}
}

/* A key that the function left out stays without a value. */
static void take_computed(request *request, HashTable *computed)
{
	for (uint32_t i = 0; i < request->count; i++) {
		wanted *wanted = &request->wanted[i];
		zval *value = computes(wanted) ? zend_symtable_find(computed, wanted->key) : NULL;

		if (value != NULL) {
			ZVAL_COPY_DEREF(&wanted->value, value);
		}
	}
}

/* ---- storing ---- */

static bool is_stored(const request *request, const wanted *wanted)
{
	return computes(wanted) && !Z_ISUNDEF(wanted->value) &&
		   request->ttl.kind != STRATA_TTL_IS_OVER && request->is_storable;
}

/* All of them first: one that cannot be stored throws before anything was written. */
static bool encode_all(strata_api_call *call, request *request)
{
	for (uint32_t i = 0; i < request->count; i++) {
		wanted *wanted = &request->wanted[i];

		if (is_stored(request, wanted)) {
			if (!strata_api_name_to_store(call, wanted->key, &request->tags, &wanted->item) ||
				!strata_api_encode(call, &wanted->value, &wanted->item, &wanted->encoded)) {
				return false;
			}
		}
	}
	return true;
}

static void add_computation(request *request, wanted *wanted, size_t *count)
{
	request->items[*count] = &wanted->item;
	request->computations[(*count)++] = &wanted->memory.computation;
}

static void store_encoded(strata_api_call *call, request *request)
{
	size_t count = 0;

	for (uint32_t i = 0; i < request->count; i++) {
		if (is_stored(request, &request->wanted[i])) {
			strata_cache_stamp_computed(call->database, &request->wanted[i].item, request->ttl.msec,
				0);
			add_computation(request, &request->wanted[i], &count);
		}
	}
	strata_verbs_store_computed(call, request->items, request->computations, count);
	for (size_t i = 0; i < count; i++) {
		strata_errors_report(call, request->items[i]);
	}
}

static void store(request *request)
{
	strata_api_call call;

	if (!strata_api_begin(&call, &request->space)) {
		return;
	}
	if (encode_all(&call, request)) {
		store_encoded(&call, request);
	}
	for (uint32_t i = 0; i < request->count; i++) {
		strata_codec_release(&request->wanted[i].encoded);
		request->wanted[i].encoded = (strata_encoded){ .value.codec = STRATA_CODEC_NULL };
	}
	strata_api_end(&call);
}

/* A turn that brought no value. */
static bool is_fruitless(const request *request, const wanted *wanted, const zend_object *thrown)
{
	return computes(wanted) && (thrown != NULL || !is_stored(request, wanted));
}

static bool has_fruitless(const request *request, const zend_object *thrown)
{
	for (uint32_t i = 0; i < request->count; i++) {
		if (is_fruitless(request, &request->wanted[i], thrown)) {
			return true;
		}
	}
	return false;
}

/* All of those, as lists. */
static size_t list_fruitless(const strata_api_call *call, request *request,
	const zend_object *thrown)
{
	size_t count = 0;

	for (uint32_t i = 0; i < request->count; i++) {
		wanted *wanted = &request->wanted[i];

		if (is_fruitless(request, wanted, thrown) &&
			strata_api_name(call, wanted->key, &wanted->item)) {
			add_computation(request, wanted, &count);
		}
	}
	return count;
}

/* Their next callers may compute at once. An exception waits: no call begins under one. */
static void leave(request *request)
{
	zend_object *thrown = EG(exception);
	strata_api_call call;

	EG(exception) = NULL;
	if (has_fruitless(request, thrown) && strata_api_begin(&call, &request->space)) {
		size_t count = list_fruitless(&call, request, thrown);

		strata_computation_leave_all(call.database, &call.call, request->items,
			request->computations, count);
		strata_api_end(&call);
	}
	if (thrown != NULL && EG(exception)) {
		zend_exception_set_previous(EG(exception), thrown);
	} else if (thrown != NULL) {
		EG(exception) = thrown;
	}
}

static uint32_t count_turns(const request *request)
{
	uint32_t turns = 0;

	for (uint32_t i = 0; i < request->count; i++) {
		turns += computes(&request->wanted[i]);
	}
	return turns;
}

/* The one run of the function was for all of them: each is counted with its share. */
static void stop_all(request *request)
{
	uint32_t turns = count_turns(request);

	for (uint32_t i = 0; i < request->count; i++) {
		strata_computation *computation = &request->wanted[i].memory.computation;

		if (computes(&request->wanted[i])) {
			strata_computation_stop(computation);
			strata_computed_count(&request->space, request->wanted[i].key,
				computation->cost_usec / turns);
		}
	}
}

static void compute(request *request)
{
	zval list, computed;

	request->is_storable = strata_tag_numbers_read(&request->space, &request->tags);
	for (uint32_t i = 0; i < request->count; i++) {
		if (computes(&request->wanted[i])) {
			strata_computation_start(&request->wanted[i].memory.computation);
		}
	}
	list_keys(request, &list);
	ZVAL_UNDEF(&computed);
	if (!EG(exception)) {
		call_function(request, &list, &computed);
	}
	stop_all(request);
	if (!EG(exception)) {
		take_computed(request, Z_ARRVAL(computed));
		store(request);
	}
	zval_ptr_dtor(&computed);
	zval_ptr_dtor(&list);
	leave(request);
	for (uint32_t i = 0; i < request->count; i++) {
		if (computes(&request->wanted[i])) {
			complete(&request->wanted[i]);
		}
	}
}

/* ---- waiting ---- */

static wanted *first_that_waits(request *request)
{
	for (uint32_t i = 0; i < request->count; i++) {
		if (waits(&request->wanted[i])) {
			return &request->wanted[i];
		}
	}
	return NULL;
}

/* While it sleeps on the word of one, the others are looked after as well. */
static bool is_due(const wanted *wanted, strata_usec now)
{
	const strata_memory *memory = &wanted->memory;

	return memory->wait_until <= now || !memory->is_asking || memory->ask_at <= now;
}

typedef enum { WHERE_DUE, ALL } extent;

static void look_again(request *request, const wanted *slept_on, extent extent)
{
	strata_usec now = strata_clock_usec();
	strata_api_call call;

	if (!strata_api_begin(&call, &request->space)) {
		return;
	}
	for (uint32_t i = 0; i < request->count; i++) {
		wanted *wanted = &request->wanted[i];

		if (waits(wanted) && (extent == ALL || wanted == slept_on || is_due(wanted, now))) {
			if (prepare(&call, wanted)) {
				strata_remember_resume(call.database, &call.call, &wanted->memory);
			}
		}
	}
	end_step(&call, request);
}

/* In a slice, without a call: handlers of signals run here. */
static void sleep_on(request *request, wanted *wanted, extent extent)
{
	strata_sleep slept = strata_remember_sleep(strata_process_runtime.leases, &wanted->memory);

	strata_api_answer_interrupts();
	if (!EG(exception)) {
		look_again(request, slept == STRATA_SLEEP_OVER ? wanted : NULL, extent);
	}
}

/*
 * Until nothing is waited for, or a turn came. What one owner held comes free at about the same
 * moment, so there is one more look then: what it brings is in the same call of the function.
 */
static void wait_for_others(request *request)
{
	wanted *wanted = first_that_waits(request);

	while (wanted != NULL && count_turns(request) == 0 && !EG(exception)) {
		sleep_on(request, wanted, WHERE_DUE);
		wanted = first_that_waits(request);
	}
	if (wanted != NULL && !EG(exception)) {
		sleep_on(request, wanted, ALL);
	}
}

/* ---- all of it ---- */

static void remember_all(request *request)
{
	begin(request);
	while (!EG(exception) && (count_turns(request) > 0 || first_that_waits(request) != NULL)) {
		if (count_turns(request) > 0) {
			compute(request);
		} else {
			wait_for_others(request);
		}
	}
	if (EG(exception)) {
		leave(request);
	}
	for (uint32_t i = 0; i < request->count; i++) {
		if (!request->wanted[i].is_complete) {
			complete(&request->wanted[i]);
		}
	}
}

void strata_api_remember_multiple(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
{
	request request = { .space = *space };
	zend_object *interval = NULL;
	HashTable *names = NULL;
	zend_long seconds = 0;
	bool is_null = true;
	strata_key_list keys;
	zval *iterable;

	ZEND_PARSE_PARAMETERS_START(3, 4)
	Z_PARAM_ITERABLE(iterable)
	Z_PARAM_OBJ_OF_CLASS_OR_LONG_OR_NULL(interval, php_date_get_interval_ce(), seconds, is_null)
	Z_PARAM_FUNC(request.function, request.cache)
	Z_PARAM_OPTIONAL
	Z_PARAM_ARRAY_HT(names)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_arguments_ttl(interval, is_null ? NULL : &seconds, &request.ttl) ||
		!strata_arguments_tags(space, names, 4, &request.tags) ||
		!strata_arguments_keys(iterable, 1, &keys)) {
		RETURN_THROWS();
	}
	init(&request, &keys);
	if (peek_all(&request) > 0) {
		STRATA_G(open_turns)++;
		remember_all(&request);
		STRATA_G(open_turns)--;
	}
	if (!EG(exception)) {
		to_result(&request, return_value);
	}
	fini(&request);
	strata_arguments_release(&keys);
}
