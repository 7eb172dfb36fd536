/*
 * A node is taken when its object is met, so that a cycle leads back to it, and the directory of
 * classes comes last. What an object is written as is what unserialize(serialize()) would make of
 * it: slots that were never initialized are what they are in a fresh object, and a reference with
 * one holder is what it refers to.
 *
 * An object with one holder cannot come a second time, unless the holder is an array, or a table of
 * properties, that is held twice: below these all objects are remembered.
 */
#include "codec/image/object_writer.h"

#include "Zend/zend_enum.h"
#if PHP_VERSION_ID >= 80400
#include "Zend/zend_lazy_objects.h"
#endif

#include "codec/image/dates.h"
#include "codec/image/object_image.h"
#include "codec/image/object_layout.h"
#include "codec/image/stack_end.h"

enum { FIRST_CLASSES = 8, NO_CLASS = -1 };

/* A class of the directory to be, or a case. */
typedef struct {
	const void *source; /* a zend_class_entry; a zend_object for a case */
	const zend_class_entry *type;
	uint64_t stamp; /* of dates; 0 */
	uint32_t node;  /* of a case */
	uint32_t zone;  /* of dates: where it is written */
	strata_object_kind kind;
} met_class;

struct strata_object_writing {
	met_class *classes;
	uint32_t class_count;
	uint32_t class_room;
	uint32_t last; /* where the last search ended */
	uint32_t shared_count;
};

/* ---- classes ---- */

static struct strata_object_writing *writing_of(strata_image_writer *writer)
{
	if (writer->objects == NULL) {
		writer->objects = strata_arena_alloc(writer->arena, sizeof(*writer->objects));
		if (writer->objects != NULL) {
			*writer->objects = (struct strata_object_writing){ 0 };
		}
	}
	return writer->objects;
}

static bool grow_classes(strata_image_writer *writer)
{
	struct strata_object_writing *objects = writer->objects;
	uint32_t room = MAX(objects->class_room * 2, FIRST_CLASSES);
	met_class *classes = strata_arena_grow(writer->arena, objects->classes,
		objects->class_count * sizeof(*classes), room * sizeof(*classes));

	if (classes == NULL) {
		return false;
	}
	objects->classes = classes;
	objects->class_room = room;
	return true;
}

/* The index in the directory, NO_CLASS when it is not there. */
static int find_class(struct strata_object_writing *objects, const void *source)
{
	if (objects->last < objects->class_count && objects->classes[objects->last].source == source) {
		return (int) objects->last;
	}
	for (uint32_t i = 0; i < objects->class_count; i++) {
		if (objects->classes[i].source == source) {
			objects->last = i;
			return (int) i;
		}
	}
	return NO_CLASS;
}

/* NO_CLASS when there is no memory. */
static int add_class(strata_image_writer *writer, const met_class *class)
{
	struct strata_object_writing *objects = writer->objects;

	if (objects->class_count >= objects->class_room && !grow_classes(writer)) {
		return NO_CLASS;
	}
	objects->classes[objects->class_count] = *class;
	return (int) objects->class_count++;
}

static int class_of(strata_image_writer *writer, const zend_class_entry *type)
{
	int class = find_class(writer->objects, type);

	if (class == NO_CLASS && strata_object_layout_suits(type)) {
		class = add_class(writer,
			&(met_class){ .source = type, .type = type, .kind = STRATA_OBJECT_PLAIN });
	}
	return class;
}

/* ---- nodes ---- */

static strata_object_node *node_at(const strata_image_writer *writer, uint32_t offset)
{
	return (strata_object_node *) strata_image_writer_at(writer, offset);
}

static void point_to_node(const strata_image_writer *writer, uint32_t at, uint32_t node)
{
	zval *target = (zval *) strata_image_writer_at(writer, at);

	Z_TYPE_INFO_P(target) = IS_OBJECT;
	Z_LVAL_P(target) = node;
}

/* 0 when there is no room. */
static uint32_t begin_node(strata_image_writer *writer, int class, uint32_t slots, uint32_t dynamic)
{
	size_t size = sizeof(strata_object_node) + (size_t) slots * sizeof(zval) +
				  (size_t) dynamic * sizeof(strata_object_dynamic);
	uint32_t node = strata_image_writer_take(writer, size);

	if (node != 0) {
		*node_at(writer, node) =
			(strata_object_node){ .class = (uint32_t) class, .dynamic = dynamic };
	}
	return node;
}

/* As in a fresh object, where a script never put anything. */
static bool write_empty_slot(strata_image_writer *writer, const zval *fresh, uint32_t at)
{
	zval *target = (zval *) strata_image_writer_at(writer, at);

	if (Z_TYPE_P(fresh) != IS_UNDEF) {
		return false;
	}
	Z_LVAL_P(target) = 0;
	Z_TYPE_INFO_P(target) = IS_UNDEF;
	target->u2.extra = fresh->u2.extra;
	return true;
}

static bool write_slot(strata_image_writer *writer, zend_object *object, int slot, uint32_t at,
	int depth)
{
	const zend_class_entry *type = object->ce;
	zval *value = &object->properties_table[slot];

	if (Z_TYPE_P(value) == IS_UNDEF) {
		return write_empty_slot(writer, &type->default_properties_table[slot], at);
	}
	if (Z_ISREF_P(value) && Z_REFCOUNT_P(value) == 1) {
		value = Z_REFVAL_P(value);
	}
	if (Z_TYPE_P(value) == IS_OBJECT &&
		!strata_object_layout_takes(type->properties_info_table[slot], Z_OBJCE_P(value))) {
		return false;
	}
	return strata_image_write_value(writer, value, at, depth);
}

/* ---- what a class does not declare ---- */

/* NOT_PLAIN where unserialize() would make something else of it. */
enum { NOT_PLAIN = -1 };

static bool is_plain_name(const zend_class_entry *type, zend_string *name)
{
	return name != NULL && (ZSTR_LEN(name) == 0 || ZSTR_VAL(name)[0] != '\0') &&
		   !zend_hash_exists(&type->properties_info, name);
}

static int count_dynamic(const zend_object *object)
{
	int count = 0;
	zend_string *name;
	zval *value;

	if (object->properties == NULL) {
		return 0;
	}
	ZEND_HASH_FOREACH_STR_KEY_VAL(object->properties, name, value)
	{
		if (Z_TYPE_P(value) == IS_INDIRECT) {
			continue;
		}
		if (!is_plain_name(object->ce, name)) {
			return NOT_PLAIN;
		}
		count++;
	}
	ZEND_HASH_FOREACH_END();
	return count;
}

static bool write_dynamic(strata_image_writer *writer, zval *value, zend_string *name, uint32_t at,
	int depth)
{
	uint32_t string = strata_image_write_string(writer, name);

	return string != 0 &&
		   strata_image_writer_point(writer, at + (uint32_t) offsetof(strata_object_dynamic, name),
			   string) &&
		   strata_image_write_value(writer, value, at, depth);
}

static bool write_all_dynamic(strata_image_writer *writer, HashTable *properties, uint32_t at,
	int depth)
{
	bool is_shared = GC_REFCOUNT(properties) > 1, is_written = true;
	zend_string *name;
	zval *value;

	writer->below_shared += is_shared;
	ZEND_HASH_FOREACH_STR_KEY_VAL(properties, name, value)
	{
		if (Z_TYPE_P(value) == IS_INDIRECT) {
			continue;
		}
		is_written = write_dynamic(writer, value, name, at, depth);
		if (!is_written) {
			break;
		}
		at += (uint32_t) sizeof(strata_object_dynamic);
	}
	ZEND_HASH_FOREACH_END();
	writer->below_shared -= is_shared;
	return is_written;
}

/* ---- objects ---- */

static bool write_slots(strata_image_writer *writer, zend_object *object, uint32_t node, int depth)
{
	uint32_t objects_before = writer->object_count;
	uint32_t at = node + (uint32_t) offsetof(strata_object_node, slots);

	for (int i = 0; i < object->ce->default_properties_count; i++) {
		if (!write_slot(writer, object, i, at, depth)) {
			return false;
		}
		at += (uint32_t) sizeof(zval);
	}
	node_at(writer, node)->is_flat = writer->object_count == objects_before;
	return node_at(writer, node)->dynamic == 0 ||
		   write_all_dynamic(writer, object->properties, at, depth);
}

static bool may_come_again(const strata_image_writer *writer, const zend_object *object)
{
	return GC_REFCOUNT(object) > 1 || writer->below_shared > 0;
}

/* Where it lies, for when it is met again. False when that cannot be remembered. */
static bool remember(strata_image_writer *writer, const zend_object *object, uint32_t node)
{
	return !may_come_again(writer, object) || strata_image_table_add(&writer->table, object, node);
}

static bool write_new(strata_image_writer *writer, zend_object *object, uint32_t at, int depth)
{
	int class = class_of(writer, object->ce);
	int dynamic = class == NO_CLASS ? NOT_PLAIN : count_dynamic(object);
	uint32_t node;

	if (dynamic == NOT_PLAIN) {
		return false;
	}
	node = begin_node(writer, class, (uint32_t) object->ce->default_properties_count,
		(uint32_t) dynamic);
	if (node == 0 ||
		(may_come_again(writer, object) && !strata_image_table_add(&writer->table, object, node))) {
		return false;
	}
	point_to_node(writer, at, node);
	return write_slots(writer, object, node, depth);
}

static bool write_case(strata_image_writer *writer, zend_object *object, uint32_t at)
{
	int class = find_class(writer->objects, object);
	uint32_t node;

	if (class == NO_CLASS) {
		class = add_class(writer,
			&(met_class){ .source = object, .type = object->ce, .kind = STRATA_OBJECT_CASE });
		node = class == NO_CLASS ? 0 : begin_node(writer, class, 0, 0);
		if (node == 0) {
			return false;
		}
		writer->objects->classes[class].node = node;
	}
	point_to_node(writer, at, writer->objects->classes[class].node);
	return true;
}

/* ---- dates ---- */

static int find_zone(const struct strata_object_writing *objects, uint64_t stamp)
{
	for (uint32_t i = 0; i < objects->class_count; i++) {
		if (objects->classes[i].kind == STRATA_OBJECT_DATE && objects->classes[i].stamp == stamp) {
			return (int) i;
		}
	}
	return NO_CLASS;
}

static int zone_of(strata_image_writer *writer, const zend_class_entry *type,
	const strata_date_zone *zone)
{
	met_class met = { .type = type,
		.stamp = strata_date_stamp(type, zone),
		.kind = STRATA_OBJECT_DATE };
	int class = find_zone(writer->objects, met.stamp);

	if (class != NO_CLASS) {
		return class;
	}
	met.zone = strata_image_writer_take(writer, sizeof(*zone));
	if (met.zone == 0) {
		return NO_CLASS;
	}
	memcpy(strata_image_writer_at(writer, met.zone), zone, sizeof(*zone));
	return add_class(writer, &met);
}

enum { SLOTS_OF_DATE = sizeof(strata_date_moment) / sizeof(zval) };

static bool write_date(strata_image_writer *writer, zend_object *object, uint32_t at)
{
	strata_date_moment moment;
	strata_date_zone zone;
	uint32_t node;
	int class;

	if (!strata_date_read(object, &moment, &zone)) {
		return false;
	}
	class = zone_of(writer, object->ce, &zone);
	node = class == NO_CLASS ? 0 : begin_node(writer, class, SLOTS_OF_DATE, 0);
	if (node == 0 || !remember(writer, object, node)) {
		return false;
	}
	memcpy(node_at(writer, node)->slots, &moment, sizeof(moment));
	point_to_node(writer, at, node);
	return true;
}

/* ---- all ---- */

static bool is_lazy(zend_object *object)
{
#if PHP_VERSION_ID >= 80400
	return zend_object_is_lazy(object);
#else
	(void) object;
	return false;
#endif
}

bool strata_object_write(strata_image_writer *writer, zend_object *object, uint32_t at, int depth)
{
	strata_image_piece *known;

	writer->object_count++;
	writer->deepest = MAX(writer->deepest, depth);
	if (writing_of(writer) == NULL || depth > STRATA_IMAGE_DEPTH ||
		strata_stack_is_short(writer->stack_end)) {
		return false;
	}
	if ((object->ce->ce_flags & ZEND_ACC_ENUM) != 0) {
		return write_case(writer, object, at);
	}
	known = may_come_again(writer, object) ? strata_image_table_find(&writer->table, object) : NULL;
	if (known != NULL) {
		strata_object_node *node = node_at(writer, known->offset);

		node->number = node->number != 0 ? node->number : ++writer->objects->shared_count;
		point_to_node(writer, at, known->offset);
		return true;
	}
	if (strata_date_is(object->ce)) {
		return write_date(writer, object, at);
	}
	return object->handlers == &std_object_handlers && !is_lazy(object) &&
		   write_new(writer, object, at, depth);
}

/* ---- the directory ---- */

static bool describe_class(strata_image_writer *writer, const met_class *met, uint32_t at)
{
	strata_object_class class = { .stamp = met->kind == STRATA_OBJECT_DATE
											   ? met->stamp
											   : strata_object_layout_stamp(met->type),
		.name = strata_image_write_string(writer, met->type->name),
		.zone = met->zone,
		.slots = (uint32_t) met->type->default_properties_count,
		.kind = met->kind };

	if (met->kind == STRATA_OBJECT_CASE) {
		zval *name = zend_enum_fetch_case_name((zend_object *) met->source);

		class.slots = 0;
		class.case_name = strata_image_write_string(writer, Z_STR_P(name));
		if (class.case_name == 0) {
			return false;
		}
	}
	memcpy(strata_image_writer_at(writer, at), &class, sizeof(class));
	return class.name != 0;
}

bool strata_object_write_directory(strata_image_writer *writer)
{
	const struct strata_object_writing *objects = writer->objects;
	uint32_t head = strata_image_writer_take(writer,
		sizeof(strata_object_directory) + objects->class_count * sizeof(strata_object_class));
	uint32_t at = head + (uint32_t) sizeof(strata_object_directory);

	if (head == 0) {
		return false;
	}
	*(strata_object_directory *) strata_image_writer_at(writer, head) =
		(strata_object_directory){ .class_count = objects->class_count,
			.shared_count = objects->shared_count,
			.deepest = (uint32_t) writer->deepest };
	for (uint32_t i = 0; i < objects->class_count; i++) {
		if (!describe_class(writer, &objects->classes[i], at)) {
			return false;
		}
		at += (uint32_t) sizeof(strata_object_class);
	}
	((zval *) strata_image_writer_at(writer, 0))->u2.extra = head;
	return true;
}
