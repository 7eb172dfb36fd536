/* storable: finds what no serializer can bring back, before one is asked. */
#ifndef STRATA_CODEC_STORABLE_H
#define STRATA_CODEC_STORABLE_H

#include "php.h"

/* What there is to know about a value before it is written. */
typedef struct {
	/*
	 * What cannot be stored: the type of the first part that no serializer brings back ("Closure",
	 * "resource (stream)"), or that it is nested too deep. Empty when all of it can.
	 */
	char culprit[96];

	bool has_objects; /* an object, or a case of an enum, is somewhere in it */

	/* It holds objects that only PHP's own serializer brings back as they were. */
	bool needs_php;

	/* It holds objects that write themselves by methods of the script: what they hold is unseen. */
	bool has_unseen;

	/* It holds lazy objects, which are made when they are written: only then is there anything. */
	bool has_lazy;

	HashTable *walked; /* arrays that a function further up is walking through, or NULL */

	/*
	 * Arrays that a method of the script can reach and replace while a serializer walks through
	 * them, each with a reference that makes the method change a copy; or NULL. Only where
	 * has_unseen says that there is such a method.
	 */
	HashTable *held;
} strata_storable;

/*
 * Serializers turn a resource into the number 0 or into null without a word, and a value that is
 * nested deeper than the stack into a crash, which is why the value is looked at before: at most
 * most_levels deep. Runs no code of the script. Always followed by strata_storable_forget().
 */
void strata_storable_look(zval *value, zend_long most_levels, strata_storable *found);
void strata_storable_forget(strata_storable *found);

/* Notes that the value, or a part of this type, is nested deeper than most levels. */
void strata_storable_blame_depth(strata_storable *found, const char *type, zend_long most);

/*
 * A function that walks through an array (json_encode(), var_dump(), another serialize()) marks it,
 * and a serializer writes null for what is marked. So the marks are taken off while one runs, and
 * put back.
 */
void strata_storable_unmark(const strata_storable *found);
void strata_storable_mark(const strata_storable *found);

#endif
