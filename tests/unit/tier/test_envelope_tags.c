/* Values that bear tags, as shared tiers keep them. */
#include "base/hash.h"
#include "tier/envelope.h"

#include "unit.h"

enum {
	NOW = 1000000,
	GENERATION = 77,
	AT_SEAL = 24,
	AT_SEALED = 40,
	AT_CODEC = 40,
	AT_TAGS = 44,
	TAG_SIZE = 16,
	LONG = 5000 /* bytes: a value that is compressed */
};

static strata_arena *arena;
static strata_keyspace with_secret, without_secret;
static const strata_keyspace *keyspace; /* one of them */
static strata_tag tags[STRATA_TAGS_MOST];

static strata_item item_with(uint16_t count, strata_view bytes)
{
	return (strata_item){
		.key = strata_view_of("user:1"),
		.value = { .codec = STRATA_CODEC_STRING, .bytes = bytes },
		.created_at = NOW - 500,
		.fresh_until = NOW + 9500,
		.expires_at = NOW + 20000,
		.version = 5,
		.tags = tags,
		.tag_count = count,
	};
}

static strata_view seal(const strata_item *item)
{
	strata_view sealed = strata_envelope_seal(arena, keyspace, GENERATION, item);

	REQUIRE(sealed.data != NULL);
	return sealed;
}

static strata_result open_at(strata_msec now, strata_view stored, strata_item *item)
{
	static strata_tag others[3];

	*item = (strata_item){ .key = strata_view_of("user:1"), .tags = others, .tag_count = 3 };
	return strata_envelope_open(arena, keyspace, GENERATION, now, stored, item);
}

/* The same under the key of a namespace, whose id is 0xfeed. */
static strata_result seal_and_open_in_a_namespace(strata_item item)
{
	item.key = strata_view_of("~000000000000feed:user:1");
	return strata_envelope_open(arena, keyspace, GENERATION, NOW, seal(&item),
		&(strata_item){ .key = item.key });
}

static bool has_tags(const strata_item *item, uint16_t count)
{
	return item->tag_count == count && (item->tags != NULL) == (count > 0) &&
		   (uintptr_t) item->tags % _Alignof(strata_tag) == 0 &&
		   (count == 0 || memcmp(item->tags, tags, count * sizeof(*tags)) == 0);
}

/* As if the bytes had been sealed as they are. */
static void seal_again(char *stored, size_t size)
{
	strata_view sealed = { stored + AT_SEALED, size - AT_SEALED };
	strata_view key = strata_view_of("user:1");
	char key_size[8] = { (char) key.size };
	const strata_view parts[] = { { key_size, sizeof(key_size) }, key, sealed };
	unsigned char mac[STRATA_MAC_SIZE];
	uint64_t sum = strata_hash_of(sealed, 0);

	memset(stored + AT_SEAL, 0, AT_SEALED - AT_SEAL);
	if (keyspace->mac == NULL) {
		memcpy(stored + AT_SEAL, &sum, sizeof(sum));
		return;
	}
	REQUIRE(strata_mac_of(keyspace->mac, parts, 3, mac));
	memcpy(stored + AT_SEAL, mac, AT_SEALED - AT_SEAL);
}

static void tags_come_back_as_they_were_sealed(void)
{
	static const uint16_t counts[] = { 0, 1, 2, 5, STRATA_TAGS_MOST };
	static const char *const texts[] = { "", "x", "some value" };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		for (size_t j = 0; j < sizeof(texts) / sizeof(texts[0]); j++) {
			strata_item item = item_with(counts[i], strata_view_of(texts[j])), opened;
			strata_view sealed = seal(&item);

			CHECK(sealed.size == strata_envelope_size(&item));
			CHECK(
				sealed.size == STRATA_ENVELOPE_SIZE + counts[i] * TAG_SIZE + item.value.bytes.size);
			CHECK(strata_envelope_bears_tags(sealed) == (counts[i] > 0));
			CHECK(open_at(NOW, sealed, &opened) == STRATA_OK && has_tags(&opened, counts[i]));
			CHECK(strata_view_equal(opened.value.bytes, item.value.bytes));
		}
	}
}

static void wherever_they_were_received_they_are_aligned(void)
{
	strata_item item = item_with(2, strata_view_of("some value")), opened;
	strata_view sealed = seal(&item);
	char *room = malloc(sealed.size + 8);

	REQUIRE(room != NULL);
	for (size_t i = 0; i < 8; i++) {
		memcpy(room + i, sealed.data, sealed.size);
		CHECK(open_at(NOW, (strata_view){ room + i, sealed.size }, &opened) == STRATA_OK);
		CHECK(has_tags(&opened, 2));
	}
	free(room);
}

static void the_layout_of_tags_never_changes(void)
{
	strata_item item = item_with(2, strata_view_of("ab"));
	strata_view sealed;

	tags[0] = (strata_tag){ 0x1122334455667788, 0x0102030405060708 };
	sealed = seal(&item);
	CHECK(sealed.data[AT_TAGS] == 2 && sealed.data[AT_TAGS + 1] == 0);
	CHECK(memcmp(sealed.data + STRATA_ENVELOPE_SIZE,
			  "\x88\x77\x66\x55\x44\x33\x22\x11\x08\x07\x06\x05\x04\x03\x02\x01", TAG_SIZE) == 0);
	CHECK(memcmp(sealed.data + STRATA_ENVELOPE_SIZE + 2 * TAG_SIZE, "ab", 2) == 0);
}

static void a_stale_value_has_its_tags(void)
{
	strata_item item = item_with(3, strata_view_of("some value")), opened;
	strata_view sealed = seal(&item);

	CHECK(open_at(NOW + 15000, sealed, &opened) == STRATA_STALE && has_tags(&opened, 3));
	CHECK(open_at(NOW + 30000, sealed, &opened) == STRATA_MISS && has_tags(&opened, 0));
	CHECK(opened.fence.version == item.version);
}

static void a_value_of_a_namespace_bears_it(void)
{
	strata_item digits = { .key = strata_view_of("~000000000000feed:user:1") };
	strata_item item = item_with(3, strata_view_of("some value"));
	strata_fence fence = { .version = 7 };
	uint64_t other = tags[2].id;

	CHECK(seal_and_open_in_a_namespace(item) == STRATA_FOREIGN);
	tags[2].id = 0xfeed;
	CHECK(seal_and_open_in_a_namespace(item) == STRATA_OK);
	CHECK(seal_and_open_in_a_namespace(item_with(2, item.value.bytes)) == STRATA_FOREIGN);
	CHECK(seal_and_open_in_a_namespace(item_with(0, item.value.bytes)) == STRATA_FOREIGN);
	tags[2].id = other;
	CHECK(strata_envelope_open(arena, keyspace, GENERATION, NOW, strata_view_of("42"), &digits) ==
		  STRATA_FOREIGN);
	digits.key = strata_view_of("~:000000000000feed:user:1");
	CHECK(strata_envelope_open(arena, keyspace, GENERATION, NOW, strata_view_of("42"), &digits) ==
		  STRATA_OK);
	digits = (strata_item){ .key = strata_view_of("~000000000000feed:user:1") };
	CHECK(strata_envelope_open(arena, keyspace, GENERATION, NOW,
			  strata_envelope_placeholder(arena, keyspace, GENERATION, NOW, digits.key, &fence),
			  &digits) == STRATA_MISS);
}

static void an_integer_with_tags_is_in_an_envelope(void)
{
	strata_item item = item_with(2, (strata_view){ NULL, 0 }), opened;

	item.value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = -7 };
	CHECK(!strata_item_is_digits(&item));
	CHECK(seal(&item).size == STRATA_ENVELOPE_SIZE + 2 * TAG_SIZE + 8);
	CHECK(seal(&item).size == strata_envelope_size(&item));
	CHECK(open_at(NOW, seal(&item), &opened) == STRATA_OK && has_tags(&opened, 2));
	CHECK(opened.value.integer == -7 && opened.is_enveloped && opened.version == item.version);
	item.tag_count = 0;
	CHECK(strata_item_is_digits(&item) && seal(&item).size == 2);
	CHECK(open_at(NOW, seal(&item), &opened) == STRATA_OK && has_tags(&opened, 0));
}

static void only_the_value_is_compressed(void)
{
	static char text[LONG];
	strata_item item = item_with(4, (strata_view){ text, LONG }), opened, again;
	strata_view sealed = seal(&item);

	CHECK(sealed.size < LONG);
	CHECK(memcmp(sealed.data + STRATA_ENVELOPE_SIZE, tags, 4 * TAG_SIZE) == 0);
	CHECK(open_at(NOW, sealed, &opened) == STRATA_OK && has_tags(&opened, 4));
	CHECK(strata_view_equal(opened.value.bytes, item.value.bytes));
	/* What was read goes on as it is, under another life. */
	opened.expires_at += 1000;
	CHECK(seal(&opened).size == sealed.size && strata_envelope_size(&opened) == sealed.size);
	CHECK(open_at(NOW, seal(&opened), &again) == STRATA_OK && has_tags(&again, 4));
	CHECK(strata_view_equal(again.value.bytes, item.value.bytes));
}

/* What the envelope is when it claims to have so many tags, sealed for that. */
static strata_result claim(size_t count, size_t size, uint8_t codec)
{
	char *room = calloc(1, size);
	strata_item item = item_with(0, strata_view_of("")), opened;
	strata_result result;

	REQUIRE(room != NULL);
	memcpy(room, seal(&item).data, STRATA_ENVELOPE_SIZE);
	room[AT_TAGS] = (char) count;
	room[AT_TAGS + 1] = (char) (count >> 8);
	room[AT_CODEC] = (char) codec;
	seal_again(room, size);
	result = open_at(NOW, (strata_view){ room, size }, &opened);
	CHECK(result == STRATA_OK ? opened.tag_count == count : has_tags(&opened, 0));
	free(room);
	return result;
}

static void a_claim_is_held_to_the_bytes_that_are_there(void)
{
	const size_t front = STRATA_ENVELOPE_SIZE;

	CHECK(claim(1, front + TAG_SIZE, STRATA_CODEC_STRING) == STRATA_OK);
	CHECK(claim(1, front + TAG_SIZE - 1, STRATA_CODEC_STRING) == STRATA_FOREIGN);
	CHECK(claim(1, front, STRATA_CODEC_STRING) == STRATA_FOREIGN);
	CHECK(claim(64, front + 64 * TAG_SIZE, STRATA_CODEC_STRING) == STRATA_OK);
	CHECK(claim(64, front + 64 * TAG_SIZE - 1, STRATA_CODEC_STRING) == STRATA_FOREIGN);
	CHECK(claim(65, front + 65 * TAG_SIZE, STRATA_CODEC_STRING) == STRATA_FOREIGN);
	CHECK(claim(0xFFFF, front + 100, STRATA_CODEC_STRING) == STRATA_FOREIGN);
	/* A size that is right for the codec is so behind the tags. */
	CHECK(claim(1, front + TAG_SIZE + 8, STRATA_CODEC_INTEGER) == STRATA_OK);
	CHECK(claim(1, front + TAG_SIZE, STRATA_CODEC_INTEGER) == STRATA_FOREIGN);
	CHECK(claim(1, front + TAG_SIZE, STRATA_CODEC_ABSENT) == STRATA_FOREIGN);
	CHECK(claim(1, front, STRATA_CODEC_ABSENT) == STRATA_FOREIGN);
	CHECK(claim(0, front, STRATA_CODEC_ABSENT) == STRATA_MISS);
}

static void no_bit_of_a_tag_changes_unseen(void)
{
	strata_item item = item_with(2, strata_view_of("some value")), opened;
	strata_view sealed = seal(&item);

	for (size_t bit = 0; bit < (size_t) 2 * TAG_SIZE * 8; bit++) {
		char *at = (char *) sealed.data + STRATA_ENVELOPE_SIZE + bit / 8;

		*at ^= (char) (1 << bit % 8);
		CHECK(open_at(NOW, sealed, &opened) == STRATA_CORRUPT && has_tags(&opened, 0));
		*at ^= (char) (1 << bit % 8);
	}
}

static void what_is_no_envelope_bears_none(void)
{
	strata_item item = item_with(2, strata_view_of("some value"));
	strata_view sealed = seal(&item);

	CHECK(strata_envelope_bears_tags(sealed));
	sealed.size = STRATA_ENVELOPE_SIZE;
	CHECK(strata_envelope_bears_tags(sealed));
	sealed.size--;
	CHECK(!strata_envelope_bears_tags(sealed));
	((char *) sealed.data)[0] ^= 1;
	sealed.size++;
	CHECK(!strata_envelope_bears_tags(sealed));
}

static void run_all(void)
{
	RUN(tags_come_back_as_they_were_sealed);
	RUN(wherever_they_were_received_they_are_aligned);
	RUN(the_layout_of_tags_never_changes);
	RUN(a_stale_value_has_its_tags);
	RUN(a_value_of_a_namespace_bears_it);
	RUN(an_integer_with_tags_is_in_an_envelope);
	RUN(only_the_value_is_compressed);
	RUN(a_claim_is_held_to_the_bytes_that_are_there);
	RUN(no_bit_of_a_tag_changes_unseen);
	RUN(what_is_no_envelope_bears_none);
}

int main(void)
{
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	for (size_t i = 0; i < STRATA_TAGS_MOST; i++) {
		tags[i] = (strata_tag){ 0x9E3779B97F4A7C15 * (i + 1), 1700000000000000 + i };
	}
	REQUIRE(strata_keyspace_init(&with_secret, "catalog", "shop", strata_view_of("secret"), LONG) ==
			STRATA_OK);
	REQUIRE(strata_keyspace_init(&without_secret, "catalog", "shop", strata_view_of(""), LONG) ==
			STRATA_OK);
	with_secret.compress_from = 2048;
	without_secret.compress_from = 2048;
	keyspace = &without_secret;
	run_all();
	keyspace = &with_secret;
	run_all();
	strata_keyspace_fini(&with_secret);
	strata_keyspace_fini(&without_secret);
	strata_arena_free(arena);
	return unit_end();
}
