#include "api/page/clusters.h"

#include "api/page/lookup.h"

enum {
	SLOTS = 16384,
	HUES = 4,
	MOST_CLUSTERS = 4,
	MOST_NODES = 64,
	MOST_RANGES = 6, /* of a node, as text */
	MOST_DRAWN = 1024
};

/* ---- the bar ---- */

static void write_range(strata_html *html, const zval *range)
{
	unsigned first, last;
	char text[64];
	int found =
		Z_TYPE_P(range) == IS_STRING ? sscanf(Z_STRVAL_P(range), "%5u-%5u", &first, &last) : 0;

	last = found == 1 ? first : last;
	if (found < 1 || first > last || last >= SLOTS) {
		return;
	}
	snprintf(text, sizeof(text), "M%u 0h%uv10h-%uz", first, last - first + 1, last - first + 1);
	strata_html_markup(html, text);
}

/* Slots without an owner are what shows through. */
static void write_bar(strata_html *html, const HashTable *masters)
{
	uint32_t hue = 0, drawn = 0;
	zval *owner, *range;

	strata_html_markup(html, "<svg class=\"slots\" viewBox=\"0 0 16384 10\" "
							 "preserveAspectRatio=\"none\" aria-hidden=\"true\">"
							 "<rect class=\"gap\" width=\"16384\" height=\"10\"/>");
	ZEND_HASH_FOREACH_VAL((HashTable *) masters, owner)
	{
		const HashTable *ranges = strata_lookup_array(owner, "ranges");

		strata_html_markup(html, "<path class=\"s");
		strata_html_integer(html, hue++ % HUES);
		strata_html_markup(html, "\" d=\"M0 0");
		ZEND_HASH_FOREACH_VAL((HashTable *) ranges, range)
		{
			if (drawn++ < MOST_DRAWN) {
				write_range(html, range);
			}
		}
		ZEND_HASH_FOREACH_END();
		strata_html_markup(html, "\"/>");
	}
	ZEND_HASH_FOREACH_END();
	strata_html_markup(html, "</svg>\n");
}

/* ---- the table ---- */

static void write_ranges(strata_html *html, const zval *owner)
{
	const HashTable *ranges = strata_lookup_array(owner, "ranges");
	zend_long left = (zend_long) strata_lookup_number(owner, "more_ranges");
	zend_long written = 0;
	zval *range;

	ZEND_HASH_FOREACH_VAL((HashTable *) ranges, range)
	{
		if (written++ >= MOST_RANGES) {
			left++;
			continue;
		}
		strata_html_markup(html, written > 1 ? ", " : "");
		strata_html_value(html, range);
	}
	ZEND_HASH_FOREACH_END();
	if (left > 0) {
		strata_html_markup(html, " and ");
		strata_html_count(html, (double) left);
		strata_html_markup(html, " more ranges");
	}
}

static void write_replicas(strata_html *html, const HashTable *replicas, const zend_string *master)
{
	bool has_any = false;
	zend_string *name;
	zval *of;

	ZEND_HASH_FOREACH_STR_KEY_VAL((HashTable *) replicas, name, of)
	{
		if (name != NULL && master != NULL && Z_TYPE_P(of) == IS_STRING &&
			zend_string_equals(Z_STR_P(of), master)) {
			strata_html_markup(html, has_any ? ", " : "");
			strata_html_text(html, ZSTR_VAL(name), ZSTR_LEN(name));
			has_any = true;
		}
	}
	ZEND_HASH_FOREACH_END();
	strata_html_markup(html, has_any ? "" : "<span class=\"quiet\">none</span>");
}

static void write_master(strata_html *html, const zval *cluster, const zval *owner,
	const zend_string *name, uint32_t hue)
{
	strata_html_markup(html, "<tr><td data-label=\"Node\"><div><svg width=\"12\" height=\"12\" "
							 "aria-hidden=\"true\"><rect class=\"s");
	strata_html_integer(html, hue);
	strata_html_markup(html, "\" width=\"11\" height=\"11\" rx=\"3\"/></svg> "
							 "<span class=\"key\">");
	strata_html_text(html, ZSTR_VAL(name), ZSTR_LEN(name));
	strata_html_markup(html, "</span></div></td><td class=\"number\" data-label=\"Slots\"><div>");
	strata_html_value(html, strata_lookup(owner, "slots"));
	strata_html_markup(html, "</div></td><td data-label=\"Ranges\"><div>");
	write_ranges(html, owner);
	strata_html_markup(html, "</div></td><td data-label=\"Replicas\"><div>");
	write_replicas(html, strata_lookup_array(cluster, "replicas"), name);
	strata_html_markup(html, "</div></td></tr>\n");
}

static void write_masters(strata_html *html, const zval *cluster)
{
	const HashTable *masters = strata_lookup_array(cluster, "masters");
	zend_long left = zend_hash_num_elements(masters);
	zend_long written = 0;
	zend_string *name;
	zval *owner;

	strata_html_markup(html, "<table class=\"cards plain\"><thead><tr><th scope=\"col\">Node</th>"
							 "<th scope=\"col\" class=\"number\">Slots</th>"
							 "<th scope=\"col\">Ranges</th><th scope=\"col\">Replicas</th></tr>"
							 "</thead><tbody>\n");
	ZEND_HASH_FOREACH_STR_KEY_VAL((HashTable *) masters, name, owner)
	{
		if (name != NULL && written < MOST_NODES && strata_html_has_room(html)) {
			write_master(html, cluster, owner, name, (uint32_t) written % HUES);
			written++;
			left--;
		}
	}
	ZEND_HASH_FOREACH_END();
	strata_html_markup(html, "</tbody></table>\n");
	strata_html_more(html, left, "nodes");
}

static void write_cluster(strata_html *html, zend_ulong number, const zend_string *name,
	const zval *cluster)
{
	double without = strata_lookup_number(cluster, "slots_without_owner");

	strata_html_markup(html, "<h3><span class=\"key\">");
	strata_html_key(html, number, name);
	strata_html_markup(html, "</span><small>");
	strata_html_value(html, strata_lookup(cluster, "nodes"));
	strata_html_markup(html, " nodes, map confirmed ");
	strata_html_seconds(html, strata_lookup_number(cluster, "seconds_old"));
	strata_html_markup(html, " ago");
	if (without > 0) {
		strata_html_markup(html, ", ");
		strata_html_integer(html, (zend_long) without);
		strata_html_markup(html, " slots without owner");
	}
	if (strata_lookup_is(cluster, "failed_refreshes")) {
		strata_html_markup(html, ", ");
		strata_html_value(html, strata_lookup(cluster, "failed_refreshes"));
		strata_html_markup(html, " looks at the map failed");
	}
	strata_html_markup(html, "</small></h3>\n");
	if (zend_hash_num_elements(strata_lookup_array(cluster, "masters")) > 0) {
		write_bar(html, strata_lookup_array(cluster, "masters"));
		write_masters(html, cluster);
	} else {
		strata_html_markup(html, "<p class=\"none\">No map of its slots is known.</p>\n");
	}
}

void strata_page_write_clusters(strata_html *html, const zval *status)
{
	const HashTable *clusters = strata_lookup_array(status, "clusters");
	zend_long left = zend_hash_num_elements(clusters), written = 0;
	zend_ulong number;
	zend_string *name;
	zval *cluster;

	if (left == 0) {
		return;
	}
	strata_html_markup(html, "<section id=\"clusters\"><h2>Slots of clusters</h2>\n");
	ZEND_HASH_FOREACH_KEY_VAL((HashTable *) clusters, number, name, cluster)
	{
		if (written < MOST_CLUSTERS && strata_html_has_room(html)) {
			write_cluster(html, number, name, cluster);
			written++;
			left--;
		}
	}
	ZEND_HASH_FOREACH_END();
	strata_html_more(html, left, "clusters");
	strata_html_markup(html, "</section>\n");
}
