/* memcached_tags: the numbers of tags on memcached, each on the server of its name. */
#ifndef STRATA_TIER_MEMCACHED_MEMCACHED_TAGS_H
#define STRATA_TIER_MEMCACHED_MEMCACHED_TAGS_H

#include "tier/memcached/memcached_batch.h"
#include "tier/tag_question.h"

/* As the verbs of tier/tier.h. A number has one place, also where values have two. */
void strata_memcached_tags_read(const strata_memcached_tier *tier, strata_call *call,
	strata_tag_question *const *questions, size_t count);
void strata_memcached_tags_raise(const strata_memcached_tier *tier, strata_call *call,
	strata_tag_question *const *questions, size_t count);

#endif
