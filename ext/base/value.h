/* value — what does a key hold, once it is bytes? */
#ifndef STRATA_BASE_VALUE_H
#define STRATA_BASE_VALUE_H

#include <stdint.h>

#include "base/view.h"

/*
 * How the bytes of a value are to be read. The numbers stand in envelopes that other hosts and
 * later versions read: a number is never reused and never changes its meaning.
 */
typedef enum {
	STRATA_CODEC_NULL = 1,     /* no bytes */
	STRATA_CODEC_FALSE = 2,    /* no bytes */
	STRATA_CODEC_TRUE = 3,     /* no bytes */
	STRATA_CODEC_INTEGER = 4,  /* no bytes: the number is in strata_value.integer */
	STRATA_CODEC_DOUBLE = 5,   /* 8 bytes, IEEE 754 binary64, little endian */
	STRATA_CODEC_STRING = 6,   /* the string itself */
	STRATA_CODEC_PHP = 7,      /* what serialize() wrote */
	STRATA_CODEC_IGBINARY = 8, /* what igbinary_serialize() wrote */
} strata_codec_id;

typedef struct {
	strata_view bytes;     /* empty for the codecs that need none */
	int64_t integer;       /* STRATA_CODEC_INTEGER only, else 0 */
	strata_codec_id codec; /* never a number that is not listed above */
} strata_value;

/* The bytes that a value occupies, for limits and counters. */
static inline size_t strata_value_size(const strata_value *value)
{
	return value->codec == STRATA_CODEC_INTEGER ? sizeof(value->integer) : value->bytes.size;
}

#endif
