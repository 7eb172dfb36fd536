/* object_image: how objects lie in an image. */
#ifndef STRATA_CODEC_OBJECT_IMAGE_H
#define STRATA_CODEC_OBJECT_IMAGE_H

#include "php.h"

/*
 *     root (zval) | nodes, arrays, strings | directory: head, classes
 *
 * The zval of an object is IS_OBJECT with the offset of a node in its lval; its u2 is 0. Offsets
 * are in bytes from the start of the image, so that they need no relocation. That of the directory
 * stands in the u2 of the root. An array with an object somewhere below it is marked by
 * STRATA_IMAGE_HAS_OBJECTS (codec/image/image_writer.h), and is built anew like the object.
 */

typedef enum {
	STRATA_OBJECT_PLAIN = 1, /* of a class of the script, or stdClass */
	STRATA_OBJECT_CASE = 2,  /* of an enum */
	STRATA_OBJECT_DATE = 3   /* DateTime and DateTimeImmutable: codec/image/dates.h */
} strata_object_kind;

/*
 * A class, a case of an enum, or a class and a zone of dates. Names are offsets of strings.
 */
typedef struct {
	uint64_t stamp;     /* codec/image/object_layout.h, and of dates codec/image/dates.h */
	uint32_t name;      /* of the class */
	uint32_t case_name; /* 0: not a case */
	uint32_t zone;      /* of dates: where a strata_date_zone is, else 0 */
	uint32_t slots;     /* declared properties that take room in an object */
	uint32_t kind;      /* strata_object_kind */
	uint32_t unused;    /* 0 */
} strata_object_class;

typedef struct {
	uint32_t class_count;
	uint32_t shared_count; /* objects with a number */
	uint32_t deepest;      /* how many arrays and objects deep the value is */
	uint32_t unused;       /* 0 */
	strata_object_class classes[];
} strata_object_directory;

/* A property that the class does not declare. */
typedef struct {
	zval value;
	zend_string *name;
} strata_object_dynamic;

/* An object. Behind its slots lie its dynamic properties. */
typedef struct {
	uint32_t class;   /* index in the directory */
	uint32_t number;  /* from 1 on where it stands in the image more than once, else 0 */
	uint32_t dynamic; /* properties that its class does not declare */
	uint32_t is_flat; /* 1: no object stands below its slots */
	zval slots[];     /* of a date: a strata_date_moment, and no more */
} strata_object_node;

static inline const strata_object_directory *strata_object_directory_of(const char *image)
{
	return (const strata_object_directory *) (image + ((const zval *) image)->u2.extra);
}

static inline strata_object_dynamic *strata_object_dynamic_of(strata_object_node *node,
	uint32_t slots)
{
	return (strata_object_dynamic *) (node->slots + slots);
}

#endif
