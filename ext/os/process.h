/* process: the identity of this process and thread, which changes in a fork. */
#ifndef STRATA_OS_PROCESS_H
#define STRATA_OS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"

/*
 * Installs the fork handler that counts generations. Once per process image, before the first fork.
 */
STRATA_MUST_CHECK strata_result strata_process_watch_forks(void);

/*
 * Changes in a child of fork() and never otherwise. A module that keeps something that a child must
 * not use (a socket, a process slot) keeps the generation beside it and compares: no system call.
 */
uint32_t strata_process_generation(void);

uint32_t strata_process_id(void);

/*
 * Is the process with this id stopped by a signal or a debugger? False where that cannot be seen.
 * Some system calls.
 */
bool strata_process_is_stopped(uint32_t process);

/* The effective user. A system call. */
uint32_t strata_process_user(void);

/*
 * Can that never be another one as long as the process lives? So it is where it has one id and no
 * right to take others, as a usual worker. Two system calls.
 */
bool strata_process_user_is_fixed(void);

/* Random bytes from the kernel, for nonces and tokens. */
STRATA_MUST_CHECK strata_result strata_process_random(void *bytes, size_t size);

/*
 * 64 random bits, for versions and opaques: fast, seeded from the kernel per thread and fork, not
 * for secrets.
 */
uint64_t strata_process_random_word(void);

#endif
