/* object_builder: makes fresh objects of the nodes of an image. */
#ifndef STRATA_CODEC_OBJECT_BUILDER_H
#define STRATA_CODEC_OBJECT_BUILDER_H

#include "php.h"

#include "base/view.h"
#include "codec/image/object_image.h"

/* What became of a class of the directory: the class, or the object that is the case of an enum. */
typedef union {
	zend_class_entry *type;
	zend_object *found;
} strata_object_class_here;

typedef enum {
	STRATA_OBJECT_BORROW, /* strings and arrays without objects are used where they lie */
	STRATA_OBJECT_COPY
} strata_object_strings;

/*
 * Makes the value of an image with objects. classes: of each class of the directory, in its order,
 * what it is here; its stamp is the one in the directory. origin: as for strata_image_copy(); with
 * BORROW the image lies there. Runs no code of the script, cannot fail, and may end the request
 * when memory_limit is reached.
 */
void strata_object_build(strata_view image, const void *origin, strata_object_strings strings,
	const strata_object_class_here *classes, zval *out);

#endif
