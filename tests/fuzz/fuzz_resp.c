/* What a Redis server sends. */
#include "fuzz.h"
#include "protocol/error_reply.h"
#include "protocol/redis_protocol.h"
#include "protocol/resp.h"

enum { MAX_REPLY = 2000, MAX_DEPTH = 8 };

static uint64_t digest_of(uint64_t digest, const strata_resp_reply *reply, unsigned depth)
{
	size_t count = 0;

	MUST(depth <= MAX_DEPTH);
	digest = fuzz_mix(digest, reply->type);
	digest = fuzz_mix(digest, (uint64_t) reply->integer);
	digest = fuzz_mix_bytes(digest, reply->text);
	MUST(reply->text.data == NULL || reply->text.data[reply->text.size] == '\0');
	for (const strata_resp_reply *at = reply->first; at != NULL; at = at->next) {
		digest = digest_of(digest, at, depth + 1);
		count++;
	}
	MUST(count == reply->count);
	MUST(reply->first == strata_resp_element(reply, 0));
	return digest;
}

static uint64_t digest(uint64_t digest, const void *reply)
{
	char words[32];

	strata_resp_print_error(reply, words, sizeof(words));
	MUST(strlen(words) < sizeof(words));
	if (((const strata_resp_reply *) reply)->type == STRATA_RESP_ERROR) {
		(void) strata_error_reply_classify(reply);
	}
	return digest_of(digest, reply, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void) fuzz_read(&strata_redis_protocol, MAX_REPLY, (strata_view){ (const char *) data, size },
		digest);
	return 0;
}
