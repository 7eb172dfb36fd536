/*
 * A slot is looked up in two places: first among what has moved since the map was made, which is on
 * the board and everybody's, then in the map. What is noted there is an index, and judged by the
 * number of nodes that the copy came with; behind those, the copy may grow by nodes that only a
 * MOVED has named.
 */
#include "redis/cluster/slot_copy.h"

#include <stdlib.h>
#include <string.h>

bool strata_slot_copy_init(strata_slot_copy *copy, strata_slot_board *board)
{
	copy->map = malloc(sizeof(*copy->map));
	copy->spare = malloc(sizeof(*copy->spare));
	copy->own_board = board == NULL ? strata_slot_board_new() : NULL;
	copy->board = board == NULL ? copy->own_board : board;
	if (copy->map == NULL || copy->spare == NULL || copy->board == NULL) {
		return false;
	}
	strata_slot_map_clear(copy->map);
	return true;
}

void strata_slot_copy_fini(strata_slot_copy *copy)
{
	free(copy->own_board);
	free(copy->spare);
	free(copy->map);
}

static void take_spare(strata_slot_copy *copy, uint64_t version)
{
	strata_slot_map *former = copy->map;

	copy->map = copy->spare;
	copy->spare = former;
	copy->version = version;
	copy->mapped = copy->map->node_count;
	memset(copy->newcomers, 0xFF, sizeof(copy->newcomers));
}

strata_slot_copy_news strata_slot_copy_update(strata_slot_copy *copy)
{
	uint64_t version = strata_slot_board_version(copy->board);

	if (version == copy->version) {
		return STRATA_SLOT_COPY_GOOD;
	}
	if (strata_slot_board_read(copy->board, copy->spare, &version) != STRATA_OK) {
		return STRATA_SLOT_COPY_DAMAGED;
	}
	take_spare(copy, version);
	return STRATA_SLOT_COPY_NEW;
}

static uint16_t newcomer(strata_slot_copy *copy, uint16_t index)
{
	uint16_t number = index - STRATA_SLOT_MAP_NODES;
	strata_endpoint at;

	if (!strata_slot_moves_newcomer(&copy->board->moves, copy->version, index, &at)) {
		return STRATA_SLOT_NOBODY;
	}
	if (copy->newcomers[number] == STRATA_SLOT_NOBODY) {
		copy->newcomers[number] = strata_slot_map_add(copy->map, &at);
	}
	return copy->newcomers[number];
}

uint16_t strata_slot_copy_owner(strata_slot_copy *copy, uint16_t slot)
{
	uint16_t moved = strata_slot_moves_of(&copy->board->moves, copy->version, slot);

	if (moved != STRATA_SLOT_NOBODY && moved >= copy->mapped) {
		moved = newcomer(copy, moved);
	}
	return moved != STRATA_SLOT_NOBODY ? moved : copy->map->owners[slot];
}

uint16_t strata_slot_copy_move(strata_slot_copy *copy, uint16_t slot, const strata_endpoint *to)
{
	uint16_t index = strata_slot_map_add(copy->map, to);
	strata_slot_moves *moves = &copy->board->moves;

	if (index != STRATA_SLOT_NOBODY) {
		uint16_t noted =
			index < copy->mapped ? index : strata_slot_moves_add(moves, copy->version, to);

		strata_slot_moves_note(moves, copy->version, slot, noted);
		copy->map->owners[slot] = index;
	}
	return index;
}
