/* lease — the right to compute one value on this host, while the other processes wait for it. */
#ifndef STRATA_HOST_LEASE_H
#define STRATA_HOST_LEASE_H

#include <stdint.h>

#include "base/time.h"
#include "host/process_slot.h"

typedef struct strata_leases strata_leases;

typedef enum {
	STRATA_LEASE_TAKEN, /* the caller's: compute, store, then strata_lease_release() */
	STRATA_LEASE_OURS,  /* this thread took it further up its own stack: compute, release nothing */
	STRATA_LEASE_HELD,  /* another process computes: strata_lease_wait(), then look again */
	STRATA_LEASE_NONE   /* none is to be had (table full, no process slot): compute without */
} strata_lease_state;

/* What a holder must keep until it releases, and what a waiter must keep until it has waited. */
typedef struct {
	uint64_t key;               /* the hash the lease is for */
	strata_process_owner owner; /* the holder, when TAKEN */
	uint32_t entry;             /* index in the table */
	uint32_t seen;              /* the entry's event count, when HELD */
} strata_lease;

STRATA_MUST_CHECK strata_result strata_leases_new(strata_host *host, strata_process_slots *slots,
	strata_leases **out);
void strata_leases_free(strata_leases *leases);

/*
 * Tries to become one of at most `places` holders (1 or 2) of the lease for this key hash. Holders
 * that died do not count. Never waits longer than the table's lock (2 ms). *lease is always
 * written.
 */
STRATA_MUST_CHECK strata_lease_state strata_lease_take(strata_leases *leases, uint64_t key,
	uint32_t places, strata_lease *lease);

/*
 * After STRATA_LEASE_HELD: sleeps until a holder released or was found dead (looked at every
 * 50 ms), for at most max_wait.
 */
void strata_lease_wait(strata_leases *leases, const strata_lease *lease, strata_usec max_wait);

/*
 * Gives the place back and wakes the waiters. Without effect if the caller does not hold it any
 * more.
 */
void strata_lease_release(strata_leases *leases, const strata_lease *lease);

/* Gives back every place the calling thread holds: after an error cut its computations off. */
void strata_lease_release_mine(strata_leases *leases);

/* For status: places held now. */
uint32_t strata_leases_held(const strata_leases *leases);

#endif
