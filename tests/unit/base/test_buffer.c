#include "base/buffer.h"

#include <stdint.h>

#include "unit.h"

static bool holds(const strata_buffer *buffer, const char *text)
{
	return strata_view_equal((strata_view){ buffer->data, buffer->size }, strata_view_of(text));
}

static void it_grows_by_what_is_appended(void)
{
	strata_buffer buffer = { 0 };

	for (int i = 0; i < 1000; i++) {
		CHECK(strata_buffer_append(&buffer, strata_view_of("0123456789")) == 0);
	}
	CHECK(buffer.size == 10000 && buffer.capacity >= 10000);
	CHECK(memcmp(buffer.data + 9990, "0123456789", 10) == 0);
	strata_buffer_fini(&buffer);
	CHECK(buffer.data == NULL && buffer.size == 0 && buffer.capacity == 0);
}

static void nothing_can_be_appended_and_consumed(void)
{
	strata_buffer buffer = { 0 };

	CHECK(strata_buffer_append(&buffer, (strata_view){ NULL, 0 }) == 0);
	strata_buffer_consume(&buffer, 0);
	strata_buffer_consume(&buffer, 5);
	CHECK(buffer.size == 0);
	strata_buffer_fini(&buffer);
}

static void it_prints_behind_what_is_there(void)
{
	strata_buffer buffer = { 0 };
	char long_text[1000];

	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	CHECK(strata_buffer_append(&buffer, strata_view_of("a ")) == 0);
	CHECK(strata_buffer_print(&buffer, "%d-%s", 7, "b") == 0);
	CHECK(holds(&buffer, "a 7-b"));
	CHECK(strata_buffer_print(&buffer, "%s", long_text) == 0);
	CHECK(buffer.size == 5 + 999 && buffer.data[5 + 998] == 'x');
	strata_buffer_fini(&buffer);
}

static void consuming_moves_the_rest_to_the_front(void)
{
	strata_buffer buffer = { 0 };

	CHECK(strata_buffer_append(&buffer, strata_view_of("abcdef")) == 0);
	strata_buffer_consume(&buffer, 2);
	CHECK(holds(&buffer, "cdef"));
	strata_buffer_consume(&buffer, 4);
	CHECK(buffer.size == 0);
	strata_buffer_fini(&buffer);
}

static void what_cannot_be_had_leaves_it_as_it_was(void)
{
	strata_buffer buffer = { 0 };

	CHECK(strata_buffer_append(&buffer, strata_view_of("abc")) == 0);
	CHECK(strata_buffer_reserve(&buffer, SIZE_MAX) == -1);
	CHECK(strata_buffer_reserve(&buffer, SIZE_MAX - 2) == -1);
	CHECK(strata_buffer_append(&buffer, (strata_view){ "", SIZE_MAX / 2 }) == -1);
	CHECK(holds(&buffer, "abc"));
	strata_buffer_fini(&buffer);
}

int main(void)
{
	RUN(it_grows_by_what_is_appended);
	RUN(nothing_can_be_appended_and_consumed);
	RUN(it_prints_behind_what_is_there);
	RUN(consuming_moves_the_rest_to_the_front);
	RUN(what_cannot_be_had_leaves_it_as_it_was);
	return unit_end();
}
