/* remote_key: the name under which a shared tier keeps a key, and the key in such a name. */
#ifndef STRATA_TIER_REMOTE_KEY_H
#define STRATA_TIER_REMOTE_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "tier/keyspace.h"

/*
 *     [<namespace>:]<database>:<generation>:
 * with which all names of a call begin, so that it is made once for all of them. Where names are
 * plain (tier/keyspace.h) it is the namespace alone, without a colon. In the arena; data is NULL
 * when out of memory.
 */
strata_view strata_remote_prefix(strata_arena *arena, const strata_keyspace *keyspace,
	uint64_t generation);

/*
 *     <prefix><key>
 * The generation in the name is how clear() works: a new one makes every older key unreachable. In
 * the arena, with a NUL behind it; data is NULL when out of memory, also for the prefix.
 */
strata_view strata_remote_key(strata_arena *arena, strata_view prefix, strata_view key);

/*
 * What stands behind the prefix of a plain name: the key as the script wrote it at the root of its
 * database (policy/key.h), and as it is in a namespace that was made at run time.
 */
strata_view strata_remote_key_written(strata_view key);

/*
 *     [<namespace>:]<database>:<generation>#<32 hexadecimal digits of the key's hash>
 * The same for servers whose keys are short. No key as it is has such a name: it has a colon there.
 * Two keys with one hash are told apart by the fingerprint in the envelope.
 */
strata_view strata_remote_key_hashed(strata_arena *arena, strata_view prefix, strata_view key);

/*
 *     [<namespace>:]<database>:generation<suffix>
 * where a copy of the generation itself is kept. No user's key has this name: theirs have a number
 * there.
 */
strata_view strata_remote_key_of_generation(strata_arena *arena, const strata_keyspace *keyspace,
	const char *suffix);

/*
 *     [<namespace>:]<database>:tag:<16 hexadecimal digits of the tag's id>
 * where the number of a tag is kept, whatever the generation. No user's key has this name, either.
 */
strata_view strata_remote_key_of_tag(strata_arena *arena, const strata_keyspace *keyspace,
	uint64_t id);

/*
 * A pattern for SCAN that fits every key of the keyspace, of whatever generation, and next to
 * nothing else; what the names of namespace and database have of such signs is escaped. In the
 * arena; data is NULL when out of memory.
 */
strata_view strata_remote_key_pattern(strata_arena *arena, const strata_keyspace *keyspace);

/*
 * The generation in a name, or 0 when it is not one that strata_remote_key() makes in this
 * keyspace: a generation is a moment since 2001 in microseconds, so that a foreign `users:17:name`
 * is none.
 */
uint64_t strata_remote_key_generation(const strata_keyspace *keyspace, strata_view name);

#endif
