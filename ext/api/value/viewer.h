/* viewer: whose keys a process may be shown. */
#ifndef STRATA_API_VALUE_VIEWER_H
#define STRATA_API_VALUE_VIEWER_H

#include "php.h"

#include "stats/prefixes.h"

/* The spaces of this process: its databases in its namespaces, under its user. */
typedef struct {
	uint64_t *ids; /* NULL: all may be shown, as strata.operator says */
	uint32_t count;
} strata_viewer;

void strata_viewer_init(strata_viewer *viewer);
void strata_viewer_fini(strata_viewer *viewer);

/* May keys of this space be shown? */
bool strata_viewer_sees(const strata_viewer *viewer, uint64_t space);

/*
 * Reads the table of prefixes as far as it may be shown; rows that read alike are added up. *count
 * is how many. The caller frees the list with efree().
 */
strata_prefix_sum *strata_viewer_read_prefixes(const strata_viewer *viewer, uint32_t *count);

#endif
