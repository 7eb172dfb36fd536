/* classes: holds what is unserialized to the classes of strata.unserialize_classes. */
#ifndef STRATA_CODEC_CLASSES_H
#define STRATA_CODEC_CLASSES_H

#include "php.h"

#include "base/result.h"
#include "base/value.h"

/* What one serialized value may build: the classes that stand in it, in lower case. */
typedef struct {
	bool is_limited; /* else whatever stands there, and there are no names */
	HashTable names;
} strata_classes;

/*
 * Looks through what a serializer wrote, by a list as conf/text/class_names.h describes it, before
 * any of it is built. Runs no user code. FOREIGN when it holds an object, or a case of an enum, of
 * a class that the list does not name; *culprit is then that class, a part of the value, or empty
 * where igbinary wrote it, of which no class is known. CORRUPT when the serializer cannot have
 * written it. OK obliges the caller to strata_classes_forget().
 */
STRATA_MUST_CHECK strata_result strata_classes_check(const strata_value *value, const char *list,
	strata_classes *allowed, strata_view *culprit);
void strata_classes_forget(strata_classes *allowed);

#endif
