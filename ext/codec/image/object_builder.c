/*
 * The request may end at any allocation, and objects that PHP knows are then destroyed one by one,
 * half built or not. So at each moment a slot holds a value or nothing: what has to be made first
 * is left out until it is there. Arrays come into sight when they are whole.
 *
 * Each object is built where it is met, as by unserialize(), so that their numbers are the same.
 */
#include "codec/image/object_builder.h"

#include "codec/image/image_copy.h"
#include "codec/image/image_writer.h"

typedef struct {
	const char *image;
	const strata_object_class *classes;
	const strata_object_class_here *here;
	zend_object **shared;          /* by number, from 1 on; NULL: not built yet */
	strata_image_copying *copying; /* NULL: strings and arrays are borrowed */
} building;

static void build_value(building *building, const zval *from, zval *to);

/* Is it to be made, and not only copied as the zval that it is? */
static inline bool is_made(const building *building, const zval *value)
{
	switch (Z_TYPE_P(value)) {
		case IS_STRING: return building->copying != NULL;
		case IS_ARRAY:
		case IS_OBJECT: return true;
	}
	return false;
}

/* ---- arrays ---- */

static void build_packed(building *building, HashTable *array)
{
#if PHP_VERSION_ID < 80200
	Bucket *elements = array->arData;

	for (uint32_t i = 0; i < array->nNumUsed; i++) {
		build_value(building, &elements[i].val, &elements[i].val);
	}
#else
	zval *elements = array->arPacked;

	for (uint32_t i = 0; i < array->nNumUsed; i++) {
		build_value(building, &elements[i], &elements[i]);
	}
#endif
}

static void build_hash(building *building, HashTable *array)
{
	Bucket *elements = array->arData;

	for (uint32_t i = 0; i < array->nNumUsed; i++) {
		if (elements[i].key != NULL && building->copying != NULL) {
			elements[i].key = strata_image_copy_key(building->copying, elements[i].key);
			if (!ZSTR_IS_INTERNED(elements[i].key)) {
				HT_FLAGS(array) &= ~HASH_FLAG_STATIC_KEYS;
			}
		}
		build_value(building, &elements[i].val, &elements[i].val);
	}
}

static HashTable *build_array(building *building, const HashTable *source)
{
	ptrdiff_t shift = building->copying == NULL ? 0 : building->copying->shift;
	HashTable *array = strata_image_copy_frame(source, (const char *) source->arData + shift);

	HT_FLAGS(array) &= ~STRATA_IMAGE_HAS_OBJECTS;
	if (HT_IS_PACKED(array)) {
		build_packed(building, array);
	} else {
		build_hash(building, array);
	}
	return array;
}

/* ---- objects ---- */

static void copy_slots(const building *building, zval *to, const strata_object_node *node,
	uint32_t slots)
{
	for (uint32_t i = 0; i < slots; i++) {
		if (is_made(building, &node->slots[i])) {
			ZVAL_UNDEF(&to[i]);
			to[i].u2.extra = 0;
		} else {
			to[i] = node->slots[i];
		}
	}
}

static void build_slots(building *building, zend_object *object, const strata_object_node *node,
	uint32_t slots)
{
	zval *to = object->properties_table;

	if (building->copying == NULL && node->is_flat) {
		memcpy(to, node->slots, slots * sizeof(*to));
		return;
	}
	copy_slots(building, to, node, slots);
	for (uint32_t i = 0; i < slots; i++) {
		if (is_made(building, &node->slots[i])) {
			build_value(building, &node->slots[i], &to[i]);
		}
	}
}

static void build_dynamic(building *building, zend_object *object, strata_object_node *node,
	uint32_t slots)
{
	const strata_object_dynamic *dynamic = strata_object_dynamic_of(node, slots);
	HashTable *properties = zend_std_get_properties(object);

	zend_hash_extend(properties, slots + node->dynamic, false);
	for (uint32_t i = 0; i < node->dynamic; i++) {
		zend_string *name = dynamic[i].name;
		zval value;

		build_value(building, &dynamic[i].value, &value);
		if (building->copying == NULL) {
			zend_hash_add_new(properties, name, &value);
		} else {
			name = strata_image_copy_key(building->copying, name);
			zend_hash_add_new(properties, name, &value);
			zend_string_release(name);
		}
	}
}

static zend_object *build_plain(building *building, strata_object_node *node)
{
	uint32_t slots = building->classes[node->class].slots;
	zend_object *object = zend_objects_new(building->here[node->class].type);

	if (node->number != 0) {
		building->shared[node->number - 1] = object;
	}
	build_slots(building, object, node, slots);
	if (node->dynamic > 0) {
		build_dynamic(building, object, node, slots);
	}
	return object;
}

static zend_object *build_object(building *building, uint32_t offset)
{
	strata_object_node *node = (strata_object_node *) (uintptr_t) (building->image + offset);
	zend_object *found = NULL;

	if (building->classes[node->class].kind == STRATA_OBJECT_CASE) {
		found = building->here[node->class].found;
	} else if (node->number != 0) {
		found = building->shared[node->number - 1];
	}
	if (found != NULL) {
		GC_ADDREF(found);
		return found;
	}
	return build_plain(building, node);
}

/* ---- all ---- */

/* from and to may be the same. The chain of a hash, which stands beside a value, stays. */
static void build_value(building *building, const zval *from, zval *to)
{
	if (Z_TYPE_P(from) == IS_OBJECT) {
		zend_object *object = build_object(building, (uint32_t) Z_LVAL_P(from));

		ZVAL_OBJ(to, object);
		return;
	}
	if (Z_TYPE_P(from) == IS_ARRAY) {
		ptrdiff_t shift = building->copying == NULL ? 0 : building->copying->shift;
		const HashTable *source = (const void *) ((const char *) Z_ARRVAL_P(from) + shift);

		if ((HT_FLAGS(source) & STRATA_IMAGE_HAS_OBJECTS) != 0) {
			HashTable *array = build_array(building, source);

			ZVAL_ARR(to, array);
			return;
		}
	}
	ZVAL_COPY_VALUE(to, from);
	if (building->copying != NULL) {
		strata_image_copy_value(building->copying, to);
	}
}

/* Room for the objects that are met more than once, on the stack where they are few. */
enum { FEW = 16 };

void strata_object_build(strata_view image, const void *origin, strata_object_strings strings,
	const strata_object_class_here *classes, zval *out)
{
	const strata_object_directory *directory = strata_object_directory_of(image.data);
	strata_image_copying copying;
	zend_object *few[FEW];
	building building = { .image = image.data,
		.classes = directory->classes,
		.here = classes,
		.shared = few };

	if (strings == STRATA_OBJECT_COPY) {
		strata_image_copying_begin(&copying,
			(ptrdiff_t) ((uintptr_t) image.data - (uintptr_t) origin), image.size, NULL);
		building.copying = &copying;
	}
	if (directory->shared_count > FEW) {
		building.shared = safe_emalloc(directory->shared_count, sizeof(*building.shared), 0);
	}
	if (directory->shared_count > 0) {
		memset(building.shared, 0, directory->shared_count * sizeof(*building.shared));
	}
	build_value(&building, (const zval *) image.data, out);
	if (building.shared != few) {
		efree(building.shared);
	}
}
