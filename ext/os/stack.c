/*
 * The bounds of a stack are asked for once in a thread: for the first thread of a process they come
 * from /proc, which may be out of sight later (chroot). A fork keeps the stack it was called on.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "os/stack.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/thread.h"

typedef struct {
	bool is_known;
	uintptr_t lowest;
	uintptr_t end;
} bounds;

static STRATA_THREAD_LOCAL bounds own;

static void look_up(void)
{
	pthread_attr_t attributes;
	void *lowest = NULL;
	size_t size = 0;

	own = (bounds){ .is_known = true };
	if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
		return;
	}
	if (pthread_attr_getstack(&attributes, &lowest, &size) == 0) {
		own.lowest = (uintptr_t) lowest;
		own.end = own.lowest + size;
	}
	(void) pthread_attr_destroy(&attributes);
}

size_t strata_stack_left(void)
{
	uintptr_t at = (uintptr_t) __builtin_frame_address(0);

	if (!own.is_known) {
		look_up();
	}
	return at > own.lowest && at < own.end ? at - own.lowest : 0;
}
