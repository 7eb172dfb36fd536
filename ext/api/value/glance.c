/*
 * A local hit costs about as much as the call of a function, so this way has nothing on it that can
 * be left out: no item to fill, no arena to borrow, no result to settle. It looks for what can be
 * handed out as it lies or by one copy; every other case takes the long way (single.c), which
 * begins anew.
 */
#include "api/value/glance.h"

#include "api/value/arguments.h"
#include "api/request/call.h"
#include "api/request/memo.h"
#include "base/compiler.h"
#include "cache/local.h"
#include "codec/codec.h"
#include "codec/image.h"
#include "codec/image_copy.h"

/* In which way an image is handed out: where it lies, or as the copy of this version that is kept here. */
static STRATA_APART bool make_image(uint32_t index, zend_string *key, const strata_glimpse *found,
	zval *out)
{
	zval *kept;

	if (strata_api_hand_out_of(STRATA_G(databases)[index]) == STRATA_HAND_OUT_PIN) {
		strata_image_borrow(found->bytes, out);
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

/* Straight to where it stays, and thrown away if somebody wrote there meanwhile. */
static STRATA_APART bool copy_string(const strata_glimpse *found, zval *out)
{
	zend_string *copy;

	/* PHP has one of each of these already. */
	if (found->bytes.size == 0) {
		ZVAL_EMPTY_STRING(out);
		return strata_store_is_unchanged(found);
	}
	if (found->bytes.size == 1) {
		ZVAL_INTERNED_STR(out, ZSTR_CHAR((zend_uchar) found->bytes.data[0]));
		return strata_store_is_unchanged(found);
	}
	copy = zend_string_alloc(found->bytes.size, false);
	memcpy(ZSTR_VAL(copy), found->bytes.data, found->bytes.size);
	ZSTR_VAL(copy)[found->bytes.size] = '\0';
	if (!strata_store_is_unchanged(found)) {
		zend_string_efree(copy);
		return false;
	}
	ZVAL_NEW_STR(out, copy);
	return true;
}

static STRATA_APART bool copy_double(const strata_glimpse *found, zval *out)
{
	char copy[sizeof(double)];
	strata_value value = { .codec = STRATA_CODEC_DOUBLE, .bytes = { copy, sizeof(copy) } };

	if (found->bytes.size != sizeof(copy)) {
		return false;
	}
	memcpy(copy, found->bytes.data, sizeof(copy));
	return strata_store_is_unchanged(found) && strata_codec_decode(&value, out) == STRATA_OK;
}

static STRATA_APART bool make(uint32_t index, zend_string *key, const strata_glimpse *found,
	zval *out)
{
	switch (found->codec) {
		case STRATA_CODEC_IMAGE: return make_image(index, key, found, out);
		case STRATA_CODEC_NULL: ZVAL_NULL(out); return true;
		case STRATA_CODEC_FALSE: ZVAL_FALSE(out); return true;
		case STRATA_CODEC_TRUE: ZVAL_TRUE(out); return true;
		case STRATA_CODEC_INTEGER: ZVAL_LONG(out, (zend_long) found->integer); return true;
		case STRATA_CODEC_DOUBLE: return copy_double(found, out);
		case STRATA_CODEC_STRING: return copy_string(found, out);
		case STRATA_CODEC_PHP:
		case STRATA_CODEC_IGBINARY: break;
	}
	return false;
}

static inline strata_database *database_of(uint32_t index)
{
	return STRATA_G(databases) == NULL ? NULL : STRATA_G(databases)[index];
}

static inline bool find(strata_database *database, zend_string *key, strata_glimpse *found)
{
	return database != NULL && ZSTR_LEN(key) > 0 && ZSTR_LEN(key) <= STRATA_LONGEST_KEY &&
		   strata_cache_glance(database, strata_arguments_view(key), found);
}

bool strata_api_glance(uint32_t index, zend_string *key, zval *out)
{
	strata_database *database = database_of(index);
	strata_glimpse found;

	if (!find(database, key, &found)) {
		return false;
	}
	if (found.codec == STRATA_CODEC_INTEGER) {
		ZVAL_LONG(out, (zend_long) found.integer);
	} else if (!make(index, key, &found, out)) {
		return false;
	}
	strata_cache_count_local(database, STRATA_COUNT_HITS);
	return true;
}

bool strata_api_glance_has(uint32_t index, zend_string *key)
{
	strata_database *database = database_of(index);
	strata_glimpse found;

	if (!find(database, key, &found)) {
		return false;
	}
	if (found.codec == STRATA_CODEC_IMAGE && found.is_own_pin) {
		strata_pins_remove(strata_the_environment.pins, found.block);
	}
	strata_cache_count_local(database, STRATA_COUNT_HITS);
	return true;
}

bool strata_api_increment_at_once(uint32_t index, zend_string *key, zend_long by, zval *out)
{
	strata_database *database = database_of(index);
	int64_t sum;

	if (database == NULL ||
		!strata_cache_increment_at_once(database, strata_arguments_view(key), by, &sum)) {
		return false;
	}
	ZVAL_LONG(out, (zend_long) sum);
	strata_cache_count_local(database, STRATA_COUNT_SETS);
	return true;
}
