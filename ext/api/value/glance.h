/* glance — is it a hit in the local tier that can be handed out at once? */
#ifndef STRATA_API_VALUE_GLANCE_H
#define STRATA_API_VALUE_GLANCE_H

#include "php.h"

/*
 * The way of nearly all gets: true with the value in *out. False for everything else, and nothing
 * happened then: the long way finds out what it is. Never throws.
 */
bool strata_api_glance(uint32_t database, zend_string *key, zval *out);

/* The same without the value: true when it is there. */
bool strata_api_glance_has(uint32_t database, zend_string *key);

/* The same for a counter that is there, where the local tier is the only one: true with the sum in *out. */
bool strata_api_increment_at_once(uint32_t database, zend_string *key, zend_long by, zval *out);

#endif
