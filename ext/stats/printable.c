/*
 * Keys are whatever a visitor of a site made a script ask for, and they are shown to operators. So
 * no byte of them reaches a terminal or a page that is more than a mark there.
 */
#include "stats/printable.h"

#include <stdint.h>

#include "base/utf8.h"

/* Control characters of both kinds, ends of lines, marks of direction, the mark of byte order. */
static bool is_mark(const unsigned char *text, size_t length)
{
	if (length == 1) {
		return text[0] >= 0x20 && text[0] != 0x7F;
	}
	if (length == 2) {
		return (text[0] != 0xC2 || text[1] >= 0xA0) && !(text[0] == 0xD8 && text[1] == 0x9C);
	}
	if (length == 3 && text[0] == 0xE2) {
		return !(text[1] == 0x80 && (text[2] >= 0xA8 || text[2] == 0x8E || text[2] == 0x8F) &&
				   text[2] <= 0xAE) &&
			   !(text[1] == 0x81 && text[2] >= 0xA0 && text[2] <= 0xAF);
	}
	return !(length == 3 && text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF);
}

/* Returns how many bytes it wrote; 0: there is no room. */
static size_t escape(unsigned char byte, char *out, size_t room)
{
	static const char digits[] = "0123456789ABCDEF";

	if (room < STRATA_PRINTABLE_GROWTH) {
		return 0;
	}
	out[0] = '\\';
	out[1] = 'x';
	out[2] = digits[byte >> 4];
	out[3] = digits[byte & 15];
	return STRATA_PRINTABLE_GROWTH;
}

/* The same of a character that is a mark. */
static size_t copy(const unsigned char *text, size_t length, char *out, size_t room)
{
	size_t size = text[0] == '\\' ? 2 : length;

	if (room < size) {
		return 0;
	}
	memcpy(out, text, length);
	if (text[0] == '\\') {
		out[1] = '\\';
	}
	return size;
}

void strata_printable_write(strata_view bytes, char *out, size_t room)
{
	const unsigned char *text = (const unsigned char *) bytes.data;
	size_t used = 0;

	for (size_t i = 0; i < bytes.size;) {
		size_t length = strata_utf8_size((strata_view){ bytes.data + i, bytes.size - i });
		bool shows = length > 0 && is_mark(text + i, length);
		size_t size = shows ? copy(text + i, length, out + used, room - 1 - used)
							: escape(text[i], out + used, room - 1 - used);

		if (size == 0) {
			break;
		}
		used += size;
		i += shows ? length : 1;
	}
	out[used] = '\0';
}
