/* local_tags: the numbers of tags where no other host sees them. */
#ifndef STRATA_TIER_LOCAL_TAGS_H
#define STRATA_TIER_LOCAL_TAGS_H

#include "base/call.h"
#include "store/store.h"
#include "tier/tag_question.h"

/*
 * Integers in the store, under a namespace of their own that is made of the database's local id,
 * and under a generation that never changes. One that was evicted is missing, and made anew.
 * As the verbs of tier/tier.h.
 */
void strata_local_tags_read(strata_store *store, uint64_t local_id, const strata_call *call,
	strata_tag_question *question);
void strata_local_tags_raise(strata_store *store, uint64_t local_id, const strata_call *call,
	strata_tag_question *question);

#endif
