/*
 * The writer does all of it; what is decided here is which values are worth one, and how large the
 * block is that the writing begins in.
 */
#include "codec/image/image.h"

#include "codec/image/image_writer.h"
#include "codec/image/object_writer.h"

enum {
	LARGEST_GUESS = 768 * 1024, /* bytes */
	OBJECT_GUESS = 2048,        /* bytes */
	PLACE_SIZE = 72             /* bytes: an element, its part of a hash, and a short key */
};

static size_t string_size(const zend_string *string)
{
	return ZEND_MM_ALIGNED_SIZE_EX(_ZSTR_STRUCT_SIZE(ZSTR_LEN(string)), 8);
}

/* Without what is below its elements, except that strings among the values count. */
static size_t guess_row(HashTable *array)
{
	size_t size = sizeof(HashTable);
	zval *value;

	ZEND_HASH_FOREACH_VAL(array, value)
	{
		size += PLACE_SIZE + (Z_TYPE_P(value) == IS_STRING ? string_size(Z_STR_P(value)) : 0);
		if (size > LARGEST_GUESS) {
			break;
		}
	}
	ZEND_HASH_FOREACH_END();
	return size;
}

static zval *first_of(HashTable *array)
{
	zval *value;

	ZEND_HASH_FOREACH_VAL(array, value)
	{
		return value;
	}
	ZEND_HASH_FOREACH_END();
	return NULL;
}

/* A table of rows is as large as its first row says, and an eighth for longer ones. */
static size_t guess_array(HashTable *array)
{
	zval *first = first_of(array);
	size_t count = zend_hash_num_elements(array);
	size_t row;

	if (first == NULL || Z_TYPE_P(first) != IS_ARRAY) {
		return guess_row(array);
	}
	row = PLACE_SIZE + guess_row(Z_ARRVAL_P(first));
	return count > LARGEST_GUESS / row ? LARGEST_GUESS : (row + row / 8) * count;
}

static size_t guess_of(zval *value)
{
	if (Z_TYPE_P(value) == IS_STRING) {
		return sizeof(zval) + string_size(Z_STR_P(value));
	}
	if (Z_TYPE_P(value) == IS_ARRAY) {
		return sizeof(zval) + guess_array(Z_ARRVAL_P(value));
	}
	return OBJECT_GUESS;
}

bool strata_image_build(zval *value, strata_arena *arena, strata_value *out)
{
	strata_image_writer writer;

	*out = (strata_value){ .codec = STRATA_CODEC_NULL };
	ZVAL_DEREF(value);
	if (Z_TYPE_P(value) != IS_STRING && Z_TYPE_P(value) != IS_ARRAY &&
		Z_TYPE_P(value) != IS_OBJECT) {
		return false;
	}
	if (!strata_image_writer_begin(&writer, arena, guess_of(value))) {
		return false;
	}
	writer.write_object = strata_object_write;
	if (!strata_image_write_value(&writer, value, 0, 0) ||
		(writer.object_count > 0 && !strata_object_write_directory(&writer))) {
		return false;
	}
	strata_image_writer_finish(&writer, out);
	return true;
}
