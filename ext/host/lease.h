/*
 * lease — the right to compute one value on this host, while the other processes wait for it, and
 * what the host remembers of that key's last computation.
 */
#ifndef STRATA_HOST_LEASE_H
#define STRATA_HOST_LEASE_H

#include <stdint.h>

#include "base/time.h"
#include "host/process_slot.h"

typedef struct strata_leases strata_leases;

typedef enum {
	STRATA_LEASE_TAKEN, /* the caller's: compute, store, then strata_lease_release() */
	STRATA_LEASE_OURS,  /* this thread took it further up its own stack, or in another fiber */
	STRATA_LEASE_HELD,  /* another process has it: strata_lease_sleep(), then look again */
	STRATA_LEASE_NONE   /* none is to be had (table full, no process slot): compute without */
} strata_lease_state;

/* Which of the places of a key is wanted. */
typedef enum {
	STRATA_LEASE_FIRST, /* the lease itself: one process of the host has it */
	STRATA_LEASE_BESIDE /* one of two for those that waited in vain, and compute beside it */
} strata_lease_place;

/* What a holder must keep until it releases, and what a waiter must keep while it waits. */
typedef struct {
	uint64_t key;               /* the hash the lease is for */
	strata_process_owner owner; /* the holder, when TAKEN */
	uint32_t entry;             /* index in the table */
	uint32_t seen;              /* the entry's event count, when it was last looked at */
	uint32_t values;            /* the entry's count of values, when the lease was asked for */
} strata_lease;

STRATA_MUST_CHECK strata_result strata_leases_new(strata_host *host, strata_process_slots *slots,
	strata_leases **out);
void strata_leases_free(strata_leases *leases);

/*
 * Tries to become the holder of a place of the lease for this key hash. Holders that died do not
 * count. Never waits longer than the table's lock (2 ms). *lease is always written.
 */
STRATA_MUST_CHECK strata_lease_state strata_lease_take(strata_leases *leases, uint64_t key,
	strata_lease_place place, strata_lease *lease);

typedef enum {
	STRATA_LEASE_QUIET, /* the time is over, or a signal came: nothing has happened */
	STRATA_LEASE_NEWS,  /* the lease was given back, or its holder died or was stopped */
	STRATA_LEASE_VALUE  /* a value was stored, or the entry is another key's: look for it */
} strata_lease_news;

/*
 * Sleeps until there is news, for at most max_wait and never longer than 20 ms: that is how often a
 * caller has to look at what else it may be wanted for. Whether the holder lives is looked at in
 * each call. The holder itself may sleep on its own lease: others store beside it.
 */
STRATA_MUST_CHECK strata_lease_news strata_lease_sleep(strata_leases *leases, strata_lease *lease,
	strata_usec max_wait);

/* A value was stored, and waiters shall look for it. Any caller of take() may say so. */
void strata_lease_announce(strata_leases *leases, const strata_lease *lease);

/*
 * Gives the place back and wakes the waiters. Without effect if the caller does not hold it any
 * more.
 */
void strata_lease_release(strata_leases *leases, const strata_lease *lease);

/* Gives back every place the calling thread holds: after an error cut its computations off. */
void strata_lease_release_mine(strata_leases *leases);

/*
 * What the host remembers of the key, by the lease of any caller of take(), until the entry is
 * needed for another key. It is advice, and 0 where nothing is known.
 *   fence    the owner number under which a process of this host asked the fleet. A fence that it
 *            left behind when it died is known by it, and need not be waited for.
 *   cost     how long the last computation took, in milliseconds
 *   failures how many computations have failed since the last that did not
 *   rest     until when (monotonic, msec) no process need try to refresh the value that is there
 */
typedef enum {
	STRATA_LEASE_FENCE,
	STRATA_LEASE_COST,
	STRATA_LEASE_FAILURES,
	STRATA_LEASE_REST
} strata_lease_fact;

uint64_t strata_lease_recall(strata_leases *leases, const strata_lease *lease,
	strata_lease_fact fact);
void strata_lease_note(strata_leases *leases, const strata_lease *lease, strata_lease_fact fact,
	uint64_t number);

/* For status: places held now. */
uint32_t strata_leases_held(const strata_leases *leases);

#endif
