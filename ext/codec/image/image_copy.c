/*
 * An array of an image is copied by its two blocks, header and elements, hash and all; then the
 * pointers among the elements are replaced by those of copies. Which strings are one in the image
 * is not written anywhere, so the last few that were copied are remembered by where they came from:
 * the keys of a thousand rows are copied once, and what is no longer remembered is copied once
 * more.
 */
#include "codec/image/image_copy.h"

typedef strata_image_memory memory;
typedef strata_image_copying copying;

void strata_image_borrow(strata_view placed, zval *out)
{
	ZVAL_COPY_VALUE(out, (const zval *) placed.data);
}

/* ---- strings ---- */

static zend_string *make_string(const zend_string *source)
{
	zend_string *string;

	if (ZSTR_LEN(source) == 0) {
		return ZSTR_EMPTY_ALLOC();
	}
	if (ZSTR_LEN(source) == 1) {
		return ZSTR_CHAR((zend_uchar) ZSTR_VAL(source)[0]);
	}
	string = zend_string_init(ZSTR_VAL(source), ZSTR_LEN(source), 0);
	ZSTR_H(string) = ZSTR_H(source);
	return string;
}

static memory *recall(memory *memories, const void *from)
{
	return &memories[((uintptr_t) from / 16) % STRATA_IMAGE_REMEMBERED];
}

static zend_string *copy_string(const copying *copying, memory *memories, const zend_string *from)
{
	memory *memory = recall(memories, from);

	if (memory->from == from) {
		return zend_string_copy(memory->made);
	}
	memory->from = from;
	memory->made = make_string((const void *) ((const char *) from + copying->shift));
	return memory->made;
}

/* ---- arrays ---- */

static void copy_array(copying *copying, HashTable *from, zval *out);

/* What the engine keeps beside a value, the chain of the hash, stays where it is. */
static void copy_value(copying *copying, zval *value)
{
	if (Z_TYPE_P(value) == IS_STRING) {
		zend_string *string = copy_string(copying, copying->values, Z_STR_P(value));

		ZVAL_STR(value, string);
	} else if (Z_TYPE_P(value) == IS_ARRAY) {
		copy_array(copying, Z_ARRVAL_P(value), value);
	}
}

static void copy_packed(copying *copying, HashTable *array)
{
#if PHP_VERSION_ID < 80200
	Bucket *elements = array->arData;

	for (uint32_t i = 0; i < array->nNumUsed; i++) {
		copy_value(copying, &elements[i].val);
	}
#else
	zval *elements = array->arPacked;

	for (uint32_t i = 0; i < array->nNumUsed; i++) {
		copy_value(copying, &elements[i]);
	}
#endif
}

static void copy_hash(copying *copying, HashTable *array)
{
	Bucket *elements = array->arData;

	for (uint32_t i = 0; i < array->nNumUsed; i++) {
		if (elements[i].key != NULL) {
			elements[i].key = copy_string(copying, copying->keys, elements[i].key);
			if (!ZSTR_IS_INTERNED(elements[i].key)) {
				HT_FLAGS(array) &= ~HASH_FLAG_STATIC_KEYS;
			}
		}
		copy_value(copying, &elements[i].val);
	}
}

static void copy_elements(HashTable *array, const char *from)
{
	size_t whole, used;

	if (HT_IS_PACKED(array)) {
#if PHP_VERSION_ID < 80200
		whole = HT_SIZE_EX(array->nTableSize, array->nTableMask);
		used = HT_USED_SIZE(array);
#else
		whole = HT_PACKED_SIZE_EX(array->nTableSize, array->nTableMask);
		used = HT_PACKED_USED_SIZE(array);
#endif
	} else {
		whole = HT_SIZE_EX(array->nTableSize, array->nTableMask);
		used = HT_USED_SIZE(array);
	}
	HT_SET_DATA_ADDR(array, emalloc(whole));
	memcpy(HT_GET_DATA_ADDR(array), from - HT_HASH_SIZE(array->nTableMask), used);
}

HashTable *strata_image_copy_frame(const HashTable *source, const char *elements)
{
	HashTable *array = emalloc(sizeof(*array));

	*array = *source;
	GC_SET_REFCOUNT(array, 1);
	GC_TYPE_INFO(array) = GC_ARRAY;
	array->pDestructor = ZVAL_PTR_DTOR;
	copy_elements(array, elements);
	return array;
}

static HashTable *make_array(copying *copying, const HashTable *source)
{
	HashTable *array;

	if (source->nNumOfElements == 0) {
		array = zend_new_array(0);
		array->nNextFreeElement = source->nNextFreeElement;
		return array;
	}
	array = strata_image_copy_frame(source, (const char *) source->arData + copying->shift);
	if (HT_IS_PACKED(array)) {
		copy_packed(copying, array);
	} else {
		copy_hash(copying, array);
	}
	return array;
}

/* An array is remembered when it is whole. */
static void copy_array(copying *copying, HashTable *from, zval *out)
{
	memory *memory = recall(copying->values, from);

	if (memory->from == from) {
		GC_ADDREF((HashTable *) memory->made);
	} else {
		const HashTable *source = (const void *) ((const char *) from + copying->shift);
		HashTable *made = make_array(copying, source);

		memory->from = from;
		memory->made = made;
	}
	ZVAL_ARR(out, memory->made);
}

/* ---- all ---- */

void strata_image_copying_begin(copying *copying, ptrdiff_t shift)
{
	memset(copying, 0, sizeof(*copying));
	copying->shift = shift;
}

void strata_image_copy_value(copying *copying, zval *value)
{
	copy_value(copying, value);
}

zend_string *strata_image_copy_key(copying *copying, zend_string *from)
{
	return copy_string(copying, copying->keys, from);
}

void strata_image_copy(strata_view image, const void *origin, zval *out)
{
	copying copying;
	ptrdiff_t shift = (ptrdiff_t) ((uintptr_t) image.data - (uintptr_t) origin);

	ZVAL_COPY_VALUE(out, (const zval *) image.data);
	if (Z_TYPE_P(out) == IS_STRING) {
		zend_string *string = make_string((const void *) ((const char *) Z_STR_P(out) + shift));

		ZVAL_STR(out, string);
		return;
	}
	strata_image_copying_begin(&copying, shift);
	copy_value(&copying, out);
}
