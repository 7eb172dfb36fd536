/* memcached_change: changes a value in place on a server that knows only cas and unsigned sums. */
#ifndef STRATA_TIER_MEMCACHED_MEMCACHED_CHANGE_H
#define STRATA_TIER_MEMCACHED_MEMCACHED_CHANGE_H

#include "tier/memcached/memcached_batch.h"

/* As the verbs of tier/tier.h. */
void strata_memcached_change_touch(const strata_memcached_tier *tier, strata_call *call,
	strata_item *item);
void strata_memcached_change_compare(const strata_memcached_tier *tier, strata_call *call,
	strata_item *item, const strata_cas_token *token);
void strata_memcached_change_remove(const strata_memcached_tier *tier, strata_call *call,
	strata_item *item, const strata_cas_token *token);
void strata_memcached_change_increment(const strata_memcached_tier *tier, strata_call *call,
	strata_item *item, int64_t by, int64_t initial);

/*
 * For items that an add left NOT_STORED: what the server holds may be a placeholder, or over or
 * stale by its envelope, and then it is there for no caller. Such items are stored over it, unless
 * another caller was faster.
 */
void strata_memcached_change_add_again(const strata_memcached_tier *tier, strata_call *call,
	strata_item *const *items, size_t count);

/* A put with STRATA_PUT_REPLACE: the server would put a value over a placeholder. */
void strata_memcached_change_replace(const strata_memcached_tier *tier, strata_call *call,
	strata_item *const *items, size_t count);

#endif
