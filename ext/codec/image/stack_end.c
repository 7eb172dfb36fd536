/*
 * Stacks of threads are asked of the thread library, and those of fibers of PHP. Since 8.3 PHP
 * itself says how far scripts may go, which is a little less.
 */
#include "codec/image/stack_end.h"

#include "Zend/zend_fibers.h"

#include "os/stack.h"

#ifndef ZEND_CHECK_STACK_LIMIT
/* The beginning of what PHP 8.1 and 8.2 know of the stack of a fiber, which is in no header. */
typedef struct {
	void *pointer;
	size_t size;
} fiber_stack;
#endif

/* 0: there is none that is running. */
static uintptr_t end_of_fiber(void)
{
	const zend_fiber_context *context = EG(current_fiber_context);

	if (context == NULL || context->stack == NULL) {
		return 0;
	}
#ifdef ZEND_CHECK_STACK_LIMIT
	return (uintptr_t) zend_fiber_stack_limit(context->stack);
#else
	return (uintptr_t) ((const fiber_stack *) (const void *) context->stack)->pointer;
#endif
}

uintptr_t strata_stack_end(void)
{
	size_t left;

#ifdef ZEND_CHECK_STACK_LIMIT
	if (EG(stack_limit) != NULL) {
		return (uintptr_t) EG(stack_limit);
	}
#endif
	left = strata_stack_left();
	return left != 0 ? (uintptr_t) __builtin_frame_address(0) - left : end_of_fiber();
}
