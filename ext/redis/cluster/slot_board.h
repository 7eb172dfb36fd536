/* slot_board — what have the processes of this host learnt of the slots of one cluster? */
#ifndef STRATA_REDIS_CLUSTER_SLOT_BOARD_H
#define STRATA_REDIS_CLUSTER_SLOT_BOARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "redis/cluster/redirect_budget.h"
#include "redis/cluster/refresh_turn.h"
#include "redis/cluster/slot_map.h"
#include "redis/cluster/slot_moves.h"

enum { STRATA_SLOT_BOARD_NAME = 128, STRATA_SLOT_BOARD_WORDS = (sizeof(strata_slot_map) + 7) / 8 };

/* In shared memory, where a cluster has one for all processes; else each thread has its own. All zeroes: nothing is known. */
typedef struct strata_slot_board {
	_Atomic uint64_t key; /* which cluster; 0: the board is free */
	char name[STRATA_SLOT_BOARD_NAME];
	_Atomic uint64_t version; /* of the map that counts; 0: there is none */
	strata_refresh_turn turn;
	strata_token_bucket redirects;
	_Atomic uint64_t refreshed_at; /* when the last question that was answered was asked, in msec */
	_Atomic uint64_t doubter;      /* whose map was too small to be believed of one node alone */
	_Atomic uint64_t doubted_at;   /* in msec */
	_Atomic uint32_t failures;     /* questions in a row that brought no map */
	_Atomic uint32_t failure;      /* why the last one did not: a strata_result */
	_Atomic uint32_t event;        /* raised whenever a question is over */
	strata_slot_moves moves;
	struct {
		_Atomic uint64_t check;
		_Atomic uint64_t words[STRATA_SLOT_BOARD_WORDS];
	} maps[2]; /* that of a version is at its lowest bit */
} strata_slot_board;

/* For who has no host. NULL when out of memory; free() takes it back. */
strata_slot_board *strata_slot_board_new(void);

uint64_t strata_slot_board_version(const strata_slot_board *board);

/* Copies the map that counts: OK; MISS when there is none, CORRUPT when its bytes cannot be believed. */
STRATA_MUST_CHECK strata_result strata_slot_board_read(const strata_slot_board *board,
	strata_slot_map *map, uint64_t *version);

/* For status: the nodes of the map that counts, and the slots that have no owner. */
void strata_slot_board_count(const strata_slot_board *board, uint32_t *nodes, uint32_t *uncovered);

/*
 * This map was asked for at that moment: it counts from now on. False when it is what counts already;
 * then nothing has changed but the moment. What single redirects said meanwhile is over: a node that
 * sends everybody to one that is not there must not keep a slot from its owner for ever.
 */
bool strata_slot_board_publish(strata_slot_board *board, const strata_slot_map *map,
	strata_msec asked_at);

/*
 * A node told of less than half of the slots, where all had an owner. True when another node said
 * as much, or the same one for half a minute: then it is so.
 */
bool strata_slot_board_is_confirmed(strata_slot_board *board, uint64_t node, strata_msec now);

/* A question is over. OK, or why it brought no map. */
void strata_slot_board_tell(strata_slot_board *board, strata_result result);

/* Sleeps until a question that is under way is over, at most that long. */
void strata_slot_board_wait(strata_slot_board *board, strata_usec patience);

#endif
