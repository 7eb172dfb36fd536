/*
 * value — between the bytes of an item and the values of the script: the steps that may run user
 * code.
 */
#ifndef STRATA_API_VALUE_VALUE_H
#define STRATA_API_VALUE_VALUE_H

#include "php.h"

#include "api/request/call.h"
#include "cache/remember/computation.h"
#include "codec/codec.h"
#include "tier/item.h"

/*
 * Makes the value of an item that is OK, or STALE in a call that takes that; leaves out undefined
 * otherwise. Where the bytes turn out
 * to be unreadable, the item's result says so afterwards, and it is counted: a miss with a reason.
 * No connection is held here, so user code (__unserialize, autoloaders) may do what it likes. What
 * the local tier holds in a slower form becomes an image on the way, for the next time.
 */
void strata_api_decode(strata_api_call *call, zend_string *key, strata_item *item, zval *out);

/*
 * Releases an item that was decoded, unless the script reads it where it lies. Not before all items
 * of a batch are decoded: a key that stands in it twice is pinned once, by the first of the two.
 */
void strata_api_release(const strata_api_call *call, strata_item *item);

/* Bytes; a string that is shorter is stored as it is, and not as an image. */
enum { STRATA_SHORT_STRING = 512 };

/*
 * What is to be stored for a value: bytes for the shared tiers, an image for the local one, where
 * there can be one. False with an exception thrown. A true answer obliges the caller to
 * strata_codec_release(). May run user code.
 */
bool strata_api_encode(strata_api_call *call, zval *value, strata_item *item,
	strata_encoded *encoded);

/* How a value is to be stored. */
typedef struct {
	strata_msec ttl;   /* 0: never ends */
	strata_msec stale; /* how long it is kept for remember() beyond its life */
	const strata_tag_list *tags;
} strata_store_terms;

/*
 * Serializes a value and stores it. True when the deepest tier confirmed; false, perhaps with an
 * exception thrown.
 */
bool strata_api_store(const strata_space *space, zend_string *key, zval *value,
	const strata_store_terms *terms, strata_put_mode mode);

/* Stores what remember() computed, if nothing happened to the key meanwhile. */
bool strata_api_store_computed(const strata_space *space, zend_string *key, zval *value,
	const strata_store_terms *terms, strata_computation *computation);

/* Stores it if what is there is still what was seen. */
bool strata_api_store_over(const strata_space *space, zend_string *key, zval *value,
	const strata_store_terms *terms, const strata_cas_token *seen);

#endif
