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
 * The least that any cpu.max grants from this group up to the root: "/system.slice/php.service"
 * and "/sys/fs/cgroup", say. UINT32_MAX where none sets a limit.
 */
uint32_t strata_cpus_granted(const char *root, const char *group);

/*
 * What the text of a cpu.max, "quota period" in microseconds, grants in whole processors, at least
 * 1. UINT32_MAX where it sets no limit, or says nothing that is understood.
 */
uint32_t strata_cpus_of_quota(const char *text);

#endif
