/* computation: a value that this caller computes, from the decision to its end. */
#ifndef STRATA_CACHE_REMEMBER_COMPUTATION_H
#define STRATA_CACHE_REMEMBER_COMPUTATION_H

#include "base/call.h"
#include "database/database.h"
#include "host/lease.h"

/* What may be done with the value. */
typedef enum {
	STRATA_KEEP_OVER_FENCE, /* stored, if the fence is still there */
	STRATA_KEEP_ON_HOST,    /* the deepest tier could not be asked, or takes nothing: kept here, for
							   local_ttl */
	/*
	 * Nothing may stand under the key meanwhile: it is added where nothing is, or where a value was
	 * to be refreshed, stored over whatever is there.
	 */
	STRATA_KEEP_IF_ABSENT,
	STRATA_KEEP_IN_PLACE,
	STRATA_KEEP_NOWHERE /* another call of this thread will store, or no fence is to be had */
} strata_keeping;

/*
 * What one call of remember() keeps between its steps, while user code runs and while it waits. It
 * holds no connection, no lock and no memory. All zeroes is one that has not begun.
 */
typedef struct {
	strata_lease lease;
	bool holds_lease;   /* a place of the host's lease is to be given back */
	bool is_first;      /* and it is the first one */
	strata_fence fence; /* TAKEN: the caller's; HELD: of another caller, as it was last seen */
	strata_keeping keeping;
	strata_result obstacle; /* why it is not stored, where that is worth a word; else OK */
	char why[256];          /* the same in the words of the server that was asked */
	uint64_t generation;    /* of the database, when the value was found missing */
	uint64_t moment;        /* what the caller counts of its own writes, likewise */
	uint64_t seen;          /* what the local tier said then, as in strata_local_hit */
	strata_msec began_at;   /* monotonic: the call */
	strata_usec started_at; /* monotonic: the user's function; 0: it has not */
	strata_usec cost_usec;  /* how long that took; 0: it has not ended */
	uint32_t cost_msec;     /* the same, at least 1 */
} strata_computation;

/* Around the user's function. */
void strata_computation_start(strata_computation *computation);
void strata_computation_stop(strata_computation *computation);

/*
 * Stores the item, which was stamped, if nothing happened to the key since its value was found
 * missing. OK: this host has it too, if it has a local tier, and those that wait are told.
 * NOT_STORED: a set, delete or clear came in between, or another caller has stored; UNSUPPORTED: no
 * fence is to be had; TOO_LARGE, a refusal or failure. In all cases but OK nothing is kept here.
 */
void strata_computation_store(strata_database *database, strata_call *call, strata_item *item,
	strata_computation *computation);

/* The same for many: those that were missed under one generation in one round. */
void strata_computation_store_all(strata_database *database, strata_call *call,
	strata_item *const *items, strata_computation *const *computations, size_t count);

/*
 * There is no value to store: the next caller of the fleet may compute at once, or after a pause.
 * until is by the wall clock; 0: at once. Asks a server only if the caller has the lease.
 */
void strata_computation_leave(strata_database *database, strata_call *call, strata_view key,
	strata_computation *computation, strata_msec until);

/* The same for many, whose items need nothing but a key: the next callers may compute at once. */
void strata_computation_leave_all(strata_database *database, strata_call *call,
	strata_item *const *items, strata_computation *const *computations, size_t count);

/*
 * The pause before the next try where a stale value is served instead of a failed computation: 1 s,
 * and twice as long after each further failure, 30 s at most. Counts the failure.
 */
strata_msec strata_computation_pause(const strata_database *database,
	const strata_computation *computation);

/*
 * Gives the host's lease back and wakes the waiters. Always the last step, also without a call:
 * what is left at a server ends by itself, and is known to this host.
 */
void strata_computation_end(strata_leases *leases, strata_computation *computation);

#endif
