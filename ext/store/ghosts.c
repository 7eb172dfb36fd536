/*
 * A table of sets: a part of the key's hash selects the set, and another part of it is the
 * fingerprint, 16 bits, of which 0 is none. A set holds its fingerprints in the order in which they
 * came, the newest first, and the oldest falls out. So a set is a short queue, and all of them
 * together are nearly one: the ghost queue of S3-FIFO (Yang et al., SOSP 2023) without links.
 *
 *     set:  newest | ... | oldest        one fingerprint for each 512 bytes of the heap
 *
 * It remembers seven tenths as many keys as there are entries. More make main accept what comes
 * back too seldom, fewer make it slow to follow when other keys become the frequent ones. So where
 * entries are large and few fit, a set is used in part; a fraction of a place is given to that part
 * of all keys.
 *
 * Two keys look alike once in some thousands of looks. The entry is then taken for one that was
 * asked for before, which costs nothing but its room.
 */
#include "store/ghosts.h"

#include <string.h>

#include "base/failpoint.h"

enum { GHOSTS_PERCENT = 70 /* of the number of entries; see benchmarks/eviction.c */ };

static uint64_t spread(uint32_t hash)
{
	return strata_shard_mix((uint64_t) hash + 1);
}

static uint16_t *set_of(const strata_shard *shard, uint64_t bits)
{
	return shard->ghosts + (size_t) ((bits >> 32) * shard->ghost_sets >> 32) * STRATA_GHOST_WAYS;
}

static uint16_t print_of(uint64_t bits)
{
	uint16_t print = (uint16_t) bits;

	return print == 0 ? 1 : print;
}

/* How many of a set are used, the fraction by chance. */
static uint32_t ways_of(const strata_shard *shard, uint64_t bits)
{
	uint64_t entries = atomic_load_explicit(&shard->head->entries, memory_order_relaxed);
	uint64_t kept = entries * GHOSTS_PERCENT / 100;
	uint64_t ways = (kept * 256 / shard->ghost_sets + (bits >> 16 & 255)) / 256;

	return ways < 1 ? 1 : ways > STRATA_GHOST_WAYS ? STRATA_GHOST_WAYS : (uint32_t) ways;
}

void strata_ghosts_add(strata_shard *shard, uint32_t hash)
{
	uint64_t bits = spread(hash);
	uint16_t *set = set_of(shard, bits);
	uint32_t ways = ways_of(shard, bits);

	memmove(set + 1, set, (STRATA_GHOST_WAYS - 1) * sizeof(*set));
	STRATA_FAILPOINT("ghosts: half of it");
	memset(set + ways, 0, (STRATA_GHOST_WAYS - ways) * sizeof(*set));
	set[0] = print_of(bits);
}

bool strata_ghosts_take(strata_shard *shard, uint32_t hash)
{
	uint64_t bits = spread(hash);
	uint16_t *set = set_of(shard, bits);
	uint16_t print = print_of(bits);

	for (uint32_t i = 0; i < STRATA_GHOST_WAYS; i++) {
		if (set[i] == print) {
			memmove(set + i, set + i + 1, (STRATA_GHOST_WAYS - 1 - i) * sizeof(*set));
			set[STRATA_GHOST_WAYS - 1] = 0;
			return true;
		}
	}
	return false;
}
