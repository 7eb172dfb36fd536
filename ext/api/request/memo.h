/* memo: the values of the local tier that this process has copied out already. */
#ifndef STRATA_API_REQUEST_MEMO_H
#define STRATA_API_REQUEST_MEMO_H

#include "php.h"

#include "api/request/space.h"

/*
 * Where no request ends that PHP could tell us of (a queue worker, a thread), a value cannot stay
 * pinned in shared memory. It is copied once for each version instead, and handed out again by
 * reference count for as long as the local tier still holds that version. The copies are request
 * memory and go with it.
 */

/* The copy of this version, borrowed until the next call here; NULL when there is none. */
zval *strata_memo_find(const strata_space *space, zend_string *key, uint64_t version);

/* Keeps a reference to the value. size is what the value takes, in bytes. */
void strata_memo_keep(const strata_space *space, zend_string *key, uint64_t version, zval *value,
	size_t size);

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
