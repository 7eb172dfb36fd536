#include "api/metrics/counts.h"

#include "api/request/globals.h"

enum { SPARE_ROWS = 64 /* that are made while they are being read */ };

static void add_labels(strata_metric_row *row)
{
	switch (row->sum.kind) {
		case STRATA_STATS_TIER:
			strata_metric_labels_add(&row->labels, "database", row->sum.group);
			strata_metric_labels_add(&row->labels, "tier", row->sum.name);
			break;
		case STRATA_STATS_POLICY:
			strata_metric_labels_add(&row->labels, "database", row->sum.group);
			strata_metric_labels_add(&row->labels, "pattern", row->sum.name);
			break;
		case STRATA_STATS_NODE:
			strata_metric_labels_add(&row->labels, "node", row->sum.name);
			break;
	}
}

static void add_numbers(uint64_t *to, const uint64_t *from, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		to[i] += from[i];
	}
}

static void merge(strata_stats_sum *to, const strata_stats_sum *from)
{
	add_numbers(to->counters, from->counters, STRATA_COUNTER_COUNT);
	add_numbers(to->reasons, from->reasons, STRATA_RESULT_COUNT);
	add_numbers(to->times, from->times, STRATA_TIME_CLASSES);
	add_numbers(&to->time_sum, &from->time_sum, 1);
	add_numbers(to->endings[0], from->endings[0],
		(size_t) STRATA_OPERATION_COUNT * STRATA_ENDED_COUNT);
	add_numbers(to->sizes[0], from->sizes[0],
		(size_t) STRATA_SIZE_DIRECTIONS * STRATA_SIZE_CLASSES);
	add_numbers(to->size_sums, from->size_sums, STRATA_SIZE_DIRECTIONS);
}

/*
 * One sample with the labels of another would spoil the whole text. So rows are one where labels
 * are the same: a node that is asked in two protocols, and names that differ in bytes that are no
 * UTF-8.
 */
static void add_row(strata_metric_counts *counts, HashTable *places, const strata_stats_sum *sum)
{
	strata_metric_row *row = &counts->rows[counts->count];
	zval place, *found;

	if (sum->kind == STRATA_STATS_NODE && !counts->has_nodes) {
		return;
	}
	row->sum = *sum;
	row->labels = (strata_metric_labels){ 0 };
	add_labels(row);
	found = zend_hash_str_find(places, ZSTR_VAL(row->labels.out.s), ZSTR_LEN(row->labels.out.s));
	if (found != NULL) {
		merge(&counts->rows[Z_LVAL_P(found)].sum, sum);
		strata_metric_labels_free(&row->labels);
		return;
	}
	ZVAL_LONG(&place, counts->count++);
	zend_hash_str_add_new(places, ZSTR_VAL(row->labels.out.s), ZSTR_LEN(row->labels.out.s), &place);
}

void strata_metric_counts_read(strata_metric_counts *counts)
{
	strata_stats *stats = strata_process_runtime.stats;
	uint32_t count, room;
	strata_stats_sum *sums;
	HashTable places;

	*counts = (strata_metric_counts){ 0 };
	counts->has_nodes = strata_stats_look(stats, NULL, 0, &count);
	room = count + SPARE_ROWS;
	sums = safe_emalloc(room, sizeof(*sums), 0);
	counts->has_nodes = strata_stats_look(stats, sums, room, &count);
	counts->rows = safe_emalloc(room, sizeof(*counts->rows), 0);
	zend_hash_init(&places, 32, NULL, NULL, false);
	for (uint32_t i = 0; i < count && i < room; i++) {
		add_row(counts, &places, &sums[i]);
	}
	zend_hash_destroy(&places);
	efree(sums);
}

void strata_metric_counts_free(strata_metric_counts *counts)
{
	for (uint32_t i = 0; i < counts->count; i++) {
		strata_metric_labels_free(&counts->rows[i].labels);
	}
	efree(counts->rows);
}

const strata_metric_row *strata_metric_counts_next(const strata_metric_counts *counts,
	strata_stats_kind kind, uint32_t *place)
{
	while (*place < counts->count) {
		const strata_metric_row *row = &counts->rows[(*place)++];

		if (row->sum.kind == kind) {
			return row;
		}
	}
	return NULL;
}

void strata_metric_counts_write(const strata_metric_counts *counts, strata_stats_kind kind,
	const strata_metric_family *family, strata_metrics_text *text,
	void (*add)(strata_metrics_text *text, const strata_metric_row *row))
{
	const strata_metric_row *row;
	uint32_t place = 0;

	strata_metrics_text_family(text, family);
	while ((row = strata_metric_counts_next(counts, kind, &place)) != NULL) {
		add(text, row);
	}
}

void strata_metric_row_add_reasons(strata_metrics_text *text, const strata_metric_row *row)
{
	for (int result = 0; result < STRATA_RESULT_COUNT; result++) {
		if (row->sum.reasons[result] > 0) {
			strata_metrics_text_number_of(text, &row->labels, "reason",
				strata_result_name((strata_result) result), row->sum.reasons[result]);
		}
	}
}
