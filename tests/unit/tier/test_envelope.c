#include "tier/envelope.h"

#include "base/hash.h"

#include "unit.h"

enum {
	NOW = 1000000,
	GENERATION = 77,
	AT_LAYOUT = 7,
	AT_LEASE = 8,
	AT_SEAL = 24,
	AT_SEALED = 40,
	AT_CODEC = 40,
	AT_FLAGS = 41,
	AT_KEY_ID = 42,
	AT_TAGS = 44,
	AT_RESERVED = 46,
	AT_FINGERPRINT = 48,
	AT_VERSION = 56
};

static strata_arena *arena;
static strata_keyspace with_secret, without_secret;
static const strata_keyspace *keyspace; /* one of them */

static const strata_codec_id sealed_codecs[] = {
	STRATA_CODEC_NULL,
	STRATA_CODEC_FALSE,
	STRATA_CODEC_TRUE,
	STRATA_CODEC_DOUBLE,
	STRATA_CODEC_STRING,
	STRATA_CODEC_PHP,
	STRATA_CODEC_IGBINARY,
};

enum { SEALED_CODECS = sizeof(sealed_codecs) / sizeof(sealed_codecs[0]) };

static strata_item item_of(strata_codec_id codec, strata_view bytes)
{
	return (strata_item){
		.key = strata_view_of("user:1"),
		.value = { .codec = codec, .bytes = bytes },
		.created_at = NOW - 500,
		.fresh_until = NOW + 9500,
		.expires_at = NOW + 20000,
		.cost_msec = 42,
		.version = 0x1122334455667788,
	};
}

static strata_item text_item(void)
{
	return item_of(STRATA_CODEC_STRING, strata_view_of("some value"));
}

static strata_view seal(const strata_item *item)
{
	strata_view sealed = strata_envelope_seal(arena, keyspace, GENERATION, item);

	REQUIRE(sealed.data != NULL);
	return sealed;
}

/* An item with the same key and nothing else true about it. */
static strata_item asking(void)
{
	return (strata_item){
		.key = strata_view_of("user:1"),
		.value = { .codec = STRATA_CODEC_PHP, .bytes = { "stale", 5 }, .integer = 9 },
		.created_at = 1,
		.fresh_until = 2,
		.expires_at = 3,
		.cost_msec = 4,
		.version = 5,
	};
}

static strata_result open_at(strata_msec now, strata_view stored, strata_item *item)
{
	*item = asking();
	return strata_envelope_open(arena, keyspace, GENERATION, now, stored, item);
}

static bool is_empty(const strata_item *item)
{
	return item->value.bytes.size == 0 && item->value.integer == 0 && item->created_at == 0 &&
		   item->fresh_until == 0 && item->expires_at == 0 && item->cost_msec == 0 &&
		   item->version == 0;
}

static bool is_refused(strata_view stored, strata_result verdict)
{
	strata_item item;

	return open_at(NOW, stored, &item) == verdict && is_empty(&item);
}

static bool are_same(const strata_item *a, const strata_item *b)
{
	return a->value.codec == b->value.codec && strata_view_equal(a->value.bytes, b->value.bytes) &&
		   a->created_at == b->created_at && a->fresh_until == b->fresh_until &&
		   a->expires_at == b->expires_at && a->cost_msec == b->cost_msec &&
		   a->version == b->version;
}

static char *copy_of(strata_view sealed)
{
	char *copy = malloc(sealed.size);

	REQUIRE(copy != NULL);
	memcpy(copy, sealed.data, sealed.size);
	return copy;
}

static void write_number(char *at, uint64_t number, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		at[i] = (char) (number >> (8 * i));
	}
}

/* As if the bytes had been sealed as they are, for this key. */
static void seal_again(char *stored, size_t size, const char *key)
{
	strata_view sealed = { stored + AT_SEALED, size - AT_SEALED };
	unsigned char mac[STRATA_MAC_SIZE];
	char key_size[8];
	const strata_view parts[] = { { key_size, sizeof(key_size) }, strata_view_of(key), sealed };

	if (keyspace->mac == NULL) {
		memset(stored + AT_SEAL, 0, AT_SEALED - AT_SEAL);
		write_number(stored + AT_SEAL, strata_hash_of(sealed, 0), 8);
		return;
	}
	write_number(key_size, strlen(key), sizeof(key_size));
	CHECK(strata_mac_of(keyspace->mac, parts, 3, mac));
	memcpy(stored + AT_SEAL, mac, AT_SEALED - AT_SEAL);
}

/* ---- what comes back ---- */

static void what_was_sealed_is_opened_for_every_codec(void)
{
	for (size_t i = 0; i < SEALED_CODECS; i++) {
		strata_item sealed = item_of(sealed_codecs[i], (strata_view){ "a\0b\r\n", 5 });
		strata_item opened;

		CHECK(open_at(NOW, seal(&sealed), &opened) == STRATA_OK);
		CHECK(are_same(&opened, &sealed));
	}
}

static void a_value_may_be_empty_or_large(void)
{
	size_t size = 3 * 1024 * 1024;
	char *large = calloc(1, size);
	strata_item sealed = item_of(STRATA_CODEC_STRING, (strata_view){ NULL, 0 });
	strata_item opened;

	REQUIRE(large != NULL);
	CHECK(open_at(NOW, seal(&sealed), &opened) == STRATA_OK && opened.value.bytes.size == 0);
	sealed.value.bytes = (strata_view){ large, size };
	CHECK(open_at(NOW, seal(&sealed), &opened) == STRATA_OK);
	CHECK(strata_view_equal(opened.value.bytes, sealed.value.bytes));
	free(large);
}

static void the_value_stays_where_it_was_received(void)
{
	strata_item sealed = text_item();
	strata_view stored = seal(&sealed);
	strata_item opened;

	CHECK(open_at(NOW, stored, &opened) == STRATA_OK);
	CHECK(opened.value.bytes.data == stored.data + STRATA_ENVELOPE_SIZE);
}

/* The parts of the layout that depend on the secret. */
enum { SEAL_BYTES = 16, KEY_ID_BYTES = 2, FINGERPRINT_BYTES = 8 };

typedef struct {
	unsigned char seal[SEAL_BYTES];
	unsigned char key_id[KEY_ID_BYTES];
	unsigned char fingerprint[FINGERPRINT_BYTES];
} secret_part;

/* Worked out by other programs, from the heads of envelope.c and keyspace.c. */
static const secret_part golden_with_secret = {
	{ 0x32, 0x40, 0x3e, 0xfa, 0x1a, 0x3a, 0x1a, 0x6c, 0x8b, 0x86, 0x8d, 0x77, 0x04, 0xde, 0xf3,
		0xcf },
	{ 0x6d, 0x5e },
	{ 0x77, 0xa5, 0x29, 0x0c, 0xfd, 0x91, 0x36, 0x4e },
};
static const secret_part golden_without_secret = {
	{ 0xca, 0xb8, 0x5c, 0x49, 0x52, 0xa2, 0xf2, 0x47 },
	{ 0, 0 },
	{ 0xc8, 0xd0, 0xb7, 0xd8, 0xdd, 0x8c, 0x7d, 0x78 },
};

/* Other hosts run other versions for a while. */
static void the_layout_never_changes(void)
{
	unsigned char golden[] = {
		0xa7, 's', 't', 'r', 'a', 't', 'a', 2,          /* magic, layout */
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* owner and end of a lease */
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* seal */
		6, 0, 0, 0, 0, 0, 0, 0,                         /* codec, flags, key id, tags, reserved */
		0, 0, 0, 0, 0, 0, 0, 0,                         /* fingerprint */
		0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, /* version */
		0x00, 0x40, 0xe4, 0x57, 0x1d, 0x08, 0x06, 0x00, /* generation */
		0x7b, 0x68, 0xe5, 0xcf, 0x8b, 0x01, 0x00, 0x00, /* created */
		0x3c, 0x00, 0x00, 0x00, 0x04, 0x03, 0x02, 0x01, /* fresh for 60 s, cost */
		0x88, 0x3e, 0xe7, 0xcf, 0x8b, 0x01, 0x00, 0x00, /* expires */
		'a', 0, 'b', 'c',                               /* the value */
	};
	const secret_part *part = keyspace->mac != NULL ? &golden_with_secret : &golden_without_secret;
	strata_item item = {
		.key = strata_view_of("user:1"),
		.value = { .codec = STRATA_CODEC_STRING, .bytes = { "a\0bc", 4 } },
		.created_at = 1700000000123,
		.fresh_until = 1700000060123,
		.expires_at = 1700000120456,
		.cost_msec = 0x01020304,
		.version = 0x1122334455667788,
	};
	strata_view sealed = strata_envelope_seal(arena, keyspace, 0x0006081d57e44000, &item);

	memcpy(golden + AT_SEAL, part->seal, SEAL_BYTES);
	memcpy(golden + AT_KEY_ID, part->key_id, KEY_ID_BYTES);
	memcpy(golden + AT_FINGERPRINT, part->fingerprint, FINGERPRINT_BYTES);
	CHECK(strata_view_equal(sealed, (strata_view){ (const char *) golden, sizeof(golden) }));
}

static void scripts_find_the_version_where_they_look_for_it(void)
{
	strata_item item = text_item();
	strata_view sealed = seal(&item);
	char bytes[STRATA_ENVELOPE_VERSION_SIZE];

	strata_envelope_version(item.version, bytes);
	CHECK(memcmp(sealed.data + STRATA_ENVELOPE_VERSION_AT, bytes, sizeof(bytes)) == 0);
}

/* ---- time ---- */

static void a_value_is_over_at_its_end_and_not_before(void)
{
	strata_item item = text_item();
	strata_view sealed = seal(&item);
	strata_item opened;

	CHECK(open_at(item.expires_at - 1, sealed, &opened) == STRATA_STALE);
	CHECK(open_at(item.expires_at, sealed, &opened) == STRATA_MISS && is_empty(&opened));
	CHECK(open_at(item.expires_at + 1, sealed, &opened) == STRATA_MISS);
	item.expires_at = item.fresh_until = STRATA_NEVER;
	CHECK(open_at(UINT64_MAX, seal(&item), &opened) == STRATA_OK);
	CHECK(opened.expires_at == STRATA_NEVER);
}

/* The clock of a host that is ahead would end it for that host alone. */
static void no_clock_of_a_host_ends_a_lock(void)
{
	strata_item item = text_item(), opened = { .key = item.key };
	strata_view sealed;

	item.fresh_until = STRATA_NEVER;
	sealed = strata_envelope_seal(arena, keyspace, STRATA_GENERATION_OF_LOCKS, &item);
	CHECK(strata_envelope_open(arena, keyspace, STRATA_GENERATION_OF_LOCKS,
			  item.expires_at + 1000000, sealed, &opened) == STRATA_OK);
	CHECK(!strata_envelope_looks_absent(keyspace, STRATA_GENERATION_OF_LOCKS,
		item.expires_at + 1000000, (strata_view){ sealed.data, STRATA_ENVELOPE_SIZE }, item.key));
	CHECK(opened.version == item.version && opened.expires_at == STRATA_NEVER);
}

static strata_msec fresh_after_sealing(strata_msec created, strata_msec fresh_until)
{
	strata_item item = text_item();
	strata_item opened;

	item.created_at = created;
	item.fresh_until = fresh_until;
	item.expires_at = STRATA_NEVER;
	CHECK(open_at(created, seal(&item), &opened) == STRATA_OK);
	return opened.fresh_until;
}

/* Soft expiry is kept in whole seconds. */
static void a_value_is_never_stale_too_early(void)
{
	CHECK(fresh_after_sealing(1000, 3000) == 3000);
	CHECK(fresh_after_sealing(1000, 3001) == 4000);
	CHECK(fresh_after_sealing(1000, 1001) == 2000);
	CHECK(fresh_after_sealing(1000, 1000) == 2000);
	CHECK(fresh_after_sealing(1000, 500) == 2000);
	CHECK(fresh_after_sealing(1000, STRATA_NEVER) == STRATA_NEVER);
	CHECK(
		fresh_after_sealing(0, (strata_msec) UINT32_MAX * 1000) == (strata_msec) UINT32_MAX * 1000);
	CHECK(fresh_after_sealing(0, (strata_msec) UINT32_MAX * 1000 + 1) == STRATA_NEVER);
}

/* A caller that asks for its ttl is told what was asked for, and not up to a second more. */
static void a_soft_end_is_not_past_the_hard_one(void)
{
	strata_item item = text_item();
	strata_item opened;

	item.created_at = NOW - 123;
	item.fresh_until = item.expires_at = NOW + 1000;
	CHECK(open_at(NOW, seal(&item), &opened) == STRATA_OK);
	CHECK(opened.fresh_until == NOW + 1000);
}

/* ---- integers ---- */

static bool seals_as(int64_t integer, const char *digits)
{
	strata_item item = item_of(STRATA_CODEC_INTEGER, (strata_view){ NULL, 0 });
	strata_item opened;
	strata_view sealed;

	item.value.integer = integer;
	sealed = seal(&item);
	return strata_view_equal(sealed, strata_view_of(digits)) &&
		   open_at(NOW, sealed, &opened) == STRATA_OK &&
		   opened.value.codec == STRATA_CODEC_INTEGER && opened.value.integer == integer &&
		   opened.version == 0 && opened.expires_at == STRATA_NEVER && opened.created_at == 0;
}

static void integers_are_plain_digits(void)
{
	CHECK(seals_as(0, "0"));
	CHECK(seals_as(7, "7"));
	CHECK(seals_as(-7, "-7"));
	CHECK(seals_as(1700000000000000, "1700000000000000"));
	CHECK(seals_as(INT64_MAX, "9223372036854775807"));
	CHECK(seals_as(INT64_MIN, "-9223372036854775808"));
}

static void nothing_else_is_an_integer(void)
{
	static const char *const texts[] = { "", "-", "-0", "+1", "01", "-01", "00", " 1", "1 ", "1\n",
		"1.0", "1e3", "0x1", "9223372036854775808", "-9223372036854775809", "99999999999999999999",
		"-99999999999999999999", "100000000000000000000", "--1", "1-", "a", "/", ":" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		CHECK(is_refused(strata_view_of(texts[i]), STRATA_FOREIGN));
	}
	CHECK(is_refused((strata_view){ "1\0", 2 }, STRATA_FOREIGN));
}

/* ---- what others wrote, and what got broken ---- */

static void what_others_wrote_is_foreign(void)
{
	char text[300];

	CHECK(is_refused(strata_view_of("a:1:{i:0;i:1;}"), STRATA_FOREIGN));
	memset(text, '1', sizeof(text));
	for (size_t size = 20; size < sizeof(text); size++) {
		CHECK(is_refused((strata_view){ text, size }, STRATA_FOREIGN));
	}
	memset(text, 0, sizeof(text));
	CHECK(is_refused((strata_view){ text, sizeof(text) }, STRATA_FOREIGN));
}

static void a_value_that_was_cut_is_never_ok(void)
{
	strata_item item = text_item();
	strata_view sealed = seal(&item);

	for (size_t size = 0; size < sealed.size; size++) {
		char *cut = copy_of((strata_view){ sealed.data, size });
		strata_item opened;
		strata_result verdict = open_at(NOW, (strata_view){ cut, size }, &opened);

		CHECK(verdict == (size < STRATA_ENVELOPE_SIZE ? STRATA_FOREIGN : STRATA_CORRUPT));
		CHECK(is_empty(&opened));
		free(cut);
	}
}

static void a_value_with_more_behind_it_is_corrupt(void)
{
	strata_item item = text_item();
	strata_view sealed = seal(&item);
	char longer[128] = "";

	memcpy(longer, sealed.data, sealed.size);
	CHECK(is_refused((strata_view){ longer, sealed.size + 1 }, STRATA_CORRUPT));
}

/* The lease is advice, and may be written over. */
static strata_result verdict_on_flipped(size_t byte)
{
	if (byte < AT_LEASE) {
		return STRATA_FOREIGN;
	}
	if (byte < AT_SEAL) {
		return STRATA_OK;
	}
	if (byte >= AT_KEY_ID && byte < AT_TAGS) {
		return STRATA_OTHER_KEY;
	}
	return keyspace->mac != NULL && byte >= AT_FINGERPRINT && byte < AT_VERSION ? STRATA_DESYNC
																				: STRATA_CORRUPT;
}

static void no_flipped_bit_goes_unseen(void)
{
	strata_item item = text_item();
	strata_view sealed = seal(&item);
	char *flipped = copy_of(sealed);

	for (size_t bit = 0; bit < sealed.size * 8; bit++) {
		strata_item opened;
		strata_result verdict;

		flipped[bit / 8] ^= (char) (1 << (bit % 8));
		verdict = open_at(NOW, (strata_view){ flipped, sealed.size }, &opened);
		CHECK(verdict == verdict_on_flipped(bit / 8));
		CHECK(verdict == STRATA_OK ? are_same(&opened, &item) : is_empty(&opened));
		flipped[bit / 8] ^= (char) (1 << (bit % 8));
	}
	free(flipped);
}

static void exchanged_halves_are_seen(void)
{
	strata_item first = text_item();
	strata_item second = item_of(STRATA_CODEC_STRING, strata_view_of("some other"));
	strata_view a = seal(&first), b = seal(&second);
	char *mixed = copy_of(a);

	REQUIRE(a.size == b.size);
	memcpy(mixed + STRATA_ENVELOPE_SIZE, b.data + STRATA_ENVELOPE_SIZE,
		b.size - STRATA_ENVELOPE_SIZE);
	CHECK(is_refused((strata_view){ mixed, a.size }, STRATA_CORRUPT));
	free(mixed);
}

/* ---- later versions ---- */

/* As if it had been sealed so, with this byte in place of what stands there. */
static strata_result verdict_with(size_t at, int byte)
{
	strata_item item = text_item();
	strata_view sealed = seal(&item);
	char *other = copy_of(sealed);
	strata_item opened;
	strata_result verdict;

	other[at] = (char) byte;
	seal_again(other, sealed.size, "user:1");
	verdict = open_at(NOW, (strata_view){ other, sealed.size }, &opened);
	CHECK(verdict == STRATA_OK || is_empty(&opened));
	free(other);
	return verdict;
}

static void another_layout_is_foreign(void)
{
	CHECK(verdict_with(AT_LAYOUT, 2) == STRATA_OK);
	CHECK(verdict_with(AT_LAYOUT, 1) == STRATA_FOREIGN);
	CHECK(verdict_with(AT_LAYOUT, 3) == STRATA_FOREIGN);
}

/* What has tags, say, must not be taken for what it is not. The lowest flag is known. */
static void what_later_versions_write_is_foreign(void)
{
	CHECK(verdict_with(AT_FLAGS, 1) == STRATA_CORRUPT);
	for (int bit = 1; bit < 8; bit++) {
		CHECK(verdict_with(AT_FLAGS, 1 << bit) == STRATA_FOREIGN);
		CHECK(verdict_with(AT_FLAGS, 1 << bit | 1) == STRATA_FOREIGN);
	}
	CHECK(verdict_with(AT_TAGS, 1) == STRATA_FOREIGN);
	CHECK(verdict_with(AT_TAGS + 1, 1) == STRATA_FOREIGN);
	CHECK(verdict_with(AT_RESERVED, 1) == STRATA_FOREIGN);
	CHECK(verdict_with(AT_RESERVED + 1, 1) == STRATA_FOREIGN);
}

static void only_listed_codecs_are_known(void)
{
	for (int codec = 0; codec < 256; codec++) {
		bool is_known = codec >= STRATA_CODEC_NULL && codec <= STRATA_CODEC_ABSENT;
		bool has_size = codec == STRATA_CODEC_INTEGER || codec == STRATA_CODEC_ABSENT;

		CHECK(verdict_with(AT_CODEC, codec) == (has_size      ? STRATA_FOREIGN
												   : is_known ? STRATA_OK
															  : STRATA_UNKNOWN_CODEC));
	}
}

/* ---- fences ---- */

static const strata_fence taken = { .state = STRATA_FENCE_TAKEN,
	.version = 0x1020304050607080,
	.owner = 0xF1F2F3F4F5F6F7F8,
	.end = NOW + 10000 };

static strata_view placeholder(const strata_fence *fence)
{
	strata_view bytes = strata_envelope_placeholder(arena, keyspace, GENERATION, NOW,
		strata_view_of("user:1"), fence);

	REQUIRE(bytes.data != NULL && bytes.size == STRATA_ENVELOPE_SIZE);
	return bytes;
}

static void a_placeholder_is_a_miss_that_says_whose_turn_it_is(void)
{
	strata_item opened;

	CHECK(open_at(NOW, placeholder(&taken), &opened) == STRATA_MISS && is_empty(&opened));
	CHECK(opened.fence.state == STRATA_FENCE_HELD && opened.fence.version == taken.version);
	CHECK(opened.fence.owner == taken.owner && opened.fence.end == taken.end);
	CHECK(open_at(taken.end - 1, placeholder(&taken), &opened) == STRATA_MISS);
	CHECK(opened.fence.state == STRATA_FENCE_HELD);
	CHECK(open_at(taken.end, placeholder(&taken), &opened) == STRATA_MISS);
	CHECK(opened.fence.state == STRATA_FENCE_NONE && opened.fence.version == taken.version);
	CHECK(open_at(UINT64_MAX / 2, placeholder(&taken), &opened) == STRATA_MISS);
}

/* It stands outside of the seal. Any client that can write there can say any of this. */
static void an_end_that_no_lease_has_is_not_believed(void)
{
	strata_fence lie = taken;
	strata_item opened;

	lie.end = NOW + 61000;
	CHECK(open_at(NOW, placeholder(&lie), &opened) == STRATA_MISS);
	CHECK(opened.fence.state == STRATA_FENCE_HELD && opened.fence.end == NOW + 60000);
	lie.end = NOW + 62001;
	CHECK(open_at(NOW, placeholder(&lie), &opened) == STRATA_MISS);
	CHECK(opened.fence.state == STRATA_FENCE_NONE && opened.fence.version == taken.version);
	lie.end = UINT64_MAX;
	CHECK(open_at(NOW, placeholder(&lie), &opened) == STRATA_MISS);
	CHECK(opened.fence.state == STRATA_FENCE_NONE);
	lie.end = NOW + 10000;
	lie.owner = 0;
	CHECK(open_at(NOW, placeholder(&lie), &opened) == STRATA_MISS);
	CHECK(opened.fence.state == STRATA_FENCE_NONE);
}

/* A request may have a session for an hour, and no computation lasts so long. */
static void the_lock_of_a_session_lasts_longer(void)
{
	strata_fence lock = taken;
	strata_item opened = { .key = strata_view_of("user:1") };
	const struct {
		strata_msec end, believed;
	} cases[] = { { 3500000, 3500000 }, { 3601000, 3600000 }, { 3602001, 0 } };

	for (size_t i = 0; i < 3; i++) {
		strata_view bytes;

		lock.end = NOW + cases[i].end;
		bytes = strata_envelope_placeholder(arena, keyspace, STRATA_GENERATION_OF_SESSIONS, NOW,
			opened.key, &lock);
		CHECK(strata_envelope_open(arena, keyspace, STRATA_GENERATION_OF_SESSIONS, NOW, bytes,
				  &opened) == STRATA_MISS);
		CHECK((opened.fence.state == STRATA_FENCE_HELD) == (cases[i].believed != 0));
		CHECK(cases[i].believed == 0 || opened.fence.end == NOW + cases[i].believed);
		CHECK(strata_envelope_created(bytes) == NOW);
	}
	CHECK(strata_envelope_created(strata_view_of("42")) == 0);
}

static void a_lease_is_written_into_a_header_and_changes_nothing_else(void)
{
	strata_item item = text_item();
	strata_view leased = strata_envelope_with_lease(arena, seal(&item), &taken);
	strata_item opened;

	REQUIRE(leased.data != NULL);
	CHECK(open_at(NOW, leased, &opened) == STRATA_OK && are_same(&opened, &item));
	CHECK(opened.fence.state == STRATA_FENCE_HELD && opened.fence.owner == taken.owner);
	CHECK(opened.fence.version == item.version && opened.fence.end == taken.end);
	CHECK(open_at(NOW, seal(&item), &opened) == STRATA_OK);
	CHECK(opened.fence.state == STRATA_FENCE_NONE && opened.fence.version == item.version);
}

static void what_is_stale_is_there_and_what_is_over_is_a_fence(void)
{
	strata_item item = text_item();
	strata_view sealed = seal(&item);
	strata_item opened;

	item.fresh_until = NOW + 10000 - 500; /* in whole seconds since it was created */
	CHECK(open_at(NOW + 9499, sealed, &opened) == STRATA_OK);
	CHECK(open_at(NOW + 9500, sealed, &opened) == STRATA_STALE && are_same(&opened, &item));
	CHECK(open_at(item.expires_at, sealed, &opened) == STRATA_MISS && is_empty(&opened));
	CHECK(opened.fence.version == item.version && opened.fence.state == STRATA_FENCE_NONE);
}

static void a_placeholder_has_nothing_behind_it(void)
{
	strata_view bytes = placeholder(&taken);
	char longer[STRATA_ENVELOPE_SIZE + 1] = { 0 };
	strata_item opened;

	memcpy(longer, bytes.data, bytes.size);
	seal_again(longer, sizeof(longer), "user:1");
	CHECK(is_refused((strata_view){ longer, sizeof(longer) }, STRATA_FOREIGN));
	CHECK(open_at(NOW, (strata_view){ longer, sizeof(longer) }, &opened) == STRATA_FOREIGN);
	CHECK(opened.fence.version == 0 && opened.fence.state == STRATA_FENCE_NONE);
}

static void an_integer_may_be_enveloped(void)
{
	static const int64_t integers[] = { 0, 1, -1, INT64_MIN, INT64_MAX };

	for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++) {
		strata_item item = item_of(STRATA_CODEC_INTEGER, (strata_view){ NULL, 0 });
		strata_item opened;

		item.value.integer = integers[i];
		item.is_enveloped = true;
		CHECK(seal(&item).size == STRATA_ENVELOPE_SIZE + 8);
		CHECK(open_at(NOW, seal(&item), &opened) == STRATA_OK && are_same(&opened, &item));
		CHECK(opened.value.integer == integers[i] && opened.is_enveloped);
		item.is_enveloped = false;
		CHECK(open_at(NOW, seal(&item), &opened) == STRATA_OK && !opened.is_enveloped);
		CHECK(opened.value.integer == integers[i] && opened.version == 0);
		CHECK(opened.fence.version != 0 && opened.fence.state == STRATA_FENCE_NONE);
	}
}

/* ---- whose value it is ---- */

static strata_result open_as(const strata_keyspace *reader, const char *key, strata_view sealed)
{
	strata_item item = asking();
	strata_result verdict;

	item.key = strata_view_of(key);
	verdict = strata_envelope_open(arena, reader, GENERATION, NOW, sealed, &item);
	CHECK(verdict == STRATA_OK || is_empty(&item));
	return verdict;
}

static const char *secret(void)
{
	return keyspace->mac != NULL ? "secret" : "";
}

static strata_result open_in(const char *database, const char *name_space, const char *secret,
	strata_view sealed)
{
	strata_keyspace other;
	strata_result verdict;

	REQUIRE(strata_keyspace_init(&other, database, name_space, strata_view_of(secret), 1000) ==
			STRATA_OK);
	verdict = open_as(&other, "user:1", sealed);
	CHECK(open_as(&other, "user:2", sealed) == verdict || verdict == STRATA_OK);
	strata_keyspace_fini(&other);
	return verdict;
}

static void another_key_database_or_namespace_is_a_desync(void)
{
	strata_item item = text_item();
	strata_view sealed = seal(&item);

	CHECK(open_as(keyspace, "user:1", sealed) == STRATA_OK);
	CHECK(open_as(keyspace, "user:2", sealed) == STRATA_DESYNC);
	CHECK(open_as(keyspace, "user:", sealed) == STRATA_DESYNC);
	CHECK(open_in("catalog", "shop", secret(), sealed) == STRATA_OK);
	CHECK(open_in("feed", "shop", secret(), sealed) == STRATA_DESYNC);
	CHECK(open_in("catalog", "", secret(), sealed) == STRATA_DESYNC);
}

/* Before a clear() the key had another name: only a mixed-up reply, or a forger, brings that. */
static void another_generation_is_a_desync(void)
{
	strata_item item = text_item();
	strata_view sealed = seal(&item);

	for (int i = -1; i <= 1; i++) {
		strata_item opened = asking();
		strata_result verdict = strata_envelope_open(arena, keyspace, (uint64_t) (GENERATION + i),
			NOW, sealed, &opened);

		CHECK(verdict == (i == 0 ? STRATA_OK : STRATA_DESYNC));
		CHECK(i == 0 || is_empty(&opened));
	}
}

/* After a change of fingerprint_key not every old value is to be counted as a mixed-up reply. */
static void another_fingerprint_key_is_told_apart(void)
{
	strata_item item = text_item();
	strata_view sealed = seal(&item);

	CHECK(open_in("catalog", "shop", "another", sealed) == STRATA_OTHER_KEY);
	CHECK(open_in("catalog", "shop", secret()[0] == '\0' ? "secret" : "", sealed) ==
		  STRATA_OTHER_KEY);
}

/* ---- what a forger may try that knows all but the secret ---- */

/* The value of one key under the name of another, with a fingerprint that fits. */
static void a_mac_holds_the_whole_key(void)
{
	strata_item item = text_item();
	strata_view sealed = seal(&item);
	char *moved = copy_of(sealed);

	write_number(moved + AT_FINGERPRINT,
		strata_keyspace_fingerprint(keyspace, strata_view_of("user:2")), 8);
	seal_again(moved, sealed.size, "user:1");
	CHECK(open_as(keyspace, "user:2", (strata_view){ moved, sealed.size }) ==
		  (keyspace->mac != NULL ? STRATA_CORRUPT : STRATA_OK));
	seal_again(moved, sealed.size, "user:2");
	CHECK(open_as(keyspace, "user:2", (strata_view){ moved, sealed.size }) == STRATA_OK);
	free(moved);
}

/* A checksum in place of a MAC, or as much of the MAC as is there. */
static void a_checksum_is_no_mac(void)
{
	strata_item item = text_item();
	strata_view sealed = seal(&item);
	char *forged = copy_of(sealed);
	strata_view whole = { forged, sealed.size };

	forged[sealed.size - 1] ^= 1;
	memset(forged + AT_SEAL, 0, SEAL_BYTES);
	write_number(forged + AT_SEAL,
		strata_hash_of((strata_view){ forged + AT_SEALED, sealed.size - AT_SEALED }, 0), 8);
	CHECK(
		open_as(keyspace, "user:1", whole) == (keyspace->mac != NULL ? STRATA_CORRUPT : STRATA_OK));
	memcpy(forged, sealed.data, sealed.size);
	memset(forged + AT_SEAL + 8, 0, 8);
	CHECK(
		open_as(keyspace, "user:1", whole) == (keyspace->mac != NULL ? STRATA_CORRUPT : STRATA_OK));
	forged[AT_SEAL + 15] ^= 1;
	CHECK(open_as(keyspace, "user:1", whole) == STRATA_CORRUPT);
	memset(forged + AT_KEY_ID, 0, KEY_ID_BYTES);
	seal_again(forged, sealed.size, "user:1");
	CHECK(open_as(keyspace, "user:1", whole) ==
		  (keyspace->mac != NULL ? STRATA_OTHER_KEY : STRATA_OK));
	free(forged);
}

static void run_all(void)
{
	RUN(what_was_sealed_is_opened_for_every_codec);
	RUN(a_value_may_be_empty_or_large);
	RUN(the_value_stays_where_it_was_received);
	RUN(the_layout_never_changes);
	RUN(scripts_find_the_version_where_they_look_for_it);
	RUN(a_value_is_over_at_its_end_and_not_before);
	RUN(no_clock_of_a_host_ends_a_lock);
	RUN(a_value_is_never_stale_too_early);
	RUN(a_soft_end_is_not_past_the_hard_one);
	RUN(integers_are_plain_digits);
	RUN(nothing_else_is_an_integer);
	RUN(what_others_wrote_is_foreign);
	RUN(a_value_that_was_cut_is_never_ok);
	RUN(a_value_with_more_behind_it_is_corrupt);
	RUN(no_flipped_bit_goes_unseen);
	RUN(exchanged_halves_are_seen);
	RUN(another_layout_is_foreign);
	RUN(what_later_versions_write_is_foreign);
	RUN(only_listed_codecs_are_known);
	RUN(a_placeholder_is_a_miss_that_says_whose_turn_it_is);
	RUN(an_end_that_no_lease_has_is_not_believed);
	RUN(the_lock_of_a_session_lasts_longer);
	RUN(a_lease_is_written_into_a_header_and_changes_nothing_else);
	RUN(what_is_stale_is_there_and_what_is_over_is_a_fence);
	RUN(a_placeholder_has_nothing_behind_it);
	RUN(an_integer_may_be_enveloped);
	RUN(another_key_database_or_namespace_is_a_desync);
	RUN(another_generation_is_a_desync);
	RUN(another_fingerprint_key_is_told_apart);
	RUN(a_mac_holds_the_whole_key);
	RUN(a_checksum_is_no_mac);
}

int main(void)
{
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	REQUIRE(strata_keyspace_init(&with_secret, "catalog", "shop", strata_view_of("secret"), 1000) ==
			STRATA_OK);
	REQUIRE(strata_keyspace_init(&without_secret, "catalog", "shop", strata_view_of(""), 1000) ==
			STRATA_OK);
	keyspace = &without_secret;
	run_all();
	keyspace = &with_secret;
	run_all();
	strata_keyspace_fini(&with_secret);
	strata_keyspace_fini(&without_secret);
	strata_arena_free(arena);
	return unit_end();
}
