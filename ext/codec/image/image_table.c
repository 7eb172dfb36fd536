/*
 * A list of pieces and a hash table of their numbers, with linear probing, that grows by doubling.
 * Its memory is bounded, not its use: what comes when it is full is simply not shared, and what is
 * worth sharing (the keys of rows, the words that come again and again) came early.
 *
 * The second walk looks nothing up: it goes the way of the first, which wrote down what it met.
 */
#include "codec/image/image_table.h"

enum { FIRST_ROOM = 64, MOST_GUESSED = 4096, MOST_PIECES = 64 * 1024 };

/*
 * Where the search begins. PHP's hashes of "user 1", "user 2" and so on are neighbours, and so are
 * the addresses of arrays: without a multiplication they would all queue up in one place.
 */
static uint64_t first_slot(zend_ulong hash)
{
	return ((uint64_t) hash * 0x9E3779B97F4A7C15u) >> 32;
}

static zend_ulong hash_of_array(const HashTable *array)
{
	return (zend_ulong) ((uintptr_t) array >> 3);
}

static uint64_t slot_of(zend_ulong hash, uint32_t number)
{
	return (uint64_t) hash << 32 | number;
}

static strata_image_piece *piece_at(strata_image_table *table, uint32_t number)
{
	return &table->pieces[number - 1];
}

static bool is_same(const strata_image_piece *piece, const strata_image_piece *wanted)
{
	const zend_string *a = piece->source, *b = wanted->source;

	if (piece->source == wanted->source) {
		return true;
	}
	return piece->is_string && wanted->is_string && piece->hash == wanted->hash &&
		   ZSTR_LEN(a) == ZSTR_LEN(b) && memcmp(ZSTR_VAL(a), ZSTR_VAL(b), ZSTR_LEN(a)) == 0;
}

/* The number of the piece, 0 when there is none. */
static uint32_t find(strata_image_table *table, const strata_image_piece *wanted)
{
	for (uint64_t i = first_slot(wanted->hash); table->size != 0; i++) {
		uint64_t slot = table->slots[i & (table->size - 1)];

		if (slot == 0) {
			break;
		}
		if (slot >> 32 == (uint32_t) wanted->hash &&
			is_same(piece_at(table, (uint32_t) slot), wanted)) {
			return (uint32_t) slot;
		}
	}
	return 0;
}

static void list(strata_image_table *table, uint32_t number)
{
	zend_ulong hash = piece_at(table, number)->hash;
	uint64_t i = first_slot(hash);

	while (table->slots[i & (table->size - 1)] != 0) {
		i++;
	}
	table->slots[i & (table->size - 1)] = slot_of(hash, number);
}

static uint32_t first_room(const strata_image_table *table)
{
	uint32_t room = FIRST_ROOM;

	while (room < table->guess && room < MOST_GUESSED) {
		room *= 2;
	}
	return room;
}

/* At most half of the slots are taken, so that a search is short and always meets an empty one. */
static bool grow(strata_image_table *table)
{
	uint32_t room = table->room == 0 ? first_room(table) : table->room * 2;
	strata_image_piece *pieces = strata_arena_alloc(table->arena, room * sizeof(*pieces));
	uint64_t *slots = strata_arena_alloc(table->arena, 2 * room * sizeof(*slots));

	if (room > MOST_PIECES || pieces == NULL || slots == NULL) {
		return false;
	}
	if (table->count > 0) {
		memcpy(pieces, table->pieces, table->count * sizeof(*pieces));
	}
	memset(slots, 0, 2 * room * sizeof(*slots));
	table->pieces = pieces;
	table->slots = slots;
	table->room = room;
	table->size = 2 * room;
	for (uint32_t number = 1; number <= table->count; number++) {
		list(table, number);
	}
	return true;
}

/* The number of the new piece, 0 when it cannot be remembered. */
static uint32_t add(strata_image_table *table, const strata_image_piece *piece)
{
	if (table->count >= table->room && (table->room >= MOST_PIECES || !grow(table))) {
		return 0;
	}
	table->pieces[table->count++] = *piece;
	list(table, table->count);
	return table->count;
}

/* ---- strings ---- */

static bool grow_met(strata_image_table *table)
{
	uint32_t room = table->met_room == 0 ? 2 * first_room(table) : table->met_room * 2;
	uint32_t *met = room > UINT32_MAX / sizeof(*met)
						? NULL
						: strata_arena_alloc(table->arena, room * sizeof(*met));

	if (met == NULL) {
		return false;
	}
	if (table->met_count > 0) {
		memcpy(met, table->met, table->met_count * sizeof(*met));
	}
	table->met = met;
	table->met_room = room;
	return true;
}

static uint32_t number_of(strata_image_table *table, zend_string *string, bool *is_new)
{
	strata_image_piece piece = { string, ZSTR_HASH(string), 0, 0, true };
	uint32_t number = find(table, &piece);

	*is_new = number == 0;
	return number == 0 ? add(table, &piece) : number;
}

bool strata_image_table_meet(strata_image_table *table, zend_string *string, bool *is_new)
{
	uintptr_t recent = ((uintptr_t) string >> 5) % STRATA_IMAGE_RECENT;
	uint32_t number;

	*is_new = false;
	if (table->met_count >= table->met_room && !grow_met(table)) {
		return false;
	}
	if (table->recent[recent].source == string) {
		number = table->recent[recent].piece;
	} else {
		number = number_of(table, string, is_new);
	}
	if (number != 0) {
		table->recent[recent].source = string;
		table->recent[recent].piece = number;
	}
	table->met[table->met_count++] = number;
	return true;
}

strata_image_piece *strata_image_table_next(strata_image_table *table)
{
	uint32_t number = table->met[table->next++];

	return number == 0 ? NULL : piece_at(table, number);
}

/* ---- arrays ---- */

static strata_image_piece piece_of_array(HashTable *array)
{
	return (strata_image_piece){ array, hash_of_array(array), 0, 0, false };
}

strata_image_piece *strata_image_table_find_array(strata_image_table *table, HashTable *array)
{
	strata_image_piece wanted = piece_of_array(array);
	uint32_t number = find(table, &wanted);

	return number == 0 ? NULL : piece_at(table, number);
}

bool strata_image_table_add_array(strata_image_table *table, HashTable *array)
{
	strata_image_piece piece = piece_of_array(array);

	return add(table, &piece) != 0;
}
