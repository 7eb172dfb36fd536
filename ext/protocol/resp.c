/*
 * Commands are written here and not by hiredis, which allocates and frees a string for each of
 * them. For a hundred keys that took more time than all the rest of the exchange.
 */
#include "protocol/resp.h"

#include <string.h>

#include "base/digits.h"

enum { LINE_END = 2, LENGTH_ROOM = 1 + STRATA_DIGITS_MOST + LINE_END };

/*
 * Each function puts at a place and returns the one behind. The buffer's own position would be read
 * and written with every byte, since the compiler cannot rule out an alias. strata_resp_compose()
 * made the room.
 */
static char *put_line_end(char *at)
{
	memcpy(at, "\r\n", LINE_END);
	return at + LINE_END;
}

static char *put_length(char *at, char sign, size_t length)
{
	*at = sign;
	return put_line_end(strata_digits_put(at + 1, length));
}

static char *put_argument(char *at, strata_view argument)
{
	at = put_length(at, '$', argument.size);
	if (argument.size > 0) {
		memcpy(at, argument.data, argument.size);
	}
	return put_line_end(at + argument.size);
}

int strata_resp_compose(strata_buffer *out, const strata_view *arguments, size_t count)
{
	size_t room = LENGTH_ROOM;
	char *at;

	for (size_t i = 0; i < count; i++) {
		room += LENGTH_ROOM + arguments[i].size + LINE_END;
	}
	if (strata_buffer_reserve(out, room) != 0) {
		return -1;
	}
	at = put_length(out->data + out->size, '*', count);
	for (size_t i = 0; i < count; i++) {
		at = put_argument(at, arguments[i]);
	}
	out->size = (size_t) (at - out->data);
	return 0;
}

const strata_resp_reply *strata_resp_element(const strata_resp_reply *reply, size_t index)
{
	const strata_resp_reply *element = reply->type == STRATA_RESP_ARRAY ? reply->first : NULL;

	while (element != NULL && index > 0) {
		element = element->next;
		index--;
	}
	return element;
}

bool strata_resp_is_ok(const strata_resp_reply *reply)
{
	return reply->type == STRATA_RESP_STATUS &&
		   strata_view_equal(reply->text, strata_view_of("OK"));
}

/* ---- errors ---- */

/*
 * Servers before Redis 7 wrap what a command in a script said:
 *     ERR Error running script (call to f_<digest>): @user_script:1: WRONGTYPE Operation ...
 *     ERR Error running script (call to f_<digest>): @user_script:1: @user_script: 1: -READONLY You
 *     ERR Error running script (call to f_<digest>): @user_script:1: @user_script: 1: Unknown Redis
 * The last kind is an ERR that does not say so.
 */
static const char wrapping[] = "ERR Error running script";
static const char place[] = "@user_script:";

/* Where the words begin that come behind the last place, as " 1: " or "1: " goes on. */
static size_t end_of_places(strata_view text)
{
	size_t end = 0;

	for (size_t at = sizeof(wrapping) - 1; at + sizeof(place) - 1 <= text.size; at++) {
		if (memcmp(text.data + at, place, sizeof(place) - 1) == 0) {
			end = at + sizeof(place) - 1;
		}
	}
	while (end > 0 && end < text.size &&
		   memchr(" :0123456789", text.data[end], sizeof(" :0123456789") - 1) != NULL) {
		end++;
	}
	return end;
}

/* What the server said, or what a command in a script did. */
static strata_view words_of(strata_view text)
{
	size_t end = strata_view_starts(text, strata_view_of(wrapping)) ? end_of_places(text) : 0;

	/* An error without a word has no bytes at all. */
	if (end == 0 || end >= text.size) {
		return text;
	}
	end += text.data[end] == '-' ? 1 : 0;
	return (strata_view){ text.data + end, text.size - end };
}

static bool begins_with_words(strata_view text, const char *words)
{
	strata_view wanted = strata_view_of(words);

	return strata_view_starts(text, wanted) &&
		   (text.size == wanted.size || text.data[wanted.size] == ' ');
}

bool strata_resp_is_error(const strata_resp_reply *reply, const char *words)
{
	static const char code[] = "ERR ";
	strata_view said;

	if (reply == NULL || reply->type != STRATA_RESP_ERROR) {
		return false;
	}
	said = words_of(reply->text);
	return begins_with_words(said, words) ||
		   (said.size < reply->text.size && strncmp(words, code, sizeof(code) - 1) == 0 &&
			   begins_with_words(said, words + sizeof(code) - 1));
}

void strata_resp_print_error(const strata_resp_reply *error, char *out, size_t size)
{
	/* What a server adds for the authors of commands and scripts. */
	static const char *const tails[] = { ", with args beginning with", " script: " };
	strata_view text = words_of(error->text);
	size_t length = text.size < size ? text.size : size - 1;

	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char) text.data[i];

		out[i] = byte < ' ' || byte > '~' ? '?' : (char) byte;
	}
	out[length] = '\0';
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		const char *tail = strstr(out, tails[i]);

		if (tail != NULL) {
			out[tail - out] = '\0';
		}
	}
}
