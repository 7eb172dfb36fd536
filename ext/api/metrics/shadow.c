/*
 * All databases have 32 rows of prefixes together, since each may become eight lines. Rows keep
 * their places for the life of the host, so the same ones are told of in each text.
 */
#include "api/metrics/shadow.h"

#include "api/value/shadow_view.h"
#include "conf/ini.h"

enum { MOST_DATABASES = STRATA_DIFFERENCES_SPACES, MOST_ROWS = 32 };

typedef struct {
	strata_shadow_view views[MOST_DATABASES];
	strata_metric_labels labels[MOST_DATABASES];
	uint32_t count;
} shadows;

static void read_all(shadows *all)
{
	all->count = 0;
	for (uint32_t i = 0; i < strata_ini_database_count() && all->count < MOST_DATABASES; i++) {
		if (strata_shadow_look(i, &all->views[all->count])) {
			all->labels[all->count] = (strata_metric_labels){ 0 };
			strata_metric_labels_add(&all->labels[all->count], "database",
				all->views[all->count].name);
			all->count++;
		}
	}
}

static void add_modes(strata_metrics_text *text, const shadows *all)
{
	static const strata_metric_family family = { "strata_shadow_mode", STRATA_METRIC_GAUGE, NULL,
		"1: how far the move of a database has come, as its settings say." };

	strata_metrics_text_family(text, &family);
	for (uint32_t i = 0; i < all->count; i++) {
		strata_metrics_text_number_of(text, &all->labels[i], "mode",
			strata_shadow_mode_name(all->views[i].mode), 1);
	}
}

typedef enum { SHADOW_LEADS, SHADOW_REFUSED, SHADOW_WAITING } shadow_figure;

static uint64_t figure_of(const strata_shadow_view *view, shadow_figure figure)
{
	switch (figure) {
		case SHADOW_LEADS: break;
		case SHADOW_REFUSED: return view->refused[0] != '\0' ? 1 : 0;
		case SHADOW_WAITING: return view->waiting;
	}
	return view->leads ? 1 : 0;
}

static void add_figures(strata_metrics_text *text, const shadows *all)
{
	static const struct {
		strata_metric_family family;
		shadow_figure figure;
	} figures[] = { { { "strata_shadow_leads", STRATA_METRIC_GAUGE, NULL,
						  "1: the shadow is the place that answers." },
						SHADOW_LEADS },
		{ { "strata_shadow_lead_refused", STRATA_METRIC_GAUGE, NULL,
			  "1: the settings say lead, and it is refused." },
			SHADOW_REFUSED },
		{ { "strata_shadow_waiting_names", STRATA_METRIC_GAUGE, NULL,
			  "Names that this host is to bring over." },
			SHADOW_WAITING } };

	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		strata_metrics_text_family(text, &figures[i].family);
		for (uint32_t at = 0; at < all->count; at++) {
			strata_metrics_text_number(text, &all->labels[at],
				figure_of(&all->views[at], figures[i].figure));
		}
	}
}

static void add_counts(strata_metrics_text *text, const shadows *all)
{
	static const struct {
		strata_metric_family family;
		strata_mirror_count what;
	} counts[] = { { { "strata_shadow_copied", STRATA_METRIC_COUNTER, NULL,
						 "Values that were brought over." },
					   STRATA_MIRROR_COPIED },
		{ { "strata_shadow_removed", STRATA_METRIC_COUNTER, NULL,
			  "Names that were removed there." },
			STRATA_MIRROR_REMOVED },
		{ { "strata_shadow_raised", STRATA_METRIC_COUNTER, NULL,
			  "Tags, namespaces and clears that were brought over." },
			STRATA_MIRROR_RAISED },
		{ { "strata_shadow_filled", STRATA_METRIC_COUNTER, NULL,
			  "Values that reads found and that were missing there." },
			STRATA_MIRROR_FILLED },
		{ { "strata_shadow_failed", STRATA_METRIC_COUNTER, NULL,
			  "Turns that a name waits longer for, since a server failed." },
			STRATA_MIRROR_FAILED },
		{ { "strata_shadow_dropped", STRATA_METRIC_COUNTER, NULL,
			  "Changes that will not be brought over." },
			STRATA_MIRROR_DROPPED },
		{ { "strata_shadow_left_out", STRATA_METRIC_COUNTER, NULL,
			  "Keys of the sample that were not looked at." },
			STRATA_MIRROR_LEFT_OUT } };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		strata_metrics_text_family(text, &counts[i].family);
		for (uint32_t at = 0; at < all->count; at++) {
			strata_metrics_text_number(text, &all->labels[at],
				strata_differences_counted(all->views[at].differences, counts[i].what));
		}
	}
}

/* Each class is there, so that an alert sees a 0 become a 1. */
static void add_classes(strata_metrics_text *text, const shadows *all)
{
	static const strata_metric_family family = { "strata_shadow_compared", STRATA_METRIC_COUNTER,
		NULL, "Keys that were compared, by what came of it." };

	strata_metrics_text_family(text, &family);
	for (uint32_t at = 0; at < all->count; at++) {
		for (unsigned class = 0; class < STRATA_DIFFERENCE_CLASSES; class ++) {
			strata_metrics_text_number_of(text, &all->labels[at], "class",
				strata_difference_class_name((strata_difference_class) class),
				strata_differences_total(all->views[at].differences,
					(strata_difference_class) class));
		}
	}
}

/* ---- prefixes ---- */

/* Labels that stand there already: two that look alike would spoil the whole text. */
typedef struct {
	strata_metric_labels labels[MOST_ROWS];
	uint32_t count;
} written;

/* False: it is there already. What was added is freed with the rest. */
static bool add_labels(written *written, const char *database, const char *prefix)
{
	strata_metric_labels *labels = &written->labels[written->count];

	*labels = (strata_metric_labels){ 0 };
	strata_metric_labels_add(labels, "database", database);
	strata_metric_labels_add(labels, "prefix", prefix);
	smart_str_0(&labels->out);
	for (uint32_t i = 0; i < written->count; i++) {
		if (zend_string_equals(written->labels[i].out.s, labels->out.s)) {
			strata_metric_labels_free(labels);
			return false;
		}
	}
	written->count++;
	return true;
}

static bool has_differences(const strata_differences_row *row)
{
	for (unsigned class = 0; class < STRATA_DIFFERENCE_CLASSES; class ++) {
		if (class != STRATA_DIFFERENCE_EQUAL && row->counts[class] > 0) {
			return true;
		}
	}
	return false;
}

static void add_row(strata_metrics_text *text, written *written, const char *database,
	const strata_differences_row *row)
{
	if (!has_differences(row) || written->count == MOST_ROWS ||
		!add_labels(written, database, row->prefix)) {
		return;
	}
	for (unsigned class = 0; class < STRATA_DIFFERENCE_CLASSES; class ++) {
		if (class != STRATA_DIFFERENCE_EQUAL && row->counts[class] > 0) {
			strata_metrics_text_number_of(text, &written->labels[written->count - 1], "class",
				strata_difference_class_name((strata_difference_class) class), row->counts[class]);
		}
	}
}

static void add_rows(strata_metrics_text *text, const shadows *all)
{
	static const strata_metric_family family = { "strata_shadow_differences", STRATA_METRIC_COUNTER,
		NULL, "Keys of the sample that differed, by prefix." };
	written written = { .count = 0 };
	strata_differences_row row;

	strata_metrics_text_family(text, &family);
	for (uint32_t at = 0; at < all->count; at++) {
		for (uint32_t i = 0; i < STRATA_DIFFERENCES_PREFIXES &&
							 strata_differences_row_at(all->views[at].differences, i, &row);
			 i++) {
			add_row(text, &written, all->views[at].name, &row);
		}
	}
	for (uint32_t i = 0; i < written.count; i++) {
		strata_metric_labels_free(&written.labels[i]);
	}
}

void strata_metrics_add_shadows(strata_metrics_text *text)
{
	shadows all;

	read_all(&all);
	if (all.count == 0) {
		return;
	}
	add_modes(text, &all);
	add_figures(text, &all);
	add_counts(text, &all);
	add_classes(text, &all);
	add_rows(text, &all);
	for (uint32_t i = 0; i < all.count; i++) {
		strata_metric_labels_free(&all.labels[i]);
	}
}
