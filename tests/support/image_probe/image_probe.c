/*
 * image_probe — images without a cache, for tests: what PHP is handed lies in a mapping that cannot
 * be written, beside a second mapping of the same memory through which it came there. A write
 * through a value ends the process, and image_probe_intact() tells whether any byte changed some
 * other way.
 */
#include "php.h"

#include "Zend/zend_exceptions.h"

#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/hash.h"
#include "codec/image/image.h"
#include "codec/image/image_copy.h"

static const size_t heap_size = (size_t) 1 << 33;

static char *writable, *readable;
static size_t used;
static uint64_t checksum; /* of all bytes below `checked` */
static size_t checked;

static bool map_heap(void)
{
	int file = memfd_create("image_probe", 0);
	int flags = MAP_SHARED | MAP_NORESERVE;

	if (file < 0 || ftruncate(file, (off_t) heap_size) != 0) {
		return false;
	}
	writable = mmap(NULL, heap_size, PROT_READ | PROT_WRITE, flags, file, 0);
	readable = mmap(NULL, heap_size, PROT_READ, flags, file, 0);
	close(file);
	return writable != MAP_FAILED && readable != MAP_FAILED;
}

/* The image in its place; false, and an exception, when the value is none. */
static bool place(zval *value, strata_view *placed)
{
	strata_arena *arena = strata_arena_new();
	strata_value image;
	bool is_image = strata_image_build(value, arena, &image);

	if (is_image && heap_size - used >= image.bytes.size + 16) {
		strata_image_place(writable + used, (uintptr_t) readable + used, &image);
		*placed = (strata_view){ readable + used, image.bytes.size };
		used += (image.bytes.size + 15) & ~(size_t) 15;
	} else {
		zend_value_error(is_image ? "no room" : "not an image");
	}
	strata_arena_free(arena);
	return !EG(exception);
}

static PHP_FUNCTION(image_probe)
{
	strata_view placed;
	zval *value;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_ZVAL(value)
	ZEND_PARSE_PARAMETERS_END();
	if (place(value, &placed)) {
		strata_image_borrow(placed, return_value);
	}
}

/* Of the image in its place, or of its bytes somewhere else, which are gone afterwards. */
static PHP_FUNCTION(image_probe_copy)
{
	bool elsewhere = false;
	strata_view placed;
	zval *value;

	ZEND_PARSE_PARAMETERS_START(1, 2)
	Z_PARAM_ZVAL(value)
	Z_PARAM_OPTIONAL
	Z_PARAM_BOOL(elsewhere)
	ZEND_PARSE_PARAMETERS_END();
	if (!place(value, &placed)) {
		return;
	}
	if (elsewhere) {
		strata_image_keys keys = { 0 };
		char *bytes = malloc(placed.size);

		memcpy(bytes, placed.data, placed.size);
		strata_image_copy((strata_view){ bytes, placed.size }, placed.data, &keys, return_value);
		strata_image_keys_release(&keys);
		memset(bytes, 0x5a, placed.size);
		free(bytes);
	} else {
		strata_image_copy(placed, placed.data, NULL, return_value);
	}
}

/* The size of the image, or null. */
static PHP_FUNCTION(image_probe_size)
{
	strata_arena *arena = strata_arena_new();
	strata_value image;
	zval *value;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_ZVAL(value)
	ZEND_PARSE_PARAMETERS_END();
	if (strata_image_build(value, arena, &image)) {
		RETVAL_LONG((zend_long) image.bytes.size);
	}
	strata_arena_free(arena);
}

/* ---- is it what opcache would have made of it? ---- */

typedef struct {
	strata_view image;
	const char *complaint;
} inspection;

static void claim(inspection *inspection, bool holds, const char *complaint)
{
	if (!holds && inspection->complaint == NULL) {
		inspection->complaint = complaint;
	}
}

static bool is_inside(const inspection *inspection, const void *at, size_t size)
{
	uintptr_t offset = (uintptr_t) at - (uintptr_t) inspection->image.data;

	return offset <= inspection->image.size && size <= inspection->image.size - offset;
}

static void inspect_string(inspection *inspection, const zend_string *string)
{
	if (!is_inside(inspection, string, sizeof(zend_string)) ||
		!is_inside(inspection, string, _ZSTR_STRUCT_SIZE(ZSTR_LEN(string)))) {
		claim(inspection, false, "a string is outside of the image");
		return;
	}
	claim(inspection, (uintptr_t) string % 8 == 0, "a string is not aligned");
	claim(inspection, GC_REFCOUNT(string) == 1, "the count of a string is not 1");
	claim(inspection, GC_TYPE_INFO(string) == (GC_STRING | IS_STR_INTERNED << GC_FLAGS_SHIFT),
		"flags of a string");
	claim(inspection, ZSTR_H(string) == zend_hash_func(ZSTR_VAL(string), ZSTR_LEN(string)),
		"the hash of a string is wrong");
	claim(inspection, ZSTR_VAL(string)[ZSTR_LEN(string)] == '\0', "a string has no end");
}

static void inspect_value(inspection *inspection, zval *value);

static void inspect_header(inspection *inspection, HashTable *array)
{
	uint32_t flags = HASH_FLAG_STATIC_KEYS;

	if (array->nNumOfElements == 0) {
		flags = HASH_FLAG_UNINITIALIZED;
	} else if (HT_IS_PACKED(array)) {
		flags |= HASH_FLAG_PACKED;
	}
	claim(inspection, (uintptr_t) array % 8 == 0, "an array is not aligned");
	claim(inspection, GC_REFCOUNT(array) == 2, "the count of an array is not 2");
	claim(inspection,
		GC_TYPE_INFO(array) == (IS_ARRAY | (GC_IMMUTABLE | GC_NOT_COLLECTABLE) << GC_FLAGS_SHIFT),
		"flags of an array");
	claim(inspection, array->u.flags == flags, "flags of a hash");
	claim(inspection, array->nInternalPointer == 0 && array->pDestructor == NULL,
		"an array has a pointer or a destructor");
	claim(inspection, array->nTableSize >= 8 && (array->nTableSize & (array->nTableSize - 1)) == 0,
		"the size of a table is no power of two");
	claim(inspection, array->nTableSize >= array->nNumUsed, "a table is too small");
}

static void inspect_array(inspection *inspection, HashTable *array)
{
	uint32_t live = 0;
	zend_string *key;
	zend_ulong number;
	zval *value;

	if (!is_inside(inspection, array, sizeof(*array)) ||
		!is_inside(inspection, HT_GET_DATA_ADDR(array), HT_HASH_SIZE(array->nTableMask)) ||
		!is_inside(inspection, array->arData, array->nNumUsed * sizeof(zval))) {
		claim(inspection, false, "an array is outside of the image");
		return;
	}
	inspect_header(inspection, array);
	ZEND_HASH_FOREACH_KEY_VAL(array, number, key, value)
	{
		zval *found =
			key != NULL ? zend_hash_find(array, key) : zend_hash_index_find(array, number);

		claim(inspection, found == value, "a key does not lead to its value");
		if (key != NULL) {
			inspect_string(inspection, key);
			claim(inspection, ZSTR_H(key) == number, "a key has another hash than its bucket");
		}
		inspect_value(inspection, value);
		live++;
	}
	ZEND_HASH_FOREACH_END();
	claim(inspection, live == array->nNumOfElements, "the count of elements is wrong");
}

static void inspect_value(inspection *inspection, zval *value)
{
	claim(inspection, Z_TYPE_INFO_P(value) == Z_TYPE_P(value), "a value would be counted");
	switch (Z_TYPE_P(value)) {
		case IS_STRING: inspect_string(inspection, Z_STR_P(value)); return;
		case IS_ARRAY: inspect_array(inspection, Z_ARRVAL_P(value)); return;
	}
	claim(inspection, Z_TYPE_P(value) != IS_UNDEF && Z_TYPE_P(value) <= IS_DOUBLE,
		"a value is of a type that cannot be");
}

/* The relocations are those of an image at address 0, each on a word of its own. */
static void inspect_relocations(inspection *inspection, const strata_value *image)
{
	char *met = calloc(1, image->bytes.size);

	for (uint32_t i = 0; i < image->relocation_count; i++) {
		uint32_t at = image->relocations[i];
		uintptr_t target;

		claim(inspection, at % sizeof(target) == 0, "a relocation is not aligned");
		if (at + sizeof(target) > image->bytes.size) {
			claim(inspection, false, "a relocation is outside");
			break;
		}
		claim(inspection, met[at] == 0, "a word is a pointer twice");
		met[at] = 1;
		memcpy(&target, image->bytes.data + at, sizeof(target));
		claim(inspection, target >= sizeof(zval) && target <= image->bytes.size,
			"an offset leads outside");
	}
	free(met);
}

/* What is wrong with the image of the value, or null. */
static PHP_FUNCTION(image_probe_complaint)
{
	strata_arena *arena = strata_arena_new();
	inspection inspection = { .complaint = NULL };
	strata_value image;
	zval *value;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_ZVAL(value)
	ZEND_PARSE_PARAMETERS_END();
	if (!strata_image_build(value, arena, &image)) {
		RETVAL_STRING("not an image");
	} else if (place(value, &inspection.image)) {
		inspect_relocations(&inspection, &image);
		claim(&inspection, (uintptr_t) image.bytes.data % 16 == 0, "an image is not aligned");
		inspect_value(&inspection, (zval *) inspection.image.data);
		if (inspection.complaint != NULL) {
			RETVAL_STRING(inspection.complaint);
		}
	}
	strata_arena_free(arena);
}

/* Are all bytes of all images as they were at the last call? */
static PHP_FUNCTION(image_probe_intact)
{
	ZEND_PARSE_PARAMETERS_NONE();
	RETVAL_BOOL(strata_hash_of((strata_view){ readable, checked }, 0) == checksum);
	checked = used;
	checksum = strata_hash_of((strata_view){ readable, checked }, 0);
}

/* Forgets all images; nothing may hold one. */
static PHP_FUNCTION(image_probe_reset)
{
	ZEND_PARSE_PARAMETERS_NONE();
	madvise(writable, heap_size, MADV_REMOVE);
	used = checked = 0;
	checksum = strata_hash_of((strata_view){ readable, 0 }, 0);
}

/* Nanoseconds for one image, mean of many; or for one copy of it. */
static PHP_FUNCTION(image_probe_time)
{
	strata_arena *arena = strata_arena_new();
	struct timespec begun, ended;
	strata_value image;
	bool is_copy = false;
	strata_view placed;
	zend_long rounds;
	zval *value, copy;

	ZEND_PARSE_PARAMETERS_START(2, 3)
	Z_PARAM_ZVAL(value)
	Z_PARAM_LONG(rounds)
	Z_PARAM_OPTIONAL
	Z_PARAM_BOOL(is_copy)
	ZEND_PARSE_PARAMETERS_END();
	if (!place(value, &placed)) {
		strata_arena_free(arena);
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &begun);
	for (zend_long i = 0; i < rounds; i++) {
		if (is_copy) {
			strata_image_copy(placed, placed.data, NULL, &copy);
			zval_ptr_dtor(&copy);
		} else {
			strata_arena_reset(arena);
			strata_image_build(value, arena, &image);
		}
	}
	clock_gettime(CLOCK_MONOTONIC, &ended);
	strata_arena_free(arena);
	RETVAL_DOUBLE(
		(double) ((ended.tv_sec - begun.tv_sec) * 1000000000L + ended.tv_nsec - begun.tv_nsec) /
		(double) rounds);
}

ZEND_BEGIN_ARG_INFO_EX(arguments, 0, 0, 0)
ZEND_ARG_INFO(0, value)
ZEND_ARG_INFO(0, rounds)
ZEND_ARG_INFO(0, is_copy)
ZEND_END_ARG_INFO()

/* clang-format off */
static const zend_function_entry functions[] = {
	PHP_FE(image_probe, arguments)
	PHP_FE(image_probe_copy, arguments)
	PHP_FE(image_probe_size, arguments)
	PHP_FE(image_probe_complaint, arguments)
	PHP_FE(image_probe_intact, arguments)
	PHP_FE(image_probe_reset, arguments)
	PHP_FE(image_probe_time, arguments)
	PHP_FE_END
};
/* clang-format on */

static PHP_MINIT_FUNCTION(image_probe)
{
	checksum = strata_hash_of((strata_view){ NULL, 0 }, 0);
	return map_heap() ? SUCCESS : FAILURE;
}

static zend_module_entry image_probe_module_entry = {
	STANDARD_MODULE_HEADER,
	"image_probe",
	functions,
	PHP_MINIT(image_probe),
	NULL,
	NULL,
	NULL,
	NULL,
	"1",
	STANDARD_MODULE_PROPERTIES,
};

ZEND_GET_MODULE(image_probe)
