/*
 * An image is built in two walks over the value, because it is one allocation. The first walk
 * measures, and decides what is in the image once: strings by what they say, arrays where the value
 * itself holds one array at several places. The second one writes. In between nothing can change
 * the value: no user code runs.
 *
 *     root (zval) | arrays: header, hash, elements | ... | strings: header, bytes | ...
 *
 * Strings come last because no pointer stands in them: the bitmap of pointers, out of which the
 * list of relocations comes in ascending order although the walk goes up and down, only covers the
 * arrays.
 *
 * Every header word is composed here and none is copied: what the flags of a string or an array say
 * is true of the source alone. The engine takes what it finds for what opcache keeps of literals:
 * interned strings that know their hash and immutable arrays, which are never counted and always
 * copied before writing. A string is never permanent, though: that would be a promise to outlive
 * the request, and PHP would keep our pointer.
 */
#include "codec/image/image.h"

#include "codec/image/image_table.h"

enum {
	NOT_AN_IMAGE = -1,
	WORD = sizeof(uintptr_t), /* what a bit of the bitmap stands for */
	WORDS_A_MARK = 64
};

#if PHP_VERSION_ID < 80200
typedef Bucket packed_element;
#else
typedef zval packed_element;
#endif

typedef struct {
	strata_image_table table;
	size_t arrays_size; /* with the root */
	size_t strings_size;

	/* The second walk only. */
	char *bytes;
	uint64_t *marks; /* one bit for each word of the arrays: does a pointer stand there? */
	uint32_t mark_count;
	uint32_t next_array;
	uint32_t next_string;
} image;

/* What an array of the value is going to be in the image. */
typedef struct {
	bool is_packed;
	uint32_t live;     /* elements */
	uint32_t used;     /* places for elements */
	uint32_t room;     /* places that a copy for writing is going to have */
	uint32_t mask;     /* as nTableMask */
	uint32_t elements; /* where they begin, from the array's own beginning */
	size_t size;
} plan;

/* ---- what it is going to be ---- */

static uint32_t count_live(HashTable *array)
{
	uint32_t live = 0;
	zval *value;

	if (array->nNumUsed == array->nNumOfElements && !(HT_FLAGS(array) & HASH_FLAG_HAS_EMPTY_IND)) {
		return array->nNumUsed;
	}
	ZEND_HASH_FOREACH_VAL_IND(array, value)
	{
		live += Z_TYPE_P(value) != IS_UNDEF;
	}
	ZEND_HASH_FOREACH_END();
	return live;
}

static uint32_t room_for(uint32_t used)
{
	uint32_t room = HT_MIN_SIZE;

	while (room < used) {
		room *= 2;
	}
	return room;
}

/*
 * Holes between keys that count from 0 must stay; where most are holes, an array with a hash is
 * smaller. Between other keys no script can see that a hole is gone.
 */
static plan plan_of(HashTable *array)
{
	plan plan = { .mask = HT_MIN_MASK, .live = count_live(array) };
	size_t element_size = sizeof(Bucket);

	plan.used = plan.live;
	if (HT_IS_PACKED(array) && plan.live > array->nNumUsed / 2) {
		plan.is_packed = true;
		plan.used = array->nNumUsed;
		element_size = sizeof(packed_element);
	}
	plan.room = room_for(plan.used);
	if (plan.live != 0 && !plan.is_packed) {
		plan.mask = HT_SIZE_TO_MASK(plan.room);
	}
	plan.elements = (uint32_t) (sizeof(HashTable) + HT_HASH_SIZE(plan.mask));
	plan.size = plan.elements + plan.used * element_size;
	return plan;
}

static size_t string_size(const zend_string *string)
{
	return ZEND_MM_ALIGNED_SIZE_EX(_ZSTR_STRUCT_SIZE(ZSTR_LEN(string)), 8);
}

/* An array with one holder cannot come a second time. */
static bool is_shared(const HashTable *array)
{
	return GC_REFCOUNT(array) > 1;
}

/* ---- first walk ---- */

static int measure_value(image *image, zval *value, int depth);

static bool measure_string(image *image, zend_string *string)
{
	bool is_new;

	if (!strata_image_table_meet(&image->table, string, &is_new)) {
		return false;
	}
	image->strings_size += is_new ? string_size(string) : 0;
	return true;
}

/* How many arrays deep, this one included. */
static int measure_elements(image *image, HashTable *array, int depth)
{
	int height = 1;
	uint32_t live = 0;
	zend_string *key;
	zval *value;

	ZEND_HASH_FOREACH_STR_KEY_VAL_IND(array, key, value)
	{
		int below = measure_value(image, value, depth);

		if (below == NOT_AN_IMAGE || (key != NULL && !measure_string(image, key))) {
			return NOT_AN_IMAGE;
		}
		height = MAX(height, below + 1);
		live++;
	}
	ZEND_HASH_FOREACH_END();
	return live == count_live(array) ? height : NOT_AN_IMAGE;
}

/*
 * An array that contains itself is met again before its height is known: a second way to it has
 * more than one holder, so it was remembered. Should the table be full by then, the size ends the
 * walk.
 */
static int measure_array(image *image, HashTable *array, int depth)
{
	strata_image_piece *known =
		is_shared(array) ? strata_image_table_find_array(&image->table, array) : NULL;
	int height;

	if (known != NULL) {
		height = known->height;
		return height == 0 || depth + height - 1 > STRATA_IMAGE_DEPTH ? NOT_AN_IMAGE : height;
	}
	image->arrays_size += plan_of(array).size;
	if (depth > STRATA_IMAGE_DEPTH || image->arrays_size + image->strings_size > UINT32_MAX) {
		return NOT_AN_IMAGE;
	}
	if (!is_shared(array) || !strata_image_table_add_array(&image->table, array)) {
		return measure_elements(image, array, depth);
	}
	height = measure_elements(image, array, depth);
	if (height != NOT_AN_IMAGE) {
		strata_image_table_find_array(&image->table, array)->height = (uint16_t) height;
	}
	return height;
}

static int measure_value(image *image, zval *value, int depth)
{
	if (Z_ISREF_P(value) && Z_REFCOUNT_P(value) == 1) {
		value = Z_REFVAL_P(value);
	}
	switch (Z_TYPE_P(value)) {
		case IS_NULL:
		case IS_FALSE:
		case IS_TRUE:
		case IS_LONG:
		case IS_DOUBLE: return 0;
		case IS_STRING: return measure_string(image, Z_STR_P(value)) ? 0 : NOT_AN_IMAGE;
		case IS_ARRAY: return measure_array(image, Z_ARRVAL_P(value), depth + 1);
	}
	return NOT_AN_IMAGE;
}

/* ---- second walk ---- */

static void write_value(image *image, zval *value, uint32_t at);

/* A pointer is an offset until the image is in its place. */
static void write_pointer(image *image, uint32_t at, uint32_t offset)
{
	uint32_t word = at / WORD;

	*(uintptr_t *) (image->bytes + at) = offset;
	image->marks[word / WORDS_A_MARK] |= (uint64_t) 1 << word % WORDS_A_MARK;
	image->mark_count++;
}

static void compose_string(zend_string *string, const zend_string *source)
{
	size_t size = string_size(source);

	/* The bytes behind the end are part of what is compared and of what is checked. */
	memset((char *) string + size - 8, 0, 8);
	GC_SET_REFCOUNT(string, 1);
	GC_TYPE_INFO(string) = GC_STRING | IS_STR_INTERNED << GC_FLAGS_SHIFT;
	ZSTR_H(string) = ZSTR_H(source);
	ZSTR_LEN(string) = ZSTR_LEN(source);
	memcpy(ZSTR_VAL(string), ZSTR_VAL(source), ZSTR_LEN(source));
}

static uint32_t write_string(image *image, zend_string *source)
{
	strata_image_piece *piece = strata_image_table_next(&image->table);
	uint32_t at = image->next_string;

	if (piece != NULL && piece->offset != 0) {
		return piece->offset;
	}
	if (piece != NULL) {
		piece->offset = at;
	}
	image->next_string += (uint32_t) string_size(source);
	compose_string((zend_string *) (image->bytes + at), source);
	return at;
}

static void compose_array(HashTable *array, const plan *plan)
{
	GC_SET_REFCOUNT(array, 2);
	GC_TYPE_INFO(array) = GC_ARRAY | (GC_IMMUTABLE | GC_NOT_COLLECTABLE) << GC_FLAGS_SHIFT;
	HT_FLAGS(array) = HASH_FLAG_STATIC_KEYS;
	if (plan->live == 0) {
		HT_FLAGS(array) = HASH_FLAG_UNINITIALIZED;
	} else if (plan->is_packed) {
		HT_FLAGS(array) |= HASH_FLAG_PACKED;
	}
	array->nTableMask = plan->mask;
	array->nNumUsed = plan->used;
	array->nNumOfElements = plan->live;
	array->nTableSize = plan->room;
	array->nInternalPointer = 0;
	array->nNextFreeElement = zend_empty_array.nNextFreeElement; /* until keys are written */
	array->pDestructor = NULL;
	memset(array + 1, 0xff, HT_HASH_SIZE(plan->mask)); /* HT_INVALID_IDX everywhere */
}

/*
 * The index that [] takes next follows from the keys that are there, as it does in an array that a
 * serializer made. In the source it may remember keys that are gone.
 */
static zend_long write_packed(image *image, HashTable *source, const plan *plan, uint32_t elements)
{
	zend_ulong number = 0;
	zval *value;

	if (plan->live != plan->used) {
		memset(image->bytes + elements, 0, plan->used * sizeof(packed_element));
	}
	ZEND_HASH_FOREACH_NUM_KEY_VAL(source, number, value)
	{
		uint32_t at = elements + (uint32_t) (number * sizeof(packed_element));

		write_value(image, value, at);
#if PHP_VERSION_ID < 80200
		((Bucket *) (image->bytes + at))->h = number;
		((Bucket *) (image->bytes + at))->key = NULL;
#endif
	}
	ZEND_HASH_FOREACH_END();
	return (zend_long) number + 1;
}

static void chain_bucket(const plan *plan, Bucket *elements, uint32_t index)
{
	Bucket *bucket = elements + index;
	uint32_t *first = &HT_HASH_EX(elements, bucket->h | plan->mask);

	Z_NEXT(bucket->val) = *first;
	*first = HT_IDX_TO_HASH(index);
}

static zend_long index_after(zend_long next, zend_long key)
{
	if (key < next) {
		return next;
	}
	return key < ZEND_LONG_MAX ? key + 1 : ZEND_LONG_MAX;
}

static zend_long write_hash(image *image, HashTable *source, const plan *plan, uint32_t elements)
{
	Bucket *buckets = (Bucket *) (image->bytes + elements);
	zend_long next = ZEND_LONG_MIN;
	uint32_t index = 0;
	zend_ulong hash;
	zend_string *key;
	zval *value;

	ZEND_HASH_FOREACH_KEY_VAL_IND(source, hash, key, value)
	{
		uint32_t at = elements + (uint32_t) (index * sizeof(Bucket));

		write_value(image, value, at);
		buckets[index].h = hash;
		buckets[index].key = NULL;
		if (key != NULL) {
			write_pointer(image, at + (uint32_t) offsetof(Bucket, key), write_string(image, key));
		} else {
			next = index_after(next, (zend_long) hash);
		}
		chain_bucket(plan, buckets, index);
		index++;
	}
	ZEND_HASH_FOREACH_END();
	return next;
}

static uint32_t write_array(image *image, HashTable *source)
{
	strata_image_piece *piece =
		is_shared(source) ? strata_image_table_find_array(&image->table, source) : NULL;
	uint32_t at = image->next_array;
	HashTable *array;
	plan plan;

	if (piece != NULL && piece->offset != 0) {
		return piece->offset;
	}
	if (piece != NULL) {
		piece->offset = at;
	}
	plan = plan_of(source);
	image->next_array += (uint32_t) plan.size;
	array = (HashTable *) (image->bytes + at);
	compose_array(array, &plan);
	write_pointer(image, at + (uint32_t) offsetof(HashTable, arData), at + plan.elements);
	if (plan.live != 0) {
		array->nNextFreeElement = plan.is_packed
									  ? write_packed(image, source, &plan, at + plan.elements)
									  : write_hash(image, source, &plan, at + plan.elements);
	}
	return at;
}

/* Strings and arrays without the flags that would have them counted. */
static void write_value(image *image, zval *value, uint32_t at)
{
	zval *target = (zval *) (image->bytes + at);

	ZVAL_DEREF(value);
	memset(target, 0, sizeof(*target));
	Z_TYPE_INFO_P(target) = Z_TYPE_P(value);
	switch (Z_TYPE_P(value)) {
		case IS_LONG: Z_LVAL_P(target) = Z_LVAL_P(value); break;
		case IS_DOUBLE: Z_DVAL_P(target) = Z_DVAL_P(value); break;
		case IS_STRING: write_pointer(image, at, write_string(image, Z_STR_P(value))); break;
		case IS_ARRAY: write_pointer(image, at, write_array(image, Z_ARRVAL_P(value))); break;
	}
}

/* ---- both ---- */

static uint32_t *list_relocations(const image *image, strata_arena *arena)
{
	uint32_t *list = strata_arena_alloc(arena, image->mark_count * sizeof(*list));
	uint32_t count = 0;

	for (uint32_t i = 0; list != NULL && count < image->mark_count; i++) {
		for (uint64_t marks = image->marks[i]; marks != 0; marks &= marks - 1) {
			uint32_t word = i * WORDS_A_MARK + (uint32_t) __builtin_ctzll(marks);

			list[count++] = word * WORD;
		}
	}
	return list;
}

static bool write_image(image *image, zval *value, strata_arena *arena, strata_value *out)
{
	size_t size = image->arrays_size + image->strings_size;
	size_t marks_size = (image->arrays_size / WORD / WORDS_A_MARK + 1) * sizeof(*image->marks);
	const uint32_t *relocations;

	image->bytes = strata_arena_alloc(arena, size);
	image->marks = strata_arena_alloc(arena, marks_size);
	if (image->bytes == NULL || image->marks == NULL) {
		return false;
	}
	memset(image->marks, 0, marks_size);
	image->next_array = sizeof(zval);
	image->next_string = (uint32_t) image->arrays_size;
	write_value(image, value, 0);
	ZEND_ASSERT(image->next_array == image->arrays_size && image->next_string == size);
	ZEND_ASSERT(image->table.next == image->table.met_count);

	relocations = list_relocations(image, arena);
	if (relocations == NULL) {
		return false;
	}
	*out = (strata_value){ .bytes = { image->bytes, size },
		.codec = STRATA_CODEC_IMAGE,
		.relocations = relocations,
		.relocation_count = image->mark_count };
	return true;
}

bool strata_image_build(zval *value, strata_arena *arena, strata_value *out)
{
	image image = { .table.arena = arena, .arrays_size = sizeof(zval) };

	*out = (strata_value){ .codec = STRATA_CODEC_NULL };
	ZVAL_DEREF(value);
	if (Z_TYPE_P(value) != IS_STRING && Z_TYPE_P(value) != IS_ARRAY) {
		return false;
	}
	/* A row has few strings of its own. */
	image.table.guess =
		Z_TYPE_P(value) == IS_ARRAY ? 2 * zend_hash_num_elements(Z_ARRVAL_P(value)) : 1;
	return measure_value(&image, value, 0) != NOT_AN_IMAGE &&
		   image.arrays_size + image.strings_size <= UINT32_MAX &&
		   write_image(&image, value, arena, out);
}
