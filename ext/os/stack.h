/* stack: how far the C stack of this thread reaches. */
#ifndef STRATA_OS_STACK_H
#define STRATA_OS_STACK_H

#include <stddef.h>

/*
 * Bytes below the caller's frame. 0 when that is not known: the caller runs on a stack that the
 * thread library did not make, such as a fiber's.
 */
size_t strata_stack_left(void);

#endif
