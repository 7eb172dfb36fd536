#include "redis/cluster/replica_reads.h"

#include <string.h>

enum { LONG_PAST = 10000 /* msec: replicas that are so far behind are of no use */ };

void strata_replica_reads_begin(strata_replica_reads *reads, uint32_t request, strata_msec now)
{
	if (reads->last != 0 && (reads->request != request || now - reads->last > LONG_PAST)) {
		memset(reads->slots, 0, sizeof(reads->slots));
		reads->last = 0;
	}
	reads->request = request;
}

void strata_replica_reads_note_write(strata_replica_reads *reads, uint16_t slot, strata_msec now)
{
	reads->slots[slot / 64] |= (uint64_t) 1 << slot % 64;
	reads->last = now;
}

bool strata_replica_reads_was_written(const strata_replica_reads *reads, uint16_t slot)
{
	return (reads->slots[slot / 64] >> slot % 64 & 1) != 0;
}
