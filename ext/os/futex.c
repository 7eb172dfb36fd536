#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "os/futex.h"

#include <linux/futex.h>
#include <limits.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Never the private variants: the sleepers are in other processes. */

void strata_futex_wait(_Atomic uint32_t *word, uint32_t seen, strata_usec max_wait)
{
	struct timespec timeout = {
		.tv_sec = (time_t) (max_wait / 1000000),
		.tv_nsec = (long) (max_wait % 1000000) * 1000,
	};

	(void) syscall(SYS_futex, (void *) word, FUTEX_WAIT, seen, &timeout, NULL, 0);
}

static void wake(_Atomic uint32_t *word, int most)
{
	(void) syscall(SYS_futex, (void *) word, FUTEX_WAKE, most, NULL, NULL, 0);
}

void strata_futex_wake(_Atomic uint32_t *word)
{
	wake(word, INT_MAX);
}

void strata_futex_wake_one(_Atomic uint32_t *word)
{
	wake(word, 1);
}
