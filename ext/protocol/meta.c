/*
 * Every command asks for its key (k) and an opaque (O) back. They bind a reply to its command and
 * are the reason for this protocol. Nothing is sent with q, which suppresses replies and makes
 * counting them a guess.
 *
 * A key travels as it is, unless it holds a byte that ends or splits a line. Then it is sent as
 * base64, which b tells the server to decode. So both spellings name the same item.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "protocol/meta.h"

#include <assert.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/digits.h"

/* The longest command line without its key: eight flags with a number of 20 digits each. */
enum { LINE_ROOM = 256 };

/* ---- keys ---- */

static uint64_t word_at(const char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/*
 * Is any of these eight bytes at most a space, or 0x7F? A subtraction from all of them at once
 * borrows where one is too small. That sets the highest bit of the lowest such byte. Higher bytes
 * may be mistaken then, but the answer is yes already.
 */
static bool has_odd_byte(uint64_t word)
{
	const uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
	uint64_t small = (word - ones * (' ' + 1)) & ~word;
	uint64_t differs = word ^ ones * 0x7F;
	uint64_t is_delete = (differs - ones) & ~differs;

	return ((small | is_delete) & tops) != 0;
}

/* Eight at a time: names are checked often, and are long. */
bool strata_meta_key_is_plain(strata_view key)
{
	char padded[sizeof(uint64_t)];
	size_t rest = key.size % sizeof(uint64_t);

	for (size_t i = 0; i + sizeof(uint64_t) <= key.size; i += sizeof(uint64_t)) {
		if (has_odd_byte(word_at(key.data + i))) {
			return false;
		}
	}
	memset(padded, '!', sizeof(padded));
	if (rest > 0) {
		memcpy(padded, key.data + key.size - rest, rest);
	}
	return !has_odd_byte(word_at(padded));
}

static size_t base64_size(size_t size)
{
	return (size + 2) / 3 * 4;
}

bool strata_meta_key_fits(strata_view key)
{
	if (key.size == 0 || key.size > STRATA_META_KEY_LIMIT) {
		return false;
	}
	/* In this order, since most keys are short enough for either. */
	return base64_size(key.size) <= STRATA_META_KEY_LIMIT || strata_meta_key_is_plain(key);
}

/*
 * ---- commands ----
 *
 * Each function puts at a place and returns the one behind. The buffer's own position would be read
 * and written with every byte, since the compiler cannot rule out an alias. strata_meta_compose()
 * made the room.
 */

static inline char *put(char *at, strata_view bytes)
{
	if (bytes.size > 0) {
		memcpy(at, bytes.data, bytes.size);
	}
	return at + bytes.size;
}

static inline char *put_text(char *at, const char *text)
{
	return put(at, strata_view_of(text));
}

/* A flag and its number. */
static inline char *put_number(char *at, char flag, uint64_t number)
{
	at[0] = ' ';
	at[1] = flag;
	return strata_digits_put(at + 2, number);
}

static char *put_key(char *at, strata_view key, bool is_plain)
{
	if (is_plain) {
		return put(at, key);
	}
	return at +
		   EVP_EncodeBlock((unsigned char *) at, (const unsigned char *) key.data, (int) key.size);
}

static char letter_of(strata_meta_verb verb)
{
	switch (verb) {
		case STRATA_META_GET:
		case STRATA_META_VIVIFY:
		case STRATA_META_LOOK:
		case STRATA_META_INSPECT:
		case STRATA_META_TOUCH: return 'g';
		case STRATA_META_SET: return 's';
		case STRATA_META_DELETE:
		case STRATA_META_MARK: return 'd';
		case STRATA_META_INCREMENT: return 'a';
		case STRATA_META_SETTINGS:
		case STRATA_META_COUNTS: break;
	}
	return '?';
}

static char *put_word(char *at, strata_meta_verb verb)
{
	at[0] = 'm';
	at[1] = letter_of(verb);
	at[2] = ' ';
	return at + 3;
}

static char *put_cas(char *at, const strata_meta_request *request)
{
	return request->cas != 0 ? put_number(at, 'C', request->cas) : at;
}

static char *put_set_flags(char *at, const strata_meta_request *request)
{
	at = put_text(at, " M");
	*at++ = request->mode;
	at = request->flags != 0 ? put_number(at, 'F', request->flags) : at;
	at = put_cas(put_number(at, 'T', request->ttl), request);
	return request->wants_cas ? put_text(at, " c") : at;
}

static char *put_mark_flags(char *at, const strata_meta_request *request)
{
	at = put_text(at, " I");
	if (!request->keeps_ttl) {
		at = put_number(at, 'T', request->ttl);
	}
	return put_cas(at, request);
}

static char *put_increment_flags(char *at, const strata_meta_request *request)
{
	at = put_text(at, request->subtract ? " v MD" : " v MI");
	at = put_number(at, 'D', request->delta);
	if (request->autoviv) {
		at = put_number(at, 'N', request->ttl);
		at = put_number(at, 'J', request->initial);
	}
	return at;
}

static char *put_read_flags(char *at, const strata_meta_request *request, const char *flags)
{
	at = put_text(at, flags);
	return request->wants_flags ? put_text(at, " f") : at;
}

static char *put_flags(char *at, const strata_meta_request *request)
{
	switch (request->verb) {
		case STRATA_META_GET: return put_read_flags(at, request, " v t");
		case STRATA_META_VIVIFY:
			return put_number(put_read_flags(at, request, " v c t"), 'N', request->ttl);
		case STRATA_META_LOOK: return put_read_flags(at, request, " v c t");
		case STRATA_META_INSPECT: return put_text(at, " v f t");
		case STRATA_META_SET: return put_set_flags(at, request);
		case STRATA_META_DELETE: return put_cas(at, request);
		case STRATA_META_MARK: return put_mark_flags(at, request);
		case STRATA_META_TOUCH: return put_number(at, 'T', request->ttl);
		case STRATA_META_INCREMENT: return put_increment_flags(at, request);
		case STRATA_META_SETTINGS:
		case STRATA_META_COUNTS: break;
	}
	return at;
}

static char *put_line(char *at, const strata_meta_request *request)
{
	bool is_plain = strata_meta_key_is_plain(request->key);

	at = put_key(put_word(at, request->verb), request->key, is_plain);
	if (request->verb == STRATA_META_SET) {
		*at++ = ' ';
		at = strata_digits_put(at, request->value.size);
	}
	at = is_plain ? put_text(at, " k") : put_text(at, " b k");
	at = put_number(at, 'O', request->opaque);
	return put_text(put_flags(at, request), "\r\n");
}

int strata_meta_compose(strata_buffer *out, const strata_meta_request *request)
{
	char *at;

	if (request->verb == STRATA_META_SETTINGS) {
		return strata_buffer_append(out, strata_view_of("stats settings\r\n"));
	}
	if (request->verb == STRATA_META_COUNTS) {
		return strata_buffer_append(out, strata_view_of("stats\r\n"));
	}
	assert(strata_meta_key_fits(request->key));
	if (strata_buffer_reserve(out, LINE_ROOM + STRATA_META_KEY_LIMIT + request->value.size) != 0) {
		return -1;
	}
	at = put_line(out->data + out->size, request);
	if (request->verb == STRATA_META_SET) {
		at = put_text(put(at, request->value), "\r\n");
	}
	out->size = (size_t) (at - out->data);
	return 0;
}

/* ---- errors ---- */

bool strata_meta_error_is_too_large(strata_view line)
{
	return strata_view_starts(line, strata_view_of("SERVER_ERROR")) &&
		   strata_view_contains(line, "too large");
}

bool strata_meta_error_has_removed(const strata_meta_request *request, strata_view line)
{
	return request->verb == STRATA_META_SET &&
		   strata_view_starts(line, strata_view_of("SERVER_ERROR")) &&
		   strata_view_contains(line, "out of memory storing object");
}

/* For want of memory a value is refused before it is read, or in the middle of that. */
bool strata_meta_error_is_in_step(const strata_meta_request *request, strata_view line)
{
	return request->verb != STRATA_META_SET || strata_meta_error_is_too_large(line) ||
		   (strata_view_starts(line, strata_view_of("SERVER_ERROR")) &&
			   (strata_view_contains(line, "out of memory") ||
				   strata_view_contains(line, "Out of memory")));
}
