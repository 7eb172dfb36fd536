/*
 * A reply is one line, and after a VA line as many bytes as it said and a line end:
 *
 *     HD k<key> O<opaque>\r\n
 *     VA <size> k<key> c<cas> t<ttl> O<opaque>\r\n<size bytes>\r\n
 *
 * Bytes are read where they were received, and only an incomplete line is put aside. A value has
 * its place in the arena once its size is known, and later bytes go there directly. Both are
 * bounded before anything is allocated: a line by LINE_LIMIT, a value by the max_reply of the
 * reader.
 *
 * The claimed size is believed for ROOM_AT_FIRST bytes, about as many as one read brings. A larger
 * value gets more room as it arrives, four times what is there. So a lie costs what was sent for
 * it, and a large value is moved once and a third.
 *
 * The answers to "stats settings" and "stats" alone have many lines. They are looked at one by one,
 * and the reply is made of the last. What they say is kept up to SETTINGS_LIMIT:
 *
 *     STAT item_size_max 1048576\r\n
 *     END\r\n
 *
 * Flags that were not asked for are skipped, because a server may add some. An item that another
 * client marked stale has an X. Any other difference from the lines above is PROTOCOL.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "protocol/meta_reader.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "protocol/meta.h"

enum {
	LINE_LIMIT = 2048,
	LINE_END = 2,
	ROOM_AT_FIRST = 64 * 1024,
	GROWTH = 4,
	SETTINGS_LIMIT = 16 * 1024 /* bytes: a server that goes on and on fills no memory */
};

typedef struct {
	size_t max_reply;    /* bytes of a value */
	bool has_begun;      /* the first line came */
	strata_view input;   /* bytes that are in no reply yet: as they were fed, or put aside */
	strata_buffer aside; /* what of them must outlive the feed; else empty */

	bool in_settings;      /* a line of them came, and their end did not */
	uint64_t largest_item; /* that they told */
	strata_buffer told;    /* the lines, without their first word */

	strata_meta_reply *open; /* a VA whose value is not complete; NULL when there is none */
	char *value;             /* its bytes and their line end, in the arena */
	size_t value_size;       /* bytes wanted, line end included */
	size_t value_room;       /* bytes that there is room for so far */
	size_t value_filled;     /* bytes that came */
} reader;

/* ---- bytes ---- */

static void skip(reader *reader, size_t count)
{
	reader->input.data += count;
	reader->input.size -= count;
}

/* Keeps what is left of the input, which the caller is about to overwrite. */
static strata_result put_aside(reader *reader)
{
	strata_buffer *aside = &reader->aside;

	if (reader->input.size == 0) {
		aside->size = 0;
		return STRATA_OK;
	}
	if (aside->size > 0) {
		strata_buffer_consume(aside, aside->size - reader->input.size);
	} else if (strata_buffer_append(aside, reader->input) != 0) {
		return STRATA_NO_MEMORY;
	}
	reader->input = (strata_view){ aside->data, aside->size };
	return STRATA_OK;
}

/* Moves as much of the input into the open value as there is room for. */
static void fill_value(reader *reader)
{
	size_t left = reader->value_room - reader->value_filled;
	size_t count = reader->input.size < left ? reader->input.size : left;

	if (count > 0) {
		memcpy(reader->value + reader->value_filled, reader->input.data, count);
		reader->value_filled += count;
		skip(reader, count);
	}
}

/* More room for the open value, whose bytes so far move there. */
static strata_result grow_value(reader *reader, strata_arena *arena)
{
	size_t room = reader->value_room * GROWTH;
	char *value;

	room = room < reader->value_size ? room : reader->value_size;
	value = strata_arena_alloc(arena, room);
	if (value == NULL) {
		return STRATA_NO_MEMORY;
	}
	memcpy(value, reader->value, reader->value_filled);
	reader->value = value;
	reader->value_room = room;
	return STRATA_OK;
}

/*
 * The next line without its end; its data is NULL when it is not complete. A peer that answers the
 * handshake with a bare line feed is no memcached. Its line is wanted to say so.
 */
static strata_result next_line(reader *reader, strata_view *line)
{
	strata_view bytes = reader->input;
	size_t window = bytes.size < LINE_LIMIT ? bytes.size : LINE_LIMIT;
	const char *end = window == 0 ? NULL : memchr(bytes.data, '\n', window);
	size_t size;

	*line = (strata_view){ NULL, 0 };
	if (end == NULL) {
		return window < LINE_LIMIT ? STRATA_OK : STRATA_PROTOCOL;
	}
	size = (size_t) (end - bytes.data);
	skip(reader, size + 1);
	if (size > 0 && bytes.data[size - 1] == '\r') {
		size--;
	} else if (reader->has_begun) {
		return STRATA_PROTOCOL;
	}
	*line = (strata_view){ bytes.data, size };
	return STRATA_OK;
}

/* ---- words ---- */

/* Past spaces. */
static const char *next_word(const char *at, const char *end)
{
	while (at < end && *at == ' ') {
		at++;
	}
	return at;
}

static const char *end_of_word(const char *at, const char *end)
{
	const char *space = at == end ? NULL : memchr(at, ' ', (size_t) (end - at));

	return space == NULL ? end : space;
}

/* True when the sum of these digits did not overflow. */
static bool is_exact(strata_view digits, uint64_t sum)
{
	const uint64_t smallest_of_20 = 10000000000000000000u;

	return digits.size < 20 ||
		   (digits.size == 20 && digits.data[0] == '1' && sum >= smallest_of_20);
}

/*
 * Reads a word of decimal digits up to this limit. Returns the end of the word, or NULL when it is
 * something else. A line is followed by its end, so the digits always end too.
 */
static const char *read_number(const char *at, const char *end, uint64_t limit, uint64_t *number)
{
	const char *first = at;
	uint64_t sum = 0;

	for (unsigned digit; (digit = (unsigned) (*at - '0')) <= 9; at++) {
		sum = sum * 10 + digit;
	}
	*number = sum;
	if (at == first || (at < end && *at != ' ') || sum > limit ||
		!is_exact((strata_view){ first, (size_t) (at - first) }, sum)) {
		*number = 0;
		return NULL;
	}
	return at;
}

static const char *read_opaque(const char *at, const char *end, strata_meta_reply *reply)
{
	uint64_t number;

	at = read_number(at, end, UINT32_MAX, &number);
	reply->has_opaque = at != NULL;
	reply->opaque = (uint32_t) number;
	return at;
}

static const char *read_ttl(const char *at, const char *end, strata_meta_reply *reply)
{
	uint64_t number;

	if (at < end && *at == '-') {
		const char *stop = end_of_word(at, end);

		reply->ttl = -1;
		return stop - at == 2 && at[1] == '1' ? stop : NULL;
	}
	at = read_number(at, end, INT64_MAX, &number);
	reply->ttl = (int64_t) number;
	return at;
}

/* The key stays where it lies until it is copied. */
static const char *read_key(const char *at, const char *end, strata_meta_reply *reply)
{
	const char *stop = end_of_word(at, end);

	reply->key = (strata_view){ at, (size_t) (stop - at) };
	return stop;
}

/* ---- one line ---- */

/* Reads the flag of this letter. The end of its word, or NULL when it is malformed. */
static const char *read_flag(const char *at, const char *end, strata_meta_reply *reply,
	bool *is_base64)
{
	switch (*at) {
		case 'O': return read_opaque(at + 1, end, reply);
		case 'c': return read_number(at + 1, end, UINT64_MAX, &reply->cas);
		case 'f': return read_number(at + 1, end, UINT64_MAX, &reply->flags);
		case 't': return read_ttl(at + 1, end, reply);
		case 'k': return read_key(at + 1, end, reply);
		case 'W': reply->is_won = true; break;
		case 'Z': reply->is_awaited = true; break;
		case 'X': reply->is_marked = true; break;
		case 'b': *is_base64 = true; break;
	}
	return end_of_word(at, end);
}

/* EVP_DecodeBlock() counts the padding as bytes, so it is taken off here. */
static strata_result decode_key(strata_arena *arena, strata_meta_reply *reply)
{
	strata_view text = reply->key;
	unsigned char *bytes = strata_arena_alloc(arena, text.size + 1);
	int size;

	if (bytes == NULL) {
		return STRATA_NO_MEMORY;
	}
	size = EVP_DecodeBlock(bytes, (const unsigned char *) text.data, (int) text.size);
	if (size < 0 || size % 3 != 0 || (size_t) size / 3 * 4 != text.size) {
		return STRATA_PROTOCOL;
	}
	for (size_t i = text.size; i > 0 && text.data[i - 1] == '=' && size > 0; i--) {
		size--;
	}
	reply->key = (strata_view){ (char *) bytes, (size_t) size };
	return STRATA_OK;
}

static strata_result keep_key(strata_arena *arena, strata_meta_reply *reply)
{
	reply->key = strata_arena_copy(arena, reply->key);
	return reply->key.data != NULL ? STRATA_OK : STRATA_NO_MEMORY;
}

static strata_result read_flags(const char *at, const char *end, strata_arena *arena,
	strata_meta_reply *reply)
{
	bool is_base64 = false;

	while ((at = next_word(at, end)) < end) {
		at = read_flag(at, end, reply, &is_base64);
		if (at == NULL) {
			return STRATA_PROTOCOL;
		}
	}
	return is_base64 ? decode_key(arena, reply) : keep_key(arena, reply);
}

/* ---- settings ---- */

static const char setting_word[] = "STAT ";
static const char largest_item_word[] = "STAT item_size_max ";

/* What does not fit, for want of memory too, is not told. */
static void keep_setting(reader *reader, strata_view line)
{
	size_t word = sizeof(setting_word) - 1;
	strata_view rest = { line.data + word, line.size - word };

	if (reader->told.size + rest.size < SETTINGS_LIMIT &&
		strata_buffer_append(&reader->told, rest) == 0) {
		(void) !strata_buffer_append(&reader->told, strata_view_of("\n"));
	}
}

/* Is the line one of them? Then it is done with. A size that is no number is none. */
static bool take_setting(reader *reader, strata_view line)
{
	const char *end = line.data + line.size;

	if (!reader->has_begun || !strata_view_starts(line, strata_view_of(setting_word))) {
		return false;
	}
	if (!reader->in_settings) {
		reader->in_settings = true;
		reader->largest_item = 0;
		reader->told.size = 0;
	}
	keep_setting(reader, line);
	if (strata_view_starts(line, strata_view_of(largest_item_word))) {
		(void) read_number(line.data + sizeof(largest_item_word) - 1, end, UINT64_MAX / 2,
			&reader->largest_item);
	}
	return true;
}

static strata_result end_settings(reader *reader, strata_view line, strata_arena *arena,
	strata_meta_reply *reply)
{
	reader->in_settings = false;
	reply->code = STRATA_META_SETTINGS_END;
	reply->largest_item = reader->largest_item;
	reply->value = strata_arena_copy(arena, (strata_view){ reader->told.data, reader->told.size });
	if (reply->value.data == NULL) {
		return STRATA_NO_MEMORY;
	}
	return strata_view_equal(line, strata_view_of("END")) ? STRATA_OK : STRATA_PROTOCOL;
}

/* ---- codes ---- */

static bool is_error(strata_view line)
{
	return strata_view_equal(line, strata_view_of("ERROR")) ||
		   strata_view_starts(line, strata_view_of("ERROR ")) ||
		   strata_view_starts(line, strata_view_of("CLIENT_ERROR")) ||
		   strata_view_starts(line, strata_view_of("SERVER_ERROR"));
}

static strata_result read_text(strata_view line, strata_arena *arena, strata_meta_reply *reply)
{
	reply->code = STRATA_META_ERROR;
	reply->value = strata_arena_copy(arena, line);
	return reply->value.data != NULL ? STRATA_OK : STRATA_NO_MEMORY;
}

static bool code_of(strata_view word, strata_meta_code *code)
{
	static const struct {
		char word[3];
		strata_meta_code code;
	} codes[] = {
		{ "VA", STRATA_META_VA },
		{ "HD", STRATA_META_HD },
		{ "EN", STRATA_META_EN },
		{ "NF", STRATA_META_NF },
		{ "NS", STRATA_META_NS },
		{ "EX", STRATA_META_EX },
	};

	for (size_t i = 0; word.size == 2 && i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (word.data[0] == codes[i].word[0] && word.data[1] == codes[i].word[1]) {
			*code = codes[i].code;
			return true;
		}
	}
	return false;
}

/* Opens a value of this size. */
static strata_result open_value(reader *reader, uint64_t size, strata_arena *arena,
	strata_meta_reply *reply)
{
	if (size > reader->max_reply || !strata_arena_charge(arena, (size_t) size)) {
		return STRATA_TOO_LARGE;
	}
	reader->value_size = (size_t) size + LINE_END;
	reader->value_room = reader->value_size < ROOM_AT_FIRST ? reader->value_size : ROOM_AT_FIRST;
	reader->value_filled = 0;
	reader->value = strata_arena_alloc(arena, reader->value_room);
	if (reader->value == NULL) {
		return STRATA_NO_MEMORY;
	}
	reader->open = reply;
	return STRATA_OK;
}

static strata_result read_line(reader *reader, strata_view line, strata_arena *arena,
	strata_meta_reply *reply)
{
	const char *end = line.data + line.size;
	const char *word = next_word(line.data, end);
	const char *at = end_of_word(word, end);
	strata_result result = STRATA_OK;
	uint64_t size;

	if (reader->in_settings) {
		return end_settings(reader, line, arena, reply);
	}
	if (!reader->has_begun || !code_of((strata_view){ word, (size_t) (at - word) }, &reply->code)) {
		bool is_text = !reader->has_begun || is_error(line);

		reader->has_begun = true;
		return is_text ? read_text(line, arena, reply) : STRATA_PROTOCOL;
	}
	if (reply->code == STRATA_META_VA) {
		at = read_number(next_word(at, end), end, UINT64_MAX / 2, &size);
		result = at == NULL ? STRATA_PROTOCOL : open_value(reader, size, arena, reply);
	}
	return result == STRATA_OK ? read_flags(at, end, arena, reply) : result;
}

/* ---- replies ---- */

/* A reply whose line is complete, or NULL. A VA is open until its value is complete. */
static strata_result begin_reply(reader *reader, strata_arena *arena, strata_meta_reply **reply)
{
	strata_view line;
	strata_result result;

	*reply = NULL;
	do {
		result = next_line(reader, &line);
		if (result != STRATA_OK || line.data == NULL) {
			return result;
		}
	} while (take_setting(reader, line));
	*reply = strata_arena_alloc(arena, sizeof(**reply));
	if (*reply == NULL) {
		return STRATA_NO_MEMORY;
	}
	**reply = (strata_meta_reply){ .ttl = -2 };
	return read_line(reader, line, arena, *reply);
}

/* Moves the input into the value. What is left belongs to the next reply. */
static strata_result read_value(reader *reader, strata_arena *arena)
{
	strata_result result = STRATA_OK;

	fill_value(reader);
	while (
		reader->input.size > 0 && reader->value_room < reader->value_size && result == STRATA_OK) {
		result = grow_value(reader, arena);
		fill_value(reader);
	}
	return result;
}

static strata_result end_value(reader *reader, strata_arena *arena, void **reply)
{
	strata_meta_reply *open = reader->open;
	size_t size = reader->value_size - LINE_END;
	strata_result result = read_value(reader, arena);

	if (result != STRATA_OK || reader->value_filled < reader->value_size) {
		return result;
	}
	if (memcmp(reader->value + size, "\r\n", LINE_END) != 0) {
		return STRATA_PROTOCOL;
	}
	open->value = (strata_view){ reader->value, size };
	reader->open = NULL;
	*reply = open;
	return STRATA_OK;
}

/* ---- exported ---- */

void *strata_meta_reader_new(size_t max_reply)
{
	reader *made = calloc(1, sizeof(*made));

	if (made != NULL) {
		made->max_reply = max_reply;
	}
	return made;
}

void strata_meta_reader_free(void *state)
{
	reader *reader = state;

	if (reader != NULL) {
		strata_buffer_fini(&reader->aside);
		strata_buffer_fini(&reader->told);
		free(reader);
	}
}

strata_result strata_meta_reader_feed(void *state, strata_arena *arena, strata_view bytes)
{
	reader *reader = state;

	(void) arena;
	if (reader->input.size == 0) {
		reader->aside.size = 0;
		reader->input = bytes;
		return STRATA_OK;
	}
	if (put_aside(reader) != STRATA_OK || strata_buffer_append(&reader->aside, bytes) != 0) {
		return STRATA_NO_MEMORY;
	}
	reader->input = (strata_view){ reader->aside.data, reader->aside.size };
	return STRATA_OK;
}

static strata_result take(reader *reader, strata_arena *arena, void **reply)
{
	if (reader->open == NULL) {
		strata_meta_reply *begun;
		strata_result result = begin_reply(reader, arena, &begun);

		if (result != STRATA_OK || reader->open == NULL) {
			*reply = result == STRATA_OK ? begun : NULL;
			return result;
		}
	}
	return end_value(reader, arena, reply);
}

strata_result strata_meta_reader_take(void *state, strata_arena *arena, void **reply)
{
	strata_result result;

	*reply = NULL;
	result = take(state, arena, reply);
	return result == STRATA_OK && *reply == NULL ? put_aside(state) : result;
}

bool strata_meta_reader_is_drained(const void *state)
{
	const reader *reader = state;

	return reader->open == NULL && !reader->in_settings && reader->input.size == 0;
}
