#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "os/clock.h"

#include <time.h>

static struct timespec read_clock(clockid_t id)
{
	struct timespec now = { 0 };

	/* These clocks always exist on Linux; the call has nothing to fail with. */
	(void) clock_gettime(id, &now);
	return now;
}

static strata_msec msec_of(struct timespec time)
{
	return (strata_msec) time.tv_sec * 1000 + (strata_msec) time.tv_nsec / 1000000;
}

strata_msec strata_clock_msec(void)
{
	strata_msec now = msec_of(read_clock(CLOCK_MONOTONIC_COARSE));

	/* 0 is STRATA_NEVER wherever a moment is stored. */
	return now > 0 ? now : 1;
}

strata_usec strata_clock_usec(void)
{
	struct timespec now = read_clock(CLOCK_MONOTONIC);

	return (strata_usec) now.tv_sec * 1000000 + (strata_usec) now.tv_nsec / 1000;
}

strata_msec strata_clock_boot_msec(void)
{
	strata_msec now = msec_of(read_clock(CLOCK_BOOTTIME));

	return now > 0 ? now : 1;
}

strata_msec strata_clock_wall_msec(void)
{
	return msec_of(read_clock(CLOCK_REALTIME_COARSE));
}

strata_usec strata_clock_wall_usec(void)
{
	struct timespec now = read_clock(CLOCK_REALTIME);

	return (strata_usec) now.tv_sec * 1000000 + (strata_usec) now.tv_nsec / 1000;
}
