/* text: metrics as text, as OpenMetrics 1.0 or the older format of Prometheus writes them. */
#ifndef STRATA_API_METRICS_TEXT_H
#define STRATA_API_METRICS_TEXT_H

#include "php.h"
#include "zend_smart_str.h"

typedef enum {
	STRATA_METRICS_OPEN, /* OpenMetrics 1.0 */
	STRATA_METRICS_PLAIN /* text/plain; version=0.0.4 */
} strata_metrics_format;

typedef enum {
	STRATA_METRIC_GAUGE,
	STRATA_METRIC_COUNTER,
	STRATA_METRIC_HISTOGRAM,
	STRATA_METRIC_INFO
} strata_metric_type;

/*
 * What samples of one name have in common. The unit is the end of the name, as in "_bytes"; NULL:
 * it has none. The suffixes "_total" of a counter and "_info" of an info are added where they
 * belong.
 */
typedef struct {
	const char *name;
	strata_metric_type type;
	const char *unit;
	const char *help;
} strata_metric_family;

/* All views of names and labels are copied. Freed by strata_metrics_text_finish(). */
typedef struct {
	smart_str out;
	strata_metrics_format format;
	const strata_metric_family *family; /* that samples belong to */
	bool is_announced;                  /* its lines are written */
} strata_metrics_text;

/*
 * Labels in their order, as they stand between braces. All zeroes is none. A label of any bytes is
 * at most 128 of them, escaped, with U+FFFD for what is no UTF-8.
 */
typedef struct {
	smart_str out;
} strata_metric_labels;

void strata_metric_labels_add(strata_metric_labels *labels, const char *name, const char *value);

/* For what has a place in a table of the host, and a name that another place may have too. */
void strata_metric_labels_add_number(strata_metric_labels *labels, const char *name,
	uint32_t number);

void strata_metric_labels_free(strata_metric_labels *labels);

void strata_metrics_text_begin(strata_metrics_text *text, strata_metrics_format format);

/* The whole, which is the caller's. */
zend_string *strata_metrics_text_finish(strata_metrics_text *text);

/*
 * Samples are of this family from now on; it must live as long as that. One without samples leaves
 * nothing behind. Of each family once: its samples stand together.
 */
void strata_metrics_text_family(strata_metrics_text *text, const strata_metric_family *family);

/* labels may be NULL: none. */
void strata_metrics_text_number(strata_metrics_text *text, const strata_metric_labels *labels,
	uint64_t value);

/* With one label more, the name of which is known to need no escapes, and so is its value. */
void strata_metrics_text_number_of(strata_metrics_text *text, const strata_metric_labels *labels,
	const char *name, const char *label, uint64_t value);

/* Microseconds, written as seconds. */
void strata_metrics_text_seconds(strata_metrics_text *text, const strata_metric_labels *labels,
	uint64_t microseconds);

/* From 0 to 1. */
void strata_metrics_text_ratio(strata_metrics_text *text, const strata_metric_labels *labels,
	double value);

/* What the sum of a histogram is in. */
typedef enum { STRATA_METRIC_BYTES, STRATA_METRIC_MICROSECONDS } strata_metric_scale;

/*
 * Counts by bucket, each with the values that are beyond the end of the one before it and not
 * beyond its own. Ends are written as OpenMetrics wants them: "1.048576e+06", "6.4e-05".
 */
typedef struct {
	strata_metric_scale scale;
	const char *const *ends;
	const uint64_t *counts;
	uint32_t buckets; /* of these two */
	uint64_t rest;    /* values beyond the last end */
	uint64_t sum;     /* of all values */
} strata_metric_histogram;

void strata_metrics_text_histogram(strata_metrics_text *text, const strata_metric_labels *labels,
	const strata_metric_histogram *histogram);

#endif
