/* generation — the number of the last clear() of each database, as far as this host knows. */
#ifndef STRATA_HOST_GENERATION_H
#define STRATA_HOST_GENERATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "host/host.h"

typedef struct strata_generations strata_generations;

/*
 * One database in one namespace. Lives in shared memory for the life of the host; every field is
 * changed by single atomic operations.
 */
typedef struct strata_generation strata_generation;

STRATA_MUST_CHECK strata_result strata_generations_new(strata_host *host, strata_generations **out);
void strata_generations_free(strata_generations *generations);

/*
 * The record of a space (the hash of database and namespace), made at the first call. NULL when all
 * 1024 records are taken.
 */
strata_generation *strata_generations_of(strata_generations *generations, uint64_t space);

/* The greatest generation heard of; 0 when none was yet. */
uint64_t strata_generation_value(const strata_generation *generation);

/* Raises the value to this one, never lowers it. Returns the value afterwards. */
uint64_t strata_generation_raise(strata_generation *generation, uint64_t heard);

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
