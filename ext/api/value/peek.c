/*
 * A local hit costs about as much as the call of a function, so the fast path has nothing on it
 * that can be left out: no item to fill, no arena to borrow, no result to settle. It looks for what
 * can be returned as it lies or by one copy. Every other case takes the slow path (single.c), which
 * goes on from the cursor of the peek.
 */
#include "api/value/peek.h"

#include "api/value/arguments.h"
#include "api/request/call.h"
#include "api/request/memo.h"
#include "base/compiler.h"
#include "cache/local.h"
#include "codec/codec.h"
#include "codec/image.h"
#include "codec/image_copy.h"

/* Returns an image where it lies, or as the copy of this version that is kept here. */
static STRATA_NOINLINE bool make_image(uint32_t index, zend_string *key,
	const strata_store_hit *hit, zval *out)
{
	zval *kept;

	if (strata_api_return_mode_of(STRATA_G(databases)[index]) == STRATA_RETURN_PIN) {
		strata_image_borrow(hit->bytes, out);
		return true;
	}
	strata_cache_release_hit(STRATA_G(databases)[index], hit);
	kept = strata_memo_find(index, key, hit->version);
	if (kept != NULL) {
		ZVAL_COPY(out, kept);
	}
	return kept != NULL;
}

/* Straight to where it stays, and thrown away if the entry changed meanwhile. */
static STRATA_NOINLINE bool copy_string(const strata_store_hit *hit, zval *out)
{
	zend_string *copy;

	/* PHP has one of each of these already. */
	if (hit->bytes.size == 0) {
		ZVAL_EMPTY_STRING(out);
		return strata_store_is_unchanged(hit);
	}
	if (hit->bytes.size == 1) {
		ZVAL_INTERNED_STR(out, ZSTR_CHAR((zend_uchar) hit->bytes.data[0]));
		return strata_store_is_unchanged(hit);
	}
	copy = zend_string_alloc(hit->bytes.size, false);
	memcpy(ZSTR_VAL(copy), hit->bytes.data, hit->bytes.size);
	ZSTR_VAL(copy)[hit->bytes.size] = '\0';
	if (!strata_store_is_unchanged(hit)) {
		zend_string_efree(copy);
		return false;
	}
	ZVAL_NEW_STR(out, copy);
	return true;
}

static STRATA_NOINLINE bool copy_double(const strata_store_hit *hit, zval *out)
{
	char copy[sizeof(double)];
	strata_value value = { .codec = STRATA_CODEC_DOUBLE, .bytes = { copy, sizeof(copy) } };

	if (hit->bytes.size != sizeof(copy)) {
		return false;
	}
	memcpy(copy, hit->bytes.data, sizeof(copy));
	return strata_store_is_unchanged(hit) && strata_codec_decode(&value, "none", out) == STRATA_OK;
}

static STRATA_NOINLINE bool make(uint32_t index, zend_string *key, const strata_store_hit *hit,
	zval *out)
{
	switch (hit->codec) {
		case STRATA_CODEC_IMAGE: return make_image(index, key, hit, out);
		case STRATA_CODEC_NULL: ZVAL_NULL(out); return true;
		case STRATA_CODEC_FALSE: ZVAL_FALSE(out); return true;
		case STRATA_CODEC_TRUE: ZVAL_TRUE(out); return true;
		case STRATA_CODEC_INTEGER: ZVAL_LONG(out, (zend_long) hit->integer); return true;
		case STRATA_CODEC_DOUBLE: return copy_double(hit, out);
		case STRATA_CODEC_STRING: return copy_string(hit, out);
		case STRATA_CODEC_PHP:
		case STRATA_CODEC_IGBINARY:
		case STRATA_CODEC_ABSENT: break;
	}
	return false;
}

static inline strata_database *database_of(uint32_t index)
{
	return STRATA_G(databases) == NULL ? NULL : STRATA_G(databases)[index];
}

static inline bool find(strata_database *database, zend_string *key, strata_store_hit *hit)
{
	if (database != NULL && ZSTR_LEN(key) > 0 && ZSTR_LEN(key) <= STRATA_LONGEST_KEY) {
		return strata_cache_peek(database, strata_arguments_view(key), hit);
	}
	hit->cursor.is_set = false;
	return false;
}

bool strata_api_peek(uint32_t index, zend_string *key, strata_store_hit *hit, zval *out)
{
	strata_database *database = database_of(index);

	if (!find(database, key, hit)) {
		return false;
	}
	if (hit->codec == STRATA_CODEC_INTEGER) {
		ZVAL_LONG(out, (zend_long) hit->integer);
	} else if (!make(index, key, hit, out)) {
		hit->cursor.is_set = false;
		return false;
	}
	strata_cache_count_local(database, STRATA_COUNT_HITS);
	return true;
}

bool strata_api_peek_has(uint32_t index, zend_string *key, strata_store_hit *hit)
{
	strata_database *database = database_of(index);

	if (!find(database, key, hit)) {
		return false;
	}
	strata_cache_release_hit(database, hit);
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
