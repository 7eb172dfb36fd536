/*
 * verbs: those of the cache as a script means them. In a transaction what is written waits, and
 * what is read comes from there first; without one they are the cache's own.
 */
#ifndef STRATA_API_TRANSACTION_VERBS_H
#define STRATA_API_TRANSACTION_VERBS_H

#include "php.h"

#include "api/request/call.h"
#include "cache/remember/remember.h"
#include "tier/item.h"

/*
 * As strata_cache_get_from(). A value of the transaction is a hit of STRATA_TIER_COUNT: of no
 * tier. So is the miss of a key that it deleted, cleared, or whose tags it invalidated.
 */
void strata_verbs_get(strata_api_call *call, strata_item *const *items, size_t count,
	strata_tier_kind nearest);

/* As strata_cache_put() with STRATA_PUT_SET, of stamped items. OK: they wait. */
void strata_verbs_set(strata_api_call *call, strata_item *const *items, size_t count);

/* As strata_cache_remove(). OK: it waits. */
void strata_verbs_remove(strata_api_call *call, strata_item *const *items, size_t count);

/* As strata_tags_invalidate(). */
STRATA_MUST_CHECK strata_result strata_verbs_invalidate(strata_api_call *call, const uint64_t *ids,
	size_t count);

/* As strata_cache_clear(). */
STRATA_MUST_CHECK strata_result strata_verbs_clear(strata_api_call *call);

/*
 * As strata_computation_store_all(). NOT_STORED, too, where the key or a tag was written in a
 * transaction of this process meanwhile, or a transaction was dropped.
 */
void strata_verbs_store_computed(strata_api_call *call, strata_item *const *items,
	strata_computation *const *computations, size_t count);

/*
 * For what can neither wait nor be truthful inside of a transaction. False with an exception
 * thrown: one is open, or the database cannot be used. Before the call begins.
 */
bool strata_verbs_allow(const strata_space *space);

/*
 * ---- remember() ----
 *
 * Inside of a transaction a computation holds no lease, since no other caller may wait for the
 * commit. Its value is stored over the fence that was seen.
 */

/*
 * In state FOUND: false, unless the transaction deleted, cleared or outdated the value. Then it is
 * released, and the state is another one.
 */
bool strata_verbs_refuse_hidden(strata_api_call *call, strata_memory *memory);

/*
 * True, with the item a hit, where the transaction has the value itself: strata_remember_begin() is
 * not needed.
 */
bool strata_verbs_find(strata_api_call *call, strata_item *item);

/*
 * After each step: what is written from here on counts more than what is computed. Inside, WAIT
 * and BUSY become COMPUTE, and what is held is given back.
 */
void strata_verbs_compute_at_once(strata_api_call *call, strata_memory *memory);

#endif
