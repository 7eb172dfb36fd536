/*
 * spin — how many processes of this host may wait for a reply without sleeping, and which do now.
 *
 * A permit is the right to spin once. There are a quarter as many as the host has processors. One
 * is taken for a moment: when that is over it is free again, whether its owner gave it back, was
 * killed, or is not let run. Any bytes may stand in the permits. At worst no process spins for a
 * moment, or one more than there are permits.
 */
#ifndef STRATA_HOST_TABLE_SPIN_H
#define STRATA_HOST_TABLE_SPIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "host/host.h"
#include "host/process_slot.h"

typedef struct strata_spin strata_spin;

enum {
	STRATA_SPIN_PERMITS = 64,      /* on any host */
	STRATA_SPIN_PERMIT_LIFE = 100, /* usec */
	STRATA_SPIN_LONGEST = 60       /* usec that one spin takes at most, where strata decides */
};

/* One that was taken, for strata_spin_end(). */
typedef struct {
	uint32_t index;
	uint64_t word;
} strata_spin_permit;

/* cpus: that the processes of the host may use. With fewer than four there is no permit. */
STRATA_MUST_CHECK strata_result strata_spin_new(strata_host *host, strata_process_slots *slots,
	uint32_t cpus, strata_spin **out);
void strata_spin_free(strata_spin *spin);

/* How many permits there are. */
uint32_t strata_spin_permits(const strata_spin *spin);

/*
 * Takes a permit, for no longer than its life. False: all are taken, or the calling thread has no
 * process slot.
 */
STRATA_MUST_CHECK bool strata_spin_begin(strata_spin *spin, strata_usec now,
	strata_spin_permit *permit);

/* Gives it back. Without effect where its time is over and it is another one's by now. */
void strata_spin_end(strata_spin *spin, const strata_spin_permit *permit);

/* For status: permits that are taken. */
uint32_t strata_spin_taken(const strata_spin *spin, strata_usec now);

#endif
