/* topology_time: the moment from which a topology file counts. */
#ifndef STRATA_CONF_TOPOLOGY_TIME_H
#define STRATA_CONF_TOPOLOGY_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/view.h"

/* What is accepted, for a message. */
#define STRATA_TOPOLOGY_TIME_FORM \
	"accepted: a moment such as 2026-12-01T03:00:00Z, or with an offset, " \
	"2026-12-01T04:00:00+01:00"

/*
 * As RFC 3339 has it, to the second: a date, T, a time, and Z or an offset. Without the last part
 * it is not known which moment is meant. Writes microseconds since 1970; false, and 0, for anything
 * else, also for a day that no calendar has and for a leap second.
 */
STRATA_MUST_CHECK bool strata_topology_time_parse(strata_view text, uint64_t *out);

#endif
