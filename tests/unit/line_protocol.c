#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "line_protocol.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct {
	size_t max_reply;
	strata_buffer bytes;
} reader;

static strata_result compose_handshake(const strata_connection_setup *setup, strata_buffer *out,
	uint32_t *expected, bool *sends_auth)
{
	*expected = setup->user != NULL ? 1 : 0;
	*sends_auth = setup->password != NULL;
	if (setup->user == NULL || strata_buffer_print(out, "HELLO %s\n", setup->user) == 0) {
		return STRATA_OK;
	}
	return STRATA_NO_MEMORY;
}

static strata_result check_handshake(const strata_connection_setup *setup, void *const *replies,
	uint32_t count, strata_protocol_error *error)
{
	const strata_view *reply = replies[0];

	(void) setup;
	if (count == 1 && strata_view_equal(*reply, strata_view_of("WELCOME"))) {
		return STRATA_OK;
	}
	snprintf(error->text, sizeof(error->text), "not welcome: %s", reply->data);
	return STRATA_AUTH;
}

static void *reader_new(size_t max_reply)
{
	reader *made = calloc(1, sizeof(*made));

	if (made != NULL) {
		made->max_reply = max_reply;
	}
	return made;
}

static void reader_free(void *state)
{
	reader *reader = state;

	strata_buffer_fini(&reader->bytes);
	free(reader);
}

static strata_result feed(void *state, strata_arena *arena, strata_view bytes)
{
	reader *reader = state;

	(void) arena;
	return strata_buffer_append(&reader->bytes, bytes) == 0 ? STRATA_OK : STRATA_NO_MEMORY;
}

static strata_result take(void *state, strata_arena *arena, void **reply)
{
	reader *reader = state;
	size_t size = reader->bytes.size;
	const char *end = size == 0 ? NULL : memchr(reader->bytes.data, '\n', size);
	strata_view *line;

	*reply = NULL;
	if (end == NULL) {
		return size > reader->max_reply ? STRATA_PROTOCOL : STRATA_OK;
	}
	if (reader->bytes.data[0] == '!') {
		return STRATA_PROTOCOL;
	}
	line = strata_arena_alloc(arena, sizeof(*line));
	if (line == NULL) {
		return STRATA_NO_MEMORY;
	}
	*line = (strata_view){ reader->bytes.data, (size_t) (end - reader->bytes.data) };
	*line = strata_arena_copy(arena, *line);
	strata_buffer_consume(&reader->bytes, line->size + 1);
	*reply = line;
	return line->data != NULL ? STRATA_OK : STRATA_NO_MEMORY;
}

static bool is_drained(const void *state)
{
	const reader *reader = state;

	return reader->bytes.size == 0;
}

const strata_protocol line_protocol = {
	.name = "line",
	.compose_handshake = compose_handshake,
	.check_handshake = check_handshake,
	.reader_new = reader_new,
	.reader_free = reader_free,
	.feed = feed,
	.take = take,
	.is_drained = is_drained,
};
