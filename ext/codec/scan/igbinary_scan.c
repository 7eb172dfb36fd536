/*
 * igbinary has no list of allowed classes. Its format is a row of tokens, each of one byte that
 * says what it is, and of as many bytes as that takes; keys of arrays are tokens too. It is read in
 * this order, so that no object is missed here.
 */
#include "codec/scan/igbinary_scan.h"

#include <stdbool.h>
#include <stdint.h>

enum { HEADER = 4, OLDEST_FORMAT = 1, NEWEST_FORMAT = 2 };

/* How many bytes follow, or as how many bytes the size of the text is written that follows. */
enum { BYTES = 0x0F, TEXT = 0x10, OBJECT = 0x20 };

/* By igbinary's numbers, src/php7/igbinary.c. */
/* clang-format off */
static const uint8_t tokens[] = {
	0,                                    /* 00     null */
	1, 2, 4,                              /* 01..03 an array that was there before */
	0, 0,                                 /* 04, 05 false, true */
	1, 1, 2, 2, 4, 4,                     /* 06..0b integers, positive and negative */
	8,                                    /* 0c     double */
	0,                                    /* 0d     the empty string */
	1, 2, 4,                              /* 0e..10 a string that was there before */
	TEXT | 1, TEXT | 2, TEXT | 4,         /* 11..13 strings */
	1, 2, 4,                              /* 14..16 arrays, by how many they hold */
	OBJECT, OBJECT, OBJECT,               /* 17..19 objects */
	OBJECT, OBJECT, OBJECT,               /* 1a..1c of a class that was there before */
	OBJECT, OBJECT, OBJECT,               /* 1d..1f what a class wrote by itself */
	8, 8,                                 /* 20, 21 integers, positive and negative */
	OBJECT, OBJECT, OBJECT,               /* 22..24 an object that was there before */
	0,                                    /* 25     a reference to what follows */
	TEXT | 8,                             /* 26     string */
	OBJECT,                               /* 27     case of an enum */
};
/* clang-format on */

/* Most significant byte first. */
static uint64_t read_number(const char *at, size_t size)
{
	uint64_t number = 0;

	for (size_t i = 0; i < size; i++) {
		number = number << 8 | (unsigned char) at[i];
	}
	return number;
}

/* Takes bytes off the beginning. False when there are not as many. */
static bool skip(strata_view *left, uint64_t size)
{
	if (left->size < size) {
		return false;
	}
	left->data += size;
	left->size -= size;
	return true;
}

/* Takes what follows the byte of a token. */
static bool skip_content(strata_view *left, uint8_t token)
{
	const char *size = left->data;

	return skip(left, token & BYTES) &&
		   ((token & TEXT) == 0 || skip(left, read_number(size, token & BYTES)));
}

static bool skip_header(strata_view *left)
{
	const char *format = left->data;

	return left->size > HEADER && skip(left, HEADER) &&
		   read_number(format, HEADER) >= OLDEST_FORMAT &&
		   read_number(format, HEADER) <= NEWEST_FORMAT;
}

strata_igbinary_content strata_igbinary_scan(strata_view bytes)
{
	if (!skip_header(&bytes)) {
		return STRATA_IGBINARY_BROKEN;
	}
	while (bytes.size > 0) {
		unsigned char type = (unsigned char) bytes.data[0];

		if (type >= sizeof(tokens)) {
			return STRATA_IGBINARY_BROKEN;
		}
		if ((tokens[type] & OBJECT) != 0) {
			return STRATA_IGBINARY_OBJECTS;
		}
		(void) skip(&bytes, 1);
		if (!skip_content(&bytes, tokens[type])) {
			return STRATA_IGBINARY_BROKEN;
		}
	}
	return STRATA_IGBINARY_DATA;
}
