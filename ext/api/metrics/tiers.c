#include "api/metrics/tiers.h"

/* ---- what a tier was asked for ---- */

static void add_operations(strata_metrics_text *text, const strata_metric_row *row)
{
	for (int i = 0; i < STRATA_OPERATION_COUNT; i++) {
		strata_operation operation = (strata_operation) i;
		strata_metric_labels labels = { 0 };

		smart_str_append_smart_str(&labels.out, &row->labels.out);
		strata_metric_labels_add(&labels, "operation", strata_operation_name(operation));
		for (int ending = 0; ending < STRATA_ENDED_COUNT; ending++) {
			/* Those of a get are always there, so that ratios have both parts. */
			if (row->sum.endings[i][ending] > 0 ||
				(operation == STRATA_OPERATION_GET && ending <= STRATA_ENDED_MISS)) {
				strata_metrics_text_number_of(text, &labels, "outcome",
					strata_ending_name(operation, (strata_ending) ending),
					row->sum.endings[i][ending]);
			}
		}
		strata_metric_labels_free(&labels);
	}
}

static void add_all_operations(strata_metrics_text *text, const strata_metric_counts *counts)
{
	static const strata_metric_family family = { "strata_operations", STRATA_METRIC_COUNTER, NULL,
		"What a tier of a database was asked for, by how it ended." };

	strata_metric_counts_write(counts, STRATA_STATS_TIER, &family, text, add_operations);
}

static void add_stale_of(strata_metrics_text *text, const strata_metric_row *row)
{
	strata_metrics_text_number(text, &row->labels, row->sum.counters[STRATA_COUNT_STALE]);
}

static void add_stale(strata_metrics_text *text, const strata_metric_counts *counts)
{
	static const strata_metric_family family = { "strata_stale", STRATA_METRIC_COUNTER, NULL,
		"Values that were served beyond their time." };

	strata_metric_counts_write(counts, STRATA_STATS_TIER, &family, text, add_stale_of);
}

static void add_reasons(strata_metrics_text *text, const strata_metric_counts *counts)
{
	static const strata_metric_family family = { "strata_reasons", STRATA_METRIC_COUNTER, NULL,
		"Why a tier of a database had no value or stored none, by Strata\\\\Reason." };

	strata_metric_counts_write(counts, STRATA_STATS_TIER, &family, text,
		strata_metric_row_add_reasons);
}

/* ---- sizes ---- */

static const char *const size_ends[STRATA_SIZE_CLASSES - 1] = { "64.0", "256.0", "1024.0", "4096.0",
	"16384.0", "65536.0", "262144.0", "1.048576e+06", "4.194304e+06", "1.6777216e+07" };

/* Of one kind of tier, over all databases. */
static void add_sizes_of(strata_metrics_text *text, const strata_metric_counts *counts,
	const char *tier, strata_size_direction direction)
{
	strata_metric_labels labels = { 0 };
	uint64_t classes[STRATA_SIZE_CLASSES] = { 0 };
	strata_metric_histogram histogram = { .scale = STRATA_METRIC_BYTES,
		.ends = size_ends,
		.counts = classes,
		.buckets = STRATA_SIZE_CLASSES - 1 };
	const strata_metric_row *row;
	uint32_t place = 0;
	bool is_there = false;

	while ((row = strata_metric_counts_next(counts, STRATA_STATS_TIER, &place)) != NULL) {
		if (strcmp(row->sum.name, tier) == 0) {
			is_there = true;
			histogram.sum += row->sum.size_sums[direction];
			for (uint32_t i = 0; i < STRATA_SIZE_CLASSES; i++) {
				classes[i] += row->sum.sizes[direction][i];
			}
		}
	}
	histogram.rest = classes[STRATA_SIZE_CLASSES - 1];
	if (is_there) {
		strata_metric_labels_add(&labels, "tier", tier);
		strata_metric_labels_add(&labels, "direction",
			direction == STRATA_SIZE_READ ? "read" : "stored");
		strata_metrics_text_histogram(text, &labels, &histogram);
		strata_metric_labels_free(&labels);
	}
}

static void add_sizes(strata_metrics_text *text, const strata_metric_counts *counts)
{
	static const strata_metric_family family = { "strata_value_size_bytes", STRATA_METRIC_HISTOGRAM,
		"bytes",
		"Sizes of values before they are compressed. Of the local tier: what was stored there "
		"by the slow path." };

	strata_metrics_text_family(text, &family);
	add_sizes_of(text, counts, "local", STRATA_SIZE_STORED);
	for (int direction = 0; direction < STRATA_SIZE_DIRECTIONS; direction++) {
		add_sizes_of(text, counts, "memcached", (strata_size_direction) direction);
		add_sizes_of(text, counts, "redis", (strata_size_direction) direction);
	}
}

/* ---- counters of a database ---- */

/* Is the row the first one of its database? */
static bool is_first(const strata_metric_counts *counts, const strata_metric_row *row)
{
	const strata_metric_row *before;
	uint32_t place = 0;

	while ((before = strata_metric_counts_next(counts, STRATA_STATS_TIER, &place)) != row) {
		if (strcmp(before->sum.group, row->sum.group) == 0) {
			return false;
		}
	}
	return true;
}

static uint64_t sum_of(const strata_metric_counts *counts, const char *database,
	strata_counter counter)
{
	const strata_metric_row *row;
	uint64_t sum = 0;
	uint32_t place = 0;

	while ((row = strata_metric_counts_next(counts, STRATA_STATS_TIER, &place)) != NULL) {
		sum += strcmp(row->sum.group, database) == 0 ? row->sum.counters[counter] : 0;
	}
	return sum;
}

/* They are counted at one tier or another; which one says nothing. */
static void add_counter(strata_metrics_text *text, const strata_metric_counts *counts,
	strata_counter counter)
{
	const strata_metric_row *row;
	uint32_t place = 0;

	while ((row = strata_metric_counts_next(counts, STRATA_STATS_TIER, &place)) != NULL) {
		strata_metric_labels labels = { 0 };

		if (!is_first(counts, row)) {
			continue;
		}
		strata_metric_labels_add(&labels, "database", row->sum.group);
		if (counter == STRATA_COUNT_SESSION_WAIT_TIME) {
			strata_metrics_text_seconds(text, &labels, sum_of(counts, row->sum.group, counter));
		} else {
			strata_metrics_text_number(text, &labels, sum_of(counts, row->sum.group, counter));
		}
		strata_metric_labels_free(&labels);
	}
}

/* "sessions.opened" is strata_sessions_opened_total. A new counter is here by itself. */
static void add_counters(strata_metrics_text *text, const strata_metric_counts *counts)
{
	for (int i = STRATA_COUNT_STALE + 1; i < STRATA_COUNTER_COUNT; i++) {
		strata_counter counter = (strata_counter) i;
		char name[64], *dot;
		strata_metric_family family = { name, STRATA_METRIC_COUNTER, NULL,
			strata_counter_text(counter) };

		if (!strata_counter_is_of(counter, STRATA_STATS_TIER)) {
			continue;
		}
		snprintf(name, sizeof(name), "strata_%s", strata_counter_name(counter));
		dot = strchr(name, '.');
		if (dot != NULL) {
			*dot = '_';
		}
		if (counter == STRATA_COUNT_SESSION_WAIT_TIME) {
			snprintf(name, sizeof(name), "strata_sessions_wait_seconds");
			family.unit = "seconds";
			family.help = "Time that requests waited for the locks of sessions.";
		}
		strata_metrics_text_family(text, &family);
		add_counter(text, counts, counter);
	}
}

static void add_policy(strata_metrics_text *text, const strata_metric_row *row)
{
	strata_metrics_text_number(text, &row->labels, row->sum.counters[STRATA_COUNT_APPLIED]);
}

static void add_policies(strata_metrics_text *text, const strata_metric_counts *counts)
{
	static const strata_metric_family family = { "strata_policy_applied", STRATA_METRIC_COUNTER,
		NULL, "Keys of reads and writes that went by a policy." };

	strata_metric_counts_write(counts, STRATA_STATS_POLICY, &family, text, add_policy);
}

void strata_metrics_add_tiers(strata_metrics_text *text, const strata_metric_counts *counts)
{
	add_all_operations(text, counts);
	add_stale(text, counts);
	add_reasons(text, counts);
	add_sizes(text, counts);
	add_counters(text, counts);
	add_policies(text, counts);
}
