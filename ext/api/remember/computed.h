/* computed: Strata\Computed, what the function of remember() says of the value it computes. */
#ifndef STRATA_API_REMEMBER_COMPUTED_H
#define STRATA_API_REMEMBER_COMPUTED_H

#include "php.h"

#include "api/value/arguments.h"

extern zend_class_entry *strata_computed_ce;

/* After the class was registered: how its objects are made, and that they are not cloned. */
void strata_computed_prepare_class(void);

/*
 * How what was computed is to be stored: what the call asked for, unless the function spoke. Plain
 * data.
 */
typedef struct {
	strata_ttl ttl;
	strata_msec stale; /* how long it is kept beyond that life */
	bool dont_store;
	strata_tag_list tags; /* those of the call, and behind them what the function named */
} strata_computed_terms;

static inline bool strata_computed_is_stored(const strata_computed_terms *terms)
{
	return !terms->dont_store && terms->ttl.kind != STRATA_TTL_IS_OVER;
}

/*
 * Calls the function of the script. A Strata\Computed is its argument if it takes one; what was
 * said through that is in *terms afterwards, also when the function threw. *out is what it
 * returned, or undefined with an exception under way.
 */
void strata_computed_call(zend_fcall_info *function, zend_fcall_info_cache *cache,
	strata_computed_terms *terms, zval *out);

/* A function of the script ran for this key: counts it, by the prefix of the key. */
void strata_computed_count(const strata_space *space, zend_string *key, strata_usec cost);

#endif
