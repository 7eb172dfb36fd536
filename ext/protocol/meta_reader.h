/* meta_reader — where does a reply of the meta protocol end, and what does it say? */
#ifndef STRATA_PROTOCOL_META_READER_H
#define STRATA_PROTOCOL_META_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/result.h"
#include "base/view.h"

/*
 * All but the last are members of strata_memcached_protocol, and promise what protocol.h says of them. The very
 * first line of a connection answers the greeting and is taken as text, whatever it is, under the
 * code ERROR: a peer that is no memcached can then be named by what it said.
 */
void *strata_meta_reader_new(size_t max_reply);
void strata_meta_reader_free(void *reader);
STRATA_MUST_CHECK strata_result strata_meta_reader_feed(void *reader, strata_arena *arena,
	strata_view bytes);
STRATA_MUST_CHECK strata_result strata_meta_reader_take(void *reader, strata_arena *arena,
	void **reply);
bool strata_meta_reader_is_drained(const void *reader);

#endif
