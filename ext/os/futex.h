/* futex: lets one process sleep until another wakes it. */
#ifndef STRATA_OS_FUTEX_H
#define STRATA_OS_FUTEX_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/time.h"

/* Sleeps while *word == seen, at most this long; may return early (a signal), so look again. */
void strata_futex_wait(_Atomic uint32_t *word, uint32_t seen, strata_usec max_wait);

/* Wakes all that sleep on the word, in any process that maps it. */
void strata_futex_wake(_Atomic uint32_t *word);

/* Wakes one of them, if any sleeps. */
void strata_futex_wake_one(_Atomic uint32_t *word);

#endif
