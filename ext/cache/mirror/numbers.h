/* numbers: those of the tags that some values bear, at one of the two places. */
#ifndef STRATA_CACHE_MIRROR_NUMBERS_H
#define STRATA_CACHE_MIRROR_NUMBERS_H

#include "cache/mirror/pair.h"
#include "cache/mirror/visit.h"

typedef struct {
	strata_tag_question *questions; /* each tag once */
	size_t count;
} strata_mirror_numbers;

/* The tags of the answering items. False when out of memory. */
STRATA_MUST_CHECK bool strata_mirror_numbers_list(strata_mirror_numbers *numbers,
	strata_arena *arena, strata_mirror_pair *const *pairs, size_t count);

/* As the servers of the place that answers say now: nothing is made, and no word of before counts.
 */
void strata_mirror_numbers_read(const strata_mirror_numbers *numbers, strata_mirror_visit *visit);

/* The same of the place that follows, where each becomes at least what the values bear. */
void strata_mirror_numbers_lift(const strata_mirror_numbers *numbers, strata_mirror_visit *visit);

/* After the lift: what is greater in the place that follows becomes so in the one that answers. */
void strata_mirror_numbers_return(const strata_mirror_numbers *numbers, strata_mirror_visit *visit);

/* OK with the number; MISS where there is none; or why it is not known. */
STRATA_MUST_CHECK strata_result strata_mirror_numbers_find(const strata_mirror_numbers *numbers,
	uint64_t id, uint64_t *number);

#endif
