/* utf8 — where a character of UTF-8 ends, after RFC 3629, section 4. */
#ifndef STRATA_BASE_UTF8_H
#define STRATA_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#include "base/view.h"

/* By the first byte; 0: none begins so. Overlong forms and what is beyond U+10FFFF are none. */
static inline size_t strata_utf8_size_by(unsigned char first)
{
	if (first < 0x80) {
		return 1;
	}
	if (first < 0xC2 || first > 0xF4) {
		return 0;
	}
	return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* Is this the second byte of one? It tells overlong forms, surrogates and what is too far. */
static inline bool strata_utf8_is_second(unsigned char first, unsigned char second)
{
	unsigned char least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
	unsigned char most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;

	return second >= least && second <= most;
}

/*
 * The bytes of the character that the text begins with, 1 to 4; 0: it is empty, or begins with
 * none. Control characters are characters, NUL too.
 */
static inline size_t strata_utf8_size(strata_view text)
{
	const unsigned char *bytes = (const unsigned char *) text.data;
	size_t size = text.size == 0 ? 0 : strata_utf8_size_by(bytes[0]);

	if (size > text.size || (size > 1 && !strata_utf8_is_second(bytes[0], bytes[1]))) {
		return 0;
	}
	for (size_t i = 2; i < size; i++) {
		if ((bytes[i] & 0xC0) != 0x80) {
			return 0;
		}
	}
	return size;
}

#endif
