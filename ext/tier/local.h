/* local — the tier in this host's shared memory. */
#ifndef STRATA_TIER_LOCAL_H
#define STRATA_TIER_LOCAL_H

#include "store/store.h"
#include "tier/keyspace.h"
#include "policy/policy_table.h"
#include "tier/tier.h"

typedef struct {
	/* How long a copy is served without asking a deeper tier; 0 where there is none. */
	strata_msec longest_life;
	/* How long a copy is kept beyond that, for get_kept(). */
	strata_msec kept_on_error;
	/* By which the life of copies differs; NULL: it does not. Borrowed. */
	const strata_policy_table *policies;
	/* Copies of keys that are used most are served for longer; NULL: they are not. Borrowed. */
	const strata_analysis *analysis;
	bool is_mute;  /* whatever is there, a read finds nothing */
	uint8_t share; /* percent of the heap that the namespace may fill; 0: all of it */
} strata_local_limits;

/* The store and the keyspace are borrowed. Returns 0, or -1 when out of memory. */
int strata_tier_local_init(strata_tier *tier, strata_store *store, const strata_keyspace *keyspace,
	strata_local_limits limits);

/* Puts the image of the item in the place of what is there, if that is the same version. */
void strata_tier_local_upgrade(strata_tier *tier, strata_call *call, const strata_item *item);

/* Says of an item that is too large which setting refuses it, and by how much. */
void strata_tier_local_explain(const strata_tier *tier, strata_call *call, const strata_item *item);

/* Gives back what a get of the item pinned, if it pinned anything. */
void strata_tier_local_release(strata_tier *tier, strata_item *item);

#endif
