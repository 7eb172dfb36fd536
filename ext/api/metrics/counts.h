/* counts: what the host has counted, read once for a text of metrics. */
#ifndef STRATA_API_METRICS_COUNTS_H
#define STRATA_API_METRICS_COUNTS_H

#include "api/metrics/text.h"
#include "stats/stats.h"

/* A tier of a database, a policy of one, or a node: what was counted, and the labels of it. */
typedef struct {
	strata_stats_sum sum;
	strata_metric_labels labels; /* database and tier, database and pattern, or node */
} strata_metric_row;

typedef struct {
	strata_metric_row *rows;
	uint32_t count;

	/* False while counts of nodes are moved: then there is no row of a node. */
	bool has_nodes;
} strata_metric_counts;

/*
 * Takes no lock. No two rows have the same labels. In the memory of the request:
 * strata_metric_counts_free() gives it back.
 */
void strata_metric_counts_read(strata_metric_counts *counts);
void strata_metric_counts_free(strata_metric_counts *counts);

/* The next row of this kind from *place on, which is moved behind it; NULL: there is none. */
const strata_metric_row *strata_metric_counts_next(const strata_metric_counts *counts,
	strata_stats_kind kind, uint32_t *place);

/* A family, of which add writes what is to be said of each row of this kind. */
void strata_metric_counts_write(const strata_metric_counts *counts, strata_stats_kind kind,
	const strata_metric_family *family, strata_metrics_text *text,
	void (*add)(strata_metrics_text *text, const strata_metric_row *row));

/* One of those: how often each reason came out that ever did. */
void strata_metric_row_add_reasons(strata_metrics_text *text, const strata_metric_row *row);

#endif
