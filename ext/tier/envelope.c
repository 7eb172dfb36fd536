/*
 * The layout, little endian; the tags follow, 16 bytes each, and then the value:
 *
 *      0  magic "\xA7strata"    7
 *      7  layout               u8     2
 *      8  lease owner          u64    random, one for each computation; 0 there was none
 *     16  lease end            u64    milliseconds since 1970
 *     24  seal                 16     XXH3-64 and zeroes, or a MAC, of byte 40 and all behind it
 *     40  codec                u8     strata_codec_id
 *     41  flags                u8     1: the value is compressed; the other bits are 0
 *     42  key id               u16    which fingerprint_key; 0 none
 *     44  tags                 u16    how many stand before the value, 64 at most
 *     46  reserved             u16    0
 *     48  fingerprint          u64    keyed XXH3-64 of database, namespace and key
 *     56  version              u64    random, one per write
 *     64  generation           u64    of the database when it was written
 *     72  created              u64    milliseconds since 1970
 *     80  fresh for            u32    seconds after created, rounded up; 0 never ends
 *     84  cost                 u32    milliseconds the value took to compute
 *     88  expires              u64    milliseconds since 1970; 0 never
 *
 * A tag is its id and the number that it had, u64 each. They are never compressed: a reader judges
 * by them whether it wants the value at all.
 *
 * What must be 0 and is not was written by a later version, and is left alone. So are more tags.
 *
 * Nothing is believed before the seal was found right, and nothing of the value is looked at before
 * the fingerprint was: a reply that belongs to another key is whole, sealed by us, and still not
 * ours. The lease stands outside of the seal, so that it can be written into a header that is
 * there, by comparing all of that header. It is advice: a lie in it makes others wait, no more, and
 * not for longer than any lease lasts.
 *
 * A placeholder is an envelope whose codec is "absent", with nothing behind it. A value whose time
 * is over is as much as that: its version is a fence, too.
 *
 * With fingerprint_key the seal is half of an HMAC-SHA-256 under a key that is derived for database
 * and namespace, over the size of the key, the key, and what the checksum covers. It is the whole
 * key, and not its fingerprint alone, because two keys of one fingerprint can be made.
 */
#include "tier/envelope.h"

#include <endian.h>

#include <openssl/crypto.h>

#include "base/compiler.h"
#include "base/compression.h"
#include "base/digits.h"
#include "base/hash.h"
#include "plain/plain.h"
#include "policy/key.h"

enum {
	AT_LEASE_END = STRATA_ENVELOPE_LEASE_AT + 8,
	AT_SEAL = 24,
	AT_SEALED = 40, /* where begins what the seal covers */
	AT_CODEC = 40,
	AT_FLAGS = 41,
	AT_KEY_ID = 42,
	AT_TAGS = 44,
	AT_RESERVED = 46,
	AT_FINGERPRINT = 48,
	AT_VERSION = STRATA_ENVELOPE_VERSION_AT,
	AT_GENERATION = 64,
	AT_CREATED = 72,
	AT_FRESH = 80,
	AT_COST = 84,
	AT_EXPIRES = 88,
	SEAL_SIZE = AT_SEALED - AT_SEAL,
	IS_COMPRESSED = 1, /* the one flag that there is */
	INTEGER_SIZE = 8,
	TAG_SIZE = 16,

	/*
	 * Milliseconds. No lease is longer, of a computation or a session, and clocks that differ by
	 * more are an anomaly: an end that is further away than both is not believed at all.
	 */
	LONGEST_LEASE = 60 * 1000,
	LONGEST_SESSION_LOCK = 60 * 60 * 1000,
	CLOCKS_DIFFER = 2 * 1000
};

static const unsigned char magic[8] = { 0xA7, 's', 't', 'r', 'a', 't', 'a', 2 };

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

void strata_envelope_lease(const strata_fence *fence, char bytes[STRATA_ENVELOPE_LEASE_SIZE])
{
	write_number(bytes, fence->owner, 8);
	write_number(bytes + 8, fence->end, 8);
}

/* ---- the seal ---- */

static bool make_mac(const strata_keyspace *keyspace, strata_view key, strata_view sealed,
	char seal[SEAL_SIZE])
{
	unsigned char whole[STRATA_MAC_SIZE];
	char size[8];
	const strata_view parts[] = { { size, sizeof(size) }, key, sealed };
	bool is_made;

	write_number(size, key.size, sizeof(size));
	is_made = strata_mac_of(keyspace->mac, parts, 3, whole);
	memcpy(seal, whole, SEAL_SIZE);
	return is_made;
}

/* The seal of an envelope and its value. False when out of memory. */
static bool make_seal(const strata_keyspace *keyspace, strata_view key, strata_view stored,
	char seal[SEAL_SIZE])
{
	strata_view sealed = { stored.data + AT_SEALED, stored.size - AT_SEALED };

	if (keyspace->mac != NULL) {
		return make_mac(keyspace, key, sealed, seal);
	}
	memset(seal, 0, SEAL_SIZE);
	write_number(seal, strata_hash_of(sealed, 0), sizeof(uint64_t));
	return true;
}

static strata_result check_seal(const strata_keyspace *keyspace, strata_view key,
	strata_view stored)
{
	char seal[SEAL_SIZE];

	if (!make_seal(keyspace, key, stored, seal)) {
		return STRATA_NO_MEMORY;
	}
	return CRYPTO_memcmp(seal, stored.data + AT_SEAL, SEAL_SIZE) == 0 ? STRATA_OK : STRATA_CORRUPT;
}

/* ---- sealing ---- */

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

static void write_fields(const strata_keyspace *keyspace, uint64_t generation,
	const strata_item *item, char *envelope)
{
	bool has_end = !strata_generation_is_fixed(generation);

	memset(envelope, 0, STRATA_ENVELOPE_SIZE);
	memcpy(envelope, magic, sizeof(magic));
	envelope[AT_CODEC] = (char) item->value.codec;
	write_number(envelope + AT_KEY_ID, keyspace->key_id, 2);
	write_number(envelope + AT_TAGS, item->tag_count, 2);
	write_number(envelope + AT_FINGERPRINT, strata_keyspace_fingerprint(keyspace, item->key), 8);
	write_number(envelope + AT_VERSION, item->version, 8);
	write_number(envelope + AT_GENERATION, generation, 8);
	write_number(envelope + AT_CREATED, item->created_at, 8);
	write_number(envelope + AT_FRESH, fresh_seconds(item), 4);
	write_number(envelope + AT_COST, item->cost_msec, 4);
	write_number(envelope + AT_EXPIRES, has_end ? item->expires_at : STRATA_NEVER, 8);
}

static size_t copy_bytes(char *to, strata_view bytes)
{
	if (bytes.size > 0) {
		memcpy(to, bytes.data, bytes.size);
	}
	return bytes.size;
}

/* Where the value begins, behind as many tags. */
static size_t value_at(size_t tag_count)
{
	return STRATA_ENVELOPE_SIZE + tag_count * TAG_SIZE;
}

static void write_tags(const strata_item *item, char *envelope)
{
	for (size_t i = 0; i < item->tag_count; i++) {
		write_number(envelope + value_at(i), item->tags[i].id, 8);
		write_number(envelope + value_at(i) + 8, item->tags[i].number, 8);
	}
}

/*
 * A session is written about as often as it is read, and most are small: to pack and unpack it
 * costs more than is saved, until it is four times as large as other values must be.
 */
static size_t compress_from(const strata_keyspace *keyspace, uint64_t generation)
{
	return keyspace->compress_from * (generation == STRATA_GENERATION_OF_SESSIONS ? 4 : 1);
}

/*
 * Compressed where that saves an eighth. What was compressed when it was read stays so, byte by
 * byte: another version of zstd would make other bytes of it. Returns the size.
 */
static size_t write_value(size_t from, const strata_value *value, char *envelope, char *room)
{
	size_t size = value->bytes.size, packed;

	if (value->packed.size > 0) {
		envelope[AT_FLAGS] = IS_COMPRESSED;
		return copy_bytes(room, value->packed);
	}
	packed =
		from == 0 || size < from ? 0 : strata_compression_pack(value->bytes, room, size - size / 8);
	if (packed == 0) {
		return copy_bytes(room, value->bytes);
	}
	envelope[AT_FLAGS] = IS_COMPRESSED;
	return packed;
}

static size_t most_bytes(const strata_value *value)
{
	return value->bytes.size > value->packed.size ? value->bytes.size : value->packed.size;
}

strata_view strata_envelope_seal(strata_arena *arena, const strata_keyspace *keyspace,
	uint64_t generation, const strata_item *item)
{
	strata_value value = item->value;
	size_t front = value_at(item->tag_count);
	strata_view stored;
	char integer[INTEGER_SIZE];
	char *room;

	if (strata_item_is_digits(item)) {
		return seal_integer(arena, item->value.integer);
	}
	if (item->value.codec == STRATA_CODEC_INTEGER) {
		write_number(integer, (uint64_t) item->value.integer, INTEGER_SIZE);
		value = (strata_value){ .bytes = { integer, INTEGER_SIZE } };
	}
	room = strata_arena_alloc(arena, front + most_bytes(&value));
	if (room == NULL) {
		return (strata_view){ NULL, 0 };
	}
	write_fields(keyspace, generation, item, room);
	write_tags(item, room);
	stored.data = room;
	stored.size =
		front + write_value(compress_from(keyspace, generation), &value, room, room + front);
	return make_seal(keyspace, item->key, stored, room + AT_SEAL) ? stored
																  : (strata_view){ NULL, 0 };
}

size_t strata_envelope_size(const strata_item *item)
{
	const strata_value *value = &item->value;
	size_t size = value->packed.size > 0 ? value->packed.size : strata_value_size(value);

	return value_at(item->tag_count) + size;
}

strata_view strata_envelope_placeholder(strata_arena *arena, const strata_keyspace *keyspace,
	uint64_t generation, strata_msec now, strata_view key, const strata_fence *fence)
{
	strata_item item = { .key = key,
		.value.codec = STRATA_CODEC_ABSENT,
		.created_at = now,
		.fresh_until = STRATA_NEVER,
		.expires_at = STRATA_NEVER,
		.version = fence->version };
	strata_view stored = strata_envelope_seal(arena, keyspace, generation, &item);

	if (stored.data != NULL) {
		strata_envelope_lease(fence, (char *) stored.data + STRATA_ENVELOPE_LEASE_AT);
	}
	return stored;
}

strata_view strata_envelope_with_lease(strata_arena *arena, strata_view stored,
	const strata_fence *fence)
{
	strata_view copy = strata_arena_copy(arena, stored);

	if (copy.data != NULL) {
		strata_envelope_lease(fence, (char *) copy.data + STRATA_ENVELOPE_LEASE_AT);
	}
	return copy;
}

/* ---- opening ---- */

/* In a namespace an integer is sealed: digits there would outlive its clear(). */
static strata_result open_integer(strata_view stored, strata_item *item)
{
	int64_t integer;

	if (strata_key_is_in_namespace(item->key) || !strata_plain_integer(stored, &integer)) {
		return STRATA_FOREIGN;
	}
	item->value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = integer };
	item->fence.version = strata_hash_of(stored, 0) | 1;
	return STRATA_OK;
}

/* Where a session went is no value of a script, whatever key it was written under. */
static bool is_codec_known(unsigned char codec, uint64_t generation)
{
	return (codec >= STRATA_CODEC_NULL && codec <= STRATA_CODEC_ABSENT) ||
		   (codec == STRATA_CODEC_MOVED && generation == STRATA_GENERATION_OF_SESSIONS);
}

static bool is_compressed(const char *envelope)
{
	return (envelope[AT_FLAGS] & IS_COMPRESSED) != 0;
}

static size_t tag_count_of(const char *envelope)
{
	return read_number(envelope + AT_TAGS, 2);
}

/* Are they as many as this version writes, and all there? A placeholder has none. */
static bool are_tags_known(strata_view stored)
{
	size_t count = tag_count_of(stored.data);

	return count == 0 || (count <= STRATA_TAGS_MOST && value_at(count) <= stored.size &&
							 stored.data[AT_CODEC] != STRATA_CODEC_ABSENT);
}

/*
 * Does it bear the innermost namespace around its key? What does not would outlive the clear() of
 * that. A client that knows no namespaces may have stored it. A placeholder is no value.
 */
static bool is_at_home(const char *envelope, strata_view key)
{
	size_t count = tag_count_of(envelope);
	uint64_t home;

	if (!strata_key_is_in_namespace(key) || envelope[AT_CODEC] == STRATA_CODEC_ABSENT) {
		return true;
	}
	home = strata_key_namespace(key);
	for (size_t i = 0; i < count; i++) {
		if (read_number(envelope + value_at(i), 8) == home) {
			return true;
		}
	}
	return false;
}

/* Only what later versions write has another size, or is compressed without need. */
static bool is_size_known(const char *envelope, size_t size)
{
	switch ((unsigned char) envelope[AT_CODEC]) {
		case STRATA_CODEC_ABSENT: return size == 0 && !is_compressed(envelope);
		case STRATA_CODEC_INTEGER: return size == INTEGER_SIZE && !is_compressed(envelope);
	}
	return true;
}

static strata_msec longest_lease(const char *envelope)
{
	return read_number(envelope + AT_GENERATION, 8) == STRATA_GENERATION_OF_SESSIONS
			   ? LONGEST_SESSION_LOCK
			   : LONGEST_LEASE;
}

/* By this host's clock. */
static strata_fence read_fence(const char *envelope, strata_msec now)
{
	strata_fence fence = { .state = STRATA_FENCE_NONE,
		.version = read_number(envelope + AT_VERSION, 8),
		.owner = read_number(envelope + STRATA_ENVELOPE_LEASE_AT, 8),
		.end = read_number(envelope + AT_LEASE_END, 8) };
	strata_msec last = now + longest_lease(envelope);

	if (fence.owner != 0 && fence.end > now && fence.end <= last + CLOCKS_DIFFER) {
		fence.state = STRATA_FENCE_HELD;
		fence.end = fence.end < last ? fence.end : last;
	}
	return fence;
}

static strata_value read_value(const char *sealed, size_t size)
{
	strata_value value = { .codec = (strata_codec_id) (unsigned char) sealed[AT_CODEC] };
	size_t at = value_at(tag_count_of(sealed));

	if (value.codec == STRATA_CODEC_INTEGER) {
		value.integer = (int64_t) read_number(sealed + at, INTEGER_SIZE);
	} else {
		value.bytes = (strata_view){ sealed + at, size - at };
	}
	return value;
}

static void read_times(const char *sealed, strata_item *item)
{
	uint64_t fresh = read_number(sealed + AT_FRESH, 4) * 1000;

	item->created_at = read_number(sealed + AT_CREATED, 8);
	item->expires_at = read_number(sealed + AT_EXPIRES, 8);
	if (fresh == 0 || __builtin_add_overflow(item->created_at, fresh, &item->fresh_until)) {
		item->fresh_until = STRATA_NEVER;
	}
	/* The soft end is kept in whole seconds. */
	if (item->expires_at != STRATA_NEVER && item->fresh_until > item->expires_at) {
		item->fresh_until = item->expires_at;
	}
}

static void read_fields(const char *sealed, size_t size, strata_item *item)
{
	read_times(sealed, item);
	item->cost_msec = (uint32_t) read_number(sealed + AT_COST, 4);
	item->version = read_number(sealed + AT_VERSION, 8);
	item->value = read_value(sealed, size);
	item->is_enveloped = item->value.codec == STRATA_CODEC_INTEGER;
}

/* Where they stand they may lie anyhow. False when out of memory. */
static STRATA_NOINLINE bool read_tags(strata_arena *arena, const char *sealed, strata_item *item)
{
	size_t count = tag_count_of(sealed);
	strata_tag *tags = strata_arena_alloc(arena, count * sizeof(*tags));

	if (tags == NULL) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		tags[i].id = read_number(sealed + value_at(i), 8);
		tags[i].number = read_number(sealed + value_at(i) + 8, 8);
	}
	item->tags = tags;
	item->tag_count = (uint16_t) count;
	return true;
}

/* By now all of it is known to be what a client of ours stored, for this key. */
static strata_result unpack(strata_arena *arena, const strata_keyspace *keyspace,
	strata_view stored, strata_value *value)
{
	if (!is_compressed(stored.data)) {
		return STRATA_OK;
	}
	value->packed = value->bytes;
	return strata_compression_unpack(arena, value->packed, keyspace->max_value, &value->bytes);
}

static void forget_fields(strata_item *item)
{
	item->value = (strata_value){ .codec = STRATA_CODEC_NULL };
	item->created_at = 0;
	item->fresh_until = STRATA_NEVER;
	item->expires_at = STRATA_NEVER;
	item->cost_msec = 0;
	item->version = 0;
	item->is_enveloped = false;
	item->tags = NULL;
	item->tag_count = 0;
}

/*
 * Is it whole, and is it the value of this key? A checksum is right whatever the key is, a MAC for
 * no key but one. So that the value of another key is told from a damaged one, the fingerprint is
 * looked at after the checksum, and before the MAC.
 */
static strata_result check_binding(const strata_keyspace *keyspace, strata_view stored,
	strata_view key)
{
	bool is_of_key =
		read_number(stored.data + AT_FINGERPRINT, 8) == strata_keyspace_fingerprint(keyspace, key);
	strata_result seal;

	if (read_number(stored.data + AT_KEY_ID, 2) != keyspace->key_id) {
		return STRATA_OTHER_KEY;
	}
	if (keyspace->mac != NULL && !is_of_key) {
		return STRATA_DESYNC;
	}
	seal = check_seal(keyspace, key, stored);
	return seal == STRATA_OK && !is_of_key ? STRATA_DESYNC : seal;
}

/* A key has another name under each generation: what was sealed under another is not this one's. */
static strata_result classify(const strata_keyspace *keyspace, uint64_t generation,
	strata_view stored, strata_view key)
{
	const char *envelope = stored.data;
	strata_result binding = check_binding(keyspace, stored, key);

	if (binding != STRATA_OK) {
		return binding;
	}
	if (read_number(envelope + AT_GENERATION, 8) != generation) {
		return STRATA_DESYNC;
	}
	if ((envelope[AT_FLAGS] & ~IS_COMPRESSED) != 0 || read_number(envelope + AT_RESERVED, 2) != 0 ||
		!are_tags_known(stored) || !is_at_home(envelope, key)) {
		return STRATA_FOREIGN;
	}
	if (!is_codec_known((unsigned char) envelope[AT_CODEC], generation)) {
		return STRATA_UNKNOWN_CODEC;
	}
	return is_size_known(envelope, stored.size - value_at(tag_count_of(envelope))) ? STRATA_OK
																				   : STRATA_FOREIGN;
}

static bool is_over(strata_msec end, strata_msec now)
{
	return end != STRATA_NEVER && end <= now;
}

strata_result strata_envelope_open(strata_arena *arena, const strata_keyspace *keyspace,
	uint64_t generation, strata_msec now, strata_view stored, strata_item *item)
{
	strata_result verdict;

	forget_fields(item);
	item->fence = (strata_fence){ .state = STRATA_FENCE_NONE };
	if (stored.size < STRATA_ENVELOPE_SIZE || memcmp(stored.data, magic, sizeof(magic)) != 0) {
		return open_integer(stored, item);
	}
	verdict = classify(keyspace, generation, stored, item->key);
	if (verdict != STRATA_OK) {
		return verdict;
	}
	item->fence = read_fence(stored.data, now);
	read_fields(stored.data, stored.size, item);
	if (item->value.codec == STRATA_CODEC_ABSENT || is_over(item->expires_at, now)) {
		forget_fields(item);
		return STRATA_MISS;
	}
	verdict = tag_count_of(stored.data) == 0 || read_tags(arena, stored.data, item)
				  ? unpack(arena, keyspace, stored, &item->value)
				  : STRATA_NO_MEMORY;
	if (verdict != STRATA_OK) {
		forget_fields(item);
		item->fence = (strata_fence){ .state = STRATA_FENCE_NONE };
		return verdict;
	}
	return is_over(item->fresh_until, now) ? STRATA_STALE : STRATA_OK;
}

/* ---- what others wrote ---- */

/* What a later version wrote is none of another program's, even where it is cut off. */
static bool is_enveloped(strata_view stored)
{
	return strata_view_starts(stored, (strata_view){ (const char *) magic, sizeof(magic) - 1 });
}

strata_result strata_envelope_read(strata_arena *arena, const strata_keyspace *keyspace,
	uint64_t generation, strata_msec now, strata_plain_form form, const strata_plain_stored *stored,
	strata_item *item)
{
	strata_result result;

	item->is_foreign = false;
	/* Another program's value in a namespace of strata's would outlive its clear(). */
	if (!strata_keyspace_names_plainly(keyspace, generation) || is_enveloped(stored->bytes) ||
		strata_key_is_in_namespace(item->key)) {
		return strata_envelope_open(arena, keyspace, generation, now, stored->bytes, item);
	}
	forget_fields(item);
	item->fence = (strata_fence){ .state = STRATA_FENCE_NONE };
	result = strata_plain_read(arena, form, keyspace->max_value, stored, &item->value);
	if (result == STRATA_OK) {
		item->is_foreign = item->value.codec != STRATA_CODEC_INTEGER;
		item->fence.version = strata_hash_of(stored->bytes, stored->flags) | 1;
	}
	return result;
}

uint32_t strata_envelope_flags(const strata_keyspace *keyspace, uint64_t generation,
	strata_plain_form form)
{
	return form == STRATA_PLAIN_FLAGS && strata_keyspace_names_plainly(keyspace, generation)
			   ? STRATA_PLAIN_NOT_FOR_OTHERS
			   : 0;
}

/* A number is never without its type, where there is a place for that. */
strata_plain_stored strata_envelope_write(strata_arena *arena, const strata_keyspace *keyspace,
	uint64_t generation, strata_plain_form form, const strata_item *item)
{
	if (strata_keyspace_writes_plainly(keyspace, generation) ||
		(strata_keyspace_names_plainly(keyspace, generation) && strata_item_is_digits(item))) {
		return strata_plain_write(arena, form, &item->value);
	}
	return (strata_plain_stored){ strata_envelope_seal(arena, keyspace, generation, item),
		strata_envelope_flags(keyspace, generation, form) };
}

bool strata_envelope_looks_absent(const strata_keyspace *keyspace, uint64_t generation,
	strata_msec now, strata_view header, strata_view key)
{
	strata_item item;

	if (header.size < STRATA_ENVELOPE_SIZE || memcmp(header.data, magic, sizeof(magic)) != 0 ||
		read_number(header.data + AT_FINGERPRINT, 8) !=
			strata_keyspace_fingerprint(keyspace, key) ||
		read_number(header.data + AT_GENERATION, 8) != generation) {
		return false;
	}
	read_times(header.data, &item);
	return header.data[AT_CODEC] == STRATA_CODEC_ABSENT || is_over(item.expires_at, now) ||
		   is_over(item.fresh_until, now);
}

strata_msec strata_envelope_created(strata_view stored)
{
	return stored.size < STRATA_ENVELOPE_SIZE ? 0 : read_number(stored.data + AT_CREATED, 8);
}

bool strata_envelope_bears_tags(strata_view header)
{
	return header.size >= STRATA_ENVELOPE_SIZE && memcmp(header.data, magic, sizeof(magic)) == 0 &&
		   tag_count_of(header.data) > 0;
}

strata_view strata_envelope_magic(void)
{
	return (strata_view){ (const char *) magic, sizeof(magic) };
}

void strata_envelope_explain(strata_call *call, const char *tier, const char *node)
{
	strata_call_explain(call, "%s %s: a compressed value is larger than %s", tier, node,
		strata_arena_has_refused(call->arena) ? "what memory_limit leaves"
											  : "strata.max_value allows");
}
