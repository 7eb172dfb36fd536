/* memo: the values of the local tier that this process has copied out already. */
#ifndef STRATA_API_REQUEST_MEMO_H
#define STRATA_API_REQUEST_MEMO_H

#include "php.h"

#include "api/request/space.h"
#include "codec/image/image_copy.h"

/*
 * Where no request ends that PHP could tell us of (a queue worker, a thread), a value cannot stay
 * pinned in shared memory. It is copied once for each version instead, and handed out again by
 * reference count for as long as the local tier still holds that version. The copies are request
 * memory and go with it.
 */

/* The copy of this version, borrowed until the next call here; NULL when there is none. */
zval *strata_memo_find(const strata_space *space, zend_string *key, uint64_t version);

/*
 * Copies the value of an image, as strata_image_copy() does, and keeps a reference to the copy
 * where another read of this version is likely: a small value is kept when it is read a second
 * time. What is read once, as by a program that walks through a table, takes no memory that stays.
 */
bool strata_memo_copy(const strata_space *space, zend_string *key, uint64_t version,
	strata_view image, const void *origin, zval *out);

/* The keys of arrays that copies were made with before. NULL: the request is over. */
strata_image_keys *strata_memo_keys(void);

/* Lets everything go: when the bound is reached, and where other settings hold from here on. */
void strata_memo_forget(void);

/*
 * Where a request begins and ends. After the end nothing is kept: session handlers and other
 * modules still ask the cache then, and the memory of the request goes without a further word.
 */
void strata_memo_open(void);
void strata_memo_close(void);

/* Bytes kept in this process, as they were counted. */
size_t strata_memo_size(void);

#endif
