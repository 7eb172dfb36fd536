/* layout: where the parts of a store lie, and what becomes of those that others left. */
#ifndef STRATA_STORE_LAYOUT_H
#define STRATA_STORE_LAYOUT_H

#include "store/store_internal.h"

enum {
	STRATA_LARGEST_KEY = (64 << 10) + 64, /* the longest of a script, with its namespace's prefix */
	STRATA_IMAGE_FRAME = 64               /* bytes: root, header and end of a string */
};

/*
 * Fills in a store of which only pins is set. OK, NO_MEMORY, or CORRUPT as strata_store_open()
 * says.
 */
STRATA_MUST_CHECK strata_result strata_layout_open(strata_store *store, char *memory,
	const char *readable, size_t size, strata_store_birth birth);

/* A number over the sizes of all that lies in a store of this size; 0: there is none so small. */
uint64_t strata_layout_stamp(size_t size);

#endif
