/* clock: the clocks of the kernel. */
#ifndef STRATA_OS_CLOCK_H
#define STRATA_OS_CLOCK_H

#include "base/time.h"

/* Monotonic, to the kernel's tick (1 to 4 ms), about 3 ns: for expiry on this host. Never 0. */
strata_msec strata_clock_msec(void);

/* Monotonic and exact, about 20 ns: for deadlines of waits. Same origin as strata_clock_msec(). */
strata_usec strata_clock_usec(void);

/*
 * As strata_clock_msec(), but counts while the machine is suspended, too, and to the nanosecond:
 * for what others take as over when its time has passed. Of the same value in all processes.
 */
strata_msec strata_clock_boot_msec(void);

/*
 * Milliseconds since 1970 by the wall clock, to the kernel's tick: for envelopes, which other hosts
 * read.
 */
strata_msec strata_clock_wall_msec(void);

/* The same in microseconds, and exact: for comparing it with the clock of a server. */
strata_usec strata_clock_wall_usec(void);

#endif
