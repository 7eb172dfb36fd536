/*
 * A list of pieces and a hash table of their numbers, with linear probing, that grows by doubling.
 * Its memory is bounded, not its use: what comes when it is full is simply not shared, and what is
 * worth sharing (the keys of rows, the words that come again and again) came early.
 */
#include "codec/image/image_table.h"

enum { FIRST_ROOM = 64, MOST_PIECES = 64 * 1024 };

void strata_image_table_begin(strata_image_table *table, strata_arena *arena)
{
	table->arena = arena;
	table->pieces = table->few;
	table->count = 0;
	table->room = STRATA_IMAGE_FEW_PIECES;
	table->slots = NULL;
	table->size = 0;
}

/*
 * Where the search begins. PHP's hashes of "user 1", "user 2" and so on are neighbours, and so are
 * the addresses of arrays: without a multiplication they would all queue up in one place.
 */
static uint64_t first_slot(zend_ulong hash)
{
	return ((uint64_t) hash * 0x9E3779B97F4A7C15u) >> 32;
}

static zend_ulong hash_of_address(const void *source)
{
	return (zend_ulong) ((uintptr_t) source >> 3);
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

static uint32_t find_among_few(strata_image_table *table, const strata_image_piece *wanted)
{
	for (uint32_t number = 1; number <= table->count; number++) {
		if (is_same(piece_at(table, number), wanted)) {
			return number;
		}
	}
	return 0;
}

/* The number of the piece, 0 when there is none. */
static uint32_t find(strata_image_table *table, const strata_image_piece *wanted)
{
	if (table->size == 0) {
		return find_among_few(table, wanted);
	}
	for (uint64_t i = first_slot(wanted->hash);; i++) {
		uint64_t slot = table->slots[i & (table->size - 1)];

		if (slot == 0) {
			return 0;
		}
		if (slot >> 32 == (uint32_t) wanted->hash &&
			is_same(piece_at(table, (uint32_t) slot), wanted)) {
			return (uint32_t) slot;
		}
	}
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

/* At most half of the slots are taken, so that a search is short and always meets an empty one. */
static bool grow(strata_image_table *table)
{
	uint32_t room = MAX(table->room * 2, FIRST_ROOM);
	strata_image_piece *pieces = strata_arena_alloc(table->arena, room * sizeof(*pieces));
	uint64_t *slots = strata_arena_alloc(table->arena, 2 * room * sizeof(*slots));

	if (room > MOST_PIECES || pieces == NULL || slots == NULL) {
		return false;
	}
	memcpy(pieces, table->pieces, table->count * sizeof(*pieces));
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

static bool add(strata_image_table *table, const strata_image_piece *piece)
{
	if (table->count >= table->room && (table->room >= MOST_PIECES || !grow(table))) {
		return false;
	}
	table->pieces[table->count++] = *piece;
	if (table->size != 0) {
		list(table, table->count);
	}
	return true;
}

uint32_t strata_image_table_meet(strata_image_table *table, zend_string *string, uint32_t offset)
{
	strata_image_piece piece = { string, ZSTR_HASH(string), offset, 0, true };
	uint32_t number = find(table, &piece);

	if (number != 0) {
		return piece_at(table, number)->offset;
	}
	(void) add(table, &piece);
	return 0;
}

strata_image_piece *strata_image_table_find(strata_image_table *table, const void *source)
{
	strata_image_piece wanted = { source, hash_of_address(source), 0, 0, false };
	uint32_t number = find(table, &wanted);

	return number == 0 ? NULL : piece_at(table, number);
}

bool strata_image_table_add(strata_image_table *table, const void *source, uint32_t offset)
{
	strata_image_piece piece = { source, hash_of_address(source), offset, 0, false };

	return add(table, &piece);
}
