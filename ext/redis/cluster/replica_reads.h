/* replica_reads — may a replica answer this read, and which one? */
#ifndef STRATA_REDIS_CLUSTER_REPLICA_READS_H
#define STRATA_REDIS_CLUSTER_REPLICA_READS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "protocol/slots.h"

/*
 * What one thread has written to a cluster lately: a replica may not have it yet, and who writes must
 * read what was written. All zeroes: nothing.
 */
typedef struct {
	uint64_t slots[STRATA_SLOT_COUNT / 64]; /* a bit each */
	uint32_t request;                       /* they were written in */
	strata_msec last;                       /* when */
} strata_replica_reads;

/*
 * A round of this request begins. What an earlier one wrote is forgotten; and where requests have no end,
 * what is long past.
 */
void strata_replica_reads_begin(strata_replica_reads *reads, uint32_t request, strata_msec now);

void strata_replica_reads_note_write(strata_replica_reads *reads, uint16_t slot, strata_msec now);
bool strata_replica_reads_was_written(const strata_replica_reads *reads, uint16_t slot);

#endif
