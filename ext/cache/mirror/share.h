/* share: which keys are copied to the place that follows, and which reads are looked at. */
#ifndef STRATA_CACHE_MIRROR_SHARE_H
#define STRATA_CACHE_MIRROR_SHARE_H

#include "base/hash.h"
#include "database/mirror.h"

/* The same on all hosts. */
static inline bool strata_mirror_shares(const strata_mirror *mirror, strata_view key)
{
	return mirror->mode != STRATA_SHADOW_MODE_OFF &&
		   (mirror->share >= 100 || strata_hash_of(key, 0) % 100 < mirror->share);
}

/* Some of the reads, while the place that follows is to be proven. */
static inline bool strata_mirror_compares(const strata_mirror *mirror)
{
	return mirror->compare > 0 &&
		   (mirror->mode == STRATA_SHADOW_MODE_COMPARE || mirror->mode == STRATA_SHADOW_MODE_LEAD);
}

/* Are reads of any use to it? */
static inline bool strata_mirror_samples(const strata_mirror *mirror)
{
	return strata_mirror_compares(mirror) ||
		   (mirror->fills && mirror->mode != STRATA_SHADOW_MODE_OFF);
}

#endif
