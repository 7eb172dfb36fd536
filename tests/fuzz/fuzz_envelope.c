/*
 * What a shared tier holds under a key: as it is, and once more sealed for that key, because no
 * random bytes have the right fingerprint and checksum, and what is behind those would never be
 * read.
 */
#include "base/hash.h"
#include "fuzz.h"
#include "tier/envelope.h"

enum { NOW = 1700000000, AT_FINGERPRINT_ID = 6, AT_FINGERPRINT = 8, AT_CHECKSUM = 60 };

static const char magic[4] = { (char) 0xA7, 'S', 'T', 1 };
static strata_keyspace keyspace;

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
static void check(const strata_item *item)
{
	strata_arena *arena = strata_arena_new();
	strata_item again = named();
	strata_view sealed;

	MUST(arena != NULL);
	sealed = strata_envelope_seal(arena, &keyspace, 7, item);
	MUST(sealed.data != NULL);
	MUST(strata_envelope_open(&keyspace, NOW, sealed, &again) == STRATA_OK);
	MUST(again.value.codec == item->value.codec && again.value.integer == item->value.integer);
	MUST(strata_view_equal(again.value.bytes, item->value.bytes));
	MUST(again.version == item->version && again.expires_at == item->expires_at);
	strata_arena_free(arena);
}

static strata_result open_stored(strata_view stored)
{
	strata_item item = named();
	strata_result result = strata_envelope_open(&keyspace, NOW, stored, &item);

	if (result == STRATA_OK) {
		check(&item);
	} else {
		MUST(item.value.bytes.size == 0 && item.version == 0);
	}
	return result;
}

static void seal_by_hand(char *envelope, size_t size)
{
	strata_view value = { envelope + STRATA_ENVELOPE_SIZE, size - STRATA_ENVELOPE_SIZE };
	uint32_t sum;

	memcpy(envelope, magic, sizeof(magic));
	write_number(envelope + AT_FINGERPRINT_ID, keyspace.fingerprint_id, 2);
	write_number(envelope + AT_FINGERPRINT,
		strata_keyspace_fingerprint(&keyspace, strata_view_of("key")), 8);
	sum = strata_hash_crc32c(0, (strata_view){ envelope, AT_CHECKSUM });
	write_number(envelope + AT_CHECKSUM, strata_hash_crc32c(sum, value), 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	strata_view stored = fuzz_copy(data, size);

	strata_keyspace_init(&keyspace, "db", "ns", strata_view_of("secret"), 1 << 20);
	(void) open_stored(stored);
	if (size >= STRATA_ENVELOPE_SIZE) {
		strata_result result;

		seal_by_hand((char *) stored.data, size);
		result = open_stored(stored);
		MUST(result == STRATA_OK || result == STRATA_MISS || result == STRATA_UNKNOWN_CODEC ||
			 result == STRATA_CORRUPT);
	}
	free((char *) stored.data);
	return 0;
}
