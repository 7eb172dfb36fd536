/*
 * A table of boards that are claimed by their key, from the front, with one compare-and-swap: two
 * processes that claim the same key at the same moment are after the same board, and whoever comes
 * second finds the key there. They are never given back. Most of a board is never touched, and then
 * it is no memory.
 */
#include "redis/cluster/slot_boards.h"

#include <stdlib.h>
#include <string.h>

#include "redis/cluster/slot_board.h"

enum { BOARD_COUNT = 8 };

struct strata_slot_boards {
	strata_slot_board *boards; /* BOARD_COUNT of them in shared memory */
};

strata_result strata_slot_boards_new(strata_host *host, strata_slot_boards **out)
{
	strata_slot_boards *boards = calloc(1, sizeof(*boards));

	*out = NULL;
	if (boards == NULL) {
		return STRATA_NO_MEMORY;
	}
	boards->boards = strata_host_carve(host, BOARD_COUNT * sizeof(strata_slot_board));
	if (boards->boards == NULL) {
		free(boards);
		return STRATA_NO_MEMORY;
	}
	*out = boards;
	return STRATA_OK;
}

void strata_slot_boards_free(strata_slot_boards *boards)
{
	free(boards);
}

strata_slot_board *strata_slot_boards_of(strata_slot_boards *boards, uint64_t key, const char *name)
{
	for (uint32_t i = 0; i < BOARD_COUNT; i++) {
		strata_slot_board *board = &boards->boards[i];
		uint64_t seen = 0;

		if (atomic_compare_exchange_strong(&board->key, &seen, key)) {
			memcpy(board->name, name, strnlen(name, sizeof(board->name) - 1));
			return board;
		}
		if (seen == key) {
			return board;
		}
	}
	return NULL;
}

bool strata_slot_boards_look(const strata_slot_boards *boards, uint32_t number, strata_msec now,
	strata_slot_boards_view *out)
{
	const strata_slot_board *board = &boards->boards[number < BOARD_COUNT ? number : 0];
	strata_msec refreshed = atomic_load_explicit(&board->refreshed_at, memory_order_acquire);

	*out = (strata_slot_boards_view){ .age = refreshed < now ? now - refreshed : 0 };
	if (number >= BOARD_COUNT || atomic_load_explicit(&board->key, memory_order_acquire) == 0) {
		return false;
	}
	memcpy(out->name, board->name, sizeof(out->name) - 1);
	out->failures = atomic_load_explicit(&board->failures, memory_order_relaxed);
	out->version = strata_slot_board_version(board);
	strata_slot_board_count(board, &out->nodes, &out->uncovered);
	return true;
}
