/* remember: decides which caller computes a value that no tier has. */
#ifndef STRATA_CACHE_REMEMBER_H
#define STRATA_CACHE_REMEMBER_H

#include "cache/read.h"
#include "cache/write.h"
#include "host/lease.h"

typedef enum {
	STRATA_REMEMBER_FOUND,  /* the item has its value */
	STRATA_REMEMBER_COMPUTE /* compute it, store it if it came, then strata_remember_end() */
} strata_remember_state;

/* What a caller keeps between begin and end, while the user's function runs. */
typedef struct {
	strata_lease lease;
	bool holds_lease;    /* false: no process waits for us, and there is nothing to give back */
	uint64_t generation; /* of the database, when the value was found missing */
} strata_computation;

/*
 * Looks for the value. Where there is none, takes the host's lease for the key, or waits for its
 * holder, in shared memory and without a connection, and looks again. After lease_wait the next
 * one computes beside the first; a third waits on until one of them ends. Two calls with the user's
 * function between them, so that no user code runs in here.
 */
strata_remember_state strata_remember_begin(strata_database *database, strata_call *call,
	strata_item *item, strata_computation *computation);

/*
 * Gives the lease back and wakes the waiters. After the value was stored, or the function failed.
 */
void strata_remember_end(strata_leases *leases, strata_computation *computation);

/*
 * Stores what was computed, as PUT_SET does, unless the database was cleared since the value was
 * found missing: it may be made of what the clear() was about. NOT_STORED then.
 */
void strata_remember_store(strata_database *database, strata_call *call, strata_item *item,
	const strata_computation *computation);

#endif
