/* index — where is the entry of this key? Every function here wants the shard locked. */
#ifndef STRATA_STORE_INDEX_H
#define STRATA_STORE_INDEX_H

#include "store/entry.h"

/* The place of the sound entry with this key, dead or alive; 0 when there is none. */
uint32_t strata_index_find(strata_shard *shard, const strata_lookup *lookup);

/* Puts an entry that is written, and whose key is not in the index, where it will be found. */
void strata_index_add(strata_shard *shard, uint32_t place);

/* Makes a live entry a free block that is found no more. Returns the place of that free block. */
uint32_t strata_index_drop(strata_shard *shard, uint32_t place);

/* For repair: finds nothing from here on. */
void strata_index_clear(strata_shard *shard);

#endif
