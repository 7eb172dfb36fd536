/* memcached_swap: looks at what is there, and changes it if that is what the caller has seen. */
#ifndef STRATA_TIER_MEMCACHED_MEMCACHED_SWAP_H
#define STRATA_TIER_MEMCACHED_MEMCACHED_SWAP_H

#include "tier/memcached/memcached_batch.h"

/* What a look found. */
typedef struct {
	strata_item item;   /* as a get fills it */
	strata_view stored; /* all bytes; data is NULL where nothing is there */
	uint64_t cas;       /* 0: the server has none (started with -C) */
	int64_t left;       /* seconds that the server keeps it; -1: for ever */
} strata_memcached_seen;

/* What is to be changed to what. */
typedef struct {
	/* Is that what the caller has seen? The token is that of the call. */
	bool (*is_seen)(const strata_memcached_seen *seen, const strata_item *wanted,
		const strata_cas_token *token);

	/* Makes the command for this item of the batch. Its cas is filled in afterwards. */
	void (*compose)(strata_memcached_batch *batch, size_t index, const strata_memcached_seen *seen);
} strata_memcached_swap_ops;

/*
 * Every item gets its result: OK, NOT_STORED where something else is there, UNSUPPORTED where there
 * is no cas, a refusal or failure. Two rounds where no other caller writes the same keys.
 */
void strata_memcached_swap_all(const strata_memcached_swap_ops *ops,
	const strata_memcached_tier *tier, strata_call *call, strata_item *const *items, size_t count,
	const strata_cas_token *token);

/* The server has no cas: UNSUPPORTED, and the call says why. */
void strata_memcached_swap_refuse(strata_call *call, strata_item *item);

#endif
