#include "store/entry.h"

#include <string.h>

_Static_assert(sizeof(strata_entry) == 80, "an entry's header has no holes");
_Static_assert(sizeof(strata_entry) % STRATA_UNIT_SIZE == 0, "so that the value is aligned");
_Static_assert(sizeof(strata_entry) < STRATA_BLOCK_SMALLEST * STRATA_UNIT_SIZE,
	"it fits any block");

static char *value_of(const strata_shard *shard, uint32_t place)
{
	return (char *) strata_entry_at(shard, place) + sizeof(strata_entry);
}

static strata_view key_of(const strata_shard *shard, uint32_t place)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	return (strata_view){ value_of(shard, place) + entry->value_size, entry->key_size };
}

static uint16_t seal_of(const strata_shard *shard, const strata_entry *entry)
{
	uint64_t sizes = (uint64_t) entry->value_size << 32 | (uint64_t) entry->key_size << 8;

	return (uint16_t) strata_shard_mix(
		(sizes | entry->codec) ^ entry->hash * 0xD6E8FEB86659FD93 ^ shard->seed);
}

uint32_t strata_entry_units(size_t key_size, size_t value_size)
{
	size_t size = sizeof(strata_entry) + key_size + value_size;

	return (uint32_t) ((size + STRATA_UNIT_SIZE - 1) / STRATA_UNIT_SIZE);
}

bool strata_entry_is_sound(const strata_shard *shard, uint32_t place)
{
	uint32_t units = strata_block_units_in(shard, place, STRATA_BLOCK_LIVE);
	const strata_entry *entry;

	if (units == 0) {
		return false;
	}
	entry = strata_entry_at(shard, place);
	if (entry->seal != seal_of(shard, entry) ||
		strata_entry_units(entry->key_size, entry->value_size) > units) {
		return false;
	}
	return entry->codec != STRATA_CODEC_INTEGER || entry->value_size == sizeof(int64_t);
}

static void write_value(char *target, const strata_value *value)
{
	if (value->codec == STRATA_CODEC_INTEGER) {
		memcpy(target, &value->integer, sizeof(value->integer));
	} else if (value->bytes.size > 0) {
		memcpy(target, value->bytes.data, value->bytes.size);
	}
}

void strata_entry_write(strata_shard *shard, uint32_t place, const strata_lookup *lookup,
	const strata_record *record)
{
	strata_entry *entry = strata_entry_at(shard, place);
	const strata_store_key *key = lookup->key;

	entry->hash = lookup->hash;
	entry->space = key->space;
	entry->generation = key->generation;
	entry->dead_at = record->dead_at;
	entry->created_at = record->created_at;
	entry->expires_at = record->expires_at;
	entry->shard_generation = atomic_load(&shard->head->generation);
	entry->value_size = (uint32_t) strata_value_size(&record->value);
	entry->key_size = (uint32_t) key->key.size;
	entry->codec = (uint8_t) record->value.codec;
	entry->visited = 0;
	entry->seal = seal_of(shard, entry);
	write_value(value_of(shard, place), &record->value);
	if (key->key.size > 0) {
		memcpy(value_of(shard, place) + entry->value_size, key->key.data, key->key.size);
	}
}

bool strata_entry_is_of(const strata_shard *shard, uint32_t place, const strata_lookup *lookup)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	return entry->hash == lookup->hash && entry->space == lookup->key->space &&
		   entry->generation == lookup->key->generation &&
		   strata_view_equal(key_of(shard, place), lookup->key->key);
}

bool strata_entry_is_over(const strata_shard *shard, uint32_t place, strata_msec now)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	return (entry->dead_at != STRATA_NEVER && entry->dead_at <= now) ||
		   entry->shard_generation != atomic_load(&shard->head->generation);
}

void strata_entry_read(const strata_shard *shard, uint32_t place, strata_record *out)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	*out = (strata_record){
		.value.codec = (strata_codec_id) entry->codec,
		.dead_at = entry->dead_at,
		.created_at = entry->created_at,
		.expires_at = entry->expires_at,
	};
	if (entry->codec == STRATA_CODEC_INTEGER) {
		out->value.integer = strata_entry_integer(shard, place);
	} else {
		out->value.bytes = (strata_view){ value_of(shard, place), entry->value_size };
	}
}

int64_t strata_entry_integer(const strata_shard *shard, uint32_t place)
{
	return *(const int64_t *) (const void *) value_of(shard, place);
}

void strata_entry_set_integer(strata_shard *shard, uint32_t place, int64_t integer)
{
	/* A volatile store is neither split nor merged, so a kill leaves the old number or the new. */
	*(volatile int64_t *) (void *) value_of(shard, place) = integer;
}
