/*
 * A robust mutex is released by the kernel when its owner dies, however it dies, and the next one
 * to lock it is told so. That does not cover an owner that is merely stopped, which is why every
 * wait is bounded, by the monotonic clock: a step of the wall clock must not stretch it.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "os/mutex.h"

#include <errno.h>
#include <stdbool.h>
#include <time.h>

#include "os/clock.h"

static bool configure(pthread_mutexattr_t *attributes)
{
	return pthread_mutexattr_setpshared(attributes, PTHREAD_PROCESS_SHARED) == 0 &&
		   pthread_mutexattr_setrobust(attributes, PTHREAD_MUTEX_ROBUST) == 0;
}

strata_result strata_mutex_init(strata_mutex *mutex)
{
	pthread_mutexattr_t attributes;
	bool done;

	if (pthread_mutexattr_init(&attributes) != 0) {
		return STRATA_NO_MEMORY;
	}
	done = configure(&attributes) && pthread_mutex_init(&mutex->native, &attributes) == 0;
	(void) pthread_mutexattr_destroy(&attributes);
	return done ? STRATA_OK : STRATA_NO_MEMORY;
}

static int lock_until(strata_mutex *mutex, strata_usec deadline)
{
	struct timespec end = {
		.tv_sec = (time_t) (deadline / 1000000),
		.tv_nsec = (long) (deadline % 1000000) * 1000,
	};

	return pthread_mutex_clocklock(&mutex->native, CLOCK_MONOTONIC, &end);
}

strata_mutex_outcome strata_mutex_lock(strata_mutex *mutex, strata_usec max_wait)
{
	int error = pthread_mutex_trylock(&mutex->native);

	if (error == EBUSY && max_wait > 0) {
		error = lock_until(mutex, strata_clock_usec() + max_wait);
	}
	if (error == 0) {
		return STRATA_MUTEX_TAKEN;
	}
	/* Anything else, ENOTRECOVERABLE included, means that no process will get it now. */
	return error == EOWNERDEAD ? STRATA_MUTEX_INHERITED : STRATA_MUTEX_BUSY;
}

void strata_mutex_repaired(strata_mutex *mutex)
{
	(void) pthread_mutex_consistent(&mutex->native);
}

void strata_mutex_unlock(strata_mutex *mutex)
{
	(void) pthread_mutex_unlock(&mutex->native);
}
