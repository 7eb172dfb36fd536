/* cpus: how many processors the processes of this host may use. */
#ifndef STRATA_OS_CPUS_H
#define STRATA_OS_CPUS_H

#include <stdint.h>

/*
 * Whole processors: those that the calling thread may run on, or fewer where the cpu.max of its
 * control group, or of one above it, grants less time than that (cgroup v2). At least 1. Where
 * there are few, one system call; else some files are read.
 */
uint32_t strata_cpus_usable(void);

/*
 * What the text of a cpu.max, "quota period" in microseconds, grants in whole processors, at least
 * 1. UINT32_MAX where it sets no limit, or says nothing that is understood.
 */
uint32_t strata_cpus_of_quota(const char *text);

#endif
