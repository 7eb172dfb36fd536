/*
 * Memory is counted by the sanitizer, so that what libraries take is seen too. The bound is
 * generous (an element of three bytes becomes a struct, and buffers grow ahead of what they hold),
 * but none that a header could move: it knows only what arrived.
 */
#include "fuzz.h"

#include <sanitizer/allocator_interface.h>

enum { BYTES_PER_BYTE = 64, BYTES_AT_MOST_AHEAD = 512 * 1024 };

void fuzz_fail(const char *file, int line, const char *claim)
{
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, claim);
	abort();
}

strata_view fuzz_copy(const void *data, size_t size)
{
	char *copy = malloc(size > 0 ? size : 1);

	MUST(copy != NULL);
	if (size > 0) {
		memcpy(copy, data, size);
	}
	return (strata_view){ copy, size };
}

uint64_t fuzz_mix(uint64_t digest, uint64_t number)
{
	digest = (digest ^ number) * UINT64_C(0x9E3779B97F4A7C15);
	return digest ^ digest >> 29;
}

uint64_t fuzz_mix_bytes(uint64_t digest, strata_view bytes)
{
	digest = fuzz_mix(digest, bytes.size);
	for (size_t i = 0; i < bytes.size; i++) {
		digest = fuzz_mix(digest, (unsigned char) bytes.data[i]);
	}
	return digest;
}

/* ---- one connection ---- */

typedef struct {
	const strata_protocol *protocol;
	void *reader;
	strata_arena *arena;
	fuzz_digest digest;
	fuzz_reading so_far;
	size_t received;
	size_t allocated_before;
} connection;

static void check_memory(const connection *connection)
{
	size_t now = __sanitizer_get_current_allocated_bytes();
	size_t allowed = BYTES_AT_MOST_AHEAD + connection->received * BYTES_PER_BYTE;

	MUST(now < connection->allocated_before || now - connection->allocated_before <= allowed);
}

/* What is fed is gone once the reader has asked for more, as in the buffer of a connection. */
static void receive(connection *connection, strata_view bytes)
{
	strata_view slice = fuzz_copy(bytes.data, bytes.size);
	strata_result result = connection->protocol->feed(connection->reader, connection->arena, slice);
	void *reply = NULL;

	connection->received += bytes.size;
	do {
		if (result == STRATA_OK) {
			result = connection->protocol->take(connection->reader, connection->arena, &reply);
			MUST(result == STRATA_OK || reply == NULL);
		}
		check_memory(connection);
		if (reply != NULL) {
			connection->so_far.replies++;
			connection->so_far.digest = connection->digest(connection->so_far.digest, reply);
		}
	} while (reply != NULL);
	connection->so_far.has_failed = result != STRATA_OK;
	free((char *) slice.data);
}

/* Many small ones and some large ones; 0 asks for all of it. */
static size_t slice_size(uint64_t *state, size_t left, bool whole)
{
	size_t size;

	*state = fuzz_mix(*state, left);
	size = *state % 4 == 0 ? 1 + (*state >> 8) % 200 : 1 + (*state >> 8) % 7;
	return whole || size > left ? left : size;
}

static fuzz_reading read_once(const strata_protocol *protocol, size_t max_reply, strata_view bytes,
	fuzz_digest digest, bool whole)
{
	connection connection = { .protocol = protocol, .digest = digest };
	uint64_t state = fuzz_mix_bytes(0, bytes);

	connection.allocated_before = __sanitizer_get_current_allocated_bytes();
	connection.arena = strata_arena_new();
	connection.reader = protocol->reader_new(max_reply);
	MUST(connection.arena != NULL && connection.reader != NULL);
	for (size_t at = 0; at < bytes.size && !connection.so_far.has_failed;) {
		size_t size = slice_size(&state, bytes.size - at, whole);

		receive(&connection, (strata_view){ bytes.data + at, size });
		at += size;
	}
	connection.so_far.is_drained = protocol->is_drained(connection.reader);
	protocol->reader_free(connection.reader);
	strata_arena_free(connection.arena);
	return connection.so_far;
}

fuzz_reading fuzz_read(const strata_protocol *protocol, size_t max_reply, strata_view bytes,
	fuzz_digest digest)
{
	fuzz_reading whole = read_once(protocol, max_reply, bytes, digest, true);
	fuzz_reading sliced = read_once(protocol, max_reply, bytes, digest, false);

	MUST(whole.replies == sliced.replies);
	MUST(whole.digest == sliced.digest);
	MUST(whole.has_failed == sliced.has_failed);
	MUST(whole.has_failed || whole.is_drained == sliced.is_drained);
	return whole;
}
