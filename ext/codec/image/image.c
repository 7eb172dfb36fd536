/*
 * The writer does all of it; what is decided here is which values are worth one, and how large the
 * block is that the writing begins in.
 */
#include "codec/image/image.h"

#include "codec/image/image_writer.h"
#include "codec/image/object_writer.h"

enum {
	LARGEST_GUESS = 512 * 1024, /* bytes */
	OBJECT_GUESS = 2048,        /* bytes */
	ELEMENT_SIZE = 48           /* bytes: a place, its part of a hash, something that it leads to */
};

/* A table of rows is as large as its first row says. */
static size_t guess_array(HashTable *array, bool is_whole)
{
	size_t count = zend_hash_num_elements(array);
	size_t one = ELEMENT_SIZE;
	zval *first = NULL;

	ZEND_HASH_FOREACH_VAL(array, first)
	{
		break;
	}
	ZEND_HASH_FOREACH_END();
	if (is_whole && first != NULL && Z_TYPE_P(first) == IS_ARRAY) {
		one += guess_array(Z_ARRVAL_P(first), false);
	} else if (first != NULL && Z_TYPE_P(first) == IS_STRING) {
		one += Z_STRLEN_P(first);
	}
	return count > LARGEST_GUESS / one ? LARGEST_GUESS : sizeof(HashTable) + count * one;
}

static size_t guess_of(zval *value)
{
	if (Z_TYPE_P(value) == IS_STRING) {
		return sizeof(zval) + ZEND_MM_ALIGNED_SIZE_EX(_ZSTR_STRUCT_SIZE(Z_STRLEN_P(value)), 8);
	}
	if (Z_TYPE_P(value) == IS_ARRAY) {
		return sizeof(zval) + guess_array(Z_ARRVAL_P(value), true);
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
