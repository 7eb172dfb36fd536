/* listed_key — is this name, which a server lists, a key of ours, and of which generation? */
#ifndef STRATA_TIER_LISTED_KEY_H
#define STRATA_TIER_LISTED_KEY_H

#include <stdint.h>

#include "base/arena.h"
#include "tier/scope.h"

/*
 * A pattern for SCAN that fits every key of the scope, of whatever generation, and next to nothing
 * else; what the names of namespace and database have of such signs is escaped. In the arena; data is
 * NULL when out of memory.
 */
strata_view strata_listed_key_pattern(strata_arena *arena, const strata_scope *scope);

/*
 * The generation in a name, or 0 when it is not one that strata_remote_key() makes in this scope: a
 * generation is a moment since 2001 in microseconds, so that `users:17:name` of somebody else is none.
 */
uint64_t strata_listed_key_generation(const strata_scope *scope, strata_view name);

#endif
