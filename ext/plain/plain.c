/*
 * The flags of php-memcached (its php_memcached.c; 2.2 to 3.3 have the same):
 *
 *     bits 0 to 3     the type: see below
 *     bits 4 to 15    1 compressed, 2 by zlib, 4 by FastLZ, 8 by zstd. In front of what is
 *                     compressed stand 4 bytes, the size of what it holds, as the host writes one
 *     bits 16 to 31   the program's own (OPT_USER_FLAGS), which say nothing here
 *
 * What it compressed by zlib is not read, since nothing else here takes that library.
 *
 * phpredis has no flags, and its OPT_COMPRESSION leaves no trace that a string could not have, too.
 * Where a serializer is agreed on, whatever that did not write is foreign. So what was compressed
 * is never taken for a value; by zstd alone it is known for certain, and is unpacked.
 *
 * Floats: the shortest of 15 to 17 digits that is the same number again, as PHP writes it.
 */
#include "plain/plain.h"

#include <endian.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/compression.h"
#include "base/digits.h"
#include "plain/fastlz.h"

/* The types of php-memcached. */
typedef enum {
	TYPE_STRING,
	TYPE_LONG,
	TYPE_DOUBLE,
	TYPE_BOOL,
	TYPE_PHP,
	TYPE_IGBINARY,
	TYPE_JSON,
	TYPE_MSGPACK
} flagged_type;

enum {
	OF_TYPE = 0xF,
	OF_COMPRESSION = 0xFFF0,
	BY_FASTLZ = (1 | 4) << 4,
	BY_ZSTD = (1 | 8) << 4,
	SIZE_IN_FRONT = 4,    /* of what is compressed */
	LONGEST_INTEGER = 20, /* "-9223372036854775808" */
	SAFE_DIGITS = 18,     /* so many never pass the limit */
	DOUBLE_SIZE = 8,      /* as STRATA_CODEC_DOUBLE has it */
	DOUBLE_ROOM = 32,     /* bytes of its text, with the NUL */
	LONGEST_DOUBLE = 63   /* bytes of a text that is read */
};

/* ---- numbers ---- */

bool strata_plain_integer(strata_view text, int64_t *out)
{
	bool negative = text.size > 0 && text.data[0] == '-';
	size_t first = negative ? 1 : 0;
	uint64_t limit = negative ? (uint64_t) INT64_MAX + 1 : INT64_MAX;
	uint64_t sum = 0;

	*out = 0;
	if (text.size == first || text.size > LONGEST_INTEGER ||
		(text.data[first] == '0' && text.size > 1)) {
		return false;
	}
	for (size_t i = first; i < text.size; i++) {
		unsigned digit = (unsigned char) text.data[i] - (unsigned) '0';

		if (digit > 9 || (i >= first + SAFE_DIGITS && sum > (limit - digit) / 10)) {
			return false;
		}
		sum = sum * 10 + digit;
	}
	*out = negative ? (int64_t) (0 - sum) : (int64_t) sum;
	return true;
}

bool strata_plain_counter(strata_view text, int64_t *out)
{
	while (text.size > 0 && text.data[text.size - 1] == ' ') {
		text.size--;
	}
	return strata_plain_integer(text, out);
}

/* The script may have set a locale, whose comma is not for others. False when out of memory. */
static bool begin_locale(locale_t *ours, locale_t *former)
{
	*ours = newlocale(LC_NUMERIC_MASK, "C", (locale_t) 0);
	if (*ours == (locale_t) 0) {
		return false;
	}
	*former = uselocale(*ours);
	return true;
}

static void end_locale(locale_t ours, locale_t former)
{
	(void) uselocale(former);
	freelocale(ours);
}

static double double_of(strata_view bytes)
{
	uint64_t bits;
	double number;

	memcpy(&bits, bytes.data, sizeof(bits));
	bits = le64toh(bits);
	memcpy(&number, &bits, sizeof(number));
	return number;
}

static void print_finite(double number, char text[DOUBLE_ROOM])
{
	for (int digits = 15; digits <= 17; digits++) {
		(void) snprintf(text, DOUBLE_ROOM, "%.*g", digits, number);
		if (strtod(text, NULL) == number) {
			return;
		}
	}
}

/* In the arena; data is NULL when out of memory. */
static strata_view text_of_double(strata_arena *arena, double number)
{
	char text[DOUBLE_ROOM];
	locale_t ours, former;

	if (isnan(number)) {
		return strata_view_of("NaN");
	}
	if (isinf(number)) {
		return strata_view_of(number > 0 ? "Infinity" : "-Infinity");
	}
	if (!begin_locale(&ours, &former)) {
		return (strata_view){ NULL, 0 };
	}
	print_finite(number, text);
	end_locale(ours, former);
	return strata_arena_copy(arena, strata_view_of(text));
}

/* Digits, a point and an exponent, and nothing that strtod() knows besides. */
static bool is_decimal(strata_view text)
{
	for (size_t i = 0; i < text.size; i++) {
		if (memchr("0123456789+-.eE", text.data[i], 15) == NULL) {
			return false;
		}
	}
	return text.size > 0 && text.size <= LONGEST_DOUBLE;
}

static strata_result parse_decimal(strata_view text, double *number)
{
	char room[LONGEST_DOUBLE + 1];
	locale_t ours, former;
	char *end;

	if (!is_decimal(text)) {
		return STRATA_FOREIGN;
	}
	memcpy(room, text.data, text.size);
	room[text.size] = '\0';
	if (!begin_locale(&ours, &former)) {
		return STRATA_NO_MEMORY;
	}
	*number = strtod(room, &end);
	end_locale(ours, former);
	return *end == '\0' ? STRATA_OK : STRATA_FOREIGN;
}

static strata_result parse_double(strata_view text, double *number)
{
	*number = strata_view_equal(text, strata_view_of("NaN")) ? (double) NAN : (double) INFINITY;
	if (isnan(*number) || strata_view_equal(text, strata_view_of("Infinity"))) {
		return STRATA_OK;
	}
	if (strata_view_equal(text, strata_view_of("-Infinity"))) {
		*number = -*number;
		return STRATA_OK;
	}
	return parse_decimal(text, number);
}

static strata_result read_double(strata_arena *arena, strata_view text, strata_value *value)
{
	double number;
	strata_result result = parse_double(text, &number);
	uint64_t bits;

	if (result != STRATA_OK) {
		return result;
	}
	memcpy(&bits, &number, sizeof(bits));
	bits = htole64(bits);
	value->bytes = strata_arena_copy(arena, (strata_view){ (const char *) &bits, sizeof(bits) });
	value->codec = STRATA_CODEC_DOUBLE;
	return value->bytes.data != NULL ? STRATA_OK : STRATA_NO_MEMORY;
}

/* ---- reading flags ---- */

static strata_value with_codec(strata_view bytes, strata_codec_id codec)
{
	return (strata_value){ .bytes = bytes, .codec = codec };
}

static strata_result read_long(strata_view text, strata_value *value)
{
	value->codec = STRATA_CODEC_INTEGER;
	return strata_plain_counter(text, &value->integer) ? STRATA_OK : STRATA_FOREIGN;
}

static strata_result read_bool(strata_view text, strata_value *value)
{
	bool is_true = strata_view_equal(text, strata_view_of("1"));

	value->codec = is_true ? STRATA_CODEC_TRUE : STRATA_CODEC_FALSE;
	return is_true || text.size == 0 ? STRATA_OK : STRATA_FOREIGN;
}

static strata_result read_typed(strata_arena *arena, uint32_t type, strata_view bytes,
	strata_value *value)
{
	switch (type) {
		case TYPE_STRING: *value = with_codec(bytes, STRATA_CODEC_STRING); return STRATA_OK;
		case TYPE_LONG: return read_long(bytes, value);
		case TYPE_DOUBLE: return read_double(arena, bytes, value);
		case TYPE_BOOL: return read_bool(bytes, value);
		case TYPE_PHP: *value = with_codec(bytes, STRATA_CODEC_PHP); return STRATA_OK;
		case TYPE_IGBINARY: *value = with_codec(bytes, STRATA_CODEC_IGBINARY); return STRATA_OK;
		case TYPE_JSON: *value = with_codec(bytes, STRATA_CODEC_JSON); return STRATA_OK;
	}
	return STRATA_FOREIGN;
}

/* ---- compressed ---- */

static strata_result unpack_fastlz(strata_arena *arena, size_t most, size_t size,
	strata_view packed, strata_view *bytes)
{
	char *room;

	if (!strata_fastlz_may_hold(packed.size, size)) {
		return STRATA_CORRUPT;
	}
	if (size > most || !strata_arena_charge(arena, size)) {
		return STRATA_TOO_LARGE;
	}
	room = strata_arena_alloc(arena, size + 1);
	if (room == NULL) {
		return STRATA_NO_MEMORY;
	}
	*bytes = (strata_view){ room, size };
	return strata_fastlz_unpack(packed, room, size) ? STRATA_OK : STRATA_CORRUPT;
}

static strata_result unpack_zstd(strata_arena *arena, size_t most, size_t size, strata_view packed,
	strata_view *bytes)
{
	strata_result result = strata_compression_unpack(arena, packed, most, bytes);

	return result == STRATA_OK && bytes->size != size ? STRATA_CORRUPT : result;
}

static strata_result unpack(strata_arena *arena, size_t most, const strata_plain_stored *stored,
	strata_view *bytes)
{
	uint32_t how = stored->flags & OF_COMPRESSION;
	strata_view packed;
	uint32_t size;

	if (how != BY_FASTLZ && how != BY_ZSTD) {
		return STRATA_FOREIGN;
	}
	if (stored->bytes.size <= SIZE_IN_FRONT) {
		return STRATA_CORRUPT;
	}
	memcpy(&size, stored->bytes.data, sizeof(size));
	packed =
		(strata_view){ stored->bytes.data + SIZE_IN_FRONT, stored->bytes.size - SIZE_IN_FRONT };
	return how == BY_ZSTD ? unpack_zstd(arena, most, size, packed, bytes)
						  : unpack_fastlz(arena, most, size, packed, bytes);
}

static strata_result read_flagged(strata_arena *arena, size_t most,
	const strata_plain_stored *stored, strata_value *value)
{
	uint32_t type = stored->flags & OF_TYPE;
	strata_view bytes = stored->bytes;
	strata_result result = STRATA_OK;

	/* What cannot be read is not unpacked to find that out. */
	if (type >= TYPE_MSGPACK) {
		return STRATA_FOREIGN;
	}
	if ((stored->flags & OF_COMPRESSION) != 0) {
		result = unpack(arena, most, stored, &bytes);
	}
	return result == STRATA_OK ? read_typed(arena, type, bytes, value) : result;
}

/* ---- reading without flags ---- */

static strata_result read_text(strata_view bytes, strata_value *value)
{
	*value = with_codec(bytes, STRATA_CODEC_STRING);
	if (strata_plain_integer(bytes, &value->integer)) {
		value->bytes = (strata_view){ NULL, 0 };
		value->codec = STRATA_CODEC_INTEGER;
	}
	return STRATA_OK;
}

/* A letter, a colon, and at the end what ends one; or null. The rest is for the serializer. */
static bool begins_like_php(strata_view bytes)
{
	char last = bytes.size > 0 ? bytes.data[bytes.size - 1] : '\0';

	return strata_view_equal(bytes, strata_view_of("N;")) ||
		   (bytes.size >= 4 && memchr("abdisCEOSrR", bytes.data[0], 11) != NULL &&
			   bytes.data[1] == ':' && (last == ';' || last == '}'));
}

/* Version 2 of its format, or 1, which it still reads. */
static bool begins_like_igbinary(strata_view bytes)
{
	return bytes.size > 4 && memcmp(bytes.data, "\0\0\0", 3) == 0 &&
		   (bytes.data[3] == 2 || bytes.data[3] == 1);
}

static strata_result read_serialized(strata_plain_form form, strata_view bytes, strata_value *value)
{
	bool is_php = form == STRATA_PLAIN_PHP;

	if (is_php ? !begins_like_php(bytes) : !begins_like_igbinary(bytes)) {
		return STRATA_FOREIGN;
	}
	*value = with_codec(bytes, is_php ? STRATA_CODEC_PHP : STRATA_CODEC_IGBINARY);
	return STRATA_OK;
}

/* A counter is digits under whatever serializer; no serializer writes a frame of zstd. */
static strata_result read_agreed(strata_arena *arena, strata_plain_form form, size_t most,
	strata_view bytes, strata_value *value)
{
	strata_view unpacked;
	strata_result result;

	if (strata_plain_integer(bytes, &value->integer)) {
		value->codec = STRATA_CODEC_INTEGER;
		return STRATA_OK;
	}
	if (!strata_view_starts(bytes, strata_view_of("\x28\xB5\x2F\xFD"))) {
		return read_serialized(form, bytes, value);
	}
	result = strata_compression_unpack(arena, bytes, most, &unpacked);
	return result == STRATA_OK ? read_serialized(form, unpacked, value) : result;
}

strata_result strata_plain_read(strata_arena *arena, strata_plain_form form, size_t most,
	const strata_plain_stored *stored, strata_value *value)
{
	strata_result result = STRATA_FOREIGN;

	*value = (strata_value){ .codec = STRATA_CODEC_NULL };
	switch (form) {
		case STRATA_PLAIN_FLAGS: result = read_flagged(arena, most, stored, value); break;
		case STRATA_PLAIN_TEXT: result = read_text(stored->bytes, value); break;
		case STRATA_PLAIN_PHP:
		case STRATA_PLAIN_IGBINARY:
			result = read_agreed(arena, form, most, stored->bytes, value);
			break;
	}
	if (result != STRATA_OK) {
		*value = (strata_value){ .codec = STRATA_CODEC_NULL };
	}
	return result;
}

/* ---- writing ---- */

static bool is_text(strata_codec_id codec)
{
	return codec == STRATA_CODEC_STRING || codec == STRATA_CODEC_INTEGER ||
		   codec == STRATA_CODEC_DOUBLE;
}

const char *strata_plain_objection(strata_plain_form form, const strata_value *value)
{
	switch (form) {
		case STRATA_PLAIN_FLAGS: break;
		case STRATA_PLAIN_TEXT:
			return is_text(value->codec) ? NULL : "strata.foreign_serializer is text";
		case STRATA_PLAIN_PHP:
			return value->codec == STRATA_CODEC_PHP || value->codec == STRATA_CODEC_INTEGER
					   ? NULL
					   : "strata.foreign_serializer is php, which does not write it";
		case STRATA_PLAIN_IGBINARY:
			return value->codec == STRATA_CODEC_IGBINARY || value->codec == STRATA_CODEC_INTEGER
					   ? NULL
					   : "strata.foreign_serializer is igbinary, which does not write it";
	}
	return NULL;
}

bool strata_plain_normalize(strata_arena *arena, strata_plain_form form, strata_value *value)
{
	if (form != STRATA_PLAIN_TEXT) {
		return true;
	}
	if (value->codec == STRATA_CODEC_DOUBLE) {
		*value = with_codec(text_of_double(arena, double_of(value->bytes)), STRATA_CODEC_STRING);
	}
	if (value->codec == STRATA_CODEC_STRING && value->bytes.data != NULL) {
		(void) read_text(value->bytes, value);
		return true;
	}
	return value->codec != STRATA_CODEC_STRING || value->bytes.size == 0;
}

static strata_view digits_of(strata_arena *arena, int64_t integer)
{
	strata_digits room;

	return strata_arena_copy(arena, strata_digits_of_signed(integer, &room));
}

/* What php-memcached reads, whichever serializer it has for the rest. */
static strata_plain_stored write_flagged(strata_arena *arena, const strata_value *value)
{
	switch (value->codec) {
		case STRATA_CODEC_NULL: return (strata_plain_stored){ strata_view_of("N;"), TYPE_PHP };
		case STRATA_CODEC_FALSE: return (strata_plain_stored){ strata_view_of(""), TYPE_BOOL };
		case STRATA_CODEC_TRUE: return (strata_plain_stored){ strata_view_of("1"), TYPE_BOOL };
		case STRATA_CODEC_INTEGER:
			return (strata_plain_stored){ digits_of(arena, value->integer), TYPE_LONG };
		case STRATA_CODEC_DOUBLE:
			return (
				strata_plain_stored){ text_of_double(arena, double_of(value->bytes)), TYPE_DOUBLE };
		case STRATA_CODEC_PHP: return (strata_plain_stored){ value->bytes, TYPE_PHP };
		case STRATA_CODEC_IGBINARY: return (strata_plain_stored){ value->bytes, TYPE_IGBINARY };
		case STRATA_CODEC_JSON: return (strata_plain_stored){ value->bytes, TYPE_JSON };
		case STRATA_CODEC_STRING:
		case STRATA_CODEC_ABSENT:
		case STRATA_CODEC_MOVED:
		case STRATA_CODEC_IMAGE:
		case STRATA_CODEC_OBJECTS: break;
	}
	return (strata_plain_stored){ value->bytes, TYPE_STRING };
}

strata_plain_stored strata_plain_write(strata_arena *arena, strata_plain_form form,
	const strata_value *value)
{
	strata_plain_stored stored = { value->bytes, 0 };

	if (form == STRATA_PLAIN_FLAGS) {
		stored = write_flagged(arena, value);
	} else if (value->codec == STRATA_CODEC_INTEGER) {
		stored.bytes = digits_of(arena, value->integer);
	}
	/* NULL says that there is no memory, and an empty value has nothing to point at. */
	if (stored.bytes.data == NULL && value->codec == STRATA_CODEC_STRING) {
		stored.bytes = strata_view_of("");
	}
	return stored;
}
