#include "api/status/nodes.h"

#include "api/request/databases.h"
#include "health/breaker.h"
#include "health/breaker_table.h"
#include "os/clock.h"

/* The newest sentence of all breakers of the node, and what all of them count. */
static bool find_error(const char *node, strata_last_error_view *newest)
{
	strata_breaker breaker;
	uint64_t count = 0;

	memset(newest, 0, sizeof(*newest));
	for (uint32_t nth = 0;
		 strata_breaker_find(strata_process_runtime.breaker_table, node, nth, &breaker); nth++) {
		strata_last_error_view view;

		(void) strata_last_error_look(&strata_breaker_notes_of(&breaker)->last_error, &view);
		count += view.count;
		if (view.at >= newest->at) {
			*newest = view;
		}
	}
	newest->count = count;
	return count > 0;
}

/* null: it never failed. */
static void add_error(zval *row, const char *node)
{
	strata_last_error_view error;
	zval shown;

	if (!find_error(node, &error)) {
		add_assoc_null(row, "last_error");
		return;
	}
	array_init(&shown);
	add_assoc_string(&shown, "text", error.text);
	add_assoc_double(&shown, "time", (double) error.at / 1000);
	add_assoc_long(&shown, "count", (zend_long) error.count);
	add_assoc_zval(row, "last_error", &shown);
}

static void find_history(const char *node, strata_msec now, strata_history_view *view)
{
	strata_breaker breaker;

	strata_history_view_begin(view, now);
	for (uint32_t nth = 0;
		 strata_breaker_find(strata_process_runtime.breaker_table, node, nth, &breaker); nth++) {
		strata_breaker_add_history(&breaker, view);
	}
}

/* Milliseconds; null where there is no such time. */
static void add_time(zval *list, strata_usec time, bool is_known)
{
	if (is_known) {
		add_next_index_double(list, (double) time / 1000);
	} else {
		add_next_index_null(list);
	}
}

/* By the wall clock, and up to ten seconds ahead: when the last sample will be over. */
static double wall_time_of(strata_msec until, strata_msec now)
{
	return (double) (strata_clock_wall_msec() + (until - now)) / 1000;
}

static void add_history(zval *row, const char *node)
{
	strata_msec now = strata_msec_of(strata_clock_usec());
	strata_history_view view;
	zval history, lists[4];

	find_history(node, now, &view);
	array_init(&history);
	for (size_t i = 0; i < 4; i++) {
		array_init_size(&lists[i], STRATA_HISTORY_SAMPLES);
	}
	for (uint32_t i = 0; i < STRATA_HISTORY_SAMPLES; i++) {
		const strata_history_sums *sums = &view.samples[i];

		add_next_index_long(&lists[0], (zend_long) sums->answers);
		add_next_index_long(&lists[1], (zend_long) sums->failures);
		add_time(&lists[2], sums->timed > 0 ? sums->sum / sums->timed : 0, sums->timed > 0);
		add_time(&lists[3], sums->longest, sums->longest > 0);
	}
	add_assoc_long(&history, "seconds", STRATA_HISTORY_SECONDS);
	add_assoc_double(&history, "until", wall_time_of(view.until, now));
	add_assoc_zval(&history, "answers", &lists[0]);
	add_assoc_zval(&history, "failures", &lists[1]);
	add_assoc_zval(&history, "mean", &lists[2]);
	add_assoc_zval(&history, "longest", &lists[3]);
	add_assoc_zval(row, "history", &history);
}

void strata_api_add_past(zval *row, const char *node)
{
	add_error(row, node);
	add_history(row, node);
}
