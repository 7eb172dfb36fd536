/*
 * Every entry counts for its namespace, in a number for each known namespace and shard, until its
 * block is freed: what readers still hold takes room too. Only a namespace with a share of less
 * than all is held to it, and only when it writes (see evict.c).
 *
 * A namespace that found no room in the table is not counted, and not held to anything.
 */
#include "store/share.h"

#include <string.h>

enum { ALL = 100, REFUSED_FOR = 1000 /* msec */ };

_Atomic uint32_t *strata_share_taken(strata_shard *shard, uint64_t namespace_id)
{
	int index = strata_namespaces_index(shard->namespaces, namespace_id);

	return index < 0 ? NULL : &shard->head->taken[index];
}

static _Atomic uint32_t *taken_of(strata_shard *shard, uint32_t place)
{
	return strata_share_taken(shard, strata_entry_at(shard, place)->namespace_id);
}

/* With the lock: cheaper than an atomic addition. */
static void set(_Atomic uint32_t *taken, uint32_t units)
{
	atomic_store_explicit(taken, units, memory_order_relaxed);
}

void strata_share_add(strata_shard *shard, uint32_t place)
{
	_Atomic uint32_t *taken = taken_of(shard, place);

	if (taken != NULL) {
		set(taken, strata_share_read(taken) + strata_block_units(shard, place));
	}
}

void strata_share_subtract(strata_shard *shard, uint32_t place)
{
	_Atomic uint32_t *taken = taken_of(shard, place);
	uint32_t units = strata_block_units(shard, place);
	uint32_t before;

	/* A namespace that became known after the entry was written was never counted for it. */
	if (taken != NULL) {
		before = strata_share_read(taken);
		set(taken, before > units ? before - units : 0);
	}
}

void strata_share_forget(strata_shard *shard)
{
	memset(shard->head->taken, 0, sizeof(shard->head->taken));
	memset(shard->head->refused_at, 0, sizeof(shard->head->refused_at));
	shard->head->share_hand = 1;
}

/* The moment is one of the past, or damage. */
bool strata_share_was_refused(const strata_shard *shard, uint64_t namespace_id, strata_msec now)
{
	int index = strata_namespaces_index(shard->namespaces, namespace_id);

	return index >= 0 && (uint32_t) now - shard->head->refused_at[index] < REFUSED_FOR;
}

void strata_share_note_refusal(strata_shard *shard, uint64_t namespace_id, strata_msec now)
{
	int index = strata_namespaces_index(shard->namespaces, namespace_id);

	if (index >= 0) {
		shard->head->refused_at[index] = (uint32_t) now;
	}
}

uint32_t strata_share_limit(const strata_shard *shard, const strata_lookup *lookup)
{
	return lookup->share == 0 || lookup->share >= ALL
			   ? shard->end
			   : (uint32_t) ((uint64_t) shard->end * lookup->share / ALL);
}

/* One that has no more than its reserve gives way to no other. */
bool strata_share_is_reserved(const strata_shard *shard, uint32_t place, uint64_t wanted_by)
{
	uint64_t owner = strata_entry_at(shard, place)->namespace_id;
	uint32_t percent = strata_namespaces_reserve_of(shard->namespaces, owner);

	return percent > 0 && owner != wanted_by &&
		   strata_share_read(
			   &shard->head->taken[strata_namespaces_index(shard->namespaces, owner)]) <=
			   (uint64_t) shard->end * percent / ALL;
}
