/* read_sample: keys that a call asked shared tiers for, of a database whose reads are compared. */
#ifndef STRATA_TIER_READ_SAMPLE_H
#define STRATA_TIER_READ_SAMPLE_H

#include <stdint.h>

#include "base/view.h"

enum { STRATA_READ_SAMPLE_KEYS = 64 };

/* Made where the call is. The bytes of the keys live as long as the call. */
typedef struct strata_read_sample {
	uint32_t count;
	strata_view keys[STRATA_READ_SAMPLE_KEYS];
} strata_read_sample;

static inline void strata_read_sample_add(strata_read_sample *sample, strata_view key)
{
	if (sample->count < STRATA_READ_SAMPLE_KEYS) {
		sample->keys[sample->count++] = key;
	}
}

#endif
