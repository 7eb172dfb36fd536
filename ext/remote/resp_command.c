/*
 * Written here and not by hiredis, which makes and frees a string of its own for every command: for
 * a hundred keys that took more time than all the rest of the round.
 */
#include "base/digits.h"
#include "remote/resp.h"

enum { LENGTH_ROOM = 1 + 20 + 2 /* a sign, digits and the line's end */, LINE_END = 2 };

/* ---- strata_resp_compose() made room for all that these put ---- */

static void put(strata_buffer *out, strata_view bytes)
{
	if (bytes.size > 0) {
		memcpy(out->data + out->size, bytes.data, bytes.size);
		out->size += bytes.size;
	}
}

static void put_line_end(strata_buffer *out)
{
	memcpy(out->data + out->size, "\r\n", LINE_END);
	out->size += LINE_END;
}

static void put_length(strata_buffer *out, char sign, size_t length)
{
	strata_digits room;

	out->data[out->size++] = sign;
	put(out, strata_digits_of(length, &room));
	put_line_end(out);
}

int strata_resp_compose(strata_buffer *out, const strata_view *arguments, size_t count)
{
	size_t room = LENGTH_ROOM;

	for (size_t i = 0; i < count; i++) {
		room += LENGTH_ROOM + arguments[i].size + LINE_END;
	}
	if (strata_buffer_reserve(out, room) != 0) {
		return -1;
	}
	put_length(out, '*', count);
	for (size_t i = 0; i < count; i++) {
		put_length(out, '$', arguments[i].size);
		put(out, arguments[i]);
		put_line_end(out);
	}
	return 0;
}
