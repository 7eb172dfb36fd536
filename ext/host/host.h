/* host — the control segment: what all processes share that descend from one MINIT. */
#ifndef STRATA_HOST_HOST_H
#define STRATA_HOST_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/result.h"

/* A process-private handle on shared memory that was mapped before the first fork. */
typedef struct strata_host strata_host;

/*
 * Maps the control segment. Where shared memory cannot be had, private memory stands in, every
 * process is then a host of its own, and strata_host_is_shared() says so.
 */
STRATA_MUST_CHECK strata_result strata_host_new(strata_host **out);

/* Frees what is private and unmaps; destroys nothing that other processes use. */
void strata_host_free(strata_host *host);

bool strata_host_is_shared(const strata_host *host);

/*
 * From now on strata_host_free() leaves the memory mapped: threads of this process hold mutexes in
 * it, and the C library would follow their list of held mutexes into nowhere.
 */
void strata_host_keep_mapped(strata_host *host);

/*
 * Hands out zeroed shared memory aligned to a cache line, for the life of the host. Only while the
 * module starts, before the first fork. NULL when the segment is used up: it is sized for what
 * strata allocates, so that is a defect.
 */
void *strata_host_alloc(strata_host *host, size_t size);

#endif
