#include "api/page/nodes.h"

#include <math.h>

#include "api/page/lookup.h"

/* Of a chart, in its own units: a sample is so wide, and the floor is so far below the top. */
enum { MOST_NODES = 64, SAMPLES = 60, STEP = 4, HEIGHT = 46, TOP = 4, FLOOR = 36 };

/* ---- states ---- */

const char *strata_page_class_of_state(const zval *node)
{
	static const char *const of_trouble[] = { "open", "forced_open" };
	static const char *const of_care[] = { "probing", "ramp", "draining", "forced_closed" };

	for (size_t i = 0; i < sizeof(of_trouble) / sizeof(of_trouble[0]); i++) {
		if (strata_lookup_says(node, "state", of_trouble[i])) {
			return "bad";
		}
	}
	for (size_t i = 0; i < sizeof(of_care) / sizeof(of_care[0]); i++) {
		if (strata_lookup_says(node, "state", of_care[i])) {
			return "warn";
		}
	}
	return strata_lookup_is(node, "suspected") || strata_lookup_is(node, "shed") ? "warn" : "good";
}

static void write_state(strata_html *html, const zval *node)
{
	strata_html_markup(html, "<td data-label=\"State\"><div><span class=\"state ");
	strata_html_markup(html, strata_page_class_of_state(node));
	strata_html_markup(html, "\">");
	strata_html_value(html, strata_lookup(node, "state"));
	strata_html_markup(html, "</span><small>");
	strata_html_value(html, strata_lookup(node, "cause"));
	if (strata_lookup(node, "seconds_left") != NULL) {
		strata_html_markup(html, ", ");
		strata_html_seconds(html, strata_lookup_number(node, "seconds_left"));
		strata_html_markup(html, " left");
	}
	if (strata_lookup_number(node, "times_open") > 1) {
		strata_html_markup(html, ", opened ");
		strata_html_count(html, strata_lookup_number(node, "times_open"));
		strata_html_markup(html, " times in a row");
	}
	if (strata_lookup_is(node, "shed")) {
		strata_html_markup(html, ", ");
		strata_html_share(html, strata_lookup_number(node, "shed"), 1);
		strata_html_markup(html, " left out");
	}
	if (strata_lookup_is(node, "suspected")) {
		strata_html_markup(html, ", suspected");
	}
	strata_html_markup(html, "</small></div></td>");
}

/* ---- the last ten minutes ---- */

static double sample(const HashTable *list, uint32_t number, bool *is_there)
{
	const zval *found = zend_hash_index_find(list, number);

	*is_there = found != NULL && Z_TYPE_P(found) != IS_NULL;
	if (!*is_there) {
		return 0;
	}
	return Z_TYPE_P(found) == IS_DOUBLE ? Z_DVAL_P(found)
		   : Z_TYPE_P(found) == IS_LONG ? (double) Z_LVAL_P(found)
										: 0;
}

static double greatest(const HashTable *list)
{
	double most = 0;
	bool is_there;

	for (uint32_t i = 0; i < SAMPLES; i++) {
		most = MAX(most, sample(list, i, &is_there));
	}
	return most;
}

static void write_point(strata_html *html, uint32_t number, double height)
{
	char text[48];

	snprintf(text, sizeof(text), "%u %.0f", number * STEP,
		FLOOR - (FLOOR - TOP) * MIN(1, MAX(0, height)));
	strata_html_markup(html, text);
}

/* One path, with a gap where nothing was answered; a point alone is a short stroke. */
static void write_line(strata_html *html, const char *class, const HashTable *list, double most)
{
	bool was_there = false, is_there;

	strata_html_markup(html, "<path class=\"");
	strata_html_markup(html, class);
	strata_html_markup(html, "\" d=\"M0 0");
	for (uint32_t i = 0; i < SAMPLES; i++) {
		double value = sample(list, i, &is_there);

		if (is_there) {
			strata_html_markup(html, was_there ? "L" : "M");
			write_point(html, i, most > 0 ? value / most : 0);
			strata_html_markup(html, was_there ? "" : "h2");
		}
		was_there = is_there;
	}
	strata_html_markup(html, "\"/>");
}

/* Strokes below the floor: the taller, the greater the share of what failed in these seconds. */
static void write_failures(strata_html *html, const HashTable *failures, const HashTable *answers)
{
	char text[64];
	bool is_there;

	strata_html_markup(html, "<path class=\"failures\" d=\"M0 0");
	for (uint32_t i = 0; i < SAMPLES; i++) {
		double failed = sample(failures, i, &is_there);
		double all = failed + sample(answers, i, &is_there);

		if (failed > 0) {
			snprintf(text, sizeof(text), "M%u %dv%.0f", i * STEP + STEP / 2, FLOOR + 1,
				2 + (HEIGHT - FLOOR - 3) * failed / all);
			strata_html_markup(html, text);
		}
	}
	strata_html_markup(html, "\"/>");
}

static double total(const HashTable *list)
{
	double sum = 0;
	bool is_there;

	for (uint32_t i = 0; i < SAMPLES; i++) {
		sum += sample(list, i, &is_there);
	}
	return sum;
}

static void write_summary(strata_html *html, double answers, double failures, double longest)
{
	strata_html_count(html, answers);
	strata_html_markup(html, " answers, ");
	strata_html_count(html, failures);
	strata_html_markup(html, " failures");
	if (longest > 0) {
		strata_html_markup(html, ", at most ");
		strata_html_seconds(html, longest / 1000);
	}
}

static void write_chart(strata_html *html, const zval *node)
{
	const HashTable *answers = strata_lookup_array(node, "history.answers");
	const HashTable *failures = strata_lookup_array(node, "history.failures");
	const HashTable *longest = strata_lookup_array(node, "history.longest");
	double most = greatest(longest);

	strata_html_markup(html, "<td data-label=\"10 minutes\">");
	if (strata_lookup(node, "history") != NULL) {
		strata_html_markup(html, "<div><svg class=\"chart\" viewBox=\"0 0 240 46\" "
								 "preserveAspectRatio=\"none\" aria-hidden=\"true\">"
								 "<path class=\"axis\" d=\"M0 36.5h240\"/>");
		write_line(html, "longest", longest, most);
		write_line(html, "mean", strata_lookup_array(node, "history.mean"), most);
		write_failures(html, failures, answers);
		strata_html_markup(html, "</svg><small>");
		write_summary(html, total(answers), total(failures), most);
		strata_html_markup(html, "</small></div>");
	}
	strata_html_markup(html, "</td>");
}

/* ---- a row ---- */

static void write_name(strata_html *html, zend_ulong number, const zend_string *name,
	const zval *node)
{
	strata_html_markup(html, "<td data-label=\"Node\"><div><span class=\"key\">");
	strata_html_key(html, number, name);
	strata_html_markup(html, "</span><small>");
	strata_html_value(html, strata_lookup(node, "protocol"));
	if (strata_lookup_is(node, "ring_name")) {
		strata_html_markup(html, ", ring name ");
		strata_html_value(html, strata_lookup(node, "ring_name"));
	}
	strata_html_markup(html, "</small></div></td>");
}

static void write_under_way(strata_html *html, const zval *node)
{
	strata_html_markup(html, "<td class=\"number\" data-label=\"In flight\"><div>");
	strata_html_value(html, strata_lookup(node, "in_flight"));
	if (strata_lookup(node, "limit") != NULL) {
		strata_html_markup(html, "<small>of ");
		strata_html_value(html, strata_lookup(node, "limit"));
		strata_html_markup(html, "</small>");
	}
	strata_html_markup(html, "</div></td><td class=\"number\" data-label=\"Operations\"><div>");
	strata_html_count(html, strata_lookup_number(node, "operations"));
	strata_html_markup(html, "</div></td>");
}

static void write_time(strata_html *html, const zval *node, const char *path, const char *behind)
{
	strata_html_seconds(html, strata_lookup_number(node, path) / 1000);
	strata_html_markup(html, behind);
}

static void write_times(strata_html *html, const zval *node)
{
	strata_html_markup(html, "<td class=\"number\" data-label=\"Latency\"><div>");
	if (strata_lookup(node, "milliseconds.p50") == NULL) {
		strata_html_markup(html, "\xE2\x80\x93</div></td>");
		return;
	}
	write_time(html, node, "milliseconds.p50", "<small>p95\xC2\xA0");
	write_time(html, node, "milliseconds.p95", "</small><small>p99\xC2\xA0");
	write_time(html, node, "milliseconds.p99", "</small></div></td>");
}

static void write_last_error(strata_html *html, const zval *node, double now)
{
	const zval *error = strata_lookup(node, "last_error");

	strata_html_markup(html, "<td data-label=\"Last error\">");
	if (error != NULL) {
		strata_html_markup(html, "<div><span class=\"last\">");
		strata_html_value(html, strata_lookup(error, "text"));
		strata_html_markup(html, "</span><small>");
		strata_html_age(html, strata_lookup_number(error, "time"), now);
		if (strata_lookup_number(error, "count") > 1) {
			strata_html_markup(html, ", ");
			strata_html_count(html, strata_lookup_number(error, "count"));
			strata_html_markup(html, " times");
		}
		strata_html_markup(html, "</small></div>");
	}
	strata_html_markup(html, "</td>");
}

static void write_buttons(strata_html *html, zend_ulong number, const zend_string *name,
	const char *token)
{
	static const struct {
		const char *word;
		const char *label;
	} buttons[] = { { "disable", "Disable for 30\xC2\xA0s" }, { "drain", "Drain" },
		{ "enable", "Enable" }, { "auto", "Auto" } };

	strata_html_markup(html, "<td data-label=\"Order\"><form method=\"post\">"
							 "<input type=\"hidden\" name=\"strata_token\" value=\"");
	strata_html_markup(html, token);
	strata_html_markup(html, "\"><input type=\"hidden\" name=\"strata_node\" value=\"");
	strata_html_key(html, number, name);
	strata_html_markup(html, "\">");
	for (size_t i = 0; i < sizeof(buttons) / sizeof(buttons[0]); i++) {
		strata_html_markup(html, "<button name=\"strata_action\" value=\"");
		strata_html_markup(html, buttons[i].word);
		strata_html_markup(html, "\">");
		strata_html_markup(html, buttons[i].label);
		strata_html_markup(html, "</button>");
	}
	strata_html_markup(html, "</form></td>");
}

static void write_node(strata_html *html, zend_ulong number, const zend_string *name,
	const zval *node, const char *token, double now)
{
	strata_html_markup(html, "<tr>");
	write_name(html, number, name, node);
	write_state(html, node);
	write_under_way(html, node);
	write_times(html, node);
	write_chart(html, node);
	write_last_error(html, node, now);
	if (token != NULL) {
		write_buttons(html, number, name, token);
	}
	strata_html_markup(html, "</tr>\n");
}

/* ---- all of them ---- */

/* What has a breaker is a server; the row of those that have departed has none. */
static bool is_shown(const zval *node, const char *class)
{
	return strata_lookup(node, "state") != NULL &&
		   strcmp(strata_page_class_of_state(node), class) == 0;
}

static void write_head(strata_html *html, const char *token)
{
	strata_html_markup(html,
		"<table class=\"cards\"><thead><tr><th scope=\"col\">Node</th><th scope=\"col\">State</th>"
		"<th scope=\"col\" class=\"number\">In flight</th>"
		"<th scope=\"col\" class=\"number\">Operations</th>"
		"<th scope=\"col\" class=\"number\">Latency, p50</th>"
		"<th scope=\"col\">Last 10 minutes</th><th scope=\"col\">Last error</th>");
	strata_html_markup(html, token != NULL ? "<th scope=\"col\">Order</th>" : "");
	strata_html_markup(html, "</tr></thead><tbody>\n");
}

/* Those in trouble first. Returns how many were left out. */
static zend_long write_rows(strata_html *html, const HashTable *nodes, const char *token,
	double now)
{
	static const char *const classes[] = { "bad", "warn", "good" };
	zend_long written = 0, left = 0;

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		zend_ulong number;
		zend_string *name;
		zval *node;

		ZEND_HASH_FOREACH_KEY_VAL((HashTable *) nodes, number, name, node)
		{
			if (!is_shown(node, classes[i])) {
				continue;
			}
			if (written < MOST_NODES && strata_html_has_room(html)) {
				write_node(html, number, name, node, token, now);
				written++;
			} else {
				left++;
			}
		}
		ZEND_HASH_FOREACH_END();
	}
	return left;
}

static bool has_any(const HashTable *nodes)
{
	zval *node;

	ZEND_HASH_FOREACH_VAL((HashTable *) nodes, node)
	{
		if (strata_lookup(node, "state") != NULL) {
			return true;
		}
	}
	ZEND_HASH_FOREACH_END();
	return false;
}

void strata_page_write_nodes(strata_html *html, const zval *status, const char *token, double now)
{
	const HashTable *nodes = strata_lookup_array(status, "nodes");
	zend_long left;

	strata_html_markup(html, "<section id=\"nodes\"><h2>Nodes</h2>\n");
	if (!has_any(nodes)) {
		strata_html_markup(html, "<p class=\"none\">This host has asked no server yet.</p>\n"
								 "</section>\n");
		return;
	}
	write_head(html, token);
	left = write_rows(html, nodes, token, now);
	strata_html_markup(html, "</tbody></table>\n");
	strata_html_more(html, left, "nodes");
	strata_html_markup(html, "<p class=\"note\">Chart: the line is the mean of ten seconds, the "
							 "dashes the longest answer; strokes below the floor are failures."
							 "</p>\n</section>\n");
}
