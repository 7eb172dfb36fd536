#include "tier/remote_key.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/hash.h"

/* Room for a namespace of 64, a database's name, a generation of 20 digits and the colons. */
enum { PREFIX_ROOM = 192 };

static const uint64_t high_seed = 0x7374726174613034;
static const uint64_t low_seed = 0x7374726174613035;

/* snprintf() tells how much it would have written; what does not fit was never written. */
static size_t written(int told)
{
	return told < 0 ? 0 : told < PREFIX_ROOM ? (size_t) told : PREFIX_ROOM - 1;
}

static size_t print_names(char prefix[PREFIX_ROOM], const strata_scope *scope)
{
	const char *colon = scope->name_space[0] == '\0' ? "" : ":";

	return written(
		snprintf(prefix, PREFIX_ROOM, "%s%s%s:", scope->name_space, colon, scope->database));
}

static strata_view join(strata_arena *arena, strata_view first, strata_view second)
{
	char *joined = strata_arena_alloc(arena, first.size + second.size + 1);

	if (joined == NULL) {
		return (strata_view){ NULL, 0 };
	}
	memcpy(joined, first.data, first.size);
	if (second.size > 0) {
		memcpy(joined + first.size, second.data, second.size);
	}
	joined[first.size + second.size] = '\0';
	return (strata_view){ joined, first.size + second.size };
}

static strata_view with_generation(strata_arena *arena, const strata_scope *scope,
	uint64_t generation, strata_view rest)
{
	char prefix[PREFIX_ROOM];
	size_t size = print_names(prefix, scope);

	size += written(snprintf(prefix + size, PREFIX_ROOM - size, "%" PRIu64 ":", generation));
	return join(arena, (strata_view){ prefix, size }, rest);
}

strata_view strata_remote_key(strata_arena *arena, const strata_scope *scope, uint64_t generation,
	strata_view key)
{
	return with_generation(arena, scope, generation, key);
}

strata_view strata_remote_key_hashed(strata_arena *arena, const strata_scope *scope,
	uint64_t generation, strata_view key)
{
	char digits[34];

	snprintf(digits, sizeof(digits), "#%016" PRIx64 "%016" PRIx64, strata_hash_of(key, high_seed),
		strata_hash_of(key, low_seed));
	return with_generation(arena, scope, generation, strata_view_of(digits));
}

strata_view strata_remote_key_of_generation(strata_arena *arena, const strata_scope *scope,
	const char *suffix)
{
	char prefix[PREFIX_ROOM];
	size_t size = print_names(prefix, scope);

	size += written(snprintf(prefix + size, PREFIX_ROOM - size, "generation"));
	return join(arena, (strata_view){ prefix, size }, strata_view_of(suffix));
}
