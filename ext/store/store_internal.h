/* store_internal — the parts of a store, for the store itself and for tests that look inside. */
#ifndef STRATA_STORE_STORE_INTERNAL_H
#define STRATA_STORE_STORE_INTERNAL_H

#include "store/block/shard.h"
#include "store/block/store_types.h"

enum { STRATA_SHARDS_MOST = 64 };

/* At the start of the memory; the shards follow. */
typedef struct {
	alignas(64) uint64_t magic;
	uint64_t stamp; /* over the sizes of what lies here: another layout has another stamp */
	uint64_t size;  /* bytes, all included */
	uint64_t seed;  /* random: no writer of values can guess checks, nor keys that share a chain */
	uint32_t shards;
	strata_namespaces namespaces;
} strata_store_head;

struct strata_store {
	strata_store_head *head;
	strata_pins *pins;    /* NULL: no block is ever held */
	uint64_t seed;        /* as in head, out of reach of stray writes */
	uint32_t shard_count; /* a power of two */
	size_t value_limit;   /* bytes */
	strata_shard shards[STRATA_SHARDS_MOST];
};

#endif
