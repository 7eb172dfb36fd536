/* analysis — what one thread needs to count operations of one database by their keys. */
#ifndef STRATA_STATS_ANALYSIS_H
#define STRATA_STATS_ANALYSIS_H

#include <stdint.h>

#include "stats/hot_keys.h"
#include "stats/prefixes.h"

/* Plain data that belongs to the database; the tables are the host's. */
typedef struct {
	strata_prefixes *prefixes;
	strata_hot_keys *hot_keys;
	strata_prefix_space space; /* its texts are the database's */
	uint32_t depth;            /* strata.prefix_depth */
	uint32_t nearest;          /* tiers, by kind: reads are sampled at the one, */
	uint32_t deepest;          /* and writes at the other one */
	uint32_t left;             /* keys until the next one of the sample */
} strata_analysis;

#endif
