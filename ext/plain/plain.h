/* plain: values as php-memcached, phpredis and programs without a client of their own keep them. */
#ifndef STRATA_PLAIN_PLAIN_H
#define STRATA_PLAIN_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/result.h"
#include "base/value.h"
#include "base/view.h"

/*
 * How what stands beside the value, or what was agreed on, says what its bytes are.
 *   FLAGS     memcached keeps a number with each value. php-memcached says its type by that, and
 *             how it is compressed; what has no number is a string
 *   TEXT      Redis keeps bytes. All of them are strings, but integers, which it counts
 *   PHP       the same, where phpredis has OPT_SERIALIZER = SERIALIZER_PHP: serialize() wrote it
 *   IGBINARY  the same with SERIALIZER_IGBINARY
 */
typedef enum {
	STRATA_PLAIN_FLAGS,
	STRATA_PLAIN_TEXT,
	STRATA_PLAIN_PHP,
	STRATA_PLAIN_IGBINARY
} strata_plain_form;

/*
 * With FLAGS, beside strata's own envelopes: a type that php-memcached does not have, so that it
 * finds nothing there, and no string of strange bytes.
 */
enum { STRATA_PLAIN_NOT_FOR_OTHERS = 15 };

/* What a server keeps of a value. */
typedef struct {
	strata_view bytes;
	uint32_t flags; /* FLAGS only, else 0 */
} strata_plain_stored;

/*
 * What others stored, as a value of at most so many bytes. No byte of it is built into anything
 * here: strata_codec_decode() does that, with its own checks. OK, or *value is null and
 *   FOREIGN        what no such program writes in this form, or what cannot be read here (msgpack,
 *                  compressed in a way that is not built in)
 *   CORRUPT        what was compressed does not unpack
 *   TOO_LARGE      it unpacks to more than `most`, or than the arena may be charged
 *   UNKNOWN_CODEC  compressed by zstd, and there is none here
 *   NO_MEMORY
 * The bytes lie in what was stored, or in the arena.
 */
STRATA_MUST_CHECK strata_result strata_plain_read(strata_arena *arena, strata_plain_form form,
	size_t most, const strata_plain_stored *stored, strata_value *value);

/* Is the value one that the others read again as it was? NULL, or why not, for a message. */
const char *strata_plain_objection(strata_plain_form form, const strata_value *value);

/*
 * The value as it is read again: in TEXT a string of digits is an integer, and a float a string.
 * What it needs is in the arena. False when out of memory.
 */
STRATA_MUST_CHECK bool strata_plain_normalize(strata_arena *arena, strata_plain_form form,
	strata_value *value);

/*
 * What the server is to keep of a value that has no objection. In the arena or in the value; data
 * is NULL when out of memory.
 */
strata_plain_stored strata_plain_write(strata_arena *arena, strata_plain_form form,
	const strata_value *value);

/* An integer as servers count it: no sign but a minus, no leading zero, in 64 bits. */
STRATA_MUST_CHECK bool strata_plain_integer(strata_view text, int64_t *out);

/*
 * The same as memcached may keep it: a "decr" that makes it shorter leaves its size, and spaces at
 * the end (doc/protocol.txt of memcached, "Increment/Decrement").
 */
STRATA_MUST_CHECK bool strata_plain_counter(strata_view text, int64_t *out);

#endif
