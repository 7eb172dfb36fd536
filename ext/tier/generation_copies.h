/* generation_copies — what do the nodes that keep a database's generation say? */
#ifndef STRATA_TIER_GENERATION_COPIES_H
#define STRATA_TIER_GENERATION_COPIES_H

#include <stdint.h>

#include "base/result.h"
#include "tier/item.h"

/*
 * A generation is kept on up to three different nodes, so that losing one of them, or an eviction,
 * does not bring cleared values back: the greatest that can be read counts.
 */
typedef struct {
	uint64_t greatest;     /* 0 when no copy that could be read holds one */
	uint64_t lowest;       /* of the copies that could be read; 0 when one of them holds none */
	uint32_t readable;     /* copies that could be read, also when they hold nothing */
	strata_result failure; /* of the last one that could not; OK when there was none */
} strata_generation_copies;

void strata_generation_copies_init(strata_generation_copies *copies);

/* Takes one copy in: OK with an integer in it, MISS, anything else that is an answer, or a failure. */
void strata_generation_copies_note(strata_generation_copies *copies, strata_result result,
	const strata_value *value);

/* OK when at least one copy could be read, else why the last one could not. */
STRATA_MUST_CHECK strata_result strata_generation_copies_verdict(
	const strata_generation_copies *copies);

#endif
