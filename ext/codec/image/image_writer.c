/*
 * An image is written while the value is walked through: a part gets its place when it is met, and
 * what it leads to gets places behind it. The size is not known before, so the block grows by
 * doubling, and parts are named by offsets.
 *
 *     root (zval) | array: header, hash, elements | what the elements lead to | ...
 *
 * Every header word is composed here and none is copied: what the flags of a string or an array say
 * is true of the source alone. The engine takes what it finds for what opcache keeps of literals:
 * interned strings that know their hash and immutable arrays, which are never counted and always
 * copied before writing. A string is never permanent, though: that would be a promise to outlive
 * the request, and PHP would keep our pointer.
 *
 * What is in the image once: arrays that the value itself holds at several places; strings by their
 * address if they came a moment ago; and by what they say if they are long, and once there have
 * been many. To look for equal ones among few short ones takes more time than it saves room. The
 * same is true of short values that turn out to be all different, as names and addresses in a table
 * of users are; keys are always looked for.
 */
#include "codec/image/image_writer.h"

#include "base/compiler.h"
#include "codec/image/stack_end.h"

enum {
	SMALLEST_ROOM = 1024, /* bytes */
	FIRST_POINTERS = 64,
	FEW_STRINGS = 32, /* so many are written before equal ones are looked for, */
	SHORT = 128,      /* bytes; unless they are longer than this */
	TRIED = 64,       /* values that were looked for before the looking is judged: */
	WORTH = 8,        /* one in so many must have been there */
	MOST_AGAIN = 4096 /* arrays with objects that are written once more */
};

#if PHP_VERSION_ID < 80200
typedef Bucket packed_element;
#else
typedef zval packed_element;
#endif

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

/* ---- the block ---- */

/* Room for so many bytes more. */
static STRATA_NOINLINE bool grow(strata_image_writer *writer, size_t size)
{
	size_t wanted = writer->size + size;
	size_t room = MAX((size_t) writer->room * 2, SMALLEST_ROOM);
	char *bytes;

	if (size > writer->most - writer->size) {
		return false;
	}
	room = MIN(MAX(room, wanted), writer->most);
	bytes = strata_arena_grow(writer->arena, writer->bytes, writer->size, room);
	if (bytes == NULL) {
		return false;
	}
	writer->bytes = bytes;
	writer->room = (uint32_t) room;
	return true;
}

uint32_t strata_image_writer_take(strata_image_writer *writer, size_t size)
{
	uint32_t at = writer->size;

	if (size > STRATA_IMAGE_LARGEST) {
		return 0;
	}
	size = (size + 7) & ~(size_t) 7;
	if (size > writer->room - writer->size && !grow(writer, size)) {
		return 0;
	}
	writer->size += (uint32_t) size;
	return at;
}

static STRATA_NOINLINE bool grow_pointers(strata_image_writer *writer)
{
	size_t room = MAX((size_t) writer->pointer_room * 2, FIRST_POINTERS);
	uint32_t *pointers = strata_arena_grow(writer->arena, writer->pointers,
		writer->pointer_count * sizeof(*pointers), room * sizeof(*pointers));

	if (pointers == NULL) {
		return false;
	}
	writer->pointers = pointers;
	writer->pointer_room = (uint32_t) room;
	return true;
}

/* A pointer is an offset until the image is in its place. */
bool strata_image_writer_point(strata_image_writer *writer, uint32_t at, uint32_t to)
{
	if (writer->pointer_count >= writer->pointer_room && !grow_pointers(writer)) {
		return false;
	}
	*(uintptr_t *) (writer->bytes + at) = to;
	writer->pointers[writer->pointer_count++] = at;
	return true;
}

bool strata_image_writer_begin(strata_image_writer *writer, strata_arena *arena, size_t guess)
{
	writer->arena = arena;
	writer->size = writer->room = 0;
	writer->most = STRATA_IMAGE_LARGEST;
	writer->pointer_count = writer->pointer_room = 0;
	writer->pointers = NULL;
	writer->string_count = writer->object_count = 0;
	writer->searched = writer->found = 0;
	writer->below_shared = writer->again_count = 0;
	writer->objects = NULL;
	writer->write_object = NULL;
	writer->deepest = 0;
	writer->stack_end = strata_stack_end();
	memset(writer->recent, 0, sizeof(writer->recent));
	strata_image_table_begin(&writer->table, arena);
	if (!grow(writer, MIN(MAX(guess, sizeof(zval)), writer->most))) {
		return false;
	}
	writer->size = sizeof(zval);
	return true;
}

void strata_image_writer_finish(const strata_image_writer *writer, strata_value *out)
{
	*out = (strata_value){ .bytes = { writer->bytes, writer->size },
		.codec = writer->object_count == 0 ? STRATA_CODEC_IMAGE : STRATA_CODEC_OBJECTS,
		.relocations = writer->pointers,
		.relocation_count = writer->pointer_count };
}

/* ---- strings ---- */

static void compose_string(zend_string *string, size_t size, zend_string *source)
{
	/* The bytes behind the end are part of what is compared and of what is checked. */
	memset((char *) string + size - 8, 0, 8);
	GC_SET_REFCOUNT(string, 1);
	GC_TYPE_INFO(string) = GC_STRING | IS_STR_INTERNED << GC_FLAGS_SHIFT;
	ZSTR_H(string) = ZSTR_HASH(source);
	ZSTR_LEN(string) = ZSTR_LEN(source);
	memcpy(ZSTR_VAL(string), ZSTR_VAL(source), ZSTR_LEN(source));
}

static uint32_t write_new_string(strata_image_writer *writer, zend_string *source)
{
	size_t size = ZEND_MM_ALIGNED_SIZE_EX(_ZSTR_STRUCT_SIZE(ZSTR_LEN(source)), 8);
	uint32_t at = strata_image_writer_take(writer, size);

	if (at != 0) {
		compose_string((zend_string *) (writer->bytes + at), size, source);
		writer->string_count++;
	}
	return at;
}

/* By its bytes, if that is worth it; 0: it is to be written, at the next offset. */
static uint32_t find_value(strata_image_writer *writer, zend_string *source)
{
	uint32_t at;

	if (ZSTR_LEN(source) <= SHORT &&
		(writer->string_count < FEW_STRINGS ||
			(writer->searched > TRIED && writer->found < writer->searched / WORTH))) {
		return 0;
	}
	at = strata_image_table_meet(&writer->table, source, writer->size);
	writer->searched++;
	writer->found += at != 0;
	return at;
}

static uint32_t find_key(strata_image_writer *writer, zend_string *source)
{
	return writer->string_count < FEW_STRINGS && ZSTR_LEN(source) <= SHORT
			   ? 0
			   : strata_image_table_meet(&writer->table, source, writer->size);
}

typedef uint32_t find_string(strata_image_writer *writer, zend_string *source);

static zend_always_inline uint32_t write_known(strata_image_writer *writer, zend_string *source,
	find_string *find)
{
	uint32_t recent = (uint32_t) ((uintptr_t) source >> 5) % STRATA_IMAGE_RECENT;
	uint32_t at;

	if (writer->recent[recent].source == source) {
		return writer->recent[recent].offset;
	}
	at = find(writer, source);
	if (at == 0) {
		at = write_new_string(writer, source);
	}
	if (at != 0) {
		writer->recent[recent].source = source;
		writer->recent[recent].offset = at;
	}
	return at;
}

uint32_t strata_image_write_string(strata_image_writer *writer, zend_string *source)
{
	uint32_t at;

	/* One with one holder cannot come a second time. */
	if (ZSTR_IS_INTERNED(source) || GC_REFCOUNT(source) > 1) {
		return write_known(writer, source, find_value);
	}
	at = find_value(writer, source);
	return at == 0 ? write_new_string(writer, source) : at;
}

/* ---- arrays: what one is going to be ---- */

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

/* An array with one holder cannot come a second time. */
static bool is_shared(const HashTable *array)
{
	return GC_REFCOUNT(array) > 1;
}

/* ---- arrays: writing one ---- */

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
}

/* HT_INVALID_IDX everywhere. It lies before the elements. */
static void compose_empty_hash(char *elements, const plan *plan)
{
	size_t size = HT_HASH_SIZE(plan->mask);

	memset(elements - size, 0xff, size);
}

static bool write_zval(strata_image_writer *writer, zval *value, uint32_t at, int depth);

/*
 * The index that [] takes next follows from the keys that are there, as it does in an array that a
 * serializer made. In the source it may remember keys that are gone.
 */
static bool write_packed(strata_image_writer *writer, HashTable *source, const plan *plan,
	uint32_t elements, int depth, zend_long *next)
{
	zend_ulong number = 0;
	zval *value;

	compose_empty_hash(writer->bytes + elements, plan);
	if (plan->live != plan->used) {
		memset(writer->bytes + elements, 0, plan->used * sizeof(packed_element));
	}
	ZEND_HASH_FOREACH_NUM_KEY_VAL(source, number, value)
	{
		uint32_t at = elements + (uint32_t) (number * sizeof(packed_element));

#if PHP_VERSION_ID < 80200
		((Bucket *) (writer->bytes + at))->h = number;
		((Bucket *) (writer->bytes + at))->key = NULL;
#endif
		if (!strata_image_write_value(writer, value, at, depth)) {
			return false;
		}
	}
	ZEND_HASH_FOREACH_END();
	*next = (zend_long) number + 1;
	return true;
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

/* Where a string is the key, the pointer to it is written. */
static inline bool write_key(strata_image_writer *writer, uint32_t at, zend_string *key)
{
	uint32_t string = write_known(writer, key, find_key);

	return string != 0 &&
		   strata_image_writer_point(writer, at + (uint32_t) offsetof(Bucket, key), string);
}

/* Everything but the chain that it is in. */
static bool write_bucket(strata_image_writer *writer, zend_ulong hash, zend_string *key,
	zval *value, uint32_t at, int depth)
{
	Bucket *bucket = (Bucket *) (writer->bytes + at);

	bucket->h = hash;
	bucket->key = NULL;
	return (key == NULL || write_key(writer, at, key)) && write_zval(writer, value, at, depth);
}

/*
 * Every bucket stays where it was, so its chain is what it was: hash and buckets are copied, and
 * only what they lead to is written anew.
 */
static bool write_same_hash(strata_image_writer *writer, HashTable *source, const plan *plan,
	uint32_t elements, int depth, zend_long *next)
{
	size_t hash_size = HT_HASH_SIZE(plan->mask);

	memcpy(writer->bytes + elements - hash_size, HT_GET_DATA_ADDR(source),
		hash_size + plan->used * sizeof(Bucket));
	for (uint32_t i = 0; i < plan->used; i++) {
		const Bucket *bucket = source->arData + i;
		zval *value = (zval *) &bucket->val;
		uint32_t at = elements + i * (uint32_t) sizeof(Bucket);

		if (Z_TYPE_P(value) == IS_INDIRECT) {
			value = Z_INDIRECT_P(value);
		}
		if (!write_bucket(writer, bucket->h, bucket->key, value, at, depth)) {
			return false;
		}
		if (bucket->key == NULL) {
			*next = index_after(*next, (zend_long) bucket->h);
		}
	}
	return true;
}

static bool write_new_hash(strata_image_writer *writer, HashTable *source, const plan *plan,
	uint32_t elements, int depth, zend_long *next)
{
	uint32_t index = 0;
	zend_ulong hash;
	zend_string *key;
	zval *value;

	compose_empty_hash(writer->bytes + elements, plan);
	ZEND_HASH_FOREACH_KEY_VAL_IND(source, hash, key, value)
	{
		uint32_t at = elements + index * (uint32_t) sizeof(Bucket);

		if (index >= plan->live || !write_bucket(writer, hash, key, value, at, depth)) {
			return false;
		}
		if (key == NULL) {
			*next = index_after(*next, (zend_long) hash);
		}
		chain_bucket(plan, (Bucket *) (writer->bytes + elements), index++);
	}
	ZEND_HASH_FOREACH_END();
	return index == plan->live;
}

/* A copy with as many places, and without holes, has the same hash. */
static bool has_same_hash(const HashTable *source, const plan *plan)
{
	return !HT_IS_PACKED(source) && plan->live == source->nNumUsed &&
		   plan->mask == source->nTableMask;
}

static bool write_elements(strata_image_writer *writer, HashTable *source, const plan *plan,
	uint32_t at, int depth)
{
	uint32_t elements = at + plan->elements;
	uint32_t objects_before = writer->object_count;
	zend_long next = ZEND_LONG_MIN;
	HashTable *array;
	bool is_written;

	if (plan->is_packed) {
		is_written = write_packed(writer, source, plan, elements, depth, &next);
	} else if (has_same_hash(source, plan)) {
		is_written = write_same_hash(writer, source, plan, elements, depth, &next);
	} else {
		is_written = write_new_hash(writer, source, plan, elements, depth, &next);
	}
	if (!is_written) {
		return false;
	}
	array = (HashTable *) (writer->bytes + at);
	array->nNextFreeElement = next;
	if (writer->object_count != objects_before) {
		HT_FLAGS(array) |= STRATA_IMAGE_HAS_OBJECTS;
	}
	return true;
}

/* One that is being written is part of itself. */
static bool point_again(strata_image_writer *writer, const strata_image_piece *known,
	uint32_t pointer, int depth)
{
	int deepest = depth + known->height - 1;

	if (known->height == 0 || deepest > STRATA_IMAGE_DEPTH) {
		return false;
	}
	writer->deepest = MAX(writer->deepest, deepest);
	return strata_image_writer_point(writer, pointer, known->offset);
}

/*
 * An array with objects is built anew each time, so it stands in the image as often as in the
 * value. Arrays of arrays of arrays, each of them twice, would grow without a bound: what may be
 * read must have been written in that size.
 */
static bool is_once_more(const strata_image_writer *writer, const strata_image_piece *known)
{
	const HashTable *array = (const HashTable *) (writer->bytes + known->offset);

	return (HT_FLAGS(array) & STRATA_IMAGE_HAS_OBJECTS) != 0;
}

/* *at: where it is. What is below it is not written yet. */
static bool begin_array(strata_image_writer *writer, const plan *plan, uint32_t pointer,
	uint32_t *at)
{
	*at = strata_image_writer_take(writer, plan->size);
	if (*at == 0) {
		return false;
	}
	compose_array((HashTable *) (writer->bytes + *at), plan);
	return strata_image_writer_point(writer, pointer, *at) &&
		   strata_image_writer_point(writer, *at + (uint32_t) offsetof(HashTable, arData),
			   *at + plan->elements);
}

/*
 * depth: this one included. An array that contains itself is met again before its height is known:
 * a second way to it has more than one holder, so it was remembered. Should the table be full by
 * then, the depth ends the walk.
 */
static bool write_array(strata_image_writer *writer, HashTable *source, uint32_t pointer, int depth)
{
	bool shared = is_shared(source), is_noted;
	const strata_image_piece *known =
		shared ? strata_image_table_find(&writer->table, source) : NULL;
	int deepest = writer->deepest;
	plan plan;
	uint32_t at;

	if (known != NULL && !is_once_more(writer, known)) {
		return point_again(writer, known, pointer, depth);
	}
	writer->again_count += known != NULL;
	plan = plan_of(source);
	if (depth > STRATA_IMAGE_DEPTH || strata_stack_is_short(writer->stack_end) ||
		writer->again_count > MOST_AGAIN || !begin_array(writer, &plan, pointer, &at)) {
		return false;
	}
	is_noted = shared && known == NULL && strata_image_table_add(&writer->table, source, at);
	writer->deepest = depth;
	writer->below_shared += shared;
	if (plan.live == 0) {
		compose_empty_hash(writer->bytes + at + plan.elements, &plan);
	} else if (!write_elements(writer, source, &plan, at, depth)) {
		return false;
	}
	writer->below_shared -= shared;
	if (is_noted) {
		strata_image_table_find(&writer->table, source)->height =
			(uint16_t) (writer->deepest - depth + 1);
	}
	writer->deepest = MAX(writer->deepest, deepest);
	return true;
}

/* ---- values ---- */

static bool write_text(strata_image_writer *writer, zend_string *source, uint32_t pointer)
{
	uint32_t string = strata_image_write_string(writer, source);

	return string != 0 && strata_image_writer_point(writer, pointer, string);
}

/* Strings and arrays without the flags that would have them counted. Leaves u2 as it is. */
static bool write_zval(strata_image_writer *writer, zval *value, uint32_t at, int depth)
{
	zval *target = (zval *) (writer->bytes + at);

	if (Z_ISREF_P(value) && Z_REFCOUNT_P(value) == 1) {
		value = Z_REFVAL_P(value);
	}
	Z_TYPE_INFO_P(target) = Z_TYPE_P(value);
	target->value.lval = 0;
	switch (Z_TYPE_P(value)) {
		case IS_NULL:
		case IS_FALSE:
		case IS_TRUE: return true;
		case IS_LONG: Z_LVAL_P(target) = Z_LVAL_P(value); return true;
		case IS_DOUBLE: Z_DVAL_P(target) = Z_DVAL_P(value); return true;
		case IS_STRING: return write_text(writer, Z_STR_P(value), at);
		case IS_ARRAY: return write_array(writer, Z_ARRVAL_P(value), at, depth + 1);
		case IS_OBJECT:
			return writer->write_object != NULL &&
				   writer->write_object(writer, Z_OBJ_P(value), at, depth + 1);
	}
	return false;
}

bool strata_image_write_value(strata_image_writer *writer, zval *value, uint32_t at, int depth)
{
	((zval *) (writer->bytes + at))->u2.extra = 0;
	return write_zval(writer, value, at, depth);
}
