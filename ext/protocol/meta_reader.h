/* meta_reader: replies of the meta protocol out of the bytes of one connection. */
#ifndef STRATA_PROTOCOL_META_READER_H
#define STRATA_PROTOCOL_META_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/result.h"
#include "base/view.h"

/*
 * All are members of strata_memcached_protocol, and promise what protocol.h says of them. The first
 * line of a connection answers the handshake. It is taken as text under the code ERROR, whatever it
 * is: a message can then quote a peer that is no memcached.
 */
void *strata_meta_reader_new(size_t max_reply);
void strata_meta_reader_free(void *reader);
STRATA_MUST_CHECK strata_result strata_meta_reader_feed(void *reader, strata_arena *arena,
	strata_view bytes);
STRATA_MUST_CHECK strata_result strata_meta_reader_take(void *reader, strata_arena *arena,
	void **reply);
bool strata_meta_reader_is_drained(const void *reader);

#endif
