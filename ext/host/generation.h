/* generation — the number of the last clear() of each database, as far as this host knows. */
#ifndef STRATA_HOST_GENERATION_H
#define STRATA_HOST_GENERATION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "host/gate.h"
#include "host/host.h"

typedef struct strata_generations strata_generations;

/*
 * One database in one namespace. Lives in shared memory for the life of the host, or in a process
 * where no record is left; every field is changed by single atomic operations. All zeroes is a
 * database of which nothing was heard.
 */
typedef struct {
	_Atomic uint64_t value; /* the number to use; 0: none that the deepest tier stands for */
	_Atomic uint64_t floor; /* the greatest that was ever used, which is never used again below */
	_Atomic uint64_t
		heard_at;           /* monotonic, msec: when the question was sent that was answered last */
	strata_gate refreshes;  /* questions to the shared tier */
	uint64_t space;         /* whose it is */
	_Atomic uint64_t check; /* over space, value and floor; see strata_generations_mend() */
} strata_generation;

STRATA_MUST_CHECK strata_result strata_generations_new(strata_host *host, strata_generations **out);
void strata_generations_free(strata_generations *generations);

/*
 * For a process that is alone with what others left. False where a number was damaged, or changed
 * by a process that was killed right then: what is stored under any of them may be outdated. Each
 * number has to be confirmed anew by its deepest tier.
 */
STRATA_MUST_CHECK bool strata_generations_mend(strata_generations *generations);

/*
 * The record of a space (the hash of database and namespace), made at the first call. NULL when all
 * 1024 records are taken.
 */
strata_generation *strata_generations_of(strata_generations *generations, uint64_t space);

/* The number that keys carry now; 0 when there is none. */
uint64_t strata_generation_value(const strata_generation *generation);

/* The greatest that this host ever used; 0 when there was none. */
uint64_t strata_generation_floor(const strata_generation *generation);

/*
 * The deepest tier confirmed this number, or gave it back. Raises the value to it, never lowers it,
 * and never below the floor. Returns the value afterwards.
 */
uint64_t strata_generation_raise(strata_generation *generation, uint64_t confirmed);

/*
 * What was stored under less than this is not to be believed, whatever the deepest tier holds. A
 * value that is less goes; the next question to the tier brings one that is not.
 */
void strata_generation_expect(strata_generation *generation, uint64_t least);

/* The deepest tier lost this number and takes no other: there is no value, unless it changed. */
void strata_generation_revoke(strata_generation *generation, uint64_t lost);

/*
 * This number was never to be used, as it is far ahead of the server's clock. Value and floor
 * become the confirmed one, unless they changed.
 */
void strata_generation_replace(strata_generation *generation, uint64_t wrong, uint64_t confirmed);

/* The deepest tier stands for the value, by its answer to a question that was sent then. */
void strata_generation_hear(strata_generation *generation, strata_msec sent_at);

/* How long ago that was; 0 before it ever was, and the longest time there is if it cannot be. */
strata_msec strata_generation_silence(const strata_generation *generation, strata_msec now);

/* Would strata_generation_may_refresh() be true now? */
bool strata_generation_is_due(const strata_generation *generation, strata_msec now,
	strata_msec interval);

/*
 * May the caller ask the shared tier now? True for one caller per interval and host, which should
 * then raise the value. An unanswered question is asked again after the interval.
 */
bool strata_generation_may_refresh(strata_generation *generation, strata_msec now,
	strata_msec interval);

#endif
