#include "tier/remote_key.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/hash.h"

enum { MOST_PARTS = 5 };

/* Arbitrary constants that keep the two halves of a hashed key apart. */
static const uint64_t high_seed = 0x7374726174613034;
static const uint64_t low_seed = 0x7374726174613035;

static strata_view join(strata_arena *arena, const strata_view parts[MOST_PARTS])
{
	size_t size = 0;
	char *joined;
	char *at;

	for (int i = 0; i < MOST_PARTS; i++) {
		size += parts[i].size;
	}
	joined = at = strata_arena_alloc(arena, size + 1);
	if (joined == NULL) {
		return (strata_view){ NULL, 0 };
	}
	for (int i = 0; i < MOST_PARTS; i++) {
		if (parts[i].size > 0) {
			memcpy(at, parts[i].data, parts[i].size);
			at += parts[i].size;
		}
	}
	*at = '\0';
	return (strata_view){ joined, size };
}

/* Behind the names of namespace and database. */
static strata_view join_in(strata_arena *arena, const strata_scope *scope, const char *middle,
	strata_view rest)
{
	const strata_view parts[MOST_PARTS] = { strata_view_of(scope->name_space),
		strata_view_of(scope->name_space[0] == '\0' ? "" : ":"), strata_view_of(scope->database),
		strata_view_of(middle), rest };

	return join(arena, parts);
}

strata_view strata_remote_key(strata_arena *arena, const strata_scope *scope, uint64_t generation,
	strata_view key)
{
	char middle[24];

	snprintf(middle, sizeof(middle), ":%" PRIu64 ":", generation);
	return join_in(arena, scope, middle, key);
}

strata_view strata_remote_key_hashed(strata_arena *arena, const strata_scope *scope,
	uint64_t generation, strata_view key)
{
	char middle[24];
	char digits[33];

	snprintf(middle, sizeof(middle), ":%" PRIu64 "#", generation);
	snprintf(digits, sizeof(digits), "%016" PRIx64 "%016" PRIx64, strata_hash_of(key, high_seed),
		strata_hash_of(key, low_seed));
	return join_in(arena, scope, middle, strata_view_of(digits));
}

strata_view strata_remote_key_of_generation(strata_arena *arena, const strata_scope *scope,
	const char *suffix)
{
	return join_in(arena, scope, ":generation", strata_view_of(suffix));
}
