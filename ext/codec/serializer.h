/* serializer — one way to write arrays and objects as bytes; one const table for each. */
#ifndef STRATA_CODEC_SERIALIZER_H
#define STRATA_CODEC_SERIALIZER_H

#include "php.h"

#include "base/value.h"

typedef struct {
	strata_codec_id codec; /* what is recorded in every value it wrote */

	/* NULL on failure, with or without an exception. */
	zend_string *(*write)(zval *value);

	/*
	 * False on failure, with or without an exception; *out is then undefined but safe to destroy.
	 * allowed: the classes that may be built, see codec/classes.h; NULL: all.
	 */
	bool (*read)(strata_view bytes, HashTable *allowed, zval *out);

	/* How many levels the bytes have, or more than most where there are more than that. */
	zend_long (*depth_of)(strata_view bytes, zend_long most);
} strata_serializer;

#endif
