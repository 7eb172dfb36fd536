/* redis_tags: the numbers of tags on Redis, each under a name of its own. */
#ifndef STRATA_TIER_REDIS_REDIS_TAGS_H
#define STRATA_TIER_REDIS_REDIS_TAGS_H

#include "tier/redis/redis_batch.h"
#include "tier/tag_question.h"

/* As the verbs of tier/tier.h. */
void strata_redis_tags_read(strata_redis_tier *tier, strata_call *call,
	strata_tag_question *const *questions, size_t count);
void strata_redis_tags_raise(strata_redis_tier *tier, strata_call *call,
	strata_tag_question *const *questions, size_t count);

#endif
