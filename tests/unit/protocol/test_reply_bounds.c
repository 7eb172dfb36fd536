#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <malloc.h>

#include "protocol/memcached_protocol.h"
#include "protocol/meta.h"
#include "protocol/redis_protocol.h"
#include "protocol/resp.h"

#include "unit.h"

/*
 * What replies may cost. The limit of the reader is half a gigabyte, so that whatever believes a
 * header shows at once; everything is counted that is allocated in the process.
 */

static const size_t max_reply = (size_t) 512 * 1024 * 1024;

enum {
	AHEAD = 512 * 1024, /* buffers and arenas grow ahead of what they hold */
	EACH = 40           /* "+\r\n" is three bytes, and a struct in memory */
};

#ifdef __SANITIZE_ADDRESS__
size_t __sanitizer_get_current_allocated_bytes(void); /* gcc has it, and no header that says so */
#endif

static size_t allocated(void)
{
#ifdef __SANITIZE_ADDRESS__
	return __sanitizer_get_current_allocated_bytes();
#else
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
#endif
}

/* ---- one connection ---- */

static const strata_protocol *protocol;
static strata_arena *arena;
static void *reader;
static size_t before, received, most;
static strata_result result;
static const void *last_reply;

static void begin(const strata_protocol *spoken)
{
	protocol = spoken;
	before = allocated();
	received = most = 0;
	result = STRATA_OK;
	last_reply = NULL;
	arena = strata_arena_new();
	reader = protocol->reader_new(max_reply);
	REQUIRE(arena != NULL && reader != NULL);
}

static void end(void)
{
	protocol->reader_free(reader);
	strata_arena_free(arena);
}

static void note(void)
{
	size_t now = allocated() - before;

	most = now > most ? now : most;
}

/* As a connection does, until the reader has had enough. */
static void receive(strata_view bytes)
{
	void *reply = NULL;

	if (result != STRATA_OK) {
		return;
	}
	received += bytes.size;
	result = protocol->feed(reader, arena, bytes);
	note();
	do {
		result = result == STRATA_OK ? protocol->take(reader, arena, &reply) : result;
		note();
		last_reply = reply != NULL ? reply : last_reply;
	} while (result == STRATA_OK && reply != NULL);
}

static void receive_text(const char *text)
{
	receive(strata_view_of(text));
}

/* The text so many times, in pieces of about 16 KiB. */
static void receive_times(const char *text, size_t times)
{
	static char piece[16 * 1024];
	size_t size = strlen(text);
	size_t at_once = sizeof(piece) / size;

	for (size_t i = 0; i < at_once; i++) {
		memcpy(piece + i * size, text, size);
	}
	while (times > 0) {
		size_t count = times < at_once ? times : at_once;

		receive((strata_view){ piece, count * size });
		times -= count;
	}
}

static bool costs_what_arrived(size_t each)
{
	if (most > AHEAD + each * received) {
		fprintf(stderr, "%zu bytes for %zu\n", most, received);
	}
	return most <= AHEAD + each * received;
}

/* ---- Redis ---- */

static void an_array_of_redis_costs_nothing_before_its_elements(void)
{
	static const char *const headers[] = { "*100000000\r\n", "*1000000\r\n", "*2147483647\r\n",
		"*9223372036854775807\r\n", "*-7\r\n", "*1000000\r\n*1000000\r\n*1000000\r\n*1000000\r\n" };

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		begin(&strata_redis_protocol);
		receive_text(headers[i]);
		CHECK(last_reply == NULL);
		CHECK(costs_what_arrived(EACH));
		end();
	}
}

static void a_string_of_redis_costs_nothing_before_its_bytes(void)
{
	begin(&strata_redis_protocol);
	receive_text("$536870911\r\n");
	CHECK(result == STRATA_OK && costs_what_arrived(EACH));
	receive_times("abcd", 1000);
	CHECK(result == STRATA_OK && costs_what_arrived(EACH));
	end();
}

static void a_long_string_of_redis_costs_little_more_than_its_bytes(void)
{
	enum { SIZE = 8 * 1024 * 1024 };

	begin(&strata_redis_protocol);
	receive_text("$8388608\r\n");
	receive_times("0123456789abcdef", SIZE / 16);
	receive_text("\r\n");
	CHECK(result == STRATA_OK && last_reply != NULL);
	CHECK(((const strata_resp_reply *) last_reply)->text.size == SIZE);
	CHECK(most <= 3 * (size_t) SIZE + 2 * 1024 * 1024);
	end();
}

static void arrays_in_arrays_end_at_the_ninth(void)
{
	begin(&strata_redis_protocol);
	receive_times("*1\r\n", 100000);
	CHECK(result == STRATA_PROTOCOL && costs_what_arrived(EACH));
	CHECK(received <= 16 * 1024);
	end();
}

static void a_line_of_redis_that_does_not_end_is_cut_off(void)
{
	static const char *const beginnings[] = { "+", "-", ":", "*", "$", "*1\r\n+", "$5\n" };

	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		begin(&strata_redis_protocol);
		receive_text(beginnings[i]);
		receive_times("7", 10000000);
		CHECK(result == STRATA_PROTOCOL || result == STRATA_TOO_LARGE);
		CHECK(received <= 128 * 1024 && costs_what_arrived(EACH));
		end();
	}
}

static void small_elements_cost_in_proportion_and_end_at_a_million(void)
{
	static const char *const elements[] = { "*0\r\n", ":1\r\n", "$-1\r\n", "$0\r\n\r\n", "+\r\n" };

	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++) {
		begin(&strata_redis_protocol);
		receive_text("*2\r\n*1000000\r\n");
		receive_times(elements[i], 1000000);
		receive_text("*1000000\r\n");
		receive_times(elements[i], 1000000);
		CHECK(result == STRATA_PROTOCOL && last_reply == NULL);
		CHECK(costs_what_arrived(EACH) && most <= (size_t) 100 * 1024 * 1024);
		end();
	}
}

/* ---- memcached ---- */

static void begin_memcached(void)
{
	begin(&strata_memcached_protocol);
	receive_text("VERSION 1.6.18\r\n");
	REQUIRE(result == STRATA_OK && last_reply != NULL);
	last_reply = NULL;
}

static void a_value_of_memcached_costs_nothing_before_its_bytes(void)
{
	begin_memcached();
	receive_text("VA 536870000 kx O1\r\n");
	CHECK(result == STRATA_OK && costs_what_arrived(EACH));
	receive_times("abcd", 1000);
	CHECK(result == STRATA_OK && costs_what_arrived(EACH));
	receive_times("abcd", 1000000);
	CHECK(result == STRATA_OK && last_reply == NULL && costs_what_arrived(6));
	end();
}

static void sizes_of_memcached_that_cannot_be_are_refused(void)
{
	static const char *const lines[] = { "VA 536870913 kx O1\r\n", "VA -1 kx O1\r\n",
		"VA 18446744073709551615 kx O1\r\n", "VA 18446744073709551617 kx O1\r\n", "VA x kx\r\n" };

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		begin_memcached();
		receive_text(lines[i]);
		CHECK(result == STRATA_PROTOCOL || result == STRATA_TOO_LARGE);
		CHECK(costs_what_arrived(EACH));
		end();
	}
}

static void a_long_value_of_memcached_arrives_whole(void)
{
	enum { SIZE = 5 * 1024 * 1024 + 3 };
	const strata_meta_reply *reply;
	strata_buffer bytes = { 0 };

	begin_memcached();
	REQUIRE(strata_buffer_reserve(&bytes, SIZE + 64) == 0);
	CHECK(strata_buffer_print(&bytes, "VA %d kx O1\r\n", SIZE) == 0);
	for (size_t i = 0; i < SIZE; i++) {
		bytes.data[bytes.size++] = (char) (i * 31 % 253);
	}
	CHECK(strata_buffer_append(&bytes, strata_view_of("\r\n")) == 0);
	for (size_t at = 0; at < bytes.size; at += 16383) {
		size_t left = bytes.size - at;

		receive((strata_view){ bytes.data + at, left < 16383 ? left : 16383 });
	}
	reply = last_reply;
	REQUIRE(result == STRATA_OK && reply != NULL && reply->value.size == SIZE);
	for (size_t i = 0; i < SIZE; i++) {
		REQUIRE(reply->value.data[i] == (char) (i * 31 % 253));
	}
	CHECK(protocol->is_drained(reader));
	strata_buffer_fini(&bytes);
	end();
}

static void values_fed_at_once_with_what_follows_end_where_they_end(void)
{
	enum { SIZE = 300000 };
	strata_buffer bytes = { 0 };

	begin_memcached();
	CHECK(strata_buffer_print(&bytes, "VA %d kx O1\r\n", SIZE) == 0);
	REQUIRE(strata_buffer_reserve(&bytes, SIZE + 64) == 0);
	memset(bytes.data + bytes.size, 'v', SIZE);
	bytes.size += SIZE;
	CHECK(strata_buffer_append(&bytes, strata_view_of("\r\nEN kx O2\r\n")) == 0);
	receive((strata_view){ bytes.data, bytes.size });
	CHECK(result == STRATA_OK && last_reply != NULL);
	CHECK(((const strata_meta_reply *) last_reply)->code == STRATA_META_EN);
	CHECK(protocol->is_drained(reader));
	strata_buffer_fini(&bytes);
	end();
}

static void a_line_of_memcached_that_does_not_end_is_cut_off(void)
{
	static const char *const beginnings[] = { "HD ", "VA ", "VA 5 k", "SERVER_ERROR ", "HD O" };

	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		begin_memcached();
		receive_text(beginnings[i]);
		receive_times("7", 10000000);
		CHECK(result == STRATA_PROTOCOL);
		CHECK(received <= 32 * 1024 && costs_what_arrived(EACH));
		end();
	}
}

int main(void)
{
	RUN(an_array_of_redis_costs_nothing_before_its_elements);
	RUN(a_string_of_redis_costs_nothing_before_its_bytes);
	RUN(a_long_string_of_redis_costs_little_more_than_its_bytes);
	RUN(arrays_in_arrays_end_at_the_ninth);
	RUN(a_line_of_redis_that_does_not_end_is_cut_off);
	RUN(small_elements_cost_in_proportion_and_end_at_a_million);
	RUN(a_value_of_memcached_costs_nothing_before_its_bytes);
	RUN(sizes_of_memcached_that_cannot_be_are_refused);
	RUN(a_long_value_of_memcached_arrives_whole);
	RUN(values_fed_at_once_with_what_follows_end_where_they_end);
	RUN(a_line_of_memcached_that_does_not_end_is_cut_off);
	return unit_end();
}
