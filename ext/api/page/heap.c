#include "api/page/heap.h"

#include "api/page/lookup.h"

enum { COLUMNS = 32, CELL = 12, GAP = 2, LEVELS = 4, MOST_NAMESPACES = 16 };

/* Of the heap, as bar and legend have it. What is pinned is live or retired, too. */
typedef struct {
	double live, pinned, retired, free;
} parts;

static parts parts_of(const zval *local)
{
	parts found = { .pinned = strata_lookup_number(local, "pinned"),
		.retired = strata_lookup_number(local, "retired"),
		.free = strata_lookup_number(local, "free") };

	found.live = MAX(0, strata_lookup_number(local, "used") - found.retired);
	return found;
}

/* ---- the bar ---- */

static double write_part(strata_html *html, const char *class, double from, double size)
{
	char text[96];

	if (size > 0) {
		strata_html_markup(html, "<rect class=\"");
		strata_html_markup(html, class);
		snprintf(text, sizeof(text), "\" x=\"%.2f\" y=\"0\" width=\"%.2f\" height=\"10\"/>", from,
			size);
		strata_html_markup(html, text);
	}
	return from + size;
}

static void write_bar(strata_html *html, parts parts)
{
	double whole = MAX(1, parts.live + parts.retired + parts.free);
	double at = 0;

	strata_html_markup(html, "<svg class=\"bar\" viewBox=\"0 0 1000 10\" "
							 "preserveAspectRatio=\"none\" aria-hidden=\"true\">");
	at = write_part(html, "live", at, 1000 * parts.live / whole);
	at = write_part(html, "retired", at, 1000 * parts.retired / whole);
	(void) write_part(html, "free", at, 1000 * parts.free / whole);
	strata_html_markup(html, "</svg>\n");
}

static void write_legend_of(strata_html *html, const char *class, const char *mark,
	const char *label, double bytes, double whole)
{
	strata_html_markup(html, "<li><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\">");
	strata_html_markup(html, "<rect class=\"");
	strata_html_markup(html, class);
	strata_html_markup(html, "\" width=\"12\" height=\"12\" rx=\"3\"/>");
	strata_html_markup(html, mark);
	strata_html_markup(html, "</svg>");
	strata_html_markup(html, label);
	strata_html_markup(html, " ");
	strata_html_bytes(html, bytes);
	strata_html_markup(html, " <span class=\"quiet\">");
	strata_html_share(html, bytes, whole);
	strata_html_markup(html, "</span></li>\n");
}

static void write_legend(strata_html *html, parts parts)
{
	double whole = parts.live + parts.retired + parts.free;

	strata_html_markup(html, "<ul class=\"legend\">\n");
	write_legend_of(html, "live", "", "live", parts.live, whole);
	write_legend_of(html, "free", "<circle class=\"pinned\" cx=\"6\" cy=\"6\" r=\"3\"/>",
		"pinned, live or retired", parts.pinned, whole);
	write_legend_of(html, "retired", "", "retired", parts.retired, whole);
	write_legend_of(html, "free", "", "free", parts.free, whole);
	strata_html_markup(html, "</ul>\n");
}

/* ---- the map ---- */

/* Percent; -1 where the cell was not looked at. */
static zend_long percent(const HashTable *list, uint32_t cell)
{
	const zval *found = zend_hash_index_find(list, cell);

	return found != NULL && Z_TYPE_P(found) == IS_LONG ? Z_LVAL_P(found) : -1;
}

/* In quarters, upwards: what is there at all is seen. */
static int level_of(zend_long percent)
{
	return percent <= 0 ? 0 : (int) MIN(LEVELS, (percent + 24) / 25);
}

static void write_square(strata_html *html, uint32_t cell)
{
	char text[64];

	snprintf(text, sizeof(text), "M%u %uh%uv%uh-%uz", cell % COLUMNS * CELL, cell / COLUMNS * CELL,
		CELL - GAP, CELL - GAP, CELL - GAP);
	strata_html_markup(html, text);
}

/* All cells of one kind at one level are one path. */
static void write_level(strata_html *html, const HashTable *list, const char *class, int level)
{
	static const char *const opacities[] = { "", " l1", " l2", " l3", "" };
	bool has_begun = false;

	for (uint32_t i = 0; i < zend_hash_num_elements(list); i++) {
		if (level_of(percent(list, i)) != level) {
			continue;
		}
		if (!has_begun) {
			strata_html_markup(html, "<path class=\"");
			strata_html_markup(html, class);
			strata_html_markup(html, opacities[level]);
			strata_html_markup(html, "\" d=\"");
			has_begun = true;
		}
		write_square(html, i);
	}
	strata_html_markup(html, has_begun ? "\"/>" : "");
}

static void write_ground(strata_html *html, const HashTable *list)
{
	for (uint32_t i = 0; i < zend_hash_num_elements(list); i++) {
		strata_html_markup(html,
			percent(list, i) < 0 ? "<path class=\"unknown\" d=\"" : "<path class=\"free\" d=\"");
		write_square(html, i);
		strata_html_markup(html, "\"/>");
	}
}

static void write_pins(strata_html *html, const HashTable *list)
{
	char text[80];

	for (uint32_t i = 0; i < zend_hash_num_elements(list); i++) {
		if (percent(list, i) > 0) {
			snprintf(text, sizeof(text), "<circle class=\"pinned\" cx=\"%u\" cy=\"%u\" r=\"2.6\"/>",
				i % COLUMNS * CELL + (CELL - GAP) / 2, i / COLUMNS * CELL + (CELL - GAP) / 2);
			strata_html_markup(html, text);
		}
	}
}

static void write_map(strata_html *html, const zval *map)
{
	const HashTable *live = strata_lookup_array(map, "cells.live");
	const HashTable *retired = strata_lookup_array(map, "cells.retired");
	uint32_t rows = (zend_hash_num_elements(live) + COLUMNS - 1) / COLUMNS;
	char text[96];

	if (rows == 0) {
		return;
	}
	strata_html_markup(html, "<h3>Map <small>each square is ");
	strata_html_bytes(html, strata_lookup_number(map, "cell_size"));
	strata_html_markup(html, ", from a sample: the fuller, the darker; a dot: pinned</small></h3>");
	snprintf(text, sizeof(text), "<svg class=\"map\" viewBox=\"0 0 %u %u\" aria-hidden=\"true\">",
		COLUMNS * CELL - GAP, rows * CELL - GAP);
	strata_html_markup(html, text);
	write_ground(html, live);
	for (int level = 1; level <= LEVELS; level++) {
		write_level(html, live, "live", level);
	}
	for (int level = 1; level <= LEVELS; level++) {
		write_level(html, retired, "retired", level);
	}
	write_pins(html, strata_lookup_array(map, "cells.pinned"));
	strata_html_markup(html, "</svg>\n");
}

/* ---- namespaces ---- */

static void write_namespace(strata_html *html, const zval *row, double whole)
{
	double bytes = strata_lookup_number(row, "bytes");

	strata_html_markup(html, "<tr><td><span class=\"key\">");
	if (strata_lookup(row, "database") == NULL) {
		strata_html_markup(html, "</span><span class=\"quiet\">of other processes</span>");
	} else {
		strata_html_value(html, strata_lookup(row, "database"));
		strata_html_markup(html, "</span>");
	}
	strata_html_markup(html, "</td><td>");
	strata_html_value(html, strata_lookup(row, "namespace"));
	strata_html_markup(html, "</td><td class=\"number\">");
	strata_html_bytes(html, bytes);
	strata_html_markup(html, "</td><td class=\"number\">");
	strata_html_share(html, bytes, whole);
	strata_html_markup(html, "</td></tr>\n");
}

static void write_namespaces(strata_html *html, const zval *map, double whole)
{
	const HashTable *list = strata_lookup_array(map, "namespaces");
	zend_long left = (zend_long) strata_lookup_number(map, "more_namespaces");
	zend_long written = 0;
	zval *row;

	if (zend_hash_num_elements(list) == 0) {
		return;
	}
	strata_html_markup(html, "<div><h3>By namespace</h3><table class=\"plain\"><thead><tr>"
							 "<th scope=\"col\">Database</th><th scope=\"col\">Namespace</th>"
							 "<th scope=\"col\" class=\"number\">Fills</th>"
							 "<th scope=\"col\" class=\"number\">Share</th></tr></thead><tbody>\n");
	ZEND_HASH_FOREACH_VAL((HashTable *) list, row)
	{
		if (written < MOST_NAMESPACES && strata_html_has_room(html)) {
			write_namespace(html, row, whole);
			written++;
		} else {
			left++;
		}
	}
	ZEND_HASH_FOREACH_END();
	strata_html_markup(html, "</tbody></table>\n");
	strata_html_more(html, left, "namespaces");
	strata_html_markup(html, "</div>\n");
}

/* ---- all of it ---- */

static void write_fact(strata_html *html, const char *label, double count)
{
	strata_html_markup(html, "<dt>");
	strata_html_markup(html, label);
	strata_html_markup(html, "</dt><dd>");
	strata_html_count(html, count);
	strata_html_markup(html, "</dd>\n");
}

static void write_facts(strata_html *html, const zval *local)
{
	static const struct {
		const char *key;
		const char *label;
	} counts[] = { { "entries", "entries" }, { "evicted", "evicted, still valid" },
		{ "expired", "removed at their end" }, { "lock_timeouts", "given up for a lock" },
		{ "refused_held", "refused, readers held the room" }, { "repairs", "repairs of a shard" },
		{ "damages", "damages found" } };

	strata_html_markup(html, "<div><h3>Counts</h3><dl class=\"facts\">\n");
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		write_fact(html, counts[i].label, strata_lookup_number(local, counts[i].key));
	}
	strata_html_markup(html, "<dt>longest free run</dt><dd>");
	strata_html_bytes(html, strata_lookup_number(local, "largest_free"));
	strata_html_markup(html, "</dd>\n<dt>largest value taken</dt><dd>");
	strata_html_bytes(html, strata_lookup_number(local, "value_limit"));
	strata_html_markup(html, "</dd>\n</dl></div>\n");
}

void strata_page_write_heap(strata_html *html, const zval *status)
{
	const zval *local = strata_lookup(status, "local");
	const zval *map = strata_lookup(local, "map");
	parts parts = parts_of(local);

	strata_html_markup(html, "<section id=\"heap\"><h2>Heap <small>memory of the local tier"
							 "</small></h2>\n");
	if (!strata_lookup_is(local, "enabled")) {
		strata_html_markup(html, "<p class=\"none\">This host has no local tier: strata.memory is "
								 "0, or the memory could not be had.</p>\n</section>\n");
		return;
	}
	write_bar(html, parts);
	write_legend(html, parts);
	write_map(html, map);
	strata_html_markup(html, "<div class=\"columns\">\n");
	write_namespaces(html, map, parts.live + parts.retired + parts.free);
	write_facts(html, local);
	strata_html_markup(html, "</div>\n</section>\n");
}
