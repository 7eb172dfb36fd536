/* slot_boards — the slot map of every cluster that this host talks to, in shared memory. */
#ifndef STRATA_REDIS_CLUSTER_SLOT_BOARDS_H
#define STRATA_REDIS_CLUSTER_SLOT_BOARDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "host/host.h"

typedef struct strata_slot_boards strata_slot_boards;
struct strata_slot_board;

STRATA_MUST_CHECK strata_result strata_slot_boards_new(strata_host *host, strata_slot_boards **out);
void strata_slot_boards_free(strata_slot_boards *boards);

/*
 * The board of the cluster with this key (not 0), made at the first call by any process and valid for
 * the life of the host. The name is for people. NULL when all are taken.
 */
struct strata_slot_board *strata_slot_boards_of(strata_slot_boards *boards, uint64_t key,
	const char *name);

/* For status. */
typedef struct {
	char name[128];     /* the seed that was named first */
	uint64_t version;   /* how often the map has changed; 0: none came yet */
	strata_msec age;    /* since it was last heard that it is so */
	uint32_t nodes;     /* masters and replicas in it */
	uint32_t uncovered; /* slots without an owner */
	uint32_t failures;  /* questions in a row that brought no map */
} strata_slot_boards_view;

/* The board with this number, from 0. False when there are not so many. */
bool strata_slot_boards_look(const strata_slot_boards *boards, uint32_t number, strata_msec now,
	strata_slot_boards_view *out);

#endif
