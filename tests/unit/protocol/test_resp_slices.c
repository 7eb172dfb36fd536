#include "protocol/redis_protocol.h"
#include "protocol/resp.h"

#include "unit.h"

enum { MAX_REPLY = 1024 * 1024, REPLIES = 300 };

static const strata_protocol *const protocol = &strata_redis_protocol;
static strata_arena *arena;

/* Its length and its bytes follow from its number. */
static strata_view text_of(size_t number)
{
	static char bytes[20000];
	size_t size = number % 10 == 9 ? 10000 + number : number % 10 * 60;

	memset(bytes, 'a' + (int) (number % 26), size);
	return (strata_view){ bytes, size };
}

static void append_reply(strata_buffer *out, size_t number)
{
	strata_view text = text_of(number);

	REQUIRE(strata_buffer_print(out, "$%zu\r\n", text.size) == 0 &&
			strata_buffer_append(out, text) == 0 &&
			strata_buffer_append(out, strata_view_of("\r\n")) == 0);
}

static size_t take_all(void *reader, size_t number)
{
	void *taken;

	while (protocol->take(reader, arena, &taken) == STRATA_OK && taken != NULL) {
		const strata_resp_reply *reply = taken;

		CHECK(reply->type == STRATA_RESP_STRING);
		CHECK(strata_view_equal(reply->text, text_of(number)));
		number++;
	}
	return number;
}

/* How many of the replies came, fed in pieces whose bytes are spoilt as soon as they may be. */
static size_t count_read(strata_view bytes, size_t piece)
{
	void *reader = protocol->reader_new(MAX_REPLY);
	char *room = malloc(piece);
	size_t number = 0;

	REQUIRE(reader != NULL && room != NULL);
	for (size_t at = 0; at < bytes.size; at += piece) {
		size_t size = bytes.size - at < piece ? bytes.size - at : piece;

		memcpy(room, bytes.data + at, size);
		CHECK(protocol->feed(reader, arena, (strata_view){ room, size }) == STRATA_OK);
		number = take_all(reader, number);
		memset(room, '?', piece);
	}
	CHECK(protocol->is_drained(reader));
	free(room);
	protocol->reader_free(reader);
	return number;
}

static void a_pipeline_is_read_whole_however_it_arrives(void)
{
	static const size_t pieces[] = { 1, 7, 1000, 2047, 2048, 2049, 4096, 65536, 1000000 };
	strata_buffer bytes = { 0 };

	for (size_t i = 0; i < REPLIES; i++) {
		append_reply(&bytes, i);
	}
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		CHECK(count_read((strata_view){ bytes.data, bytes.size }, pieces[i]) == REPLIES);
		strata_arena_reset(arena);
	}
	strata_buffer_fini(&bytes);
}

static void what_was_fed_and_not_asked_for_is_not_drained(void)
{
	void *reader = protocol->reader_new(MAX_REPLY);
	strata_buffer bytes = { 0 };
	void *taken;

	REQUIRE(reader != NULL);
	append_reply(&bytes, 1);
	append_reply(&bytes, 19);
	CHECK(protocol->feed(reader, arena, (strata_view){ bytes.data, bytes.size }) == STRATA_OK);
	CHECK(protocol->take(reader, arena, &taken) == STRATA_OK && taken != NULL);
	CHECK(!protocol->is_drained(reader));
	CHECK(protocol->take(reader, arena, &taken) == STRATA_OK && taken != NULL);
	CHECK(protocol->is_drained(reader));
	protocol->reader_free(reader);
	strata_buffer_fini(&bytes);
}

int main(void)
{
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	RUN(a_pipeline_is_read_whole_however_it_arrives);
	RUN(what_was_fed_and_not_asked_for_is_not_drained);
	strata_arena_free(arena);
	return unit_end();
}
