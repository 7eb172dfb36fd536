/*
 * What a memcached server sends. The limit is far above what is ever fed: a size that lies would
 * show.
 */
#include "fuzz.h"
#include "protocol/memcached_protocol.h"
#include "protocol/meta.h"

enum { MAX_REPLY = 1024 * 1024 };

static uint64_t digest(uint64_t digest, const void *taken)
{
	const strata_meta_reply *reply = taken;

	MUST(reply->code <= STRATA_META_ERROR);
	MUST(reply->value.size <= MAX_REPLY || reply->code == STRATA_META_ERROR);
	MUST(reply->ttl >= -2);
	digest = fuzz_mix(digest, reply->code);
	digest = fuzz_mix_bytes(digest, reply->key);
	digest = fuzz_mix_bytes(digest, reply->value);
	digest = fuzz_mix(digest, reply->has_opaque ? reply->opaque : 1);
	digest = fuzz_mix(digest, reply->cas);
	return fuzz_mix(digest, (uint64_t) reply->ttl);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void) fuzz_read(&strata_memcached_protocol, MAX_REPLY,
		(strata_view){ (const char *) data, size }, digest);
	return 0;
}
