/*
 * ghosts — the keys of entries that went not long ago, by fingerprints. Advice only: any bytes are
 * valid there. Every function wants the shard locked.
 */
#ifndef STRATA_STORE_GHOSTS_H
#define STRATA_STORE_GHOSTS_H

#include "store/block/shard.h"

/* The entry whose key has this hash (see strata_lookup) goes. */
void strata_ghosts_add(strata_shard *shard, uint32_t hash);

/* Did one go whose key has this hash, and is not forgotten yet? It is forgotten now. */
bool strata_ghosts_take(strata_shard *shard, uint32_t hash);

#endif
