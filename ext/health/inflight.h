/*
 * inflight — how many operations and handshakes of the host are in flight at one node.
 *
 * The sums decide. Each thread also notes its own part in its slot. So the part of a thread that
 * was killed can be taken back: a caller that finds no room counts the slots of the living anew.
 */
#ifndef STRATA_HEALTH_INFLIGHT_H
#define STRATA_HEALTH_INFLIGHT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "host/gate.h"
#include "host/process_slot.h"

typedef enum { STRATA_INFLIGHT_OPERATIONS, STRATA_INFLIGHT_HANDSHAKES } strata_inflight_kind;

/* In shared memory. All zeroes is none in flight; any bytes heal with the next recount. */
typedef struct {
	/* by process slot: {serial of the owner 32 | handshakes 16 | operations 16} */
	_Atomic uint64_t slots[STRATA_PROCESS_SLOT_COUNT];
	_Atomic uint32_t sums[2]; /* by kind */
	strata_gate recounts;
} strata_inflight;

/* One more of the calling thread. */
void strata_inflight_add(strata_inflight *inflight, strata_process_slots *slots,
	strata_inflight_kind kind);

/* One of them has ended. */
void strata_inflight_remove(strata_inflight *inflight, strata_process_slots *slots,
	strata_inflight_kind kind);

uint32_t strata_inflight_sum(const strata_inflight *inflight, strata_inflight_kind kind);

/* Is the sum below the limit, now or after the dead were taken off it? */
STRATA_MUST_CHECK bool strata_inflight_has_room(strata_inflight *inflight,
	strata_process_slots *slots, strata_inflight_kind kind, uint32_t limit, strata_msec now);

#endif
