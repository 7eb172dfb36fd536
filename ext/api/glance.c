/*
 * A local hit costs about as much as the call of a function, so this way has nothing on it that can be
 * left out: no item to fill, no arena to borrow, no result to settle. It looks for what can be
 * handed out without a copy; every other case takes the long way (single.c), which begins anew.
 */
#include "api/glance.h"

#include "api/arguments.h"
#include "api/call.h"
#include "cache/local.h"
#include "codec/image.h"
#include "os/clock.h"

/* Only what codec.c would make without looking at any bytes. */
static bool make(const strata_record *found, zval *out)
{
	switch (found->value.codec) {
		case STRATA_CODEC_NULL: ZVAL_NULL(out); return true;
		case STRATA_CODEC_FALSE: ZVAL_FALSE(out); return true;
		case STRATA_CODEC_TRUE: ZVAL_TRUE(out); return true;
		case STRATA_CODEC_INTEGER: ZVAL_LONG(out, (zend_long) found->value.integer); return true;
		case STRATA_CODEC_IMAGE: strata_image_borrow(found->value.bytes, out); return true;
		case STRATA_CODEC_DOUBLE:
		case STRATA_CODEC_STRING:
		case STRATA_CODEC_PHP:
		case STRATA_CODEC_IGBINARY: break;
	}
	return false;
}

bool strata_api_glance(uint32_t index, zend_string *key, zval *out)
{
	const strata_database *database =
		STRATA_G(databases) == NULL ? NULL : STRATA_G(databases)[index];
	strata_read_mode mode;
	strata_record found;

	if (database == NULL || ZSTR_LEN(key) == 0 || ZSTR_LEN(key) > STRATA_LONGEST_KEY) {
		return false;
	}
	mode = strata_api_hand_out_of(database) == STRATA_HAND_OUT_PIN ? STRATA_READ_PIN
																   : STRATA_READ_COPY;
	return strata_cache_glance(database, strata_clock_msec(), strata_arguments_view(key), mode,
			   &found) &&
		   make(&found, out);
}
