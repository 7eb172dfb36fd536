/* tag_question: one tag whose number the deepest tier is asked for, or is to change. */
#ifndef STRATA_TIER_TAG_QUESTION_H
#define STRATA_TIER_TAG_QUESTION_H

#include <stdint.h>

#include "base/result.h"

/*
 * The largest number that is taken for one, of 18 digits: microseconds until the year 33,000. What
 * is larger, or no number, counts as missing.
 */
#define STRATA_TAG_LIMIT UINT64_C(999999999999999999)

/* The caller fills id, least and next. A tier writes the rest. */
typedef struct {
	uint64_t id;    /* as in strata_tag */
	uint64_t least; /* what this host knew when it asked; 0: nothing */
	uint64_t next;  /* what is made where no number is, or too low a one; 0: nothing is made */
	uint64_t number;
	strata_result result;
	const char *node; /* that was asked; lives as long as the call; NULL: none */
} strata_tag_question;

#endif
