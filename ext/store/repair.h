/* repair — what is left of a shard whose owner died in the middle of a change? Wants it locked. */
#ifndef STRATA_STORE_REPAIR_H
#define STRATA_STORE_REPAIR_H

#include "store/shard.h"

/* Makes everything that is derived anew, in one walk. May itself be killed anywhere. */
void strata_repair(strata_shard *shard);

#endif
