/* What a sentinel says to the two questions about a master: two replies, whatever they are. */
#include "fuzz.h"
#include "protocol/redis_protocol.h"
#include "protocol/resp.h"
#include "redis/sentinel/sentinel_answer.h"

enum { MAX_REPLY = 16 * 1024 };

static void check(void *const *replies)
{
	strata_sentinel_answer answer;
	strata_protocol_error said = { "" };
	strata_result result = strata_sentinel_answer_read(&answer, replies, &said);

	MUST((result == STRATA_OK) == (answer.kind != STRATA_SENTINEL_SILENT));
	MUST(memchr(said.text, '\0', sizeof(said.text)) != NULL);
	if (answer.kind == STRATA_SENTINEL_NAMES) {
		MUST(memchr(answer.master.host, '\0', sizeof(answer.master.host)) != NULL);
		MUST(answer.master.host[0] != '\0' && answer.master.port != 0);
	}
}

/* The first two replies of the bytes; false when there are no two. */
static bool read_both(strata_arena *arena, strata_view bytes, void **replies)
{
	void *reader = strata_redis_protocol.reader_new(MAX_REPLY);
	bool well;

	MUST(reader != NULL);
	well = strata_redis_protocol.feed(reader, arena, bytes) == STRATA_OK;
	for (int i = 0; i < STRATA_SENTINEL_QUESTIONS; i++) {
		replies[i] = NULL;
		well = well && strata_redis_protocol.take(reader, arena, &replies[i]) == STRATA_OK &&
			   replies[i] != NULL;
	}
	strata_redis_protocol.reader_free(reader);
	return well;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	strata_view bytes = fuzz_copy(data, size);
	strata_arena *arena = strata_arena_new();
	void *replies[STRATA_SENTINEL_QUESTIONS];

	MUST(arena != NULL);
	if (read_both(arena, bytes, replies)) {
		check(replies);
	}
	strata_arena_free(arena);
	free((char *) bytes.data);
	return 0;
}
