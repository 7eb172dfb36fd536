/*
 * Keys are chosen by visitors, and so are prefixes. So only the 32 with the most operations are
 * here, and two that look alike in a label are one: a sample that is there twice would spoil the
 * whole text.
 */
#include "api/metrics/prefixes.h"

#include "api/value/viewer.h"

enum { MOST = 32 };

typedef struct {
	const strata_prefix_sum *sums[MOST];
	strata_metric_labels labels[MOST];
	uint32_t count;
} prefix_rows;

static bool is_there(const prefix_rows *rows, const strata_metric_labels *labels)
{
	for (uint32_t i = 0; i < rows->count; i++) {
		if (zend_string_equals(rows->labels[i].out.s, labels->out.s)) {
			return true;
		}
	}
	return false;
}

static void choose(prefix_rows *rows, const strata_prefix_sum *sums, uint32_t count)
{
	for (uint32_t i = 0; i < count && rows->count < MOST; i++) {
		strata_metric_labels labels = { 0 };

		strata_metric_labels_add(&labels, "database", sums[i].database);
		if (sums[i].name_space[0] != '\0') {
			strata_metric_labels_add(&labels, "namespace", sums[i].name_space);
		}
		strata_metric_labels_add(&labels, "prefix", sums[i].prefix);
		smart_str_0(&labels.out);
		if (is_there(rows, &labels)) {
			strata_metric_labels_free(&labels);
			continue;
		}
		rows->sums[rows->count] = &sums[i];
		rows->labels[rows->count++] = labels;
	}
}

typedef enum { IN_NUMBERS, IN_SECONDS } measure;

static void add_sample(strata_metrics_text *text, const strata_metric_labels *labels,
	measure measure, uint64_t value)
{
	if (measure == IN_SECONDS) {
		strata_metrics_text_seconds(text, labels, value);
	} else {
		strata_metrics_text_number(text, labels, value);
	}
}

/* One figure of a tier is at this offset of its counts. What is 0 is left out. */
static void add_of_tiers(strata_metrics_text *text, const prefix_rows *rows, size_t offset)
{
	static const char *const tiers[STRATA_PREFIX_TIERS] = { "local", "memcached", "redis" };

	for (uint32_t i = 0; i < rows->count; i++) {
		for (uint32_t tier = 0; tier < STRATA_PREFIX_TIERS; tier++) {
			strata_metric_labels labels = { 0 };
			uint64_t value;

			memcpy(&value, (const char *) &rows->sums[i]->tiers[tier] + offset, sizeof(value));
			if (value > 0) {
				smart_str_append_smart_str(&labels.out, &rows->labels[i].out);
				strata_metric_labels_add(&labels, "tier", tiers[tier]);
				strata_metrics_text_number(text, &labels, value);
				strata_metric_labels_free(&labels);
			}
		}
	}
}

/* The same over all tiers. */
static void add_of_all(strata_metrics_text *text, const prefix_rows *rows, size_t offset,
	measure measure)
{
	for (uint32_t i = 0; i < rows->count; i++) {
		uint64_t sum = 0;

		for (uint32_t tier = 0; tier < STRATA_PREFIX_TIERS; tier++) {
			uint64_t value;

			memcpy(&value, (const char *) &rows->sums[i]->tiers[tier] + offset, sizeof(value));
			sum += value;
		}
		if (sum > 0) {
			add_sample(text, &rows->labels[i], measure, sum);
		}
	}
}

static void add_computations(strata_metrics_text *text, const prefix_rows *rows)
{
	static const strata_metric_family computations = { "strata_prefix_computations",
		STRATA_METRIC_COUNTER, NULL, "Callbacks of remember() that ran." };
	static const strata_metric_family seconds = { "strata_prefix_computed_seconds",
		STRATA_METRIC_COUNTER, "seconds", "Time that those took." };

	strata_metrics_text_family(text, &computations);
	for (uint32_t i = 0; i < rows->count; i++) {
		if (rows->sums[i]->computations > 0) {
			strata_metrics_text_number(text, &rows->labels[i], rows->sums[i]->computations);
		}
	}
	strata_metrics_text_family(text, &seconds);
	for (uint32_t i = 0; i < rows->count; i++) {
		if (rows->sums[i]->computations > 0) {
			strata_metrics_text_seconds(text, &rows->labels[i],
				rows->sums[i]->microseconds_computed);
		}
	}
}

static void add_rows(strata_metrics_text *text, const prefix_rows *rows)
{
	static const struct {
		strata_metric_family family;
		size_t offset;
		measure measure;
		bool is_by_tier;
	} figures[] = {
		{ { "strata_prefix_operations", STRATA_METRIC_COUNTER, NULL,
			  "Keys that a tier was asked for. Local hits are a sample's estimate." },
			offsetof(strata_prefix_counts, operations), IN_NUMBERS, true },
		{ { "strata_prefix_hits", STRATA_METRIC_COUNTER, NULL, "Gets that found a value." },
			offsetof(strata_prefix_counts, hits), IN_NUMBERS, true },
		{ { "strata_prefix_errors", STRATA_METRIC_COUNTER, NULL, "Refusals and failures." },
			offsetof(strata_prefix_counts, errors), IN_NUMBERS, false },
		{ { "strata_prefix_stored_bytes", STRATA_METRIC_COUNTER, "bytes", "Values stored." },
			offsetof(strata_prefix_counts, bytes_in), IN_NUMBERS, false },
		{ { "strata_prefix_read_bytes", STRATA_METRIC_COUNTER, "bytes", "Values read." },
			offsetof(strata_prefix_counts, bytes_out), IN_NUMBERS, false },
		{ { "strata_prefix_wait_seconds", STRATA_METRIC_COUNTER, "seconds",
			  "Time that calls waited for servers." },
			offsetof(strata_prefix_counts, microseconds), IN_SECONDS, false },
	};

	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		strata_metrics_text_family(text, &figures[i].family);
		if (figures[i].is_by_tier) {
			add_of_tiers(text, rows, figures[i].offset);
		} else {
			add_of_all(text, rows, figures[i].offset, figures[i].measure);
		}
	}
	add_computations(text, rows);
}

void strata_metrics_add_prefixes(strata_metrics_text *text)
{
	prefix_rows rows = { .count = 0 };
	strata_viewer viewer;
	strata_prefix_sum *sums;
	uint32_t count;

	strata_viewer_init(&viewer);
	sums = strata_viewer_read_prefixes(&viewer, &count);
	strata_viewer_fini(&viewer);
	choose(&rows, sums, count);
	add_rows(text, &rows);
	for (uint32_t i = 0; i < rows.count; i++) {
		strata_metric_labels_free(&rows.labels[i]);
	}
	efree(sums);
}
