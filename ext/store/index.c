/*
 * A hash table of chains. A chain begins in the bucket that the low bits of the hash select and
 * goes from entry to entry by places. The index is derived: repair makes it anew from the entries.
 *
 * A chain that leads to something that is no entry, or is longer than chance allows, ends there,
 * and the shard is marked as damaged.
 */
#include "store/index.h"

#include <string.h>

#include "store/failpoint.h"

/* With a random seed, no chain of honest entries comes near this. */
enum { LONGEST_CHAIN = 4096 };

static uint32_t *bucket_of(const strata_shard *shard, uint32_t hash)
{
	return &shard->buckets[hash & shard->bucket_mask];
}

uint32_t strata_index_find(strata_shard *shard, const strata_lookup *lookup)
{
	uint32_t place = *bucket_of(shard, lookup->hash);

	for (int i = 0; i < LONGEST_CHAIN && place != 0; i++) {
		if (!strata_entry_is_sound(shard, place)) {
			break;
		}
		if (strata_entry_is_of(shard, place, lookup)) {
			return place;
		}
		place = strata_entry_at(shard, place)->next;
	}
	shard->is_damaged |= place != 0;
	return 0;
}

void strata_index_add(strata_shard *shard, uint32_t place)
{
	strata_entry *entry = strata_entry_at(shard, place);
	uint32_t *bucket = bucket_of(shard, entry->hash);

	entry->next = *bucket;
	*bucket = place;
}

/* The word that leads to this place: a bucket or the next of another entry. NULL when none does. */
static uint32_t *link_to(const strata_shard *shard, uint32_t place)
{
	uint32_t *link = bucket_of(shard, strata_entry_at(shard, place)->hash);

	for (int i = 0; i < LONGEST_CHAIN && *link != place; i++) {
		if (!strata_entry_is_sound(shard, *link)) {
			return NULL;
		}
		link = &strata_entry_at(shard, *link)->next;
	}
	return *link == place ? link : NULL;
}

uint32_t strata_index_drop(strata_shard *shard, uint32_t place)
{
	uint32_t *link = link_to(shard, place);

	/* First of all: from here on no repair would bring it back. */
	strata_block_set_state(shard, place, STRATA_BLOCK_FREE);
	STRATA_FAILPOINT("drop: not live any more");
	if (link != NULL) {
		*link = strata_entry_at(shard, place)->next;
	} else {
		shard->is_damaged = true;
	}
	strata_shard_count(&shard->head->entries, -1);
	STRATA_FAILPOINT("drop: not in the index any more");
	return strata_heap_give(shard, place);
}

void strata_index_clear(strata_shard *shard)
{
	memset(shard->buckets, 0, ((size_t) shard->bucket_mask + 1) * sizeof(*shard->buckets));
}
