/* early: whether a value is to be computed anew before its life is over. */
#ifndef STRATA_CACHE_REMEMBER_EARLY_H
#define STRATA_CACHE_REMEMBER_EARLY_H

#include <stdbool.h>

#include "tier/item.h"

/*
 * One reader of many shall find out before all of them do. The chance grows with what the value
 * costs, and as the end of its life comes near: at now - cost * beta * ln(u) >= fresh_until, with u
 * by chance in (0, 1] (XFetch: Vattani, Chierichetti, Lowenstein 2015). Never for a value without
 * an end or of which no cost is known, nor with a beta of 0. now is by the wall clock.
 */
bool strata_early_is_due(const strata_item *item, double beta, strata_msec now);

#endif
