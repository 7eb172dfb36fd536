/* objects: the value of an image with objects, as far as the classes of this request make it. */
#ifndef STRATA_CODEC_OBJECTS_H
#define STRATA_CODEC_OBJECTS_H

#include "php.h"

#include "base/result.h"
#include "base/value.h"
#include "codec/image/object_builder.h"

/* In RINIT, where what the last request had of classes is gone, and in RSHUTDOWN. */
void strata_objects_begin_request(void);
void strata_objects_end_request(void);

/*
 * The value of an image, when all of its classes are there and allowed (a list as in
 * conf/text/class_names.h): runs no code of the script. origin is as in strata_image_copy(). False,
 * and *out as it was, in every other case: strata_objects_decode() then knows why.
 */
bool strata_objects_make(strata_view image, const void *origin, strata_object_strings strings,
	const char *classes, zval *out);

/*
 * Makes the value, and loads classes for it, so that it runs code of the script: the image stays
 * where it is meanwhile, and nothing of the value is there yet. FOREIGN, before any such code runs,
 * when a class is not in the list; CORRUPT when a class or a case is gone, is another one than it
 * was, or cannot be loaded without an Error. *out is then null. An exception of an autoloader
 * leaves *out null, EG(exception) set, and OK as the answer.
 */
STRATA_MUST_CHECK strata_result strata_objects_decode(strata_view image, const void *origin,
	strata_object_strings strings, const char *classes, zval *out);

/* Why the last answer of this thread was CORRUPT or FOREIGN, in one line. */
const char *strata_objects_complaint(void);

/* May all classes of an image, which is not in its place yet, be read again by this list? */
bool strata_objects_are_allowed(const strata_value *image, const char *classes);

#endif
