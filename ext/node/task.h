/* task — commands to write to one connection and the replies they owe. */
#ifndef STRATA_NODE_TASK_H
#define STRATA_NODE_TASK_H

#include <stdint.h>

#include "base/arena.h"
#include "base/time.h"
#include "base/view.h"

/* The caller fills the first group and keeps it all until the task is done. */
typedef struct {
	strata_view request;
	uint32_t owed;
	void **replies; /* room for owed of them */
	strata_arena *arena;
	strata_usec deadline; /* monotonic and absolute, for connecting and everything after it */

	uint32_t received; /* replies that are believed */
} strata_task;

#endif
