/* peek — the fast paths of the local tier: of a get, and of a set and a count where it is alone. */
#ifndef STRATA_API_VALUE_PEEK_H
#define STRATA_API_VALUE_PEEK_H

#include "php.h"

#include "api/request/space.h"
#include "store/block/store_types.h"

/*
 * The path of nearly all gets: true with the value in *out. False for everything else, and nothing
 * happened then: the slow path finds out what it is, and may go on from hit->cursor. Never throws.
 */
bool strata_api_peek(const strata_space *space, zend_string *key, strata_store_hit *hit, zval *out);

enum { STRATA_PEEKS_MOST = 32 };

/*
 * The same for so many keys at once, each of a length that is allowed: found[i] is the value of
 * keys[i], or undefined.
 */
void strata_api_peek_many(const strata_space *space, zend_string *const *keys, uint32_t count,
	zval found[STRATA_PEEKS_MOST]);

/* The same without the value: true when it is there. */
bool strata_api_peek_has(const strata_space *space, zend_string *key, strata_store_hit *hit);

/*
 * The same for set, of a scalar or a short string, where the local tier is the only one: true when
 * it is stored. ttl in milliseconds, 0: it never ends.
 */
bool strata_api_set_at_once(const strata_space *space, zend_string *key, zval *value,
	strata_msec ttl);

/* The same for a counter, where the local tier is the only one: true with the sum in *out. */
bool strata_api_increment_at_once(const strata_space *space, zend_string *key, zend_long by,
	zval *out);

#endif
