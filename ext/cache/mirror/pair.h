/* pair: one key in the two places of a database that moves, and in what they differ. */
#ifndef STRATA_CACHE_MIRROR_PAIR_H
#define STRATA_CACHE_MIRROR_PAIR_H

#include "stats/differences.h"
#include "tier/item.h"

typedef enum {
	STRATA_PAIR_OPEN,    /* nothing is said yet, or there was no time */
	STRATA_PAIR_SETTLED, /* the place that follows is as it should be */
	STRATA_PAIR_FAILED   /* one of the places could not be asked, or refused */
} strata_mirror_pair_state;

typedef struct {
	strata_item answering; /* the key is in both */
	strata_item following;
	strata_mirror_pair_state state;
	bool is_left_out; /* no value of this key is copied: it is removed */
	bool was_copied;
	bool was_removed;
	bool was_refused;  /* the place that follows does not take the value, and has none now */
	strata_result why; /* of one that failed */
	uint64_t fence;    /* the version that the place that follows was seen with; 0: none */
} strata_mirror_pair;

/* Fresh, of a key that lives as long as the pair. */
strata_mirror_pair strata_mirror_pair_of(strata_view key);

/* What a get of one place said. */
typedef enum {
	STRATA_SIGHT_NOTHING,     /* nothing, or what is not a value any more */
	STRATA_SIGHT_PLACEHOLDER, /* the same, but something with a version stands there */
	STRATA_SIGHT_VALUE,       /* also one that is stale, and kept for remember() */
	STRATA_SIGHT_FOREIGN,     /* not ours */
	STRATA_SIGHT_UNKNOWN      /* the place could not be asked */
} strata_mirror_sight;

strata_mirror_sight strata_mirror_pair_sight(const strata_item *item);

/*
 * In what does the place that follows differ? Of two that were both seen. A copy has the version of
 * what it was made of. Ends that are up to 2 s apart are the same: servers count them down, and
 * memcached knows seconds. A number that servers count has no version, and is compared as one.
 */
strata_difference_class strata_mirror_pair_classify(const strata_mirror_pair *pair);

#endif
