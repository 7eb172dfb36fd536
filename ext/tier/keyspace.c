/*
 * What is used of a secret is derived from it by HMAC, a number or key of its own for each use: the
 * fingerprint stands in the open in every value, and XXH3 gives its seed away to whatever party
 * looks at enough of them. Nothing of the secret itself follows from that seed.
 */
#include "tier/keyspace.h"

#include <openssl/crypto.h>

#include "base/hash.h"

/* Arbitrary constants that keep the uses of one hash function apart. */
static const uint64_t space_seed = 0x7374726174613031;
static const uint64_t fingerprint_seed = 0x7374726174613032;

/* What HMAC is asked for, with the names behind it where they matter. */
static const char for_fingerprint[] = "strata 2 fingerprint";
static const char for_key_id[] = "strata 2 key id";
static const char for_envelope[] = "strata 2 envelope";

/* With the terminating NUL, which keeps ("ab", "c") and ("a", "bc") apart. */
static strata_view with_end(const char *text)
{
	return (strata_view){ text, strlen(text) + 1 };
}

static uint64_t hash_names(const strata_keyspace *keyspace, const char *database, uint64_t seed)
{
	return strata_hash_of(with_end(keyspace->name_space), strata_hash_of(with_end(database), seed));
}

/* The database that a value is bound to. No database is called "". */
static const char *binding_of(const strata_keyspace *keyspace)
{
	return keyspace->naming == STRATA_NAMES_PLAIN ? "" : keyspace->database;
}

static uint64_t number_of(const unsigned char *bytes, size_t size)
{
	uint64_t number = 0;

	for (size_t i = 0; i < size; i++) {
		number |= (uint64_t) bytes[i] << (8 * i);
	}
	return number;
}

static bool derive_with(strata_keyspace *keyspace, strata_mac *root,
	unsigned char derived[STRATA_MAC_SIZE])
{
	strata_view names[] = { { NULL, 0 }, with_end(binding_of(keyspace)),
		with_end(keyspace->name_space) };
	strata_view key_id = with_end(for_key_id);

	if (!strata_mac_of(root, &key_id, 1, derived)) {
		return false;
	}
	keyspace->key_id = (uint16_t) number_of(derived, sizeof(keyspace->key_id));
	keyspace->key_id += keyspace->key_id == 0;
	names[0] = with_end(for_fingerprint);
	if (!strata_mac_of(root, names, 3, derived)) {
		return false;
	}
	keyspace->fingerprint_seed = number_of(derived, sizeof(keyspace->fingerprint_seed));
	names[0] = with_end(for_envelope);
	if (!strata_mac_of(root, names, 3, derived)) {
		return false;
	}
	keyspace->mac = strata_mac_new((strata_view){ (const char *) derived, STRATA_MAC_SIZE });
	return keyspace->mac != NULL;
}

static strata_result derive(strata_keyspace *keyspace, strata_view secret)
{
	strata_mac *root = strata_mac_new(secret);
	unsigned char derived[STRATA_MAC_SIZE];
	bool is_derived = root != NULL && derive_with(keyspace, root, derived);

	OPENSSL_cleanse(derived, sizeof(derived));
	strata_mac_free(root);
	return is_derived ? STRATA_OK : STRATA_NO_MEMORY;
}

static strata_result complete(strata_keyspace *keyspace, strata_view fingerprint_key)
{
	keyspace->namespace_id = hash_names(keyspace, keyspace->database, space_seed);
	keyspace->local_id = keyspace->namespace_id;
	keyspace->fingerprint_seed = hash_names(keyspace, binding_of(keyspace), fingerprint_seed);
	return fingerprint_key.size == 0 ? STRATA_OK : derive(keyspace, fingerprint_key);
}

strata_result strata_keyspace_init(strata_keyspace *keyspace, const char *database,
	const char *name_space, strata_view fingerprint_key, size_t max_value)
{
	*keyspace = (strata_keyspace){
		.database = database,
		.name_space = name_space,
		.max_value = max_value,
	};
	return complete(keyspace, fingerprint_key);
}

strata_result strata_keyspace_init_plain(strata_keyspace *keyspace, const char *database,
	const char *name_space, strata_view fingerprint_key, size_t max_value)
{
	*keyspace = (strata_keyspace){
		.database = database,
		.name_space = name_space,
		.max_value = max_value,
		.naming = STRATA_NAMES_PLAIN,
		.text_form = STRATA_PLAIN_TEXT,
	};
	return complete(keyspace, fingerprint_key);
}

void strata_keyspace_fini(strata_keyspace *keyspace)
{
	strata_mac_free(keyspace->mac);
	keyspace->mac = NULL;
}

void strata_keyspace_enter_realm(strata_keyspace *keyspace, const strata_realm *realm)
{
	uint64_t numbers[] = { keyspace->namespace_id, realm->user };
	uint64_t family[] = { hash_names(keyspace, keyspace->database, space_seed), realm->user };
	uint64_t id =
		strata_hash_of((strata_view){ (const char *) numbers, sizeof(numbers) }, realm->secret);

	for (size_t i = 0; i < sizeof(realm->texts) / sizeof(realm->texts[0]); i++) {
		if (realm->texts[i] == NULL) {
			break;
		}
		id = strata_hash_of((strata_view){ realm->texts[i], strlen(realm->texts[i]) + 1 }, id);
	}
	keyspace->local_id = id;
	keyspace->family =
		strata_hash_of((strata_view){ (const char *) family, sizeof(family) }, realm->secret);
}

uint64_t strata_keyspace_fingerprint(const strata_keyspace *keyspace, strata_view key)
{
	return strata_hash_of(key, keyspace->fingerprint_seed);
}
