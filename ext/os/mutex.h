/* mutex: a lock shared between processes, which survives the death of its owner. */
#ifndef STRATA_OS_MUTEX_H
#define STRATA_OS_MUTEX_H

#include <pthread.h>

#include "base/result.h"
#include "base/time.h"

/* Lives in shared memory. Never unmap it while it is held: the kernel would lose track of it. */
typedef struct {
	pthread_mutex_t native;
} strata_mutex;

typedef enum {
	STRATA_MUTEX_TAKEN,     /* ours, and what it guards is consistent */
	STRATA_MUTEX_INHERITED, /* ours, but its owner died: repair, then strata_mutex_repaired() */
	STRATA_MUTEX_BUSY       /* not ours: the wait is over, or the mutex cannot be saved */
} strata_mutex_outcome;

STRATA_MUST_CHECK strata_result strata_mutex_init(strata_mutex *mutex);

/* Waits at most this long by the monotonic clock; 0 tries once. */
STRATA_MUST_CHECK strata_mutex_outcome strata_mutex_lock(strata_mutex *mutex, strata_usec max_wait);

/* After STRATA_MUTEX_INHERITED, once what it guards is consistent again. */
void strata_mutex_repaired(strata_mutex *mutex);

void strata_mutex_unlock(strata_mutex *mutex);

#endif
