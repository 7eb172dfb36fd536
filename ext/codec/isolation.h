/* isolation: a serializer that runs inside of no other one. */
#ifndef STRATA_CODEC_ISOLATION_H
#define STRATA_CODEC_ISOLATION_H

#include "php.h"

#include "ext/standard/basic_functions.h"

/* What PHP's serializer was doing when the cache was called. */
typedef struct {
	unsigned lock;
	struct php_serialize_data *written;
	unsigned write_level;
	struct php_unserialize_data *read;
	unsigned read_level;
} strata_isolation;

/*
 * Between the two a serialize() or unserialize() begins a table of references of its own. Every
 * enter obliges the caller to one leave, also when the request ends in between (zend_bailout).
 */
void strata_isolation_enter(strata_isolation *outer);
void strata_isolation_leave(const strata_isolation *outer);

#endif
