/* generation_copies: the copies of a database's generation on several nodes. */
#ifndef STRATA_TIER_GENERATION_COPIES_H
#define STRATA_TIER_GENERATION_COPIES_H

#include <stdint.h>

#include "base/result.h"
#include "tier/item.h"

/* On how many different nodes a tier keeps a generation, where it has as many. */
enum { STRATA_GENERATION_COPIES = 3 };

/*
 * The largest number that is taken for a generation, one of 18 digits. They are microseconds since
 * 1970, so that it is good for 31,000 years, and whatever is larger was never one.
 */
#define STRATA_GENERATION_LIMIT UINT64_C(999999999999999999)

/*
 * A generation is kept on up to three different nodes, so that losing one of them, or an eviction,
 * does not bring cleared values back: the greatest that can be read counts.
 */
typedef struct {
	uint64_t greatest;     /* 0 when no copy that could be read holds one */
	uint64_t lowest;       /* of the copies that could be read; 0 when one of them holds none */
	uint32_t readable;     /* copies that could be read, also when they hold nothing */
	strata_result failure; /* of the last one that could not; OK when there was none */
	const char
		*failed_node; /* which one that was; lives as long as the call; NULL: none, or not known */
} strata_generation_copies;

void strata_generation_copies_init(strata_generation_copies *copies);

/* The generation that a copy holds; 0 when it holds none, or something else. */
uint64_t strata_generation_copies_held(strata_result result, const strata_value *value);

/*
 * Takes one copy in: OK with an integer in it, MISS, anything else that is an answer, or a failure.
 */
void strata_generation_copies_note(strata_generation_copies *copies, const strata_item *copy);

/* OK when at least one copy could be read, else why the last one could not. */
STRATA_MUST_CHECK strata_result strata_generation_copies_verdict(
	const strata_generation_copies *copies);

/*
 * Did raising succeed? OK when it did for most of these items, else why it did not for one of them.
 */
STRATA_MUST_CHECK strata_result strata_generation_copies_raised(strata_item *const *copies,
	size_t count);

#endif
