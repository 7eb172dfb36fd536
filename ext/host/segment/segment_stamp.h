/* segment_stamp — one number of all that two processes must agree on to share a segment. */
#ifndef STRATA_HOST_SEGMENT_STAMP_H
#define STRATA_HOST_SEGMENT_STAMP_H

#include <stddef.h>
#include <stdint.h>

#include "base/result.h"

typedef struct {
	const char *build;   /* version of strata, and what of PHP decides how values are laid out */
	uint64_t layout;     /* over the sizes of everything in the segment */
	size_t control_size; /* bytes, see strata_segment_wish */
	size_t heap_size;    /* bytes */
} strata_segment_shape;

/*
 * Mixed in are the namespaces of process ids, since robust mutexes name threads by them, and of
 * time, since ends of life are moments of the monotonic clock. UNSUPPORTED where the system does
 * not tell them.
 */
STRATA_MUST_CHECK strata_result strata_segment_stamp(const strata_segment_shape *shape,
	uint64_t *out);

#endif
