/*
 * What another program may have left on a server: a byte for the form, four for its flags, and the
 * value. What is read as a number, float or text is also written, and read again.
 */
#include "base/compression.h"
#include "fuzz.h"
#include "plain/plain.h"

enum { MOST = 1 << 20, FORMS = 4, FRONT = 5 };

static bool is_expected(strata_result result)
{
	return result == STRATA_OK || result == STRATA_FOREIGN || result == STRATA_CORRUPT ||
		   result == STRATA_TOO_LARGE;
}

static bool is_simple(const strata_value *value)
{
	return value->codec == STRATA_CODEC_INTEGER || value->codec == STRATA_CODEC_STRING ||
		   value->codec == STRATA_CODEC_TRUE || value->codec == STRATA_CODEC_FALSE;
}

static void write_again(strata_arena *arena, strata_plain_form form, const strata_value *value)
{
	strata_plain_stored stored;
	strata_value back;

	if (strata_plain_objection(form, value) != NULL || !is_simple(value)) {
		return;
	}
	stored = strata_plain_write(arena, form, value);
	MUST(stored.bytes.data != NULL);
	MUST(strata_plain_read(arena, form, MOST, &stored, &back) == STRATA_OK);
	MUST(back.codec == value->codec && back.integer == value->integer);
	MUST(strata_view_equal(back.bytes, value->bytes));
}

static void read_stored(strata_plain_form form, const strata_plain_stored *stored)
{
	strata_arena *arena = strata_arena_new();
	strata_value value;
	strata_result result;

	MUST(arena != NULL);
	strata_arena_allow(arena, MOST / 2);
	result = strata_plain_read(arena, form, MOST, stored, &value);
	MUST(is_expected(result));
	MUST(result == STRATA_OK || (value.codec == STRATA_CODEC_NULL && value.bytes.size == 0));
	MUST(value.bytes.size <= (stored->bytes.size > MOST / 2 ? stored->bytes.size : MOST / 2));
	if (result == STRATA_OK) {
		MUST(strata_plain_normalize(arena, form, &value));
		write_again(arena, form, &value);
	}
	strata_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	strata_view bytes = fuzz_copy(data, size);
	strata_plain_stored stored = { { NULL, 0 }, 0 };

	if (size >= FRONT) {
		memcpy(&stored.flags, bytes.data + 1, sizeof(stored.flags));
		stored.bytes = (strata_view){ bytes.data + FRONT, size - FRONT };
		read_stored((strata_plain_form) ((unsigned char) bytes.data[0] % FORMS), &stored);
	}
	free((char *) bytes.data);
	return 0;
}
