/*
 * First all classes, then all objects. To find a class may load it, and loading runs code of the
 * script, which may throw, ask the cache itself, or end the request. So nothing is built before all
 * classes and cases are there and have the stamps that they had when the value was stored; after
 * that nothing can fail.
 *
 * A class that a request has found by its stamp stays what it is until the request ends. So each
 * stamp is compared once in a request, and what came of it is remembered.
 */
#include "codec/objects.h"

#include "Zend/zend_enum.h"
#include "Zend/zend_exceptions.h"

#include "base/thread.h"
#include "codec/image/dates.h"
#include "codec/depth.h"
#include "codec/image/object_layout.h"
#include "codec/reading.h"
#include "conf/text/class_names.h"

enum {
	KNOWN = 128,       /* classes and cases that are remembered: a power of two */
	FEW = 16,          /* for which there is room on the stack */
	LONGEST_SHOWN = 96 /* bytes of the name of a class */
};

/* Found in this request; of a case, the name decides beside the stamp. */
typedef struct {
	uint64_t stamp; /* 0 and no class: nothing */
	strata_object_kind kind;
	strata_object_class_here here;
} known_class;

static STRATA_THREAD_LOCAL known_class known[KNOWN];
static STRATA_THREAD_LOCAL bool
	knows_some; /* most requests have no objects, and nothing to forget */

static STRATA_THREAD_LOCAL char complaint[LONGEST_SHOWN + 256];

/* By stamp, of each zone and offset the date that others are copied from; NULL: none yet. */
static STRATA_THREAD_LOCAL HashTable *dates;

void strata_objects_begin_request(void)
{
	if (knows_some) {
		memset(known, 0, sizeof(known));
		knows_some = false;
	}
	dates = NULL;
}

void strata_objects_end_request(void)
{
	HashTable *held = dates;

	strata_objects_begin_request();
	if (held != NULL) {
		zend_array_release(held);
	}
}

static void keep_date(uint64_t stamp, zend_object *date)
{
	zval held;

	if (dates == NULL) {
		dates = zend_new_array(8);
	}
	ZVAL_OBJ(&held, date);
	zend_hash_index_update(dates, (zend_ulong) stamp, &held);
}

const char *strata_objects_complaint(void)
{
	return complaint;
}

static const char *name_at(const char *image, uint32_t offset)
{
	return ZSTR_VAL((const zend_string *) (image + offset));
}

static void complain(const char *image, const strata_object_class *class, const char *what)
{
	snprintf(complaint, sizeof(complaint), "%.*s%s%.*s %s", LONGEST_SHOWN,
		name_at(image, class->name), class->case_name != 0 ? "::" : "", LONGEST_SHOWN,
		class->case_name != 0 ? name_at(image, class->case_name) : "", what);
}

/* ---- which classes are allowed ---- */

/* The first class that is not, NULL when all are. */
static const strata_object_class *find_foreign(const char *image, strata_view list)
{
	const strata_object_directory *directory = strata_object_directory_of(image);

	if (strata_class_names_are_all(list)) {
		return NULL;
	}
	for (uint32_t i = 0; i < directory->class_count; i++) {
		const zend_string *name = (const void *) (image + directory->classes[i].name);

		if (!strata_class_names_allow(list, (strata_view){ ZSTR_VAL(name), ZSTR_LEN(name) })) {
			return &directory->classes[i];
		}
	}
	return NULL;
}

bool strata_objects_are_allowed(const strata_value *image, const char *classes)
{
	return find_foreign(image->bytes.data, strata_view_of(classes)) == NULL;
}

/* ---- what was found before ---- */

static known_class *place_of(const char *image, const strata_object_class *class)
{
	uint64_t hash = class->stamp;

	if (class->case_name != 0) {
		hash += ZSTR_H((const zend_string *) (image + class->case_name));
	}
	return &known[hash % KNOWN];
}

static bool is_case(const zend_object *found, const zend_string *name)
{
	const zval *value = zend_enum_fetch_case_name((zend_object *) (uintptr_t) found);

	return zend_string_equals(Z_STR_P(value), name);
}

static bool recall(const char *image, const strata_object_class *class,
	strata_object_class_here *here)
{
	const known_class *place = place_of(image, class);

	if (place->stamp != class->stamp || place->kind != class->kind ||
		(class->kind == STRATA_OBJECT_CASE &&
			!is_case(place->here.found, (const void *) (image + class->case_name)))) {
		return false;
	}
	*here = place->here;
	return true;
}

static void remember(const char *image, const strata_object_class *class,
	strata_object_class_here here)
{
	knows_some = true;
	*place_of(image, class) = (known_class){ class->stamp, class->kind, here };
}

/* ---- what is here ---- */

typedef enum {
	HERE,
	ABSENT, /* or not as it was */
	UNMADE  /* it takes code of the script to tell */
} presence;

static presence look_at_case(zend_class_entry *type, const zend_string *name,
	strata_object_class_here *here)
{
	zend_class_constant *constant =
		zend_hash_find_ptr(CE_CONSTANTS_TABLE(type), (zend_string *) (uintptr_t) name);

	if (constant == NULL || (ZEND_CLASS_CONST_FLAGS(constant) & ZEND_CLASS_CONST_IS_CASE) == 0) {
		return ABSENT;
	}
	if (Z_TYPE(constant->value) != IS_OBJECT) {
		return UNMADE;
	}
	here->found = Z_OBJ(constant->value);
	return HERE;
}

static presence look_at_zone(const char *image, const strata_object_class *class,
	zend_class_entry *type, strata_object_class_here *here)
{
	const strata_date_zone *zone = (const void *) (image + class->zone);
	zval *held;

	if (!strata_date_is(type) || strata_date_stamp(type, zone) != class->stamp) {
		return ABSENT;
	}
	held = dates == NULL ? NULL : zend_hash_index_find(dates, (zend_ulong) class->stamp);
	if (held != NULL) {
		here->found = Z_OBJ_P(held);
		return HERE;
	}
	here->found = strata_date_make(type, zone);
	if (here->found == NULL) {
		return ABSENT;
	}
	keep_date(class->stamp, here->found);
	return HERE;
}

static presence look_at(const char *image, const strata_object_class *class, zend_class_entry *type,
	strata_object_class_here *here)
{
	if (class->kind == STRATA_OBJECT_DATE) {
		return look_at_zone(image, class, type, here);
	}
	if (strata_object_layout_stamp(type) != class->stamp) {
		return ABSENT;
	}
	if (class->kind == STRATA_OBJECT_CASE) {
		return look_at_case(type, (const void *) (image + class->case_name), here);
	}
	here->type = type;
	return (type->ce_flags & ZEND_ACC_CONSTANTS_UPDATED) == 0 ? UNMADE : HERE;
}

/* Of what is loaded. */
static bool find(const char *image, const strata_object_class *class,
	strata_object_class_here *here)
{
	zend_string *name = (zend_string *) (uintptr_t) (image + class->name);
	zend_class_entry *type;

	if (recall(image, class, here)) {
		return true;
	}
	type = zend_lookup_class_ex(name, NULL, ZEND_FETCH_CLASS_NO_AUTOLOAD);
	if (type == NULL || look_at(image, class, type, here) != HERE) {
		return false;
	}
	remember(image, class, *here);
	return true;
}

static bool find_all(const char *image, strata_object_class_here *here)
{
	const strata_object_directory *directory = strata_object_directory_of(image);

	for (uint32_t i = 0; i < directory->class_count; i++) {
		if (!find(image, &directory->classes[i], &here[i])) {
			return false;
		}
	}
	return true;
}

/* ---- what has to be loaded ---- */

/* What unserialize_callback_func names; false: nothing. The caller owns it. */
static bool has_callback(zval *function)
{
#if PHP_VERSION_ID < 80600
	const char *name = PG(unserialize_callback_func);

	if (name == NULL || name[0] == '\0') {
		return false;
	}
	ZVAL_STRING(function, name);
#else
	zend_string *name = PG(unserialize_callback_func);

	if (name == NULL || ZSTR_LEN(name) == 0) {
		return false;
	}
	ZVAL_STR_COPY(function, name);
#endif
	return true;
}

/* As unserialize() does where no autoloader knows the class. */
static zend_class_entry *ask_callback(zend_string *name)
{
	zval function, argument, returned;

	if (!has_callback(&function)) {
		return NULL;
	}
	ZVAL_STR(&argument, name);
	ZVAL_UNDEF(&returned);
	(void) call_user_function(NULL, NULL, &function, &returned, 1, &argument);
	zval_ptr_dtor(&returned);
	zval_ptr_dtor(&function);
	return EG(exception) ? NULL : zend_lookup_class_ex(name, NULL, ZEND_FETCH_CLASS_NO_AUTOLOAD);
}

/* Code of the script may keep the name for longer than the image lies here. */
static zend_class_entry *load_class(const zend_string *stored)
{
	zend_string *name = zend_string_init(ZSTR_VAL(stored), ZSTR_LEN(stored), false);
	zend_class_entry *type = zend_lookup_class(name);

	if (type == NULL && !EG(exception)) {
		type = ask_callback(name);
	}
	zend_string_release(name);
	return type;
}

/* Its constants and defaults, as the first object of a class does; the object that is a case. */
static bool make_constants(const char *image, const strata_object_class *class,
	zend_class_entry *type)
{
	zend_string *name = (zend_string *) (uintptr_t) (image + class->case_name);
	zend_class_constant *constant;

	if (class->kind != STRATA_OBJECT_CASE) {
		return zend_update_class_constants(type) == SUCCESS;
	}
	constant = zend_hash_find_ptr(CE_CONSTANTS_TABLE(type), name);
	return zval_update_constant_ex(&constant->value, constant->ce) == SUCCESS;
}

static bool load(const char *image, const strata_object_class *class,
	strata_object_class_here *here)
{
	zend_class_entry *type = load_class((const void *) (image + class->name));
	presence presence = type == NULL ? ABSENT : look_at(image, class, type, here);

	if (presence == UNMADE && make_constants(image, class, type)) {
		presence = class->kind != STRATA_OBJECT_CASE
					   ? HERE
					   : look_at_case(type, (const void *) (image + class->case_name), here);
	}
	if (presence != HERE) {
		complain(image, class, type == NULL ? "is gone" : "is not what it was");
		return false;
	}
	remember(image, class, *here);
	return true;
}

typedef struct {
	const char *image;
	strata_object_class_here *here;
} loading;

static bool load_all(void *context, zval *out)
{
	const loading *loading = context;
	const strata_object_directory *directory = strata_object_directory_of(loading->image);

	ZVAL_NULL(out);
	for (uint32_t i = 0; i < directory->class_count; i++) {
		const strata_object_class *class = &directory->classes[i];

		if (!find(loading->image, class, &loading->here[i]) &&
			!load(loading->image, class, &loading->here[i])) {
			return false;
		}
	}
	return !EG(exception);
}

/* ---- all ---- */

/* The builder calls itself for each level. Only stacks of fibers are ever that small. */
static bool is_too_deep(const char *image)
{
	zend_long deepest = strata_object_directory_of(image)->deepest;

	return EG(active_fiber) != NULL && deepest > STRATA_SHALLOW && deepest > strata_depth_to_read();
}

/* Room for the classes, which the caller gives back. */
static strata_object_class_here *take_room(strata_view image, strata_object_class_here *few)
{
	uint32_t count = strata_object_directory_of(image.data)->class_count;

	return count <= FEW ? few : safe_emalloc(count, sizeof(*few), 0);
}

static void give_back(strata_object_class_here *here, const strata_object_class_here *few)
{
	if (here != few) {
		efree(here);
	}
}

bool strata_objects_make(strata_view image, const void *origin, strata_object_strings strings,
	const char *classes, zval *out)
{
	strata_object_class_here few[FEW], *here;
	bool is_made;

	if (find_foreign(image.data, strata_view_of(classes)) != NULL || is_too_deep(image.data)) {
		return false;
	}
	here = take_room(image, few);
	is_made = find_all(image.data, here);
	if (is_made) {
		strata_object_build(image, origin, strings, here, out);
	}
	give_back(here, few);
	return is_made;
}

/* What an Error said, where one was thrown, says more. */
static strata_result load_classes(strata_view image, strata_object_class_here *here)
{
	strata_result result;
	zval nothing;

	complaint[0] = '\0';
	result = strata_reading_do(load_all, &(loading){ image.data, here }, &nothing);
	if (result == STRATA_CORRUPT && complaint[0] == '\0') {
		snprintf(complaint, sizeof(complaint), "%s", strata_reading_complaint());
	}
	return result;
}

strata_result strata_objects_decode(strata_view image, const void *origin,
	strata_object_strings strings, const char *classes, zval *out)
{
	const strata_object_class *foreign = find_foreign(image.data, strata_view_of(classes));
	strata_object_class_here few[FEW], *here;
	strata_result result = STRATA_OK;

	ZVAL_NULL(out);
	if (foreign != NULL) {
		complain(image.data, foreign, "(not named by strata.unserialize_classes)");
		return STRATA_FOREIGN;
	}
	if (is_too_deep(image.data)) {
		snprintf(complaint, sizeof(complaint),
			"objects are nested too deep for this fiber's stack");
		return STRATA_CORRUPT;
	}
	here = take_room(image, few);
	if (!find_all(image.data, here)) {
		result = load_classes(image, here);
	}
	if (result == STRATA_OK && !EG(exception)) {
		strata_object_build(image, origin, strings, here, out);
	}
	give_back(here, few);
	return result;
}
