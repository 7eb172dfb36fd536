/* followed: by which version of the configuration each request of this host goes. */
#ifndef STRATA_HOST_TABLE_FOLLOWED_H
#define STRATA_HOST_TABLE_FOLLOWED_H

#include <stdbool.h>
#include <stdint.h>

#include "host/host.h"
#include "host/process_slot.h"

/* One place for each process slot. What a dead process has left there does not count. */
typedef struct strata_followed strata_followed;

STRATA_MUST_CHECK strata_result strata_followed_new(strata_host *host, strata_followed **out);
void strata_followed_free(strata_followed *followed);

/* The thread goes by this version from now on; 0: by none. Nothing where the thread has no slot. */
void strata_followed_note(strata_followed *followed, strata_process_owner owner, uint64_t version);

/* Is there a living thread that goes by another version than this one? Some system calls. */
bool strata_followed_by_others(const strata_followed *followed, strata_process_slots *slots,
	uint64_t version);

#endif
