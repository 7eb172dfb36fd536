/*
 * A local hit costs about as much as the call of a function, so this way has nothing on it that can be
 * left out: no item to fill, no arena to borrow, no result to settle. It looks for what can be
 * handed out without a copy; every other case takes the long way (single.c), which begins anew.
 */
#include "api/glance.h"

#include "api/arguments.h"
#include "api/call.h"
#include "api/memo.h"
#include "cache/local.h"
#include "codec/codec.h"
#include "codec/image.h"
#include "os/clock.h"

/* In which way an image is handed out: where it lies, or as the copy of this version that is kept here. */
static bool make_image(uint32_t index, zend_string *key, const strata_record *found, zval *out)
{
	const strata_database *database = STRATA_G(databases)[index];
	zval *kept;

	if (strata_api_hand_out_of(database) == STRATA_HAND_OUT_PIN) {
		strata_image_borrow(found->value.bytes, out);
		return true;
	}
	if (found->is_own_pin) {
		strata_pins_remove(strata_the_environment.pins, found->block);
	}
	kept = strata_memo_find(index, key, found->version);
	if (kept != NULL) {
		ZVAL_COPY(out, kept);
	}
	return kept != NULL;
}

static bool make(uint32_t index, zend_string *key, const strata_record *found, zval *out)
{
	switch (found->value.codec) {
		case STRATA_CODEC_IMAGE: return make_image(index, key, found, out);
		case STRATA_CODEC_NULL:
		case STRATA_CODEC_FALSE:
		case STRATA_CODEC_TRUE:
		case STRATA_CODEC_INTEGER:
		case STRATA_CODEC_DOUBLE:
		case STRATA_CODEC_STRING: return strata_codec_decode(&found->value, out) == STRATA_OK;
		case STRATA_CODEC_PHP:
		case STRATA_CODEC_IGBINARY: break;
	}
	return false;
}

bool strata_api_glance(uint32_t index, zend_string *key, zval *out)
{
	const strata_database *database =
		STRATA_G(databases) == NULL ? NULL : STRATA_G(databases)[index];
	char small[STRATA_GLANCE_SMALL];
	strata_record found;

	if (database == NULL || ZSTR_LEN(key) == 0 || ZSTR_LEN(key) > STRATA_LONGEST_KEY ||
		!strata_cache_glance(database, strata_clock_msec(), strata_arguments_view(key), small,
			&found) ||
		!make(index, key, &found, out)) {
		return false;
	}
	strata_cache_count_hit(database);
	return true;
}
