#include "api/value/value.h"

#include "api/value/arguments.h"
#include "api/request/errors.h"
#include "api/request/memo.h"
#include "api/transaction/verbs.h"
#include "cache/write.h"
#include "cache/local.h"
#include "cache/read.h"
#include "codec/codec.h"
#include "codec/image/image.h"
#include "codec/image/image_copy.h"
#include "codec/objects.h"
#include "database/plain_names.h"

static strata_stats_row *stats_of(const strata_api_call *call, strata_tier_kind kind)
{
	for (size_t i = 0; i < call->database->tier_count; i++) {
		if (call->database->tiers[i].ops->kind == kind) {
			return call->database->tiers[i].stats;
		}
	}
	return NULL;
}

/* ---- out of the cache ---- */

/*
 * Not of short strings: as an image they would take half as much again, and a copy of them is made
 * as fast as a pin.
 */
static bool is_for_image(const zval *value)
{
	return Z_TYPE_P(value) == IS_STRING
			   ? Z_STRLEN_P(value) >= STRATA_SHORT_STRING
			   : Z_TYPE_P(value) == IS_ARRAY || Z_TYPE_P(value) == IS_OBJECT;
}

/* What could be written but never be read again is left to the serializer, which says so. */
static bool build_image(strata_api_call *call, zval *value, strata_value *image)
{
	ZVAL_DEREF(value);
	if (!is_for_image(value) || !strata_cache_has_local(call->database) ||
		!strata_image_build(value, call->call.arena, image)) {
		return false;
	}
	if (image->codec == STRATA_CODEC_OBJECTS &&
		!strata_objects_are_allowed(image, call->database->settings.unserialize_classes)) {
		*image = (strata_value){ .codec = STRATA_CODEC_NULL };
		return false;
	}
	return true;
}

static bool is_serialized(const strata_value *value)
{
	return value->codec == STRATA_CODEC_PHP || value->codec == STRATA_CODEC_IGBINARY ||
		   value->codec == STRATA_CODEC_STRING;
}

/*
 * Only now that the value is made can there be an image of it. The local tier takes it in place of
 * what it holds, if that is still this version. Objects that this tier alone has stay serialized:
 * their class wrote itself when they were stored, and another release may read them too.
 */
static void upgrade(strata_api_call *call, strata_item *item, zval *value)
{
	if (is_serialized(&item->value) && item->version != 0 &&
		build_image(call, value, &item->local.image) &&
		(item->local.image.codec == STRATA_CODEC_IMAGE ||
			strata_database_is_shared(call->database))) {
		strata_cache_upgrade_local(call->database, &call->call, item);
	}
}

/* True when there is a value, or an exception of the script's own code. */
static bool conclude(strata_api_call *call, strata_item *item, const char *complaint, zval *out)
{
	if (item->result == STRATA_CORRUPT || item->result == STRATA_FOREIGN) {
		strata_errors_log_unreadable(call, item, complaint);
	}
	if (item->result != STRATA_OK) {
		strata_stats_add_reason(stats_of(call, item->tier), item->result);
		ZVAL_UNDEF(out);
		return false;
	}
	return true;
}

static void decode_serialized(strata_api_call *call, strata_item *item, zval *out)
{
	strata_result before = item->result;

	item->result =
		strata_codec_decode(&item->value, call->database->settings.unserialize_classes, out);
	if (!conclude(call, item, strata_codec_complaint(), out)) {
		return;
	}
	item->result = before;
	if (!EG(exception) && before == STRATA_OK) {
		upgrade(call, item, out);
	}
}

/*
 * The local copy is of other classes than the present ones. A deeper tier has what a serializer
 * wrote, which may fit these too.
 */
static bool read_deeper(strata_api_call *call, strata_item *item, zval *out)
{
	strata_item deeper = *item;
	strata_item *const one[] = { &deeper };

	if (item->tier != STRATA_TIER_LOCAL || call->database->tier_count < 2) {
		return false;
	}
	strata_cache_get_from(call->database, &call->call, one, 1, call->database->tiers[1].ops->kind);
	if (deeper.result != STRATA_OK || strata_codec_is_image(deeper.value.codec)) {
		return false;
	}
	deeper.local = item->local;
	*item = deeper;
	decode_serialized(call, item, out);
	return true;
}

/* Objects are never kept: each caller gets its own. */
static void decode_objects(strata_api_call *call, strata_item *item, zval *out)
{
	strata_result before = item->result;
	bool is_lent = item->local.is_pinned && call->return_mode == STRATA_RETURN_PIN;

	item->result = strata_objects_decode(item->value.bytes, item->local.origin,
		is_lent ? STRATA_OBJECT_BORROW : STRATA_OBJECT_COPY,
		call->database->settings.unserialize_classes, out);
	if (item->result == STRATA_CORRUPT && before == STRATA_OK && read_deeper(call, item, out)) {
		return;
	}
	if (conclude(call, item, strata_objects_complaint(), out)) {
		item->result = before;
	}
}

void strata_api_release(const strata_api_call *call, strata_item *item)
{
	if (call->return_mode != STRATA_RETURN_PIN) {
		strata_cache_release(call->database, item);
	}
}

static bool copy_image(const strata_api_call *call, zend_string *key, const strata_item *item,
	zval *out)
{
	strata_view image = item->value.bytes;

	return call->return_mode == STRATA_RETURN_MEMO
			   ? strata_memo_copy(&call->space, key, item->version, image, item->local.origin, out)
			   : strata_image_copy(image, item->local.origin, strata_memo_keys(), out);
}

/* An image that is pinned may be handed out as it lies; in every other case it is copied. */
static void decode_image(strata_api_call *call, zend_string *key, strata_item *item, zval *out)
{
	zval *kept = call->return_mode == STRATA_RETURN_MEMO
					 ? strata_memo_find(&call->space, key, item->version)
					 : NULL;

	if (kept != NULL) {
		ZVAL_COPY(out, kept);
	} else if (item->local.is_pinned && call->return_mode == STRATA_RETURN_PIN) {
		strata_image_borrow(item->value.bytes, out);
	} else if (!copy_image(call, key, item, out)) {
		item->result = STRATA_CORRUPT;
		(void) conclude(call, item, "arrays are nested too deep for this fiber's stack", out);
	}
}

void strata_api_decode(strata_api_call *call, zend_string *key, strata_item *item, zval *out)
{
	ZVAL_UNDEF(out);
	if (item->result != STRATA_OK && (item->result != STRATA_STALE || !call->call.takes_stale)) {
		return;
	}
	if (item->value.codec == STRATA_CODEC_IMAGE) {
		decode_image(call, key, item, out);
	} else if (item->value.codec == STRATA_CODEC_OBJECTS) {
		decode_objects(call, item, out);
	} else {
		decode_serialized(call, item, out);
	}
}

/* ---- into the cache ---- */

/* phpredis writes all values by the serializer that it has, strings and numbers, too. */
static strata_codec_options options_of(const strata_database *database)
{
	strata_codec_options options = { .serializer = database->settings.serializer,
		.classes = database->settings.unserialize_classes };

	if (database->keyspace.format != STRATA_FORMAT_PLAIN) {
		return options;
	}
	switch (strata_plain_names_form(&database->keyspace, &database->settings)) {
		case STRATA_PLAIN_PHP:
			options.serializer = STRATA_SERIALIZER_PHP;
			options.scope = STRATA_SERIALIZES_ALL;
			break;
		case STRATA_PLAIN_IGBINARY:
			options.serializer = STRATA_SERIALIZER_IGBINARY;
			options.scope = STRATA_SERIALIZES_ALL;
			break;
		case STRATA_PLAIN_FLAGS:
		case STRATA_PLAIN_TEXT: break;
	}
	return options;
}

/* False with an exception thrown, and the encoded value released. */
static bool normalize(strata_api_call *call, const zval *value, strata_item *item,
	strata_encoded *encoded)
{
	strata_plain_form form =
		strata_plain_names_form(&call->database->keyspace, &call->database->settings);
	const char *objection = strata_plain_objection(form, &item->value);
	char culprit[160];

	if (objection == NULL && strata_plain_normalize(call->call.arena, form, &item->value)) {
		return true;
	}
	strata_codec_release(encoded);
	if (objection == NULL) {
		return strata_api_refuse_without_memory();
	}
	(void) snprintf(culprit, sizeof(culprit), "%s (%s)", zend_zval_type_name(value), objection);
	strata_errors_throw_unstorable(item, culprit);
	return false;
}

bool strata_api_encode(strata_api_call *call, zval *value, strata_item *item,
	strata_encoded *encoded)
{
	strata_codec_options options = options_of(call->database);
	const char *culprit;

	*encoded = (strata_encoded){ .value.codec = STRATA_CODEC_NULL };
	(void) build_image(call, value, &item->local.image);
	if (strata_codec_is_image(item->local.image.codec) &&
		!strata_database_is_shared(call->database)) {
		item->value = item->local.image;
		return true;
	}
	if (!strata_codec_encode(value, &options, encoded, &culprit)) {
		strata_errors_throw_unstorable(item, culprit);
		return false;
	}
	item->value = encoded->value;
	return call->database->keyspace.format != STRATA_FORMAT_PLAIN ||
		   normalize(call, value, item, encoded);
}

/* What a store depends on: what was seen under the key, or when it was missed. NULL: on nothing. */
typedef struct {
	strata_put_mode mode;
	const strata_cas_token *seen;
	strata_computation *computation;
} condition;

static void put(strata_api_call *call, strata_item *item, const condition *on)
{
	strata_item *const one[] = { item };

	if (on->seen != NULL) {
		strata_cache_compare(call->database, &call->call, item, on->seen);
	} else if (on->computation != NULL) {
		strata_verbs_store_computed(call, one, &on->computation, 1);
	} else if (on->mode == STRATA_PUT_SET) {
		strata_verbs_set(call, one, 1);
	} else {
		strata_cache_put(call->database, &call->call, one, 1, on->mode);
	}
}

static bool store(const strata_space *space, zend_string *key, zval *value,
	const strata_store_terms *terms, const condition *on)
{
	strata_encoded encoded;
	strata_api_call call;
	strata_item item;

	if (!strata_api_begin(&call, space)) {
		return false;
	}
	if (!strata_api_name_to_store(&call, key, terms->tags, &item) ||
		!strata_api_encode(&call, value, &item, &encoded)) {
		strata_api_end(&call);
		return false;
	}
	if (on->computation != NULL) {
		strata_cache_stamp_computed(call.database, &item, terms->ttl, terms->stale);
	} else {
		strata_cache_stamp(call.database, &item, terms->ttl);
	}
	put(&call, &item, on);
	strata_codec_release(&encoded);
	strata_errors_report(&call, &item);
	strata_api_end(&call);
	return item.result == STRATA_OK && !EG(exception);
}

bool strata_api_store(const strata_space *space, zend_string *key, zval *value,
	const strata_store_terms *terms, strata_put_mode mode)
{
	return store(space, key, value, terms, &(condition){ .mode = mode });
}

bool strata_api_store_over(const strata_space *space, zend_string *key, zval *value,
	const strata_store_terms *terms, const strata_cas_token *seen)
{
	return store(space, key, value, terms, &(condition){ .seen = seen });
}

bool strata_api_store_computed(const strata_space *space, zend_string *key, zval *value,
	const strata_store_terms *terms, strata_computation *computation)
{
	return store(space, key, value, terms, &(condition){ .computation = computation });
}
