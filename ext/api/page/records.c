#include "api/page/records.h"

#include "api/page/lookup.h"

enum {
	MOST_REFUSED = 64,
	MOST_NAMES = 50,
	MOST_POOLS = 50,
	MOST_ANOMALIES = 40,
	MOST_DATABASES = 24,
	MOST_SETTINGS = 120
};

/* A cell of a table that becomes cards on a phone; the content of the one before ends. */
static void begin_cell(strata_html *html, const char *label)
{
	strata_html_markup(html, "<td data-label=\"");
	strata_html_markup(html, label);
	strata_html_markup(html, "\"><div>");
}

/* A cell in which nothing was written stays without a box. */
static void end_cell(strata_html *html)
{
	static const char begun[] = "<div>";
	size_t size = ZSTR_LEN(html->out.s), mark = sizeof(begun) - 1;

	if (memcmp(ZSTR_VAL(html->out.s) + size - mark, begun, mark) == 0) {
		ZSTR_LEN(html->out.s) = size - mark;
		strata_html_markup(html, "</td>");
	} else {
		strata_html_markup(html, "</div></td>");
	}
}

static void write_cell(strata_html *html, const char *label, const zval *value)
{
	begin_cell(html, label);
	strata_html_value(html, value);
	end_cell(html);
}

static void write_age_cell(strata_html *html, const char *label, const zval *row, const char *path,
	double now)
{
	begin_cell(html, label);
	strata_html_age(html, strata_lookup_number(row, path), now);
	end_cell(html);
}

static void write_seconds_cell(strata_html *html, const char *label, const zval *row,
	const char *path)
{
	begin_cell(html, label);
	if (strata_lookup(row, path) != NULL) {
		strata_html_seconds(html, strata_lookup_number(row, path));
		strata_html_markup(html, " ago");
	}
	end_cell(html);
}

/* ---- refused settings ---- */

static void write_refusal(strata_html *html, const zval *row, double now)
{
	strata_html_markup(html, "<tr><td data-label=\"Directive\"><div><span class=\"key\">");
	strata_html_value(html, strata_lookup(row, "directive"));
	strata_html_markup(html, "</span></div></td>");
	write_cell(html, "Place", strata_lookup(row, "place"));
	write_cell(html, "Why", strata_lookup(row, "sentence"));
	write_age_cell(html, "First", row, "first", now);
	write_age_cell(html, "Last", row, "last", now);
	begin_cell(html, "Times");
	strata_html_count(html, strata_lookup_number(row, "count"));
	strata_html_markup(html, "</div></td></tr>\n");
}

static void write_unconfigured(strata_html *html, const HashTable *databases)
{
	zend_ulong number;
	zend_string *name;
	zval *sentence;

	ZEND_HASH_FOREACH_KEY_VAL((HashTable *) databases, number, name, sentence)
	{
		if (strata_html_has_room(html)) {
			strata_html_markup(html, "<p><span class=\"state bad\">unconfigured</span> database "
									 "<span class=\"key\">");
			strata_html_key(html, number, name);
			strata_html_markup(html, "</span>: ");
			strata_html_value(html, sentence);
			strata_html_markup(html, "</p>\n");
		}
	}
	ZEND_HASH_FOREACH_END();
}

static void write_refusals(strata_html *html, const HashTable *refused, double now)
{
	zend_long written = 0;
	zval *row;

	strata_html_markup(html, "<table class=\"cards plain\"><thead><tr>"
							 "<th scope=\"col\">Directive</th><th scope=\"col\">Place</th>"
							 "<th scope=\"col\">Why</th><th scope=\"col\">First</th>"
							 "<th scope=\"col\">Last</th><th scope=\"col\">Times</th></tr></thead>"
							 "<tbody>\n");
	ZEND_HASH_FOREACH_VAL((HashTable *) refused, row)
	{
		if (written < MOST_REFUSED && strata_html_has_room(html)) {
			write_refusal(html, row, now);
			written++;
		}
	}
	ZEND_HASH_FOREACH_END();
	strata_html_markup(html, "</tbody></table>\n");
	strata_html_more(html, (zend_long) zend_hash_num_elements(refused) - written, "refusals");
}

void strata_page_write_refused(strata_html *html, const zval *status, double now)
{
	const HashTable *refused = strata_lookup_array(status, "configuration.refused");
	const HashTable *unconfigured = strata_lookup_array(status, "configuration.unconfigured");
	double not_kept = strata_lookup_number(status, "configuration.not_kept");

	if (zend_hash_num_elements(refused) == 0 && zend_hash_num_elements(unconfigured) == 0) {
		return;
	}
	strata_html_markup(html, "<section id=\"refused\"><h2>Refused settings</h2>\n");
	write_unconfigured(html, unconfigured);
	if (zend_hash_num_elements(refused) > 0) {
		write_refusals(html, refused, now);
	}
	if (not_kept > 0) {
		strata_html_markup(html, "<p class=\"note\">");
		strata_html_count(html, not_kept);
		strata_html_markup(html, " more were refused, for which the table had no room.</p>\n");
	}
	strata_html_markup(html, "</section>\n");
}

/* ---- names ---- */

static void write_name(strata_html *html, zend_ulong number, const zend_string *name,
	const zval *row)
{
	const HashTable *addresses = strata_lookup_array(row, "addresses");
	bool has_any = false;
	zval *address;

	strata_html_markup(html, "<tr><td data-label=\"Name\"><div><span class=\"key\">");
	strata_html_key(html, number, name);
	strata_html_markup(html, "</span></div></td>");
	begin_cell(html, "Addresses");
	ZEND_HASH_FOREACH_VAL((HashTable *) addresses, address)
	{
		strata_html_markup(html, has_any ? "<br>" : "");
		strata_html_value(html, address);
		has_any = true;
	}
	ZEND_HASH_FOREACH_END();
	end_cell(html);
	write_seconds_cell(html, "Looked up", row, "seconds_old");
	write_seconds_cell(html, "Changed", row, "seconds_unchanged");
	begin_cell(html, "Error");
	if (strata_lookup_is(row, "error")) {
		strata_html_markup(html, "<span class=\"last\">");
		strata_html_value(html, strata_lookup(row, "error"));
		strata_html_markup(html, "</span>");
	}
	end_cell(html);
	strata_html_markup(html, "</tr>\n");
}

void strata_page_write_names(strata_html *html, const zval *status)
{
	const HashTable *names = strata_lookup_array(status, "names");
	zend_long left = zend_hash_num_elements(names), written = 0;
	zend_ulong number;
	zend_string *name;
	zval *row;

	if (left == 0) {
		return;
	}
	strata_html_markup(html, "<section id=\"names\"><h2>Names of servers</h2>\n"
							 "<table class=\"cards plain\"><thead><tr><th scope=\"col\">Name</th>"
							 "<th scope=\"col\">Addresses</th><th scope=\"col\">Looked up</th>"
							 "<th scope=\"col\">Changed</th><th scope=\"col\">Error</th></tr>"
							 "</thead><tbody>\n");
	ZEND_HASH_FOREACH_KEY_VAL((HashTable *) names, number, name, row)
	{
		if (written < MOST_NAMES && strata_html_has_room(html)) {
			write_name(html, number, name, row);
			written++;
			left--;
		}
	}
	ZEND_HASH_FOREACH_END();
	strata_html_markup(html, "</tbody></table>\n");
	strata_html_more(html, left, "names");
	strata_html_markup(html, "</section>\n");
}

/* ---- removals that are not confirmed ---- */

static void write_count_cell(strata_html *html, const char *label, const zval *row,
	const char *path)
{
	begin_cell(html, label);
	strata_html_count(html, strata_lookup_number(row, path));
	end_cell(html);
}

static void write_pool(strata_html *html, zend_ulong number, const zend_string *name,
	const zval *row)
{
	strata_html_markup(html, "<tr><td data-label=\"Server\"><div><span class=\"key\">");
	strata_html_key(html, number, name);
	strata_html_markup(html, "</span></div></td>");
	write_count_cell(html, "Owed now", row, "names");
	write_count_cell(html, "Ever noted", row, "noted");
	write_count_cell(html, "Repeated", row, "replayed");
	write_count_cell(html, "Overflows", row, "overflows");
	write_seconds_cell(html, "Last overflow", row, "seconds_since_overflow");
	strata_html_markup(html, "</tr>\n");
}

void strata_page_write_unconfirmed(strata_html *html, const zval *status)
{
	const HashTable *pools = strata_lookup_array(status, "unconfirmed");
	zend_long left = zend_hash_num_elements(pools), written = 0;
	zend_ulong number;
	zend_string *name;
	zval *row;

	if (left == 0) {
		return;
	}
	strata_html_markup(html,
		"<section id=\"unconfirmed\"><h2>Removals that were not confirmed <small>kept, and "
		"repeated "
		"when the server is back</small></h2>\n<table class=\"cards plain\"><thead><tr>"
		"<th scope=\"col\">Server</th><th scope=\"col\">Owed now</th>"
		"<th scope=\"col\">Ever noted</th><th scope=\"col\">Repeated</th>"
		"<th scope=\"col\">Overflows</th><th scope=\"col\">Last overflow</th></tr></thead>"
		"<tbody>\n");
	ZEND_HASH_FOREACH_KEY_VAL((HashTable *) pools, number, name, row)
	{
		if (written < MOST_POOLS && strata_html_has_room(html)) {
			write_pool(html, number, name, row);
			written++;
			left--;
		}
	}
	ZEND_HASH_FOREACH_END();
	strata_html_markup(html, "</tbody></table>\n");
	strata_html_more(html, left, "servers");
	strata_html_markup(html, "</section>\n");
}

/* ---- anomalies ---- */

static void write_anomaly(strata_html *html, const zval *row, double now)
{
	strata_html_markup(html, "<tr>");
	write_age_cell(html, "When", row, "time", now);
	strata_html_markup(html, "<td data-label=\"Node\"><div><span class=\"key\">");
	strata_html_value(html, strata_lookup(row, "node"));
	strata_html_markup(html, "</span></div></td>");
	write_cell(html, "Event", strata_lookup(row, "event"));
	strata_html_markup(html, "</tr>\n");
}

void strata_page_write_anomalies(strata_html *html, const zval *status, double now)
{
	const HashTable *list = strata_lookup_array(status, "anomalies");
	zend_long written = 0;
	zval *row;

	strata_html_markup(html, "<section id=\"anomalies\"><h2>Anomalies <small>the newest first"
							 "</small></h2>\n");
	if (zend_hash_num_elements(list) == 0) {
		strata_html_markup(html, "<p class=\"none\">None since PHP started.</p>\n</section>\n");
		return;
	}
	strata_html_markup(html, "<table class=\"cards plain\"><thead><tr><th scope=\"col\">When</th>"
							 "<th scope=\"col\">Node</th><th scope=\"col\">Event</th></tr></thead>"
							 "<tbody>\n");
	ZEND_HASH_FOREACH_VAL((HashTable *) list, row)
	{
		if (written < MOST_ANOMALIES && strata_html_has_room(html)) {
			write_anomaly(html, row, now);
			written++;
		}
	}
	ZEND_HASH_FOREACH_END();
	strata_html_markup(html, "</tbody></table>\n");
	strata_html_more(html, (zend_long) zend_hash_num_elements(list) - written, "anomalies");
	strata_html_markup(html, "</section>\n");
}

/* ---- the host ---- */

static void write_fact(strata_html *html, const zval *status, const char *label, const char *path)
{
	if (strata_lookup(status, path) != NULL) {
		strata_html_markup(html, "<dt>");
		strata_html_markup(html, label);
		strata_html_markup(html, "</dt><dd>");
		strata_html_value(html, strata_lookup(status, path));
		strata_html_markup(html, "</dd>\n");
	}
}

static void write_topology(strata_html *html, const zval *status, double now)
{
	if (!strata_lookup_is(status, "topology.file")) {
		return;
	}
	write_fact(html, status, "topology file", "topology.file");
	strata_html_markup(html, "<dt>taken over</dt><dd>");
	if (strata_lookup_is(status, "topology.version")) {
		strata_html_age(html, strata_lookup_number(status, "topology.time"), now);
		strata_html_markup(html, ", version ");
		strata_html_value(html, strata_lookup(status, "topology.version"));
	} else {
		strata_html_markup(html, "never");
	}
	strata_html_markup(html, "</dd>\n");
}

static void write_mixed_users(strata_html *html, const HashTable *mixed)
{
	zend_ulong number;
	zend_string *name;
	zval *users;

	ZEND_HASH_FOREACH_KEY_VAL((HashTable *) mixed, number, name, users)
	{
		if (strata_html_has_room(html)) {
			strata_html_markup(html, "<dt>servers shared by users</dt><dd>");
			strata_html_key(html, number, name);
			strata_html_markup(html, ": ");
			strata_html_value(html, users);
			strata_html_markup(html, "</dd>\n");
		}
	}
	ZEND_HASH_FOREACH_END();
}

void strata_page_write_host(strata_html *html, const zval *status, double now)
{
	static const struct {
		const char *label;
		const char *path;
	} facts[] = { { "strata", "version" }, { "zstd", "zstd" },
		{ "memory shared by processes", "host.shared" }, { "processes", "host.processes" },
		{ "computations under way", "host.leases" }, { "locks held or waited for", "host.locks" },
		{ "permits to spin", "host.spin_permits" }, { "named segment", "segment.file" },
		{ "processes on it", "segment.processes" } };

	strata_html_markup(html, "<section id=\"host\"><h2>This host</h2>\n<dl class=\"facts\">\n");
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		write_fact(html, status, facts[i].label, facts[i].path);
	}
	write_topology(html, status, now);
	write_mixed_users(html, strata_lookup_array(status, "mixed_users"));
	strata_html_markup(html, "</dl>\n</section>\n");
}

/* ---- settings ---- */

static bool is_same(const HashTable *base, zend_string *name, const zval *text)
{
	const zval *other = base != NULL ? zend_hash_find(base, name) : NULL;

	return other != NULL && Z_TYPE_P(text) == IS_STRING && Z_TYPE_P(other) == IS_STRING &&
		   zend_string_equals(Z_STR_P(text), Z_STR_P(other));
}

/* One that was refused has no text. */
static void write_setting(strata_html *html, const zend_string *name, const zval *text)
{
	strata_html_markup(html, "<tr><td><code>");
	strata_html_text(html, ZSTR_VAL(name), ZSTR_LEN(name));
	strata_html_markup(html, "</code></td><td>");
	if (Z_TYPE_P(text) == IS_NULL) {
		strata_html_markup(html, "<span class=\"state bad\">refused</span>");
	} else {
		strata_html_value(html, text);
	}
	strata_html_markup(html, "</td></tr>\n");
}

/* base: the options of another database, of which only what differs is written; NULL: all are. */
static void write_options(strata_html *html, const HashTable *settings, const HashTable *base)
{
	zend_long left = 0, written = 0;
	zend_string *name;
	zval *text;

	strata_html_markup(html, "<table class=\"plain\"><thead><tr><th scope=\"col\">Option</th>"
							 "<th scope=\"col\">In force</th></tr></thead><tbody>\n");
	ZEND_HASH_FOREACH_STR_KEY_VAL((HashTable *) settings, name, text)
	{
		if (name == NULL || is_same(base, name, text)) {
			continue;
		}
		if (written < MOST_SETTINGS && strata_html_has_room(html)) {
			write_setting(html, name, text);
			written++;
		} else {
			left++;
		}
	}
	ZEND_HASH_FOREACH_END();
	strata_html_markup(html,
		written == 0 ? "<tr><td colspan=\"2\" class=\"quiet\">all as above</td></tr>\n" : "");
	strata_html_markup(html, "</tbody></table>\n");
	strata_html_more(html, left, "options");
}

static void write_settings_of(strata_html *html, zend_ulong number, const zend_string *database,
	const HashTable *settings, const HashTable *base)
{
	strata_html_markup(html, "<details><summary>");
	strata_html_key(html, number, database);
	strata_html_markup(html, base != NULL ? ", where it differs</summary>" : "</summary>");
	write_options(html, settings, base);
	strata_html_markup(html, "</details>\n");
}

void strata_page_write_settings(strata_html *html, const zval *status)
{
	const HashTable *databases = strata_lookup_array(status, "configuration.settings");
	zend_long left = zend_hash_num_elements(databases), written = 0;
	const HashTable *base = NULL;
	zend_ulong number;
	zend_string *name;
	zval *settings;

	if (left == 0) {
		return;
	}
	strata_html_markup(html, "<section id=\"settings\"><h2>Settings in force <small>of each "
							 "database; secrets are not shown</small></h2>\n");
	ZEND_HASH_FOREACH_KEY_VAL((HashTable *) databases, number, name, settings)
	{
		if (Z_TYPE_P(settings) == IS_ARRAY && zend_hash_num_elements(Z_ARRVAL_P(settings)) > 0 &&
			written < MOST_DATABASES && strata_html_has_room(html)) {
			write_settings_of(html, number, name, Z_ARRVAL_P(settings), base);
			base = base != NULL ? base : Z_ARRVAL_P(settings);
			written++;
			left--;
		}
	}
	ZEND_HASH_FOREACH_END();
	strata_html_more(html, left, "databases");
	strata_html_markup(html, "</section>\n");
}
