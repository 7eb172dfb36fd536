/* lookup: what stands in the array of strata_status(), which may lack anything. */
#ifndef STRATA_API_PAGE_LOOKUP_H
#define STRATA_API_PAGE_LOOKUP_H

#include "php.h"

/* The element under "one.two.three"; NULL where it is missing or null. */
const zval *strata_lookup(const zval *from, const char *path);

/* The same as a number, 0 where it is none. */
double strata_lookup_number(const zval *from, const char *path);

/* The same as an array; an empty one where it is none. */
const HashTable *strata_lookup_array(const zval *from, const char *path);

/* Is it true, a number other than 0, or a text that is not empty? */
bool strata_lookup_is(const zval *from, const char *path);

/* Is it this text? */
bool strata_lookup_says(const zval *from, const char *path, const char *text);

#endif
