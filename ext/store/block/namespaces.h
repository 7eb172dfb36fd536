/* namespaces — the newest generation of each namespace that the store has been told of. */
#ifndef STRATA_STORE_NAMESPACES_H
#define STRATA_STORE_NAMESPACES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { STRATA_NAMESPACE_COUNT = 1024 };

/* Lives in shared memory; all zeroes is valid and knows no namespace. */
typedef struct {
	struct {
		_Atomic uint64_t namespace_id; /* 0: free; claimed once */
		_Atomic uint64_t generation;   /* only ever raised */
	} known[STRATA_NAMESPACE_COUNT];
	_Atomic uint8_t reserves[STRATA_NAMESPACE_COUNT];  /* percent; of the one of the same index */
	_Atomic uint64_t families[STRATA_NAMESPACE_COUNT]; /* of those that have reserved anything */
	_Atomic uint32_t reserved;                         /* all of them together */
} strata_namespaces;

/* Its index in the table, below STRATA_NAMESPACE_COUNT; -1 where it has none. Never changes. */
int strata_namespaces_index(const strata_namespaces *namespaces, uint64_t namespace_id);

/* Something of this generation is being stored. Lock-free. */
void strata_namespaces_note(strata_namespaces *namespaces, uint64_t namespace_id,
	uint64_t generation);

/*
 * The namespace reserves so many percent of the heap from now on, and others of its family, as a
 * former release of it, nothing any more: then percent is returned. Where other families have left
 * less of 100, that is returned, and nothing changes. reserve_of: what it has.
 */
uint32_t strata_namespaces_reserve(strata_namespaces *namespaces, uint64_t namespace_id,
	uint64_t family, uint32_t percent);
uint32_t strata_namespaces_reserve_of(const strata_namespaces *namespaces, uint64_t namespace_id);

/*
 * Is a newer generation of this namespace known? A hint for choosing what to evict: a namespace
 * that found no room in the table is never outdated.
 */
bool strata_namespaces_is_outdated(const strata_namespaces *namespaces, uint64_t namespace_id,
	uint64_t generation);

#endif
