/* stack_end: where the C stack ends that is running now, a fiber's or another. */
#ifndef STRATA_CODEC_STACK_END_H
#define STRATA_CODEC_STACK_END_H

#include "php.h"

enum {
	/* Bytes: with less left no walk goes deeper, for what is called at the deepest level. */
	STRATA_STACK_KEPT = 8 * 1024
};

/* The lowest address that may be used. 0: nothing tells. */
uintptr_t strata_stack_end(void);

/* A walk that began when the end was this one must not go deeper. */
static zend_always_inline bool strata_stack_is_short(uintptr_t end)
{
	return (uintptr_t) __builtin_frame_address(0) < end + STRATA_STACK_KEPT;
}

#endif
