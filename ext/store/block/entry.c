#include "store/block/entry.h"

#include <stddef.h>
#include <string.h>

#include "base/hash.h"
#include "base/image.h"
#include "base/failpoint.h"

_Static_assert(sizeof(strata_entry) == 112, "an entry's header has no holes");
_Static_assert(sizeof(strata_entry) % STRATA_UNIT_SIZE == 0, "so that the value is aligned");
_Static_assert(sizeof(strata_entry) <= STRATA_BLOCK_SMALLEST * STRATA_UNIT_SIZE,
	"it fits any block");

static strata_view key_of(const strata_shard *shard, uint32_t place)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	return (strata_view){ strata_entry_value(shard, place) + entry->value_size, entry->key_size };
}

bool strata_entry_is_sound(const strata_shard *shard, uint32_t place)
{
	uint32_t units = strata_block_units_in(shard, place, STRATA_BLOCK_LIVE);
	const strata_entry *entry;

	if (units == 0) {
		return false;
	}
	entry = strata_entry_at(shard, place);
	return strata_entry_fits(shard, strata_entry_sizes_of(entry), units);
}

static void write_value(const strata_shard *shard, uint32_t place, const strata_value *value)
{
	char *target = strata_entry_value(shard, place);

	switch (value->codec) {
		case STRATA_CODEC_INTEGER: memcpy(target, &value->integer, sizeof(value->integer)); break;
		case STRATA_CODEC_IMAGE:
		case STRATA_CODEC_OBJECTS:
			strata_image_place(target, (uintptr_t) strata_entry_view(shard, place), value);
			break;
		case STRATA_CODEC_ABSENT:
		case STRATA_CODEC_MOVED:
		case STRATA_CODEC_NULL:
		case STRATA_CODEC_FALSE:
		case STRATA_CODEC_TRUE:
		case STRATA_CODEC_DOUBLE:
		case STRATA_CODEC_STRING:
		case STRATA_CODEC_PHP:
		case STRATA_CODEC_IGBINARY:
		case STRATA_CODEC_JSON:
			if (value->bytes.size > 0) {
				memcpy(target, value->bytes.data, value->bytes.size);
			}
	}
}

static uint64_t check_of(const strata_shard *shard, const char *bytes, uint32_t size)
{
	return strata_hash_of((strata_view){ bytes, size }, shard->seed);
}

static char *tags_at(const strata_shard *shard, uint32_t place, strata_entry_sizes sizes)
{
	return strata_entry_value(shard, place) + sizes.value_size + sizes.key_size;
}

static char *check_at(const strata_shard *shard, uint32_t place, strata_entry_sizes sizes)
{
	return tags_at(shard, place, sizes) + strata_entry_tag_count(sizes) * sizeof(strata_tag);
}

void strata_entry_read_tags(const strata_shard *shard, uint32_t place, strata_entry_sizes sizes,
	strata_tag *out)
{
	memcpy(out, tags_at(shard, place, sizes), strata_entry_tag_count(sizes) * sizeof(*out));
}

/* Where entries are lasting: what stands in the header and may be believed of the entry. */
static uint64_t check_of_header(const strata_shard *shard, uint32_t place)
{
	const char *header = (const char *) strata_entry_at(shard, place);

	return check_of(shard, header + offsetof(strata_entry, hash),
		sizeof(strata_entry) - offsetof(strata_entry, hash));
}

/* The check of an entry whose value has this one: the parts are apart, so each can change alone. */
static uint64_t whole_check(const strata_shard *shard, uint32_t place, strata_entry_sizes sizes,
	uint64_t of_value)
{
	const char *key = strata_entry_value(shard, place) + sizes.value_size;

	if (!shard->is_lasting) {
		return of_value;
	}
	return of_value ^ check_of_header(shard, place) ^
		   check_of(shard, key, (uint32_t) (check_at(shard, place, sizes) - key));
}

/* With the lock, or before the entry is published. before: as check_of_header() was. */
static void follow_header(strata_shard *shard, uint32_t place, uint64_t before)
{
	strata_entry_sizes sizes = strata_entry_sizes_of(strata_entry_at(shard, place));
	uint64_t check;

	memcpy(&check, check_at(shard, place, sizes), sizeof(check));
	check ^= before ^ check_of_header(shard, place);
	memcpy(check_at(shard, place, sizes), &check, sizeof(check));
}

static void write_check(const strata_shard *shard, uint32_t place)
{
	strata_entry_sizes sizes = strata_entry_sizes_of(strata_entry_at(shard, place));
	uint64_t check = whole_check(shard, place, sizes,
		check_of(shard, strata_entry_value(shard, place), sizes.value_size));

	memcpy(check_at(shard, place, sizes), &check, sizeof(check));
}

static void write_extras(const strata_shard *shard, uint32_t place, const strata_tag *tags)
{
	strata_entry_sizes sizes = strata_entry_sizes_of(strata_entry_at(shard, place));
	size_t count = strata_entry_tag_count(sizes);

	if (count > 0) {
		memcpy(tags_at(shard, place, sizes), tags, count * sizeof(*tags));
	}
	if (strata_entry_has_check(sizes)) {
		write_check(shard, place);
	}
}

bool strata_entry_is_whole(const strata_shard *shard, uint32_t place, strata_entry_sizes sizes,
	const char *bytes)
{
	uint64_t check;

	if (!strata_entry_has_check(sizes)) {
		return true;
	}
	memcpy(&check, check_at(shard, place, sizes), sizeof(check));
	bytes = sizes.codec == STRATA_CODEC_INTEGER ? strata_entry_value(shard, place) : bytes;
	return check == whole_check(shard, place, sizes, check_of(shard, bytes, sizes.value_size));
}

bool strata_entry_is_genuine(const strata_shard *shard, uint32_t place)
{
	strata_entry_sizes sizes = strata_entry_sizes_of(strata_entry_at(shard, place));

	return strata_entry_has_check(sizes) && strata_entry_tag_count(sizes) <= STRATA_TAGS_MOST &&
		   strata_entry_is_whole(shard, place, sizes, strata_entry_value(shard, place));
}

strata_store_key strata_entry_key(const strata_shard *shard, uint32_t place)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	return (strata_store_key){ entry->namespace_id, entry->generation, key_of(shard, place) };
}

static void write_life(strata_shard *shard, uint32_t place, const strata_life *life)
{
	volatile strata_entry *entry = strata_entry_at(shard, place);

	entry->dead_at = life->dead_at;
	entry->kept_for =
		(uint32_t) (life->kept_for < STRATA_LONGEST_KEPT ? life->kept_for : STRATA_LONGEST_KEPT);
	STRATA_FAILPOINT("life: half of it");
	entry->fresh_until = life->fresh_until;
	entry->expires_at = life->expires_at;
}

void strata_entry_write(strata_shard *shard, uint32_t place, const strata_lookup *lookup,
	const strata_record *record)
{
	strata_entry *entry = strata_entry_at(shard, place);
	const strata_store_key *key = lookup->key;

	entry->hash = lookup->hash;
	entry->namespace_id = key->namespace_id;
	entry->generation = key->generation;
	entry->created_at = record->created_at;
	entry->cost_msec = record->cost_msec;
	write_life(shard, place, &record->life);
	entry->version = record->version;
	entry->shard_epoch = lookup->shard_epoch;
	entry->value_size = (uint32_t) strata_value_size(&record->value);
	entry->key_size = (uint32_t) key->key.size;
	entry->codec = (uint8_t) record->value.codec;
	entry->extras = strata_entry_extras_of(shard, record);
	entry->seal = strata_entry_seal_of(shard, strata_entry_sizes_of(entry));
	write_value(shard, place, &record->value);
	if (key->key.size > 0) {
		memcpy(strata_entry_value(shard, place) + entry->value_size, key->key.data, key->key.size);
	}
	if (entry->extras != 0) {
		write_extras(shard, place, record->tags);
	}
}

bool strata_entry_is_of(const strata_shard *shard, uint32_t place, const strata_lookup *lookup)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	return entry->hash == lookup->hash && entry->namespace_id == lookup->key->namespace_id &&
		   entry->generation == lookup->key->generation &&
		   strata_view_equal(key_of(shard, place), lookup->key->key);
}

bool strata_entry_is_same(const strata_shard *shard, uint32_t place, uint32_t other)
{
	const strata_entry *entry = strata_entry_at(shard, other);
	strata_store_key key = strata_entry_key(shard, other);
	strata_lookup lookup = { .key = &key, .hash = entry->hash };

	return strata_entry_is_of(shard, place, &lookup);
}

bool strata_entry_is_held(const strata_shard *shard, uint32_t place)
{
	strata_pins_asked asked = { strata_shard_block_number(shard, place),
		strata_entry_at(shard, place)->created_at, false };

	if (!strata_shard_may_be_held(shard, place)) {
		return false;
	}
	strata_shard_look_at_pins(shard, &asked, 1);
	return asked.is_held;
}

bool strata_entry_is_over(const strata_entry *entry, uint32_t epoch, strata_msec now)
{
	return (entry->dead_at != STRATA_NEVER && entry->dead_at <= now) ||
		   entry->shard_epoch != epoch || entry->codec == STRATA_CODEC_ABSENT;
}

bool strata_entry_is_gone(const strata_entry *entry, uint32_t epoch, strata_msec now)
{
	strata_msec dead_at = entry->dead_at;

	return (dead_at != STRATA_NEVER && dead_at + entry->kept_for <= now) ||
		   entry->shard_epoch != epoch;
}

void strata_entry_set_version(strata_shard *shard, uint32_t place, uint64_t version)
{
	volatile uint64_t *at = &strata_entry_at(shard, place)->version;
	uint64_t before = shard->is_lasting ? check_of_header(shard, place) : 0;

	*at = version;
	if (shard->is_lasting) {
		follow_header(shard, place, before);
	}
}

void strata_entry_set_life(strata_shard *shard, uint32_t place, const strata_life *life)
{
	uint64_t before = shard->is_lasting ? check_of_header(shard, place) : 0;

	write_life(shard, place, life);
	if (shard->is_lasting) {
		STRATA_FAILPOINT("life: before its check");
		follow_header(shard, place, before);
	}
}

void strata_entry_read_life(const strata_entry *entry, strata_life *out)
{
	*out = (strata_life){
		.dead_at = entry->dead_at,
		.kept_for = entry->kept_for,
		.fresh_until = entry->fresh_until,
		.expires_at = entry->expires_at,
	};
}

void strata_entry_describe(const strata_entry *entry, strata_record *out)
{
	*out = (strata_record){
		.value.codec = (strata_codec_id) entry->codec,
		.created_at = entry->created_at,
		.cost_msec = entry->cost_msec,
		.version = entry->version,
	};
	strata_entry_read_life(entry, &out->life);
}

void strata_entry_read(const strata_shard *shard, uint32_t place, strata_record *out)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	strata_entry_describe(entry, out);
	if (entry->codec == STRATA_CODEC_INTEGER) {
		out->value.integer = strata_entry_integer(shard, place);
	} else {
		out->value.bytes = (strata_view){ strata_entry_value(shard, place), entry->value_size };
	}
	if (strata_codec_is_image(entry->codec)) {
		out->origin = strata_entry_view(shard, place);
	}
}

static _Atomic int64_t *integer_at(const strata_shard *shard, uint32_t place)
{
	return (_Atomic int64_t *) (void *) strata_entry_value(shard, place);
}

int64_t strata_entry_integer(const strata_shard *shard, uint32_t place)
{
	return atomic_load_explicit(integer_at(shard, place), memory_order_relaxed);
}

void strata_entry_set_integer(strata_shard *shard, uint32_t place, int64_t integer)
{
	volatile uint64_t *version = &strata_entry_at(shard, place)->version;

	/*
	 * The number first. Readers take the version first, so none sees the new version with the old
	 * number, and a swap that goes by the version cannot undo an addition that it did not see.
	 */
	atomic_store_explicit(integer_at(shard, place), integer, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	*version = *version + 1;
	if (shard->is_lasting) {
		STRATA_FAILPOINT("integer: before its check");
		write_check(shard, place);
	}
}
