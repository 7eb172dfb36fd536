/*
 * The layout, little endian, one cache line; the value follows:
 *
 *      0  magic "\xA7ST", then the version of this layout (1)
 *      4  codec                u8     strata_codec_id
 *      5  reserved             u8     0; the checksum covers it
 *      6  fingerprint id       u16    which fingerprint_key
 *      8  fingerprint          u64    keyed XXH3-64 of database, namespace and key
 *     16  version              u64    random, one per write
 *     24  generation           u64    of the database when it was written
 *     32  created              u64    milliseconds since 1970
 *     40  fresh for            u32    seconds after created, rounded up; 0 never ends
 *     44  cost                 u32    milliseconds the value took to compute
 *     48  expires              u64    milliseconds since 1970; 0 never
 *     56  reserved             u32    0
 *     60  checksum             u32    CRC-32C of bytes 0 to 59 and of the value
 *
 * The checksum is looked at before anything but the magic is believed, and the fingerprint before
 * the value is: a reply that belongs to another key is whole, sealed by us, and still not ours.
 */
#include "tier/envelope.h"

#include <endian.h>

#include "base/digits.h"
#include "base/hash.h"

enum {
	AT_CODEC = 4,
	AT_FINGERPRINT_ID = 6,
	AT_FINGERPRINT = 8,
	AT_VERSION = STRATA_ENVELOPE_VERSION_AT,
	AT_GENERATION = 24,
	AT_CREATED = 32,
	AT_FRESH = 40,
	AT_COST = 44,
	AT_EXPIRES = 48,
	AT_CHECKSUM = 60,
	LONGEST_INTEGER = 20 /* "-9223372036854775808" */
};

static const unsigned char magic[4] = { 0xA7, 'S', 'T', 1 };

/* One move each where the number of bytes is known and the processor has their order. */
static inline void write_number(char *at, uint64_t number, size_t bytes)
{
	uint64_t ordered = htole64(number);

	memcpy(at, &ordered, bytes);
}

static inline uint64_t read_number(const char *at, size_t bytes)
{
	uint64_t ordered = 0;

	memcpy(&ordered, at, bytes);
	return le64toh(ordered);
}

void strata_envelope_version(uint64_t version, char bytes[STRATA_ENVELOPE_VERSION_SIZE])
{
	write_number(bytes, version, STRATA_ENVELOPE_VERSION_SIZE);
}

static uint32_t checksum(const char *envelope, strata_view value)
{
	uint32_t head = strata_hash_crc32c(0, (strata_view){ envelope, AT_CHECKSUM });

	return strata_hash_crc32c(head, value);
}

/* Seconds from creation to soft expiry, rounded up so that a value is never stale too early. */
static uint32_t fresh_seconds(const strata_item *item)
{
	uint64_t seconds;

	if (item->fresh_until == STRATA_NEVER || item->fresh_until <= item->created_at) {
		return item->fresh_until == STRATA_NEVER ? 0 : 1;
	}
	seconds = (item->fresh_until - item->created_at + 999) / 1000;
	return seconds > UINT32_MAX ? 0 : (uint32_t) seconds;
}

static strata_view seal_integer(strata_arena *arena, int64_t integer)
{
	strata_digits room;

	return strata_arena_copy(arena, strata_digits_of_signed(integer, &room));
}

strata_view strata_envelope_seal(strata_arena *arena, const strata_keyspace *keyspace,
	uint64_t generation, const strata_item *item)
{
	strata_view value = item->value.bytes;
	char *sealed;

	if (item->value.codec == STRATA_CODEC_INTEGER) {
		return seal_integer(arena, item->value.integer);
	}
	sealed = strata_arena_alloc(arena, STRATA_ENVELOPE_SIZE + value.size);
	if (sealed == NULL) {
		return (strata_view){ NULL, 0 };
	}
	memset(sealed, 0, STRATA_ENVELOPE_SIZE);
	memcpy(sealed, magic, sizeof(magic));
	sealed[AT_CODEC] = (char) item->value.codec;
	write_number(sealed + AT_FINGERPRINT_ID, keyspace->fingerprint_id, 2);
	write_number(sealed + AT_FINGERPRINT, strata_keyspace_fingerprint(keyspace, item->key), 8);
	write_number(sealed + AT_VERSION, item->version, 8);
	write_number(sealed + AT_GENERATION, generation, 8);
	write_number(sealed + AT_CREATED, item->created_at, 8);
	write_number(sealed + AT_FRESH, fresh_seconds(item), 4);
	write_number(sealed + AT_COST, item->cost_msec, 4);
	write_number(sealed + AT_EXPIRES, item->expires_at, 8);
	write_number(sealed + AT_CHECKSUM, checksum(sealed, value), 4);
	if (value.size > 0) {
		memcpy(sealed + STRATA_ENVELOPE_SIZE, value.data, value.size);
	}
	return (strata_view){ sealed, STRATA_ENVELOPE_SIZE + value.size };
}

/* Exactly what seal_integer() writes: no plus sign, no leading zero, no space, in range. */
static bool parse_integer(strata_view text, int64_t *integer)
{
	bool negative = text.size > 0 && text.data[0] == '-';
	size_t first = negative ? 1 : 0;
	uint64_t limit = negative ? (uint64_t) INT64_MAX + 1 : INT64_MAX;
	uint64_t sum = 0;

	*integer = 0;
	if (text.size == first || text.size > LONGEST_INTEGER ||
		(text.data[first] == '0' && text.size > 1)) {
		return false;
	}
	for (size_t i = first; i < text.size; i++) {
		unsigned digit = (unsigned char) text.data[i] - (unsigned) '0';

		if (digit > 9 || sum > (limit - digit) / 10) {
			return false;
		}
		sum = sum * 10 + digit;
	}
	*integer = negative ? (int64_t) (0 - sum) : (int64_t) sum;
	return true;
}

static strata_result open_integer(strata_view stored, strata_item *item)
{
	int64_t integer;

	if (!parse_integer(stored, &integer)) {
		return STRATA_FOREIGN;
	}
	item->value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = integer };
	return STRATA_OK;
}

static bool is_codec_known(unsigned char codec)
{
	return codec >= STRATA_CODEC_NULL && codec <= STRATA_CODEC_IGBINARY &&
		   codec != STRATA_CODEC_INTEGER;
}

static void read_fields(const char *sealed, size_t size, strata_item *item)
{
	uint64_t fresh = read_number(sealed + AT_FRESH, 4);

	item->created_at = read_number(sealed + AT_CREATED, 8);
	item->expires_at = read_number(sealed + AT_EXPIRES, 8);
	item->fresh_until = fresh == 0 ? STRATA_NEVER : item->created_at + fresh * 1000;
	item->cost_msec = (uint32_t) read_number(sealed + AT_COST, 4);
	item->version = read_number(sealed + AT_VERSION, 8);
	item->value = (strata_value){
		.codec = (strata_codec_id) (unsigned char) sealed[AT_CODEC],
		.bytes = { sealed + STRATA_ENVELOPE_SIZE, size - STRATA_ENVELOPE_SIZE },
	};
}

static void forget_fields(strata_item *item)
{
	item->value = (strata_value){ .codec = STRATA_CODEC_NULL };
	item->created_at = 0;
	item->fresh_until = STRATA_NEVER;
	item->expires_at = STRATA_NEVER;
	item->cost_msec = 0;
	item->version = 0;
}

/* Is it whole, and is it the value of this key? In the order that the head of this file gives. */
static strata_result classify(const strata_keyspace *keyspace, strata_view stored, strata_view key)
{
	const char *sealed = stored.data;
	strata_view value = { sealed + STRATA_ENVELOPE_SIZE, stored.size - STRATA_ENVELOPE_SIZE };

	if (read_number(sealed + AT_CHECKSUM, 4) != checksum(sealed, value)) {
		return STRATA_CORRUPT;
	}
	if (read_number(sealed + AT_FINGERPRINT_ID, 2) != keyspace->fingerprint_id) {
		return STRATA_OTHER_KEY;
	}
	if (read_number(sealed + AT_FINGERPRINT, 8) != strata_keyspace_fingerprint(keyspace, key)) {
		return STRATA_DESYNC;
	}
	return is_codec_known((unsigned char) sealed[AT_CODEC]) ? STRATA_OK : STRATA_UNKNOWN_CODEC;
}

strata_result strata_envelope_open(const strata_keyspace *keyspace, strata_msec now,
	strata_view stored, strata_item *item)
{
	strata_result verdict;

	forget_fields(item);
	if (stored.size < STRATA_ENVELOPE_SIZE || memcmp(stored.data, magic, sizeof(magic)) != 0) {
		return open_integer(stored, item);
	}
	verdict = classify(keyspace, stored, item->key);
	if (verdict != STRATA_OK) {
		return verdict;
	}
	read_fields(stored.data, stored.size, item);
	if (item->expires_at != STRATA_NEVER && item->expires_at <= now) {
		forget_fields(item);
		return STRATA_MISS;
	}
	return STRATA_OK;
}
