/* value: what a key holds, as bytes. */
#ifndef STRATA_BASE_VALUE_H
#define STRATA_BASE_VALUE_H

#include <stdbool.h>
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
	STRATA_CODEC_ABSENT = 9,   /* no bytes, and no value: a placeholder, see tier/fence.h */
	STRATA_CODEC_MOVED = 10,   /* the id that a session is under now; only in records of sessions */

	STRATA_CODEC_JSON = 11, /* what json_encode() wrote: another program, so never in an envelope */

	/* As PHP keeps it in memory: of this host only, never in an envelope. */
	STRATA_CODEC_IMAGE = 128,  /* strings and arrays, which PHP uses where they lie */
	STRATA_CODEC_OBJECTS = 129 /* the same with objects in it, which are made anew at each get */
} strata_codec_id;

static inline bool strata_codec_is_image(int codec)
{
	return codec >= STRATA_CODEC_IMAGE;
}

/*
 * An image is one block that begins with a zval, the root, and holds everything that it leads to.
 * It is built anywhere, with offsets from its start where pointers are to stand; the store that
 * puts it where it stays adds the address of that place to each of them. Its start is aligned to 16
 * bytes.
 */

typedef struct {
	strata_view bytes;     /* empty for the codecs that need none */
	int64_t integer;       /* STRATA_CODEC_INTEGER only, else 0 */
	strata_codec_id codec; /* never a number that is not listed above */

	union {
		/*
		 * Images only, before it is put in its place: where the offsets stand, in bytes, each
		 * once.
		 */
		struct {
			const uint32_t *relocations;
			uint32_t relocation_count;
		};

		/*
		 * With any other codec: the same bytes compressed, as a shared tier gave them. They go to
		 * other places as they are. Empty where the value was not compressed, and where it is new.
		 */
		strata_view packed;
	};
} strata_value;

/* The bytes that a value occupies, for limits and counters. */
static inline size_t strata_value_size(const strata_value *value)
{
	return value->codec == STRATA_CODEC_INTEGER ? sizeof(value->integer) : value->bytes.size;
}

#endif
