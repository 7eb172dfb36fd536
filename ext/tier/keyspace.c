#include "tier/keyspace.h"

#include "base/hash.h"

/* Arbitrary constants that keep the three uses of one hash function apart. */
static const uint64_t space_seed = 0x7374726174613031;
static const uint64_t secret_seed = 0x7374726174613032;
static const uint64_t id_seed = 0x7374726174613033;

/* Hashing the terminating NUL too keeps ("ab", "c") and ("a", "bc") apart. */
static uint64_t hash_names(const char *database, const char *name_space, uint64_t seed)
{
	strata_view first = { database, strlen(database) + 1 };
	strata_view second = { name_space, strlen(name_space) + 1 };

	return strata_hash_of(second, strata_hash_of(first, seed));
}

void strata_keyspace_init(strata_keyspace *keyspace, const char *database, const char *name_space,
	strata_view fingerprint_key, size_t max_value)
{
	*keyspace = (strata_keyspace){
		.database = database,
		.name_space = name_space,
		.namespace_id = hash_names(database, name_space, space_seed),
		.local_id = hash_names(database, name_space, space_seed),
		.fingerprint_seed =
			hash_names(database, name_space, strata_hash_of(fingerprint_key, secret_seed)),
		.fingerprint_id = (uint16_t) strata_hash_of(fingerprint_key, id_seed),
		.max_value = max_value,
	};
}

void strata_keyspace_enter_realm(strata_keyspace *keyspace, const strata_realm *realm)
{
	uint64_t numbers[] = { keyspace->namespace_id, realm->user };
	uint64_t id =
		strata_hash_of((strata_view){ (const char *) numbers, sizeof(numbers) }, realm->secret);

	for (size_t i = 0; i < sizeof(realm->texts) / sizeof(realm->texts[0]); i++) {
		if (realm->texts[i] == NULL) {
			break;
		}
		id = strata_hash_of((strata_view){ realm->texts[i], strlen(realm->texts[i]) + 1 }, id);
	}
	keyspace->local_id = id;
}

uint64_t strata_keyspace_fingerprint(const strata_keyspace *keyspace, strata_view key)
{
	return strata_hash_of(key, keyspace->fingerprint_seed);
}
