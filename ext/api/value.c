#include "api/value.h"

#include "api/arguments.h"
#include "api/errors.h"
#include "cache/cache.h"
#include "codec/codec.h"

static strata_stats_row *stats_of(const strata_api_call *call, strata_tier_kind kind)
{
	for (size_t i = 0; i < call->database->tier_count; i++) {
		if (call->database->tiers[i].ops->kind == kind) {
			return call->database->tiers[i].stats;
		}
	}
	return NULL;
}

void strata_api_decode(const strata_api_call *call, strata_item *item, zval *out)
{
	ZVAL_UNDEF(out);
	if (item->result != STRATA_OK) {
		return;
	}
	item->result = strata_codec_decode(&item->value, out);
	if (item->result != STRATA_OK) {
		strata_stats_add_reason(stats_of(call, item->tier), item->result);
		ZVAL_UNDEF(out);
	}
}

bool strata_api_store(uint32_t database, zend_string *key, zval *value, strata_msec ttl,
	strata_put_mode mode)
{
	strata_item item = { .key = strata_arguments_view(key) };
	strata_item *const one[] = { &item };
	strata_encoded encoded;
	strata_api_call call;
	const char *culprit;

	if (!strata_api_begin(&call, database)) {
		return false;
	}
	if (!strata_codec_encode(value, call.database->settings.serializer, &encoded, &culprit)) {
		strata_errors_throw_unstorable(item.key, culprit);
		strata_api_end(&call);
		return false;
	}
	item.value = encoded.value;
	strata_cache_stamp(call.database, &item, ttl);
	strata_cache_put(call.database, &call.call, one, 1, mode);
	strata_codec_release(&encoded);
	strata_errors_settle(&call, &item);
	strata_api_end(&call);
	return item.result == STRATA_OK && !EG(exception);
}
