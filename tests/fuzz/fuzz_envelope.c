/*
 * What a shared tier holds under a key: as it is, and once more sealed for that key, because no
 * random bytes have the right fingerprint and checksum, and what is behind those would never be
 * read.
 */
#include "base/hash.h"
#include "fuzz.h"
#include "tier/envelope.h"

enum {
	NOW = 1700000000,
	GENERATION = 7,
	LONGEST_LEASE = 60000,
	AT_SEAL = 24,
	AT_SEALED = 40,
	AT_KEY_ID = 42,
	AT_FINGERPRINT = 48,
	AT_GENERATION = 64
};

static const char magic[8] = { (char) 0xA7, 's', 't', 'r', 'a', 't', 'a', 2 };
static strata_keyspace keyspace;
static strata_arena *reading; /* what was compressed goes there */

static void write_number(char *at, uint64_t number, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		at[i] = (char) (number >> (8 * i));
	}
}

static strata_item named(void)
{
	return (strata_item){ .key = strata_view_of("key") };
}

/* What was opened must come back from what it is sealed into again. */
static void check(const strata_item *item, strata_result result, strata_view stored)
{
	strata_arena *arena = strata_arena_new();
	strata_item again = named();
	strata_view sealed;

	MUST(arena != NULL);
	sealed = strata_envelope_seal(arena, &keyspace, GENERATION, item);
	MUST(sealed.data != NULL);
	MUST(strata_envelope_open(reading, &keyspace, GENERATION, NOW, sealed, &again) == result);
	MUST(again.value.codec == item->value.codec && again.value.integer == item->value.integer);
	MUST(strata_view_equal(again.value.bytes, item->value.bytes));
	MUST(again.version == item->version && again.expires_at == item->expires_at);
	MUST(again.tag_count == item->tag_count && item->tag_count <= STRATA_TAGS_MOST);
	MUST(item->tag_count == 0 ||
		 memcmp(again.tags, item->tags, item->tag_count * sizeof(strata_tag)) == 0);
	MUST(stored.size < STRATA_ENVELOPE_SIZE ||
		 strata_envelope_bears_tags(stored) == (item->tag_count > 0));
	strata_arena_free(arena);
}

/* No lease is believed for longer than any lasts, and only where the envelope is this key's. */
static void check_fence(const strata_item *item, strata_result result, strata_view stored)
{
	const strata_fence *fence = &item->fence;
	bool is_known = result == STRATA_OK || result == STRATA_STALE || result == STRATA_MISS;
	bool is_enveloped = is_known && fence->version != 0 && stored.size >= STRATA_ENVELOPE_SIZE;

	MUST(is_known || (fence->version == 0 && fence->owner == 0 && fence->end == 0));
	MUST(fence->state == STRATA_FENCE_NONE ||
		 (fence->state == STRATA_FENCE_HELD && is_known && fence->owner != 0 && fence->end > NOW &&
			 fence->end <= NOW + LONGEST_LEASE));
	MUST(!is_enveloped || strata_envelope_looks_absent(&keyspace, GENERATION, NOW,
							  (strata_view){ stored.data, STRATA_ENVELOPE_SIZE },
							  item->key) == (result != STRATA_OK));
}

static strata_result open_stored(strata_view stored)
{
	strata_item item = named();
	strata_result result = strata_envelope_open(reading, &keyspace, GENERATION, NOW, stored, &item);

	check_fence(&item, result, stored);
	if (result == STRATA_OK || result == STRATA_STALE) {
		check(&item, result, stored);
	} else {
		MUST(item.value.bytes.size == 0 && item.version == 0 && item.tag_count == 0);
	}
	return result;
}

static void seal_by_hand(char *envelope, size_t size)
{
	strata_view sealed = { envelope + AT_SEALED, size - AT_SEALED };
	strata_view key = strata_view_of("key");
	unsigned char mac[STRATA_MAC_SIZE];
	char key_size[8];
	const strata_view parts[] = { { key_size, sizeof(key_size) }, key, sealed };

	memcpy(envelope, magic, sizeof(magic));
	write_number(envelope + AT_KEY_ID, keyspace.key_id, 2);
	write_number(envelope + AT_FINGERPRINT, strata_keyspace_fingerprint(&keyspace, key), 8);
	write_number(envelope + AT_GENERATION, GENERATION, 8);
	if (keyspace.mac == NULL) {
		memset(envelope + AT_SEAL, 0, AT_SEALED - AT_SEAL);
		write_number(envelope + AT_SEAL, strata_hash_of(sealed, 0), 8);
		return;
	}
	write_number(key_size, key.size, sizeof(key_size));
	MUST(strata_mac_of(keyspace.mac, parts, 3, mac));
	memcpy(envelope + AT_SEAL, mac, AT_SEALED - AT_SEAL);
}

static void try(strata_view stored, strata_view secret)
{
	strata_result result;

	reading = strata_arena_new();
	MUST(reading != NULL);
	MUST(strata_keyspace_init(&keyspace, "db", "ns", secret, 1 << 20) == STRATA_OK);
	(void) open_stored(stored);
	if (stored.size >= STRATA_ENVELOPE_SIZE) {
		seal_by_hand((char *) stored.data, stored.size);
		result = open_stored(stored);
		MUST(result == STRATA_OK || result == STRATA_STALE || result == STRATA_MISS ||
			 result == STRATA_UNKNOWN_CODEC || result == STRATA_FOREIGN ||
			 result == STRATA_CORRUPT || result == STRATA_TOO_LARGE);
	}
	strata_arena_free(reading);
	strata_keyspace_fini(&keyspace);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	strata_view stored = fuzz_copy(data, size);

	try(stored, strata_view_of(""));
	try(stored, strata_view_of("secret"));
	free((char *) stored.data);
	return 0;
}
