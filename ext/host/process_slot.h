/* process_slot — the number of the calling thread on this host, and whether other threads live. */
#ifndef STRATA_HOST_PROCESS_SLOT_H
#define STRATA_HOST_PROCESS_SLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "host/host.h"

typedef struct strata_process_slots strata_process_slots;

enum { STRATA_PROCESS_SLOT_COUNT = 1024 };

/*
 * One use of one slot by one thread: slot index in the low 16 bits (from 1), a serial number above
 * it that no other use of that slot ever has. 0 is no thread.
 */
typedef uint64_t strata_process_owner;

/* The slot of an owner number other than 0: below STRATA_PROCESS_SLOT_COUNT. */
static inline uint32_t strata_process_slot_index(strata_process_owner owner)
{
	return (uint32_t) ((owner & 0xFFFF) - 1) % STRATA_PROCESS_SLOT_COUNT;
}

STRATA_MUST_CHECK strata_result strata_process_slots_new(strata_host *host,
	strata_process_slots **out);
void strata_process_slots_free(strata_process_slots *slots);

/*
 * The calling thread's owner number; takes a slot at the first call in a thread and in a forked
 * child. 0 when all slots are taken: the caller then does without leases and pins. A thread without
 * one looks for one again once a second. The slot ends with the thread: the kernel releases its
 * robust life mutex however the thread dies.
 */
strata_process_owner strata_process_slots_mine(strata_process_slots *slots);

/*
 * Does the thread that had this owner number still live? False for 0. Frees the slot of a dead one.
 */
bool strata_process_slots_is_alive(strata_process_slots *slots, strata_process_owner owner);

/* Is the process of a thread that lives stopped? It may go on at any moment. Some system calls. */
bool strata_process_slots_is_stopped(const strata_process_slots *slots, strata_process_owner owner);

/*
 * How many threads of the host live, as counted at most 100 ms ago: the dead are found out then. At
 * least 1.
 */
uint32_t strata_process_slots_living(strata_process_slots *slots, strata_msec now);

/* Is the caller the only thread of the host that lives at this moment? Some system calls. */
bool strata_process_slots_is_alone(strata_process_slots *slots);

/* For status: slots in use by live or not yet noticed dead threads. */
uint32_t strata_process_slots_used(const strata_process_slots *slots);

#endif
