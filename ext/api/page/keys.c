#include "api/page/keys.h"

#include "api/page/lookup.h"

enum { MOST_PREFIXES = 40, MOST_KEYS = 20, MOST_DATABASES = 8 };

/* Behind what it is said of. */
static void write_namespace(strata_html *html, const zval *row)
{
	if (strata_lookup_is(row, "namespace")) {
		strata_html_markup(html, ", namespace ");
		strata_html_value(html, strata_lookup(row, "namespace"));
	}
}

/* ---- prefixes ---- */

/* Of a counter that each tier has. */
static double sum(const zval *row, const char *counter)
{
	const HashTable *tiers = strata_lookup_array(row, "tiers");
	double sum = 0;
	zval *tier;

	ZEND_HASH_FOREACH_VAL((HashTable *) tiers, tier)
	{
		sum += strata_lookup_number(tier, counter);
	}
	ZEND_HASH_FOREACH_END();
	return sum;
}

/* "local 96 %, redis 71 %": hits of the operations of each tier. */
static void write_ratios(strata_html *html, const zval *row)
{
	const HashTable *tiers = strata_lookup_array(row, "tiers");
	bool has_any = false;
	zend_string *name;
	zval *tier;

	ZEND_HASH_FOREACH_STR_KEY_VAL((HashTable *) tiers, name, tier)
	{
		if (name == NULL || !strata_lookup_is(tier, "operations")) {
			continue;
		}
		strata_html_markup(html, has_any ? "<br>" : "");
		strata_html_text(html, ZSTR_VAL(name), ZSTR_LEN(name));
		strata_html_markup(html, " ");
		strata_html_share(html, strata_lookup_number(tier, "hits"),
			strata_lookup_number(tier, "operations"));
		has_any = true;
	}
	ZEND_HASH_FOREACH_END();
}

static void write_cell(strata_html *html, const char *label)
{
	strata_html_markup(html, "</div></td><td class=\"number\" data-label=\"");
	strata_html_markup(html, label);
	strata_html_markup(html, "\"><div>");
}

static void write_prefix(strata_html *html, const zval *row)
{
	double computations = strata_lookup_number(row, "computations");

	strata_html_markup(html, "<tr><td data-label=\"Prefix\"><div><span class=\"key\">");
	strata_html_value(html, strata_lookup(row, "prefix"));
	strata_html_markup(html, "</span><small>");
	strata_html_value(html, strata_lookup(row, "database"));
	write_namespace(html, row);
	strata_html_markup(html, "</small>");
	write_cell(html, "Operations");
	strata_html_count(html, sum(row, "operations"));
	write_cell(html, "Hits");
	write_ratios(html, row);
	write_cell(html, "In, out");
	strata_html_bytes(html, sum(row, "bytes_in"));
	strata_html_markup(html, "<br>");
	strata_html_bytes(html, sum(row, "bytes_out"));
	write_cell(html, "Errors");
	strata_html_count(html, sum(row, "errors"));
	write_cell(html, "Remote time");
	strata_html_seconds(html, sum(row, "seconds"));
	write_cell(html, "Computed");
	strata_html_count(html, computations);
	if (computations > 0) {
		strata_html_markup(html, "<br><span class=\"quiet\">");
		strata_html_seconds(html, strata_lookup_number(row, "seconds_computed"));
		strata_html_markup(html, "</span>");
	}
	strata_html_markup(html, "</div></td></tr>\n");
}

static void write_prefixes(strata_html *html, const HashTable *prefixes)
{
	zend_long written = 0, left = 0;
	zval *row;

	strata_html_markup(html,
		"<section id=\"prefixes\"><h2>Prefixes <small>most operations first; local ones are "
		"estimates</small></h2>\n<table class=\"cards\"><thead><tr><th scope=\"col\">Prefix</th>"
		"<th scope=\"col\" class=\"number\">Operations</th>"
		"<th scope=\"col\" class=\"number\">Hits</th>"
		"<th scope=\"col\" class=\"number\">In, out</th>"
		"<th scope=\"col\" class=\"number\">Errors</th>"
		"<th scope=\"col\" class=\"number\">Remote time</th>"
		"<th scope=\"col\" class=\"number\">Computed</th></tr></thead><tbody>\n");
	ZEND_HASH_FOREACH_VAL((HashTable *) prefixes, row)
	{
		if (written < MOST_PREFIXES && strata_html_has_room(html)) {
			write_prefix(html, row);
			written++;
		} else {
			left++;
		}
	}
	ZEND_HASH_FOREACH_END();
	strata_html_markup(html, "</tbody></table>\n");
	strata_html_more(html, left, "prefixes");
	strata_html_markup(html, "</section>\n");
}

/* ---- hot keys ---- */

static void write_hot_key(strata_html *html, const zval *row, double most)
{
	double count = strata_lookup_number(row, "count");
	char text[96];

	strata_html_markup(html, "<tr><td><span class=\"key\">");
	strata_html_value(html, strata_lookup(row, "key"));
	strata_html_markup(html, "</span>");
	if (strata_lookup_is(row, "namespace") || strata_lookup_is(row, "hot")) {
		strata_html_markup(html, "<small>");
		strata_html_markup(html, strata_lookup_is(row, "hot") ? "hot" : "frequent");
		write_namespace(html, row);
		strata_html_markup(html, "</small>");
	}
	strata_html_markup(html, "</td><td style=\"width:34%\"><svg class=\"bar\" "
							 "style=\"height:9px\" viewBox=\"0 0 100 9\" "
							 "preserveAspectRatio=\"none\" aria-hidden=\"true\">");
	snprintf(text, sizeof(text), "<rect class=\"live\" width=\"%.1f\" height=\"9\"/></svg></td>",
		most > 0 ? MIN(100, 100 * count / most) : 0);
	strata_html_markup(html, text);
	strata_html_markup(html, "<td class=\"number\">");
	strata_html_count(html, count);
	if (strata_lookup_is(row, "error")) {
		strata_html_markup(html, "<small>less at most ");
		strata_html_count(html, strata_lookup_number(row, "error"));
		strata_html_markup(html, "</small>");
	}
	strata_html_markup(html, "</td></tr>\n");
}

static void write_hot_keys_of(strata_html *html, zend_ulong number, const zend_string *database,
	const HashTable *keys)
{
	const zval *first = zend_hash_index_find(keys, 0);
	double most = strata_lookup_number(first, "count");
	zend_long written = 0;
	zval *row;

	strata_html_markup(html, "<div><h3>");
	strata_html_key(html, number, database);
	strata_html_markup(html, "<small>database</small></h3><table><thead><tr>"
							 "<th scope=\"col\">Key</th><th scope=\"col\">Weight</th>"
							 "<th scope=\"col\" class=\"number\">Count</th></tr></thead><tbody>\n");
	ZEND_HASH_FOREACH_VAL((HashTable *) keys, row)
	{
		if (written < MOST_KEYS && strata_html_has_room(html)) {
			write_hot_key(html, row, most);
			written++;
		}
	}
	ZEND_HASH_FOREACH_END();
	strata_html_markup(html, "</tbody></table>\n");
	strata_html_more(html, (zend_long) zend_hash_num_elements(keys) - written, "keys");
	strata_html_markup(html, "</div>\n");
}

static void write_hot_keys(strata_html *html, const HashTable *databases)
{
	zend_long written = 0;
	zend_ulong number;
	zend_string *name;
	zval *keys;

	strata_html_markup(html, "<section id=\"keys\"><h2>Hot keys <small>from a sample, halved every "
							 "10\xC2\xA0s</small></h2>\n<div class=\"columns\">\n");
	ZEND_HASH_FOREACH_KEY_VAL((HashTable *) databases, number, name, keys)
	{
		if (Z_TYPE_P(keys) == IS_ARRAY && zend_hash_num_elements(Z_ARRVAL_P(keys)) > 0 &&
			written < MOST_DATABASES && strata_html_has_room(html)) {
			write_hot_keys_of(html, number, name, Z_ARRVAL_P(keys));
			written++;
		}
	}
	ZEND_HASH_FOREACH_END();
	strata_html_markup(html, "</div>\n");
	strata_html_markup(html, written == 0 ? "<p class=\"none\">None at the moment.</p>\n" : "");
	strata_html_markup(html, "</section>\n");
}

void strata_page_write_keys(strata_html *html, const zval *status)
{
	const HashTable *prefixes = strata_lookup_array(status, "prefixes");
	const HashTable *hot_keys = strata_lookup_array(status, "hot_keys");

	if (zend_hash_num_elements(prefixes) > 0) {
		write_prefixes(html, prefixes);
	}
	if (strata_lookup(status, "hot_keys") != NULL) {
		write_hot_keys(html, hot_keys);
	}
}
