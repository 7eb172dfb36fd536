/*
 * A local hit costs about as much as the call of a function, so the fast path has nothing on it
 * that can be left out: no item to fill, no arena to borrow, no result to settle. It looks for what
 * can be returned as it lies or by one copy. Every other case takes the slow path (single.c), which
 * goes on from the cursor of the peek.
 *
 * Where the local tier is the only one a set of a scalar, and a count, have such a path, too. They
 * try for the lock once, and give up before anything is done.
 */
#include "api/value/peek.h"

#include <stdalign.h>

#include "api/value/arguments.h"
#include "api/request/call.h"
#include "api/request/memo.h"
#include "api/value/value.h"
#include "base/compiler.h"
#include "cache/analyse.h"
#include "cache/local.h"
#include "cache/tagged.h"
#include "codec/codec.h"
#include "codec/image/image.h"
#include "codec/image/image_copy.h"
#include "os/clock.h"
#include "codec/objects.h"

enum {
	LONGEST_NAME = 256,  /* bytes of a name that is made on the stack */
	LARGEST_IMAGE = 4096 /* bytes of an image that is copied to the stack */
};

/*
 * Of an image that is not pinned the bytes come to the stack first, since nothing can be made of
 * what may change meanwhile. A large one is for the slow path, which pins it.
 */
static bool copy_bytes(const strata_store_hit *hit, char room[LARGEST_IMAGE])
{
	if (hit->bytes.size > LARGEST_IMAGE) {
		return false;
	}
	memcpy(room, hit->bytes.data, hit->bytes.size);
	return strata_store_is_unchanged(hit);
}

/* A copy of the value of an image that is not pinned. */
static STRATA_NOINLINE bool copy_image(strata_return_mode mode, const strata_space *space,
	zend_string *key, const strata_store_hit *hit, zval *out)
{
	alignas(16) char room[LARGEST_IMAGE];
	strata_view image = { room, hit->bytes.size };

	if (!copy_bytes(hit, room)) {
		return false;
	}
	if (mode == STRATA_RETURN_MEMO) {
		return strata_memo_copy(space, key, hit->version, image, hit->origin, out);
	}
	return strata_image_copy(image, hit->origin, strata_memo_keys(), out);
}

/* Returns an image where it lies, or the copy of this version that is kept here, or another. */
static STRATA_NOINLINE bool make_image(const strata_space *space, zend_string *key,
	const strata_store_hit *hit, zval *out)
{
	strata_return_mode mode = strata_api_return_mode_of(STRATA_G(databases)[space->database]);
	zval *kept;

	if (mode == STRATA_RETURN_PIN) {
		strata_image_borrow(hit->bytes, out);
		return true;
	}
	kept = mode == STRATA_RETURN_MEMO ? strata_memo_find(space, key, hit->version) : NULL;
	if (kept != NULL) {
		ZVAL_COPY(out, kept);
		return true;
	}
	return copy_image(mode, space, key, hit, out);
}

/* Objects with copies of all their strings and arrays. */
static STRATA_NOINLINE bool copy_objects(const strata_store_hit *hit, const char *classes,
	zval *out)
{
	alignas(16) char room[LARGEST_IMAGE];
	strata_view image = { room, hit->bytes.size };

	return copy_bytes(hit, room) &&
		   strata_objects_make(image, hit->origin, STRATA_OBJECT_COPY, classes, out);
}

/* Where a class has to be loaded first, or is another one, the slow path goes on. */
static STRATA_NOINLINE bool make_objects(const strata_space *space, const strata_store_hit *hit,
	zval *out)
{
	const strata_database *database = STRATA_G(databases)[space->database];
	const char *classes = database->settings.unserialize_classes;

	return strata_api_return_mode_of(database) == STRATA_RETURN_PIN
			   ? strata_objects_make(hit->bytes, hit->origin, STRATA_OBJECT_BORROW, classes, out)
			   : copy_objects(hit, classes, out);
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

static STRATA_NOINLINE bool make(const strata_space *space, zend_string *key,
	const strata_store_hit *hit, zval *out)
{
	switch (hit->codec) {
		case STRATA_CODEC_IMAGE: return make_image(space, key, hit, out);
		case STRATA_CODEC_NULL: ZVAL_NULL(out); return true;
		case STRATA_CODEC_FALSE: ZVAL_FALSE(out); return true;
		case STRATA_CODEC_TRUE: ZVAL_TRUE(out); return true;
		case STRATA_CODEC_INTEGER: ZVAL_LONG(out, (zend_long) hit->integer); return true;
		case STRATA_CODEC_DOUBLE: return copy_double(hit, out);
		case STRATA_CODEC_STRING: return copy_string(hit, out);
		case STRATA_CODEC_OBJECTS: return make_objects(space, hit, out);
		case STRATA_CODEC_PHP:
		case STRATA_CODEC_IGBINARY:
		case STRATA_CODEC_JSON:
		case STRATA_CODEC_MOVED:
		case STRATA_CODEC_ABSENT: break;
	}
	return false;
}

/* NULL where there is no short way, or none any more: its file was removed. */
static inline strata_database *database_of(const strata_space *space)
{
	strata_database *database = STRATA_G(peeked) == NULL ? NULL : STRATA_G(peeked)[space->database];

	return database == NULL || EXPECTED(database->segment == NULL) ||
				   !strata_segment_look_for_loss(database->segment, strata_clock_msec())
			   ? database
			   : NULL;
}

/* A key that is another text below api/. One that is longer than the room has no bytes. */
static STRATA_NOINLINE strata_view write_name(const strata_space *space, zend_string *key,
	char room[LONGEST_NAME])
{
	if (ZSTR_LEN(key) > LONGEST_NAME - STRATA_SPACE_PREFIX) {
		return (strata_view){ 0 };
	}
	return (strata_view){ room, strata_space_write(space, strata_arguments_view(key), room) };
}

/* The key below api/, of a key that is not empty. */
static inline strata_view name_of(const strata_space *space, zend_string *key,
	char room[LONGEST_NAME])
{
	return strata_space_is_plain(space, ZSTR_VAL(key)) ? strata_arguments_view(key)
													   : write_name(space, key, room);
}

/* ---- the sample of keys ---- */

/* Of one that was counted just now, if it is its turn. */
static STRATA_COLD void sample(strata_database *database, const strata_space *space,
	zend_string *key, strata_analyse_verb verb, uint64_t bytes)
{
	char room[LONGEST_NAME];

	while (strata_cache_next_sampled(database, 1) == 0) {
		strata_view name = name_of(space, key, room);

		if (name.size > 0) {
			strata_analyse_sampled(database, name, verb, bytes);
		}
	}
}

static inline uint64_t bytes_of(const strata_store_hit *hit)
{
	return hit->codec == STRATA_CODEC_INTEGER ? sizeof(hit->integer) : hit->bytes.size;
}

/* A mode for has(), which looks for no bytes; NULL: that of the database. */
static inline bool find(strata_database *database, const strata_space *space, zend_string *key,
	const strata_peek_mode *mode, strata_store_hit *hit)
{
	char room[LONGEST_NAME];
	strata_view name = { 0 };

	if (database != NULL && ZSTR_LEN(key) > 0 && ZSTR_LEN(key) <= STRATA_LONGEST_KEY) {
		name = name_of(space, key, room);
	}
	if (name.size == 0) {
		hit->cursor.is_set = false;
		return false;
	}
	return strata_cache_peek(database, name,
		mode != NULL ? *mode : (strata_peek_mode) database->peek_mode, hit);
}

/* The value of a hit. False where the slow path has to make it. */
static inline bool take(const strata_space *space, zend_string *key, const strata_store_hit *hit,
	zval *out)
{
	if (hit->codec == STRATA_CODEC_INTEGER) {
		ZVAL_LONG(out, (zend_long) hit->integer);
		return true;
	}
	return hit->codec == STRATA_CODEC_STRING ? copy_string(hit, out) : make(space, key, hit, out);
}

bool strata_api_peek(const strata_space *space, zend_string *key, strata_store_hit *hit, zval *out)
{
	strata_database *database = database_of(space);

	if (!find(database, space, key, NULL, hit) && !strata_tagged_is_hit(database, hit)) {
		return false;
	}
	if (!take(space, key, hit, out)) {
		hit->cursor.is_set = false;
		return false;
	}
	if (strata_cache_count_local(database, STRATA_COUNT_HITS)) {
		sample(database, space, key, STRATA_ANALYSE_READ, bytes_of(hit));
	}
	return true;
}

/* One of many, as peeked at: its value, or false. */
static inline bool take_expected(const strata_cache_peeks *peeks, const strata_space *space,
	zend_string *key, strata_view name, uint64_t hash, zval *out, uint64_t *bytes)
{
	strata_store_hit hit;

	if (!strata_cache_peek_expected(peeks, name, hash, &hit) &&
		!strata_tagged_is_hit(peeks->database, &hit)) {
		return false;
	}
	*bytes = bytes_of(&hit);
	return take(space, key, &hit, out);
}

/* Which of the keys was the so manieth that was found. */
static uint32_t place_of_hit(const zval *found, uint32_t hit)
{
	uint32_t place = 0;

	for (;; place++) {
		if (!Z_ISUNDEF(found[place]) && hit-- == 0) {
			return place;
		}
	}
}

static STRATA_COLD void sample_many(strata_database *database, const strata_view *names,
	const uint64_t *bytes, const zval *found, uint32_t hits)
{
	uint32_t hit;

	while ((hit = strata_cache_next_sampled(database, hits)) < hits) {
		uint32_t place = place_of_hit(found, hit);

		strata_analyse_sampled(database, names[place], STRATA_ANALYSE_READ, bytes[place]);
	}
}

void strata_api_peek_many(const strata_space *space, zend_string *const *keys, uint32_t count,
	zval found[STRATA_PEEKS_MOST])
{
	strata_database *database = database_of(space);
	char rooms[STRATA_PEEKS_MOST][LONGEST_NAME];
	strata_view names[STRATA_PEEKS_MOST];
	uint64_t hashes[STRATA_PEEKS_MOST], bytes[STRATA_PEEKS_MOST];
	strata_cache_peeks peeks;
	uint32_t hits = 0;

	for (uint32_t i = 0; i < count; i++) {
		ZVAL_UNDEF(&found[i]);
	}
	if (database == NULL ||
		!strata_cache_begin_peeks(database, (strata_peek_mode) database->peek_mode, &peeks)) {
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		names[i] = name_of(space, keys[i], rooms[i]);
	}
	strata_cache_expect(&peeks, names, count, hashes);
	for (uint32_t i = 0; i < count; i++) {
		if (names[i].size > 0 &&
			take_expected(&peeks, space, keys[i], names[i], hashes[i], &found[i], &bytes[i])) {
			hits++;
		} else {
			ZVAL_UNDEF(&found[i]);
		}
	}
	if (strata_cache_count_many(database, STRATA_COUNT_HITS, hits)) {
		sample_many(database, names, bytes, found, hits);
	}
}

bool strata_api_peek_has(const strata_space *space, zend_string *key, strata_store_hit *hit)
{
	static const strata_peek_mode look = STRATA_PEEK_LOOK;
	strata_database *database = database_of(space);

	if (!find(database, space, key, &look, hit) && !strata_tagged_is_hit(database, hit)) {
		return false;
	}
	if (strata_cache_count_local(database, STRATA_COUNT_HITS)) {
		sample(database, space, key, STRATA_ANALYSE_READ, 0);
	}
	return true;
}

bool strata_api_increment_at_once(const strata_space *space, zend_string *key, zend_long by,
	zval *out)
{
	strata_database *database = database_of(space);
	int64_t sum;

	/* In a namespace a number bears tags, which this does not look at. */
	if (database == NULL || ZSTR_LEN(key) == 0 || !strata_space_is_plain(space, ZSTR_VAL(key)) ||
		!strata_cache_increment_at_once(database, strata_arguments_view(key), by, &sum)) {
		return false;
	}
	ZVAL_LONG(out, (zend_long) sum);
	if (strata_cache_count_local(database, STRATA_COUNT_INCREMENTS)) {
		sample(database, space, key, STRATA_ANALYSE_WRITE, sizeof(sum));
	}
	return true;
}

/* What the slow path makes no image of, and no serializer is asked for. */
static inline bool encode(zval *value, char room[STRATA_DOUBLE_SIZE], strata_value *out)
{
	ZVAL_DEREF(value);
	return (Z_TYPE_P(value) != IS_STRING || Z_STRLEN_P(value) < STRATA_SHORT_STRING) &&
		   strata_codec_encode_scalar(value, room, out);
}

bool strata_api_set_at_once(const strata_space *space, zend_string *key, zval *value,
	strata_msec ttl)
{
	strata_database *database = database_of(space);
	char room[STRATA_DOUBLE_SIZE];
	strata_record record;

	if (database == NULL || ZSTR_LEN(key) == 0 || !strata_space_is_plain(space, ZSTR_VAL(key)) ||
		!encode(value, room, &record.value) ||
		!strata_cache_set_at_once(database, strata_arguments_view(key), ttl, &record)) {
		return false;
	}
	if (strata_cache_count_local(database, STRATA_COUNT_SETS)) {
		sample(database, space, key, STRATA_ANALYSE_WRITE, strata_value_size(&record.value));
	}
	return true;
}
