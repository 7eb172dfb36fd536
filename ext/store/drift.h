/*
 * drift — are other keys becoming the frequent ones? Advice only: any bytes are valid in what is
 * remembered. Every function wants the shard locked.
 */
#ifndef STRATA_STORE_DRIFT_H
#define STRATA_STORE_DRIFT_H

#include "store/block/shard.h"

/*
 * Main's hand comes by an entry that is alive, in its turn, and has not cleared the mark of its
 * visits yet.
 */
void strata_drift_judge(strata_shard *shard, uint32_t place);

/* Does a new entry of this size go to main at once, without a ghost? Counts how often it may. */
bool strata_drift_welcomes(strata_shard *shard, uint32_t units);

#endif
