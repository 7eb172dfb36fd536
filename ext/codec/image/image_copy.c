/*
 * An array of an image is copied by its two blocks, header and elements, hash and all; then the
 * pointers among the elements are replaced by those of copies. Which strings are one in the image
 * is not written anywhere, so the last few that were copied are remembered by where they came from:
 * the keys of a thousand rows are copied once, and what is no longer remembered is copied once
 * more. In an image of a few strings hardly any comes twice, so that it gets few places for that.
 *
 * Keys come again in other values. So what one copy had as a key is remembered by its hash beyond
 * the copy: the next one takes a reference, and nothing is allocated, copied and freed.
 */
#include "codec/image/image_copy.h"

#include "base/compiler.h"
#include "codec/image/stack_end.h"

enum {
	REMEMBERED_FEW = 8, /* of a small image: a power of two, as the most */
	SMALL = 2048,       /* bytes */
	LONGEST_KEY = 64    /* bytes of a key that is shared beyond the copy */
};

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

static memory *recall(const copying *copying, memory *memories, const void *from)
{
	return &memories[((uintptr_t) from / 16) & copying->mask];
}

static zend_string *copy_string(const copying *copying, memory *memories, const zend_string *from)
{
	memory *memory = recall(copying, memories, from);

	if (memory->from == from) {
		return zend_string_copy(memory->made);
	}
	memory->from = from;
	memory->made = make_string((const void *) ((const char *) from + copying->shift));
	return memory->made;
}

static bool is_shared(const zend_string *shared, const zend_string *source)
{
	return shared != NULL && ZSTR_H(shared) == ZSTR_H(source) && zend_string_equals(shared, source);
}

/* A string with a reference of its own that says the same as the source. */
static zend_string *share_key(strata_image_keys *keys, const zend_string *source)
{
	zend_string **place = &keys->keys[ZSTR_H(source) % STRATA_IMAGE_KEYS];
	zend_string *made;

	if (is_shared(*place, source)) {
		return zend_string_copy(*place);
	}
	made = make_string(source);
	if (ZSTR_LEN(source) <= LONGEST_KEY) {
		if (*place != NULL) {
			zend_string_release(*place);
		}
		*place = zend_string_copy(made);
	}
	return made;
}

static inline bool is_small(const copying *copying)
{
	return copying->mask + 1 == REMEMBERED_FEW;
}

static zend_string *make_key(const copying *copying, const zend_string *from)
{
	const zend_string *source = (const void *) ((const char *) from + copying->shift);

	return copying->shared != NULL ? share_key(copying->shared, source) : make_string(source);
}

static zend_string *copy_key(copying *copying, const zend_string *from)
{
	memory *memory;

	if (is_small(copying)) {
		return make_key(copying, from);
	}
	memory = recall(copying, copying->keys, from);
	if (memory->from == from) {
		return zend_string_copy(memory->made);
	}
	memory->from = from;
	memory->made = make_key(copying, from);
	return memory->made;
}

void strata_image_keys_release(strata_image_keys *keys)
{
	for (uint32_t i = 0; i < STRATA_IMAGE_KEYS; i++) {
		if (keys->keys[i] != NULL) {
			zend_string_release(keys->keys[i]);
		}
	}
}

/* ---- arrays ---- */

static STRATA_NOINLINE void copy_array(copying *copying, HashTable *from, zval *out);

/* What the engine keeps beside a value, the chain of the hash, stays where it is. */
static inline void copy_value(copying *copying, zval *value)
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
			elements[i].key = copy_key(copying, elements[i].key);
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
static STRATA_NOINLINE void copy_array(copying *copying, HashTable *from, zval *out)
{
	memory *memory = recall(copying, copying->values, from);

	if (memory->from == from) {
		GC_ADDREF((HashTable *) memory->made);
	} else if (strata_stack_is_short(copying->stack_end)) {
		copying->is_cut = true;
		ZVAL_EMPTY_ARRAY(out);
		return;
	} else {
		const HashTable *source = (const void *) ((const char *) from + copying->shift);
		HashTable *made = make_array(copying, source);

		memory->from = from;
		memory->made = made;
	}
	ZVAL_ARR(out, memory->made);
}

/* ---- all ---- */

void strata_image_copying_begin(copying *copying, ptrdiff_t shift, size_t size,
	strata_image_keys *keys)
{
	size_t remembered = size < SMALL ? REMEMBERED_FEW : STRATA_IMAGE_REMEMBERED;

	copying->shift = shift;
	copying->shared = keys;
	copying->stack_end = 0;
	copying->is_cut = false;
	copying->mask = (uint32_t) remembered - 1;
	memset(copying->keys, 0, remembered * sizeof(memory));
	memset(copying->values, 0, remembered * sizeof(memory));
}

void strata_image_copy_value(copying *copying, zval *value)
{
	copy_value(copying, value);
}

zend_string *strata_image_copy_key(copying *copying, zend_string *from)
{
	return copy_key(copying, from);
}

/* Only stacks of fibers are ever too small for an image. */
static uintptr_t end_of_small_stack(void)
{
	return EG(active_fiber) != NULL ? strata_stack_end() : 0;
}

bool strata_image_copy(strata_view image, const void *origin, strata_image_keys *keys, zval *out)
{
	copying copying;
	ptrdiff_t shift = (ptrdiff_t) ((uintptr_t) image.data - (uintptr_t) origin);

	ZVAL_COPY_VALUE(out, (const zval *) image.data);
	if (Z_TYPE_P(out) == IS_STRING) {
		zend_string *string = make_string((const void *) ((const char *) Z_STR_P(out) + shift));

		ZVAL_STR(out, string);
		return true;
	}
	strata_image_copying_begin(&copying, shift, image.size, keys);
	copying.stack_end = end_of_small_stack();
	copy_value(&copying, out);
	if (copying.is_cut) {
		zval_ptr_dtor(out);
		ZVAL_UNDEF(out);
	}
	return !copying.is_cut;
}
