#include "ghosts.h"

#include <string.h>

#include "trace.h"

enum { WAYS = 8, PER_GHOST = 8, MOST_SETS = MIXED_SHARD / PER_GHOST / WAYS, PERCENT = 70 };

static uint16_t sets[MOST_SETS][WAYS];
static uint32_t set_count;

static uint64_t spread(uint32_t key)
{
	uint64_t bits = (key + 1) * 0x9E3779B97F4A7C15;

	bits = (bits ^ bits >> 29) * 0xBF58476D1CE4E5B9;
	return bits ^ bits >> 32;
}

static uint16_t print_of(uint64_t bits)
{
	return (uint16_t) bits == 0 ? 1 : (uint16_t) bits;
}

void ghosts_begin(uint32_t units)
{
	memset(sets, 0, sizeof(sets));
	set_count = units == MIXED_SHARD ? MIXED_SHARD / PER_GHOST / WAYS : units / WAYS;
}

/* The fraction by chance. */
static uint32_t ways_for(uint32_t entries)
{
	uint32_t ways = (uint32_t) ((double) entries * PERCENT / 100 / set_count + trace_chance());

	return ways < 1 ? 1 : ways > WAYS ? WAYS : ways;
}

void ghosts_add(uint32_t key, uint32_t entries)
{
	uint64_t bits = spread(key);
	uint16_t *set = sets[(bits >> 32) % set_count];
	uint32_t ways = ways_for(entries);

	memmove(set + 1, set, (WAYS - 1) * sizeof(*set));
	memset(set + ways, 0, (WAYS - ways) * sizeof(*set));
	set[0] = print_of(bits);
}

bool ghosts_take(uint32_t key)
{
	uint64_t bits = spread(key);
	uint16_t *set = sets[(bits >> 32) % set_count];

	for (uint32_t i = 0; i < WAYS; i++) {
		if (set[i] == print_of(bits)) {
			memmove(set + i, set + i + 1, (WAYS - 1 - i) * sizeof(*set));
			set[WAYS - 1] = 0;
			return true;
		}
	}
	return false;
}
