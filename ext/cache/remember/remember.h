/*
 * remember: decides which caller computes a value that no tier has, and how long the others wait.
 */
#ifndef STRATA_CACHE_REMEMBER_REMEMBER_H
#define STRATA_CACHE_REMEMBER_REMEMBER_H

#include "cache/remember/computation.h"

typedef enum {
	STRATA_REMEMBER_FOUND,   /* the item has its value: OK, or STALE */
	STRATA_REMEMBER_COMPUTE, /* run the function, store or leave, and strata_computation_end() */
	STRATA_REMEMBER_WAIT,    /* end the call, strata_remember_sleep(), and resume in a new one */
	STRATA_REMEMBER_BUSY,    /* the wait was in vain, and lease_overflow is throw */
	STRATA_REMEMBER_ASK      /* never seen outside: the fleet is still to be asked */
} strata_remember_state;

/* What becomes of a value that is there. */
typedef enum {
	STRATA_REMEMBER_REFRESH, /* past its soft end, or early: computed, if the lease is free */
	STRATA_REMEMBER_KEEP,    /* found; is_due says that it wants to be computed */
	STRATA_REMEMBER_FORCE    /* computed, whatever its age */
} strata_remember_mode;

typedef struct {
	strata_remember_mode mode;
	double beta; /* of the early refresh; 0: none */
} strata_remember_wish;

/*
 * One key of remember() on its way. The item is of the call that is under way, and the rest is kept
 * between calls. All zeroes but item and wish when it begins.
 */
typedef struct {
	strata_item *item;
	strata_remember_wish wish;
	strata_remember_state state;
	strata_computation computation;
	bool is_due;     /* FOUND: and it should be computed anew */
	bool is_early;   /* COMPUTE: there is a value whose life is not over */
	bool is_asking;  /* WAIT: this process asks the server for all of the host */
	bool is_overdue; /* it has waited for as long as it may */
	bool has_waited;
	bool has_news;           /* the sleep ended because of a value */
	uint64_t refused;        /* the version of a value that the caller could not use; 0: none */
	strata_usec waits_since; /* monotonic; 0: no wait was needed yet */
	strata_usec wait_until;  /* likewise */
	strata_usec ask_at;      /* is_asking: when the server is to be asked again */
	strata_usec pause;       /* and how long after that */
} strata_memory;

/*
 * Looks for the values of all, in one round for each tier, and asks the fleet for the right to
 * compute those that are missing, in one more. state says of each what is to be done. Whatever it
 * is, strata_remember_end() is owed. Where the tiers failed, the item's result says so: the caller
 * computes then, beside at most one process of each other host.
 */
void strata_remember_begin(strata_database *database, strata_call *call,
	strata_memory *const *memories, size_t count);

typedef enum {
	STRATA_SLEEP_ON,  /* a short sleep is over: look at what else may be wanted, and sleep again */
	STRATA_SLEEP_OVER /* resume */
} strata_sleep;

/*
 * In state WAIT: sleeps at most 20 ms, without a call. The whole wait of a key ends after
 * lease_wait, or after twice what its last computation took (at most 10 s) where that is longer.
 */
STRATA_MUST_CHECK strata_sleep strata_remember_sleep(strata_leases *leases, strata_memory *memory);

/* After the sleep, with an item of a new call: writes state anew. */
void strata_remember_resume(strata_database *database, strata_call *call, strata_memory *memory);

/*
 * In state FOUND: the present code cannot build the value. It is a miss then, computed under the
 * fence of its version. Writes state anew; FOUND is a value of another version.
 */
void strata_remember_refuse(strata_database *database, strata_call *call, strata_memory *memory);

/* Gives back what the host knows this caller to hold. In every state, and after exceptions. */
void strata_remember_end(strata_leases *leases, strata_memory *memory);

#endif
