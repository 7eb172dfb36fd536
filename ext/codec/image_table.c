/*
 * A hash table with linear probing that grows by doubling. Its memory is bounded, not its use: what comes
 * when it is full is simply not shared, and what is worth sharing (the keys of rows, the words that come
 * again and again) came early. Nothing is ever taken out, so whoever looks for the same pieces in the same
 * order a second time finds exactly those that were remembered the first time.
 */
#include "codec/image_table.h"

enum { FIRST_SIZE = 64, LARGEST_SIZE = 128 * 1024 };

/*
 * Where the search begins. PHP's hashes of "user 1", "user 2" and so on are neighbours, and so are the
 * addresses of arrays: without a multiplication they would all queue up in one place.
 */
static uint64_t first_slot(zend_ulong hash)
{
	return ((uint64_t) hash * 0x9E3779B97F4A7C15u) >> 32;
}

static zend_ulong hash_of_array(const HashTable *array)
{
	return (zend_ulong) ((uintptr_t) array >> 3);
}

static bool is_same_string(const strata_image_piece *piece, const zend_string *string)
{
	const zend_string *other = piece->source;

	return piece->is_string && (other == string || (ZSTR_LEN(other) == ZSTR_LEN(string) &&
													   memcmp(ZSTR_VAL(other), ZSTR_VAL(string),
														   ZSTR_LEN(string)) == 0));
}

strata_image_piece *strata_image_table_find_string(strata_image_table *table, zend_string *string)
{
	zend_ulong hash = ZSTR_HASH(string);

	for (uint64_t i = first_slot(hash); table->size != 0; i++) {
		strata_image_piece *piece = &table->slots[i & (table->size - 1)];

		if (piece->source == NULL) {
			break;
		}
		if (piece->hash == hash && is_same_string(piece, string)) {
			return piece;
		}
	}
	return NULL;
}

strata_image_piece *strata_image_table_find_array(strata_image_table *table, HashTable *array)
{
	for (uint64_t i = first_slot(hash_of_array(array)); table->size != 0; i++) {
		strata_image_piece *piece = &table->slots[i & (table->size - 1)];

		if (piece->source == NULL) {
			break;
		}
		if (piece->source == array) {
			return piece;
		}
	}
	return NULL;
}

static void put(strata_image_table *table, const strata_image_piece *piece)
{
	uint64_t i = first_slot(piece->hash);

	while (table->slots[i & (table->size - 1)].source != NULL) {
		i++;
	}
	table->slots[i & (table->size - 1)] = *piece;
}

static bool grow(strata_image_table *table)
{
	strata_image_table old = *table;
	uint32_t size = old.size == 0 ? FIRST_SIZE : old.size * 2;

	if (size > LARGEST_SIZE) {
		return false;
	}
	table->slots = strata_arena_alloc(table->arena, size * sizeof(*table->slots));
	if (table->slots == NULL) {
		table->slots = old.slots;
		return false;
	}
	memset(table->slots, 0, size * sizeof(*table->slots));
	table->size = size;
	for (uint32_t i = 0; i < old.size; i++) {
		if (old.slots[i].source != NULL) {
			put(table, &old.slots[i]);
		}
	}
	return true;
}

/* At most half full, so that a search is short and always meets an empty slot. */
static bool add(strata_image_table *table, const strata_image_piece *piece)
{
	if (table->count >= table->size / 2 && !grow(table)) {
		return false;
	}
	put(table, piece);
	table->count++;
	return true;
}

bool strata_image_table_add_string(strata_image_table *table, zend_string *string)
{
	strata_image_piece piece = { string, ZSTR_HASH(string), 0, 0, true };

	return add(table, &piece);
}

bool strata_image_table_add_array(strata_image_table *table, HashTable *array)
{
	strata_image_piece piece = { array, hash_of_array(array), 0, 0, false };

	return add(table, &piece);
}
