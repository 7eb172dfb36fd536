/* space — which generation of a space is the newest that this store has been told of? */
#ifndef STRATA_STORE_SPACE_H
#define STRATA_STORE_SPACE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { STRATA_SPACE_COUNT = 256 };

/* Lives in shared memory; all zeroes is valid and knows no space. */
typedef struct {
	struct {
		_Atomic uint64_t space;      /* 0: free; claimed once */
		_Atomic uint64_t generation; /* only ever raised */
	} known[STRATA_SPACE_COUNT];
} strata_spaces;

/* Where this space stands in the table, below STRATA_SPACE_COUNT; -1 where it does not. For ever. */
int strata_spaces_index(const strata_spaces *spaces, uint64_t space);

/* Something of this generation is being stored. Lock-free. */
void strata_spaces_note(strata_spaces *spaces, uint64_t space, uint64_t generation);

/*
 * Is a newer generation of this space known? A hint for choosing what to evict: a space that found
 * no room in the table is never outdated.
 */
bool strata_spaces_is_outdated(const strata_spaces *spaces, uint64_t space, uint64_t generation);

#endif
