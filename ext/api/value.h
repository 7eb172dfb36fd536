/* value — between the bytes of an item and the values of the script: the steps that may run user code. */
#ifndef STRATA_API_VALUE_H
#define STRATA_API_VALUE_H

#include "php.h"

#include "api/call.h"
#include "store/store.h"
#include "tier/item.h"

/*
 * Makes the value of an item that is OK; leaves out undefined otherwise. Where the bytes turn out to
 * be unreadable, the item's result says so afterwards, and it is counted: a miss with a reason. No
 * connection is held here, so user code (__unserialize, autoloaders) may do what it likes.
 */
void strata_api_decode(const strata_api_call *call, strata_item *item, zval *out);

/*
 * Serializes a value and stores it. ttl 0: never ends. True when the deepest tier confirmed; false,
 * perhaps with an exception thrown.
 */
bool strata_api_store(uint32_t database, zend_string *key, zval *value, strata_msec ttl,
	strata_put_mode mode);

#endif
