/*
 * replica_watch — does a server that should be a master refuse writes for good?
 *
 * In a planned failover the old master refuses them for a moment, until its name or its proxy leads
 * to the new one. A replica that the DSN names by mistake refuses them for ever.
 */
#ifndef STRATA_HEALTH_NOTES_REPLICA_WATCH_H
#define STRATA_HEALTH_NOTES_REPLICA_WATCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"

/* In shared memory; all zeroes is a server of which nothing is known. Any bytes heal by use. */
typedef struct strata_replica_watch {
	_Atomic uint64_t refused_since; /* monotonic, msec; 0: the last write was taken */
	_Atomic uint32_t has_taken;     /* a write, ever */
} strata_replica_watch;

/* It took a write. One load where it did so before. */
void strata_replica_watch_taken(strata_replica_watch *watch);

/*
 * It refused a write, since it is a replica. True when it has refused all of them for ten seconds,
 * or for one where it never took any.
 */
bool strata_replica_watch_stays(strata_replica_watch *watch, strata_msec now);

#endif
