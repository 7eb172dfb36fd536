/*
 * What stands in tables of the host. Two records may have one name: clusters with the same first
 * seed, names in two root directories. The place in the table, which stays, tells them apart.
 */
#include "api/metrics/servers.h"

#include "api/request/globals.h"
#include "os/clock.h"

/* ---- clusters ---- */

typedef enum {
	CLUSTER_VERSION,
	CLUSTER_AGE,
	CLUSTER_NODES,
	CLUSTER_UNOWNED,
	CLUSTER_FAILURES
} cluster_figure;

static void add_cluster(strata_metrics_text *text, const strata_slot_map_status *view,
	uint32_t number, cluster_figure figure)
{
	strata_metric_labels labels = { 0 };

	strata_metric_labels_add(&labels, "cluster", view->name);
	strata_metric_labels_add_number(&labels, "number", number);
	switch (figure) {
		case CLUSTER_VERSION: strata_metrics_text_number(text, &labels, view->version); break;
		case CLUSTER_AGE: strata_metrics_text_seconds(text, &labels, view->age * 1000); break;
		case CLUSTER_NODES: strata_metrics_text_number(text, &labels, view->nodes); break;
		case CLUSTER_UNOWNED: strata_metrics_text_number(text, &labels, view->uncovered); break;
		case CLUSTER_FAILURES: strata_metrics_text_number(text, &labels, view->failures); break;
	}
	strata_metric_labels_free(&labels);
}

static void add_clusters(strata_metrics_text *text)
{
	static const struct {
		strata_metric_family family;
		cluster_figure figure;
	} figures[] = { { { "strata_cluster_map_version", STRATA_METRIC_GAUGE, NULL,
						  "How often the slot map has changed; 0: none came yet." },
						CLUSTER_VERSION },
		{ { "strata_cluster_map_age_seconds", STRATA_METRIC_GAUGE, "seconds",
			  "Time since the slot map was last confirmed." },
			CLUSTER_AGE },
		{ { "strata_cluster_nodes", STRATA_METRIC_GAUGE, NULL, "Masters and replicas in the map." },
			CLUSTER_NODES },
		{ { "strata_cluster_slots_without_owner", STRATA_METRIC_GAUGE, NULL,
			  "Slots that no node owns." },
			CLUSTER_UNOWNED },
		{ { "strata_cluster_failed_refreshes", STRATA_METRIC_GAUGE, NULL,
			  "Questions for the map in a row that brought none." },
			CLUSTER_FAILURES } };
	strata_msec now = strata_msec_of(strata_clock_usec());

	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		strata_slot_map_status view;

		strata_metrics_text_family(text, &figures[i].family);
		for (uint32_t number = 0;
			 strata_slot_map_table_describe(strata_process_runtime.slot_maps, number, now, &view);
			 number++) {
			add_cluster(text, &view, number, figures[i].figure);
		}
	}
}

/* ---- names ---- */

typedef enum { NAME_ADDRESSES, NAME_AGE, NAME_FAILS } name_figure;

static void add_name(strata_metrics_text *text, const strata_name_status *name, uint32_t place,
	name_figure figure, strata_msec now)
{
	const strata_name_view *view = &name->view;
	strata_metric_labels labels = { 0 };

	strata_metric_labels_add(&labels, "name", name->host);
	strata_metric_labels_add_number(&labels, "number", place);
	switch (figure) {
		case NAME_ADDRESSES:
			strata_metrics_text_number(text, &labels, view->addresses.count);
			break;
		case NAME_AGE:
			if (view->answered_at != 0) {
				strata_metrics_text_seconds(text, &labels,
					now > view->answered_at ? (now - view->answered_at) * 1000 : 0);
			}
			break;
		case NAME_FAILS:
			strata_metrics_text_number(text, &labels, view->error[0] != '\0' ? 1 : 0);
			break;
	}
	strata_metric_labels_free(&labels);
}

static void add_names(strata_metrics_text *text)
{
	static const struct {
		strata_metric_family family;
		name_figure figure;
	} figures[] = { { { "strata_name_addresses", STRATA_METRIC_GAUGE, NULL,
						  "Addresses that a name has." },
						NAME_ADDRESSES },
		{ { "strata_name_age_seconds", STRATA_METRIC_GAUGE, "seconds",
			  "Time since a lookup last found addresses." },
			NAME_AGE },
		{ { "strata_name_failing", STRATA_METRIC_GAUGE, NULL, "1: the last lookup found nothing." },
			NAME_FAILS } };
	const strata_name_table *names = strata_process_runtime.names;
	strata_msec now = strata_msec_of(strata_clock_usec());

	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		strata_name_status name;

		strata_metrics_text_family(text, &figures[i].family);
		for (uint32_t place = 0; place < strata_name_table_count(names); place++) {
			if (strata_name_table_describe(names, place, now, &name)) {
				add_name(text, &name, place, figures[i].figure, now);
			}
		}
	}
}

/* ---- removals ---- */

typedef enum {
	REMOVALS_NAMES,
	REMOVALS_NOTED,
	REMOVALS_REPLAYED,
	REMOVALS_OVERFLOWS
} removals_figure;

static uint64_t removals_of(const strata_unconfirmed_view *view, removals_figure figure)
{
	switch (figure) {
		case REMOVALS_NAMES: break;
		case REMOVALS_NOTED: return view->noted;
		case REMOVALS_REPLAYED: return view->replayed;
		case REMOVALS_OVERFLOWS: return view->overflows;
	}
	return view->names;
}

static void add_removals(strata_metrics_text *text)
{
	static const struct {
		strata_metric_family family;
		removals_figure figure;
	} figures[] = { { { "strata_unconfirmed_names", STRATA_METRIC_GAUGE, NULL,
						  "Removals that a server has not confirmed." },
						REMOVALS_NAMES },
		{ { "strata_unconfirmed_noted", STRATA_METRIC_COUNTER, NULL,
			  "Removals that a server did not confirm at once." },
			REMOVALS_NOTED },
		{ { "strata_unconfirmed_replayed", STRATA_METRIC_COUNTER, NULL,
			  "Removals that were repeated." },
			REMOVALS_REPLAYED },
		{ { "strata_unconfirmed_overflows", STRATA_METRIC_COUNTER, NULL,
			  "Removals that could not be noted by name." },
			REMOVALS_OVERFLOWS } };

	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		strata_metrics_text_family(text, &figures[i].family);
		for (uint32_t place = 0; place < STRATA_UNCONFIRMED_POOLS; place++) {
			strata_unconfirmed_view view;
			strata_metric_labels labels = { 0 };

			if (!strata_unconfirmed_look(strata_process_runtime.unconfirmed, place, &view)) {
				continue;
			}
			strata_metric_labels_add(&labels, "servers", view.name);
			strata_metric_labels_add_number(&labels, "number", place);
			strata_metrics_text_number(text, &labels, removals_of(&view, figures[i].figure));
			strata_metric_labels_free(&labels);
		}
	}
}

/* ---- anomalies ---- */

static void add_anomalies(strata_metrics_text *text)
{
	static const strata_metric_family family = { "strata_anomalies", STRATA_METRIC_COUNTER, NULL,
		"Events that strata_status() lists as anomalies, by their kind." };

	strata_metrics_text_family(text, &family);
	for (uint32_t kind = 0; kind < STRATA_ANOMALY_KINDS; kind++) {
		uint64_t count = strata_anomalies_count(strata_process_runtime.anomalies, kind);

		if (count > 0 || kind == 0) {
			strata_metrics_text_number_of(text, NULL, "kind", strata_anomaly_kind_name(kind),
				count);
		}
	}
}

void strata_metrics_add_servers(strata_metrics_text *text)
{
	add_clusters(text);
	add_names(text);
	add_removals(text);
	add_anomalies(text);
}
