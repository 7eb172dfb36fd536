/* remote_key — under which name does a shared tier keep this key? */
#ifndef STRATA_TIER_REMOTE_KEY_H
#define STRATA_TIER_REMOTE_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "tier/scope.h"

/*
 *     [<namespace>:]<database>:<generation>:
 * with which all names of a call begin, so that it is made once for all of them. In the arena; data
 * is NULL when out of memory.
 */
strata_view strata_remote_prefix(strata_arena *arena, const strata_scope *scope,
	uint64_t generation);

/*
 *     <prefix><key>
 * The generation in the name is how clear() works: a new one makes every older key unreachable. In
 * the arena, with a NUL behind it; data is NULL when out of memory, also for the prefix.
 */
strata_view strata_remote_key(strata_arena *arena, strata_view prefix, strata_view key);

/*
 *     [<namespace>:]<database>:<generation>#<32 hexadecimal digits of the key's hash>
 * The same for servers whose keys are short. No key as it is has such a name: it has a colon there.
 * Two keys with one hash are told apart by the fingerprint in the envelope.
 */
strata_view strata_remote_key_hashed(strata_arena *arena, strata_view prefix, strata_view key);

/*
 *     [<namespace>:]<database>:generation<suffix>
 * where a copy of the generation itself is kept. No user's key has this name: theirs have a number there.
 */
strata_view strata_remote_key_of_generation(strata_arena *arena, const strata_scope *scope,
	const char *suffix);

#endif
