/*
 * Serializers call themselves for each level, and igbinary never looks how much stack is left, nor
 * does PHP before 8.3. What a level takes was measured: serialize() 1,480 to 1,716 bytes on PHP 8.2
 * and 8.4, up to 1,866 in a debug build; the others 160 to 354, and 1,101.
 */
#include "codec/depth.h"

#include "codec/image/stack_end.h"

enum {
	UNKNOWN = 512 * 1024, /* taken to be left where nothing tells */
	LEAST = 64 * 1024,    /* for a method of the script to begin */
	RESERVE = 128 * 1024, /* for what such methods do at the deepest level */
#if ZEND_DEBUG
	WRITTEN = 1920,
	READ = 1280
#else
	WRITTEN = 1760, /* bytes a level: serialize() keeps the digits of a number in each */
	READ = 512
#endif
};

static size_t stack_left(void)
{
	uintptr_t here = (uintptr_t) __builtin_frame_address(0), end = strata_stack_end();

	return end == 0 ? UNKNOWN : here > end ? here - end : 0;
}

static zend_long levels(size_t bytes_a_level)
{
	size_t left = stack_left();
	zend_long room = left > RESERVE ? (zend_long) ((left - RESERVE) / bytes_a_level) : 0;
	/* Modules see its variable elsewhere, and PHP 8.6 has no macro that asks by name. */
	static const char most[] = "unserialize_max_depth";
	zend_long allowed = zend_ini_long(most, sizeof(most) - 1, 0);

	return MAX(1, allowed > 0 && allowed < room ? allowed : room);
}

zend_long strata_depth_to_write(void)
{
	return levels(WRITTEN);
}

zend_long strata_depth_to_read(void)
{
	return levels(READ);
}

bool strata_depth_is_exhausted(void)
{
	return stack_left() < LEAST;
}

/* ---- what serialize() wrote ---- */

typedef struct {
	const unsigned char *at;
	const unsigned char *end;
} cursor;

static bool skip(cursor *cursor, uint64_t count)
{
	if (count > (uint64_t) (cursor->end - cursor->at)) {
		return false;
	}
	cursor->at += count;
	return true;
}

/* Goes behind the next separator; the number in front of it, or 0. */
static uint64_t number_before(cursor *cursor, unsigned char separator)
{
	uint64_t number = 0;

	while (cursor->at < cursor->end && *cursor->at != separator) {
		unsigned char digit = (unsigned char) (*cursor->at++ - '0');

		number = digit < 10 && number < UINT32_MAX ? number * 10 + digit : number;
	}
	(void) skip(cursor, 1);
	return number;
}

/* Goes behind `length:"text"` and the byte that follows it. */
static bool skip_text(cursor *cursor)
{
	return skip(cursor, number_before(cursor, ':') + strlen("\"\";"));
}

/* One token; how many levels it opens or closes. */
static int step_php(cursor *cursor)
{
	unsigned char token = *cursor->at;

	if (token == '}') {
		cursor->at++;
		return -1;
	}
	cursor->at = MIN(cursor->at + strlen("a:"), cursor->end);
	switch (token) {
		case 'N': return 0;
		case 's':
		case 'E': (void) skip_text(cursor); return 0;
		case 'a':
			if (number_before(cursor, '{') > 0) {
				return 1;
			}
			(void) skip(cursor, strlen("}"));
			return 0;
		case 'O': (void) (skip_text(cursor) && number_before(cursor, '{')); return 1;
		case 'C':
			(void) (skip_text(cursor) && skip(cursor, strlen("{") + number_before(cursor, ':')));
			return 1;
	}
	(void) number_before(cursor, ';');
	return 0;
}

zend_long strata_depth_of_php(strata_view bytes, zend_long most)
{
	cursor cursor = { (const unsigned char *) bytes.data,
		(const unsigned char *) bytes.data + bytes.size };
	zend_long depth = 0, deepest = 0;

	while (cursor.at < cursor.end && deepest <= most) {
		depth += step_php(&cursor);
		deepest = MAX(deepest, depth);
	}
	return deepest;
}

/* ---- what igbinary wrote ---- */

enum { HEADER = 4 /* bytes: the version */ };

/* What comes behind the byte that says the type of a value, and in front of the next one. */
typedef enum {
	NUMBER, /* size bytes */
	TEXT,   /* a length of size bytes, and as many bytes as that says */
	PARTS,  /* a count of size bytes; then so many keys and values */
	PREFIX, /* size bytes; then the value that this is about */
	NAMED   /* a TEXT; then the value that this is about */
} shape;

typedef struct {
	shape shape;
	unsigned char size;
} type;

static const type types[] = { { NUMBER, 0 }, { NUMBER, 1 }, { NUMBER, 2 }, { NUMBER, 4 }, /* ref */
	{ NUMBER, 0 }, { NUMBER, 0 }, /* booleans */
	{ NUMBER, 1 }, { NUMBER, 1 }, { NUMBER, 2 }, { NUMBER, 2 }, { NUMBER, 4 }, { NUMBER, 4 },
	{ NUMBER, 8 },                                              /* double */
	{ NUMBER, 0 }, { NUMBER, 1 }, { NUMBER, 2 }, { NUMBER, 4 }, /* known strings */
	{ TEXT, 1 }, { TEXT, 2 }, { TEXT, 4 },                      /* new strings */
	{ PARTS, 1 }, { PARTS, 2 }, { PARTS, 4 },                   /* arrays */
	{ NAMED, 1 }, { NAMED, 2 }, { NAMED, 4 },                   /* new classes */
	{ PREFIX, 1 }, { PREFIX, 2 }, { PREFIX, 4 },                /* known classes */
	{ TEXT, 1 }, { TEXT, 2 }, { TEXT, 4 },                      /* Serializable */
	{ NUMBER, 8 }, { NUMBER, 8 },                               /* large integers */
	{ NUMBER, 1 }, { NUMBER, 2 }, { NUMBER, 4 },                /* known objects */
	{ PREFIX, 0 },                                              /* reference */
	{ TEXT, 8 },                                                /* huge string */
	{ PREFIX, 0 } };                                            /* enum case */

/* Most significant byte first. */
static uint64_t number_of(cursor *cursor, size_t size)
{
	const unsigned char *from = cursor->at;
	uint64_t number = 0;

	if (!skip(cursor, size)) {
		cursor->at = cursor->end;
		return 0;
	}
	for (size_t i = 0; i < size; i++) {
		number = number << 8 | from[i];
	}
	return number;
}

/* One value, or what stands in front of one; the number of its keys and values in *parts. */
static shape step_igbinary(cursor *cursor, uint64_t *parts)
{
	unsigned char code = *cursor->at++;
	type type = { NUMBER, 0 };
	uint64_t number;

	*parts = 0;
	if (code < sizeof(types) / sizeof(types[0])) {
		type = types[code];
	}
	number = number_of(cursor, type.size);
	if ((type.shape == TEXT || type.shape == NAMED) && !skip(cursor, number)) {
		cursor->at = cursor->end;
	}
	if (type.shape == PARTS) {
		*parts = 2 * number;
	}
	return type.shape;
}

zend_long strata_depth_of_igbinary(strata_view bytes, zend_long most)
{
	cursor cursor = { (const unsigned char *) bytes.data,
		(const unsigned char *) bytes.data + bytes.size };
	zend_long room = MIN(most, (zend_long) (bytes.size / STRATA_IGBINARY_LEVEL)) + 1;
	zend_long depth = 0, deepest = 0;
	uint64_t *left = safe_emalloc((size_t) room + 1, sizeof(*left), 0); /* parts, of each level */
	uint64_t parts;

	left[0] = 1;
	(void) skip(&cursor, HEADER);
	while (cursor.at < cursor.end && depth >= 0 && deepest < room) {
		shape shape = step_igbinary(&cursor, &parts);

		left[depth] -= shape != PREFIX && shape != NAMED;
		if (parts > 0) {
			left[++depth] = parts;
			deepest = MAX(deepest, depth);
		}
		while (depth >= 0 && left[depth] == 0) {
			depth--;
		}
	}
	efree(left);
	return deepest;
}
