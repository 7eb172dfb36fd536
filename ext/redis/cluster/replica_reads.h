/* replica_reads — the slots that a thread has written lately, which replicas may not have yet. */
#ifndef STRATA_REDIS_CLUSTER_REPLICA_READS_H
#define STRATA_REDIS_CLUSTER_REPLICA_READS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "protocol/slots.h"

/* Their reads go to the master: a request must read what it wrote. All zeroes: nothing written. */
typedef struct {
	uint64_t slots[STRATA_SLOT_COUNT / 64]; /* a bit each */
	uint32_t request;                       /* they were written in */
	strata_msec last;                       /* when */
} strata_replica_reads;

/*
 * Commands of this request follow. Forgets what an earlier request wrote, and what is long past
 * where requests have no end.
 */
void strata_replica_reads_begin(strata_replica_reads *reads, uint32_t request, strata_msec now);

void strata_replica_reads_note_write(strata_replica_reads *reads, uint16_t slot, strata_msec now);
bool strata_replica_reads_was_written(const strata_replica_reads *reads, uint16_t slot);

#endif
