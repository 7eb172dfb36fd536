/* host — the control segment: what all processes share that descend from one MINIT. */
#ifndef STRATA_HOST_HOST_H
#define STRATA_HOST_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "os/mutex.h"

/* A process-private handle on shared memory that was mapped before the first fork. */
typedef struct strata_host strata_host;

/*
 * Maps the control segment. Where shared memory cannot be had, private memory stands in, every
 * process is then a host of its own, and strata_host_is_shared() says so.
 */
STRATA_MUST_CHECK strata_result strata_host_new(strata_host **out);

/* What the memory is to the process that opens it. */
typedef enum {
	STRATA_HOST_MADE,   /* zeroed, and this process is the first that uses it */
	STRATA_HOST_MENDED, /* this process is alone with what others left: locks are made anew */
	STRATA_HOST_JOINED  /* others use it right now: nothing is written by opening it */
} strata_host_birth;

/*
 * The same in memory of the caller, aligned to a cache line, which stays its own. What is allocated
 * follows from the order of the calls alone, so all processes must allocate the same.
 */
STRATA_MUST_CHECK strata_result strata_host_new_in(void *memory, size_t size,
	strata_host_birth birth, strata_host **out);

strata_host_birth strata_host_born(const strata_host *host);

/* Bytes handed out so far, and a number over their sizes: of another layout it is another one. */
size_t strata_host_used(const strata_host *host);
uint64_t strata_host_stamp(const strata_host *host);

/* Makes a lock in memory of this host, unless others may hold it. */
STRATA_MUST_CHECK strata_result strata_host_init_lock(const strata_host *host, strata_mutex *mutex);

/* Frees what is private and unmaps; destroys nothing that other processes use. */
void strata_host_free(strata_host *host);

bool strata_host_is_shared(const strata_host *host);

/*
 * From now on strata_host_free() leaves the memory mapped: threads of this process hold mutexes in
 * it, and the C library would follow their list of held mutexes into nowhere.
 */
void strata_host_keep_mapped(strata_host *host);

/* Was that said? For memory of the caller, which then has to leave it mapped. */
bool strata_host_must_stay(const strata_host *host);

/*
 * Hands out zeroed shared memory aligned to a cache line, for the life of the host. Only while the
 * module starts, before the first fork. NULL when the segment is used up: it is sized for what
 * strata allocates, so that is a defect.
 */
void *strata_host_alloc(strata_host *host, size_t size);

#endif
