/* confirmed: the removals that masters confirmed lately, for the case that one is replaced. */
#ifndef STRATA_HOST_CONFIRMED_H
#define STRATA_HOST_CONFIRMED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "base/view.h"
#include "host/host.h"
#include "host/unconfirmed.h"

/*
 * Replication is asynchronous: what a master confirmed right before it failed, the replica that
 * takes its place may never have heard of. So each pool keeps the names that its masters confirmed,
 * in a ring of 1 MiB. When a master was replaced, those of its last 5 s become unconfirmed, before
 * the new one is believed.
 *
 * A master is a number that is made of its name. Each slot of a pool has one; a watched master is a
 * pool of one slot.
 */
typedef struct strata_confirmed strata_confirmed;
typedef struct strata_confirmed_table strata_confirmed_table;

enum { STRATA_CONFIRMED_POOLS = 16, STRATA_CONFIRMED_SLOTS = 16384 };

STRATA_MUST_CHECK strata_result strata_confirmed_table_new(strata_host *host,
	strata_confirmed_table **out);
void strata_confirmed_table_free(strata_confirmed_table *table);

/* For the life of the host. NULL when all are taken: nothing is repeated. */
strata_confirmed *strata_confirmed_of(strata_confirmed_table *table, uint64_t key);

/* Not 0. */
uint32_t strata_confirmed_master(const char *name);

/* A master confirmed the removal of this name, now (monotonic). Takes no lock. */
void strata_confirmed_add(strata_confirmed *confirmed, uint32_t master, strata_view name,
	strata_msec now);

/*
 * The master that this host used last for the slot; 0: none yet. One load.
 */
uint32_t strata_confirmed_last_master(const strata_confirmed *confirmed, uint16_t slot);

/* From now on it is this one. The former one still serves other slots: nothing is lost. */
void strata_confirmed_move(strata_confirmed *confirmed, uint16_t slot, uint32_t master);

/*
 * The former master of the slot serves nothing any more. What it confirmed in its last 5 s is noted
 * as unconfirmed, once, and then the slot has this master. Returns how many names.
 */
uint32_t strata_confirmed_replace(strata_confirmed *confirmed, uint16_t slot, uint32_t master,
	strata_unconfirmed *unconfirmed);

#endif
