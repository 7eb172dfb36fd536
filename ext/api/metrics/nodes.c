/*
 * A node is one label, its name, as strata_status() and strata_node() have it. That is all a rule
 * needs, and a third of the text that address, port and system would be in every line. The
 * histogram of times is the one metric that OpenTelemetry has a stable convention for
 * (db.client.operation.duration): it has that name, those labels, and the rest is joined by
 * strata_node_info, which has both.
 */
#include "api/metrics/nodes.h"

#include "api/request/globals.h"
#include "health/breaker.h"
#include "os/clock.h"

static const strata_metric_row *next_node(const strata_metric_counts *counts, uint32_t *place)
{
	return strata_metric_counts_next(counts, STRATA_STATS_NODE, place);
}

/* ---- which server it is ---- */

/*
 * "[::1]:6379" is ::1 and 6379. What has no port, or more colons than that, is an address alone, as
 * a path is: so two names are never one here.
 */
static void add_address(strata_metric_labels *labels, const char *name)
{
	const char *end = name[0] == '[' ? strstr(name, "]:") : NULL;
	bool is_bracketed = end != NULL && memchr(name, ':', (size_t) (end - name)) != NULL;
	const char *colon = is_bracketed ? end + 1 : strchr(name, ':');
	bool has_port = colon != NULL && name[0] != '/' && colon[1] != '\0' &&
					strspn(colon + 1, "0123456789") == strlen(colon + 1);
	char address[sizeof(((strata_stats_sum *) NULL)->name)];

	if (!has_port) {
		strata_metric_labels_add(labels, "server_address", name);
		return;
	}
	snprintf(address, sizeof(address), "%.*s", (int) ((is_bracketed ? end : colon) - name), name);
	strata_metric_labels_add(labels, "server_address", is_bracketed ? address + 1 : address);
	strata_metric_labels_add(labels, "server_port", colon + 1);
}

/* A sentinel is a server of Redis too; the departed are of any system. */
static void add_system(strata_metric_labels *labels, const char *protocol)
{
	const char *system = strcmp(protocol, "sentinel") == 0 ? "redis" : protocol;

	strata_metric_labels_add(labels, "db_system_name", *system != '\0' ? system : "other");
}

static void add_info(strata_metrics_text *text, const strata_metric_row *row)
{
	strata_metric_labels labels = { 0 };

	smart_str_append_smart_str(&labels.out, &row->labels.out);
	add_system(&labels, row->sum.group);
	add_address(&labels, row->sum.name);
	strata_metric_labels_add(&labels, "protocol", row->sum.group);
	strata_metrics_text_number(text, &labels, 1);
	strata_metric_labels_free(&labels);
}

static void add_infos(strata_metrics_text *text, const strata_metric_counts *counts)
{
	static const strata_metric_family family = { "strata_node", STRATA_METRIC_INFO, NULL,
		"A server, with its labels after OpenTelemetry." };

	strata_metric_counts_write(counts, STRATA_STATS_NODE, &family, text, add_info);
}

/* ---- times ---- */

/*
 * Powers of two of microseconds, each the end of a class. What took exactly that long is in the
 * next bucket: clocks that are read in microseconds cannot tell.
 */
static const struct {
	strata_usec end;
	const char *text;
} buckets[] = { { 128, "0.000128" }, { 256, "0.000256" }, { 512, "0.000512" }, { 1024, "0.001024" },
	{ 2048, "0.002048" }, { 4096, "0.004096" }, { 8192, "0.008192" }, { 16384, "0.016384" },
	{ 65536, "0.065536" }, { 262144, "0.262144" }, { 1048576, "1.048576" } };

enum { BUCKETS = sizeof(buckets) / sizeof(buckets[0]) };

static void add_duration(strata_metrics_text *text, const strata_metric_row *row)
{
	strata_metric_labels labels = { 0 };
	const char *ends[BUCKETS];
	uint64_t counts[BUCKETS] = { 0 };
	strata_metric_histogram histogram = { .scale = STRATA_METRIC_MICROSECONDS,
		.ends = ends,
		.counts = counts,
		.buckets = BUCKETS,
		.sum = row->sum.time_sum };
	uint32_t class = 0;

	for (uint32_t i = 0; i < BUCKETS; i++) {
		ends[i] = buckets[i].text;
		for (; class < STRATA_TIME_CLASSES && strata_time_class_end(class) < buckets[i].end;
			 class ++) {
			counts[i] += row->sum.times[class];
		}
	}
	for (; class < STRATA_TIME_CLASSES; class ++) {
		histogram.rest += row->sum.times[class];
	}
	add_system(&labels, row->sum.group);
	add_address(&labels, row->sum.name);
	strata_metrics_text_histogram(text, &labels, &histogram);
	strata_metric_labels_free(&labels);
}

static void add_durations(strata_metrics_text *text, const strata_metric_counts *counts)
{
	static const strata_metric_family family = { "db_client_operation_duration_seconds",
		STRATA_METRIC_HISTOGRAM, "seconds",
		"Time from sending the commands of a call for one server to its last reply, of those "
		"that were answered." };

	strata_metric_counts_write(counts, STRATA_STATS_NODE, &family, text, add_duration);
}

/* ---- the breaker ---- */

/* What was found of one; has_breaker is false where there is none. */
typedef struct {
	const strata_metric_row *row;
	strata_breaker_view view;
	bool has_breaker;
} seen_node;

static bool is_asked(strata_breaker_state state)
{
	switch (state) {
		case STRATA_STATE_CLOSED:
		case STRATA_STATE_RECOVERING:
		case STRATA_STATE_FORCED_CLOSED:
		case STRATA_STATE_DRAINING: return true;
		case STRATA_STATE_OPEN:
		case STRATA_STATE_HALF_OPEN:
		case STRATA_STATE_FORCED_OPEN: break;
	}
	return false;
}

typedef uint64_t (*look)(const strata_breaker_view *view);

static uint64_t up_of(const strata_breaker_view *view)
{
	return is_asked(view->state) ? 1 : 0;
}

static uint64_t in_flight_of(const strata_breaker_view *view)
{
	return view->inflight;
}

static uint64_t limit_of(const strata_breaker_view *view)
{
	return view->limit;
}

static uint64_t openings_of(const strata_breaker_view *view)
{
	return view->attempt;
}

static uint64_t suspected_of(const strata_breaker_view *view)
{
	return view->is_suspected ? 1 : 0;
}

static const struct {
	strata_metric_family family;
	look look;
	bool is_always_there; /* else only where it is not 0, which keeps the text small */
} gauges[] = {
	{ { "strata_node_up", STRATA_METRIC_GAUGE, NULL,
		  "1: the node is asked; 0: its breaker is open." },
		up_of, true },
	{ { "strata_node_in_flight", STRATA_METRIC_GAUGE, NULL,
		  "Operations of the host that are under way at the node." },
		in_flight_of, true },
	{ { "strata_node_limit", STRATA_METRIC_GAUGE, NULL,
		  "How many operations may be under way there now." },
		limit_of, true },
	{ { "strata_node_times_open", STRATA_METRIC_GAUGE, NULL,
		  "How often the breaker opened in a row." },
		openings_of, false },
	{ { "strata_node_suspected", STRATA_METRIC_GAUGE, NULL,
		  "1: replies are proven by nonces, since some were not those of their questions." },
		suspected_of, false },
};

static void add_gauge(strata_metrics_text *text, const seen_node *nodes, uint32_t count,
	size_t gauge)
{
	strata_metrics_text_family(text, &gauges[gauge].family);
	for (uint32_t i = 0; i < count; i++) {
		uint64_t value = nodes[i].has_breaker ? gauges[gauge].look(&nodes[i].view) : 0;

		if (nodes[i].has_breaker && (gauges[gauge].is_always_there || value > 0)) {
			strata_metrics_text_number(text, &nodes[i].row->labels, value);
		}
	}
}

static void add_states(strata_metrics_text *text, const seen_node *nodes, uint32_t count)
{
	static const strata_metric_family family = { "strata_node_state", STRATA_METRIC_GAUGE, NULL,
		"1, with the state of the breaker and its cause as labels." };

	strata_metrics_text_family(text, &family);
	for (uint32_t i = 0; i < count; i++) {
		strata_metric_labels labels = { 0 };

		if (nodes[i].has_breaker) {
			smart_str_append_smart_str(&labels.out, &nodes[i].row->labels.out);
			strata_metric_labels_add(&labels, "state",
				strata_breaker_state_name(nodes[i].view.state));
			strata_metrics_text_number_of(text, &labels, "cause",
				strata_breaker_cause_name(nodes[i].view.cause), 1);
		}
		strata_metric_labels_free(&labels);
	}
}

static void add_shares(strata_metrics_text *text, const seen_node *nodes, uint32_t count)
{
	static const strata_metric_family family = { "strata_node_shed_ratio", STRATA_METRIC_GAUGE,
		"ratio", "The share of operations that is left out, since the node fails in part." };

	strata_metrics_text_family(text, &family);
	for (uint32_t i = 0; i < count; i++) {
		if (nodes[i].has_breaker && nodes[i].view.shed > 0) {
			strata_metrics_text_ratio(text, &nodes[i].row->labels, nodes[i].view.shed);
		}
	}
}

static void add_health(strata_metrics_text *text, const strata_metric_counts *counts)
{
	strata_msec now = strata_msec_of(strata_clock_usec());
	seen_node *nodes = safe_emalloc(counts->count + 1, sizeof(*nodes), 0);
	uint32_t place = 0, count = 0;

	while ((nodes[count].row = next_node(counts, &place)) != NULL) {
		nodes[count].has_breaker =
			strata_breaker_look_at_worst(strata_process_runtime.breaker_table,
				nodes[count].row->sum.name, now, &nodes[count].view);
		count++;
	}
	for (size_t i = 0; i < sizeof(gauges) / sizeof(gauges[0]); i++) {
		add_gauge(text, nodes, count, i);
	}
	add_states(text, nodes, count);
	add_shares(text, nodes, count);
	efree(nodes);
}

/* ---- counters ---- */

/* Those that most nodes never have are told of once there is one, which keeps the text small. */
static bool is_always_there(strata_counter counter)
{
	return counter == STRATA_COUNT_OPERATIONS || counter == STRATA_COUNT_CONNECTS ||
		   counter == STRATA_COUNT_CLOSES || counter == STRATA_COUNT_OUTCOME_OK ||
		   counter == STRATA_COUNT_BYTES_SENT || counter == STRATA_COUNT_BYTES_RECEIVED;
}

static void add_numbers(strata_metrics_text *text, const strata_metric_counts *counts,
	strata_counter counter, const char *label, const char *value)
{
	const strata_metric_row *row;
	uint32_t place = 0;

	while ((row = next_node(counts, &place)) != NULL) {
		if (row->sum.counters[counter] > 0 || is_always_there(counter)) {
			strata_metrics_text_number_of(text, &row->labels, label, value,
				row->sum.counters[counter]);
		}
	}
}

/* "closed.failed" and the like, in families that have all of them. */
static void add_group(strata_metrics_text *text, const strata_metric_counts *counts,
	const char *group, const char *label, const strata_metric_family *family)
{
	size_t size = strlen(group);

	strata_metrics_text_family(text, family);
	for (int i = 0; i < STRATA_COUNTER_COUNT; i++) {
		const char *name = strata_counter_name((strata_counter) i);

		if (strncmp(name, group, size) == 0 && name[size] == '.') {
			add_numbers(text, counts, (strata_counter) i, label, name + size + 1);
		}
	}
}

static void add_groups(strata_metrics_text *text, const strata_metric_counts *counts)
{
	static const strata_metric_family closed = { "strata_node_closed", STRATA_METRIC_COUNTER, NULL,
		"Connections by the cause of their end." };
	static const strata_metric_family outcomes = { "strata_node_outcomes", STRATA_METRIC_COUNTER,
		NULL, "Exchanges with a node by how they went; slow ones are among the ok ones." };
	static const strata_metric_family spins = { "strata_node_spins", STRATA_METRIC_COUNTER, NULL,
		"Waits for a reply that spun: begun, met (which are among those), and refused." };

	add_group(text, counts, "closed", "cause", &closed);
	add_group(text, counts, "outcomes", "outcome", &outcomes);
	add_group(text, counts, "spins", "outcome", &spins);
}

/* A new counter without a group is here by itself. */
static void add_counters(strata_metrics_text *text, const strata_metric_counts *counts)
{
	for (int i = 0; i < STRATA_COUNTER_COUNT; i++) {
		strata_counter counter = (strata_counter) i;
		const char *own = strata_counter_name(counter);
		char name[64];
		strata_metric_family family = { name, STRATA_METRIC_COUNTER, NULL,
			strata_counter_text(counter) };

		if (!strata_counter_is_of(counter, STRATA_STATS_NODE) || strchr(own, '.') != NULL) {
			continue;
		}
		if (counter == STRATA_COUNT_BYTES_SENT || counter == STRATA_COUNT_BYTES_RECEIVED) {
			family.unit = "bytes";
			snprintf(name, sizeof(name), "strata_node_%s_bytes", own + sizeof("bytes_") - 1);
		} else {
			snprintf(name, sizeof(name), "strata_node_%s", own);
		}
		strata_metrics_text_family(text, &family);
		add_numbers(text, counts, counter, NULL, NULL);
	}
}

static void add_reasons(strata_metrics_text *text, const strata_metric_counts *counts)
{
	static const strata_metric_family family = { "strata_node_reasons", STRATA_METRIC_COUNTER, NULL,
		"What a node was not asked for, or failed at, by Strata\\\\Reason." };

	strata_metric_counts_write(counts, STRATA_STATS_NODE, &family, text,
		strata_metric_row_add_reasons);
}

void strata_metrics_add_nodes(strata_metrics_text *text, const strata_metric_counts *counts)
{
	add_infos(text, counts);
	add_health(text, counts);
	add_durations(text, counts);
	add_counters(text, counts);
	add_groups(text, counts);
	add_reasons(text, counts);
}
