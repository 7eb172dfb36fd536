/* clock_difference: how far the clock of a node is from this host's, as it was found last. */
#ifndef STRATA_HEALTH_CLOCK_DIFFERENCE_H
#define STRATA_HEALTH_CLOCK_DIFFERENCE_H

#include <stdint.h>

#include "health/breaker.h"

/* It is so many microseconds ahead, as of now. 0 counts as one. */
void strata_clock_difference_note(const strata_breaker *breaker, int64_t difference);

/* Of the node with this name, whatever the login; 0: not known. */
int64_t strata_clock_difference_of(struct strata_breaker_table *table, const char *name);

#endif
