/* ghosts — the keys of entries that went not long ago, by fingerprints; as ext/store/ghosts.c. */
#ifndef EVICTION_GHOSTS_H
#define EVICTION_GHOSTS_H

#include <stdbool.h>
#include <stdint.h>

/* For a shard of so many units. */
void ghosts_begin(uint32_t units);

/* It went, and so many entries are there: as a share of those, ghosts are remembered. */
void ghosts_add(uint32_t key, uint32_t entries);

/* Was it there? It is no longer. */
bool ghosts_take(uint32_t key);

#endif
