#include "api/page/tiers.h"

#include "api/page/lookup.h"

enum { MOST_DATABASES = 24, MOST_REASONS = 3, MOST_MOVES = 16, MOST_PREFIXES = 16, MOST_KEYS = 32 };

/* Of a circle with the radius 15.9155 the length is 100: a part of it is as many percent. */
static void write_ring(strata_html *html, const char *name, double hits, double asked)
{
	double percent = asked > 0 ? 100 * hits / asked : 0;
	char dash[64];

	strata_html_markup(html, "<svg class=\"ring\" viewBox=\"0 0 40 40\" aria-hidden=\"true\">"
							 "<circle class=\"track\" cx=\"20\" cy=\"20\" r=\"15.9155\" "
							 "fill=\"none\" stroke-width=\"4\"/>");
	if (percent > 0) {
		strata_html_markup(html, "<circle class=\"");
		strata_html_markup(html, name);
		snprintf(dash, sizeof(dash), "\" stroke-dasharray=\"%.1f 100\"", MAX(percent, 0.5));
		strata_html_markup(html, dash);
		strata_html_markup(html, " cx=\"20\" cy=\"20\" r=\"15.9155\" fill=\"none\" "
								 "stroke-width=\"4\" transform=\"rotate(-90 20 20)\"/>");
	}
	strata_html_markup(html, "<text x=\"20\" y=\"23\" text-anchor=\"middle\">");
	strata_html_share(html, hits, asked);
	strata_html_markup(html, "</text></svg>");
}

/* The three that came most often, each with its count. */
static void write_reasons(strata_html *html, const zval *tier)
{
	const HashTable *reasons = strata_lookup_array(tier, "reasons");
	zend_long below = ZEND_LONG_MAX, floor_seen;
	int written = 0;

	/* In a few rounds: what is the most below what was written last? */
	do {
		zend_string *key;
		zval *count;

		floor_seen = 0;
		ZEND_HASH_FOREACH_VAL((HashTable *) reasons, count)
		{
			if (Z_TYPE_P(count) == IS_LONG && Z_LVAL_P(count) < below) {
				floor_seen = MAX(floor_seen, Z_LVAL_P(count));
			}
		}
		ZEND_HASH_FOREACH_END();
		below = floor_seen;
		ZEND_HASH_FOREACH_STR_KEY_VAL((HashTable *) reasons, key, count)
		{
			if (below > 0 && key != NULL && Z_TYPE_P(count) == IS_LONG &&
				Z_LVAL_P(count) == below && written < MOST_REASONS) {
				strata_html_markup(html, written++ == 0 ? "<p class=\"failed\">" : ", ");
				strata_html_text(html, ZSTR_VAL(key), ZSTR_LEN(key));
				strata_html_markup(html, " ");
				strata_html_count(html, (double) below);
			}
		}
		ZEND_HASH_FOREACH_END();
	} while (below > 0 && written < MOST_REASONS);
	strata_html_markup(html, written > 0 ? "</p>" : "");
}

static void write_count(strata_html *html, const zval *tier, const char *counter, const char *unit)
{
	strata_html_count(html, strata_lookup_number(tier, counter));
	strata_html_markup(html, unit);
}

static void write_tier(strata_html *html, const char *name, const zval *tier)
{
	double hits = strata_lookup_number(tier, "hits");
	double asked = hits + strata_lookup_number(tier, "misses");

	strata_html_markup(html, "<div class=\"tier\">");
	write_ring(html, name, hits, asked);
	strata_html_markup(html, "<div><p class=\"name\">");
	strata_html_markup(html, name);
	strata_html_markup(html, "</p><p><span class=\"hidden\">Hit ratio ");
	strata_html_share(html, hits, asked);
	strata_html_markup(html, ". </span>");
	strata_html_count(html, hits);
	strata_html_markup(html, " hits of ");
	strata_html_count(html, asked);
	strata_html_markup(html, "</p><p>");
	write_count(html, tier, "sets", " sets, ");
	write_count(html, tier, "deletes", " deletes, ");
	write_count(html, tier, "fills", " fills");
	if (strata_lookup_is(tier, "stale")) {
		strata_html_markup(html, ", ");
		write_count(html, tier, "stale", " stale");
	}
	strata_html_markup(html, "</p>");
	write_reasons(html, tier);
	strata_html_markup(html, "</div></div>");
}

static void write_arrow(strata_html *html, double asked, bool is_first)
{
	strata_html_markup(html, "<div class=\"arrow\"><svg width=\"34\" height=\"10\" "
							 "aria-hidden=\"true\"><path d=\"M1 5h29m-5-4 5 4-5 4\" fill=\"none\" "
							 "stroke=\"currentColor\" stroke-width=\"1.4\"/></svg>");
	strata_html_count(html, asked);
	strata_html_markup(html, is_first ? "<br>asked</div>" : "<br>go on</div>");
}

/* From the nearest to the deepest, whatever order they were counted in. */
static bool write_way(strata_html *html, const zval *database)
{
	static const char *const names[] = { "local", "memcached", "redis" };
	bool has_any = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const zval *tier = strata_lookup(database, names[i]);
		double asked = strata_lookup_number(tier, "hits") + strata_lookup_number(tier, "misses");

		if (tier == NULL) {
			continue;
		}
		strata_html_markup(html, has_any ? "<li>" : "<ul class=\"way\"><li>");
		write_arrow(html, asked, !has_any);
		write_tier(html, names[i], tier);
		strata_html_markup(html, "</li>");
		has_any = true;
	}
	strata_html_markup(html, has_any ? "</ul>\n" : "");
	return has_any;
}

static void write_database(strata_html *html, zend_ulong number, const zend_string *name,
	const zval *database)
{
	strata_html_markup(html, "<h3>");
	strata_html_key(html, number, name);
	strata_html_markup(html, "<small>database</small></h3>\n");
	if (!write_way(html, database)) {
		strata_html_markup(html, "<p class=\"none\">Not used yet on this host.</p>\n");
	}
}

void strata_page_write_tiers(strata_html *html, const zval *status)
{
	const HashTable *databases = strata_lookup_array(status, "databases");
	zend_long left = zend_hash_num_elements(databases), written = 0;
	zend_ulong number;
	zend_string *name;
	zval *database;

	strata_html_markup(html, "<section id=\"tiers\"><h2>Tiers <small>hits of what was asked, "
							 "since PHP started</small></h2>\n");
	ZEND_HASH_FOREACH_KEY_VAL((HashTable *) databases, number, name, database)
	{
		if (written++ < MOST_DATABASES && strata_html_has_room(html)) {
			write_database(html, number, name, database);
			left--;
		}
	}
	ZEND_HASH_FOREACH_END();
	strata_html_more(html, left, "databases");
	strata_html_markup(html, "</section>\n");
}

/* ---- moves ---- */

/* The classes of strata_status(), in the order in which they are read. */
static const char *const classes[] = { "equal", "missing", "surplus", "older", "newer", "value",
	"end", "foreign" };
enum { CLASSES = sizeof(classes) / sizeof(classes[0]) };

bool strata_page_has_moves(const zval *status)
{
	const HashTable *databases = strata_lookup_array(status, "databases");
	zval *database;

	ZEND_HASH_FOREACH_VAL((HashTable *) databases, database)
	{
		if (strata_lookup(database, "shadow") != NULL) {
			return true;
		}
	}
	ZEND_HASH_FOREACH_END();
	return strata_lookup_is(status, "topology.coming.from") ||
		   strata_lookup_is(status, "topology.coming.problem");
}

/* ---- facts ---- */

static void begin_fact(strata_html *html, const char *label)
{
	strata_html_markup(html, "<dt>");
	strata_html_markup(html, label);
	strata_html_markup(html, "</dt><dd>");
}

static void end_fact(strata_html *html)
{
	strata_html_markup(html, "</dd>\n");
}

static void write_servers(strata_html *html, const char *label, const zval *shadow)
{
	const HashTable *servers = strata_lookup_array(shadow, label);
	bool has_any = false;
	zval *server;

	begin_fact(html, label);
	ZEND_HASH_FOREACH_VAL((HashTable *) servers, server)
	{
		strata_html_markup(html, has_any ? ", " : "");
		strata_html_value(html, server);
		has_any = true;
	}
	ZEND_HASH_FOREACH_END();
	strata_html_markup(html, has_any ? "" : "nothing");
	end_fact(html);
}

static void write_mode(strata_html *html, const zval *shadow)
{
	begin_fact(html, "mode");
	strata_html_value(html, strata_lookup(shadow, "mode"));
	if (strata_lookup_is(shadow, "refused")) {
		strata_html_markup(html, " <span class=\"state bad\">refused</span> ");
		strata_html_value(html, strata_lookup(shadow, "refused"));
	}
	end_fact(html);
}

/* "100 % of keys, 1 % of reads compared, fill off" */
static void write_shares(strata_html *html, const zval *shadow)
{
	begin_fact(html, "shares");
	strata_html_integer(html, (zend_long) strata_lookup_number(shadow, "share"));
	strata_html_markup(html, "\xC2\xA0% of keys, ");
	strata_html_integer(html, (zend_long) strata_lookup_number(shadow, "compare"));
	strata_html_markup(html, "\xC2\xA0% of reads compared, fill ");
	strata_html_markup(html, strata_lookup_is(shadow, "fill") ? "on" : "off");
	end_fact(html);
}

static void write_move_counts(strata_html *html, const zval *shadow)
{
	const HashTable *counts = strata_lookup_array(shadow, "counts");
	zend_ulong number;
	zend_string *name;
	zval *count;

	begin_fact(html, "names waiting");
	strata_html_count(html, strata_lookup_number(shadow, "waiting"));
	end_fact(html);
	ZEND_HASH_FOREACH_KEY_VAL((HashTable *) counts, number, name, count)
	{
		strata_html_markup(html, "<dt>");
		strata_html_key(html, number, name);
		strata_html_markup(html, "</dt><dd>");
		strata_html_count(html, zval_get_double(count));
		end_fact(html);
	}
	ZEND_HASH_FOREACH_END();
}

/* ---- what differs ---- */

static void write_heads(strata_html *html, const char *first)
{
	strata_html_markup(html, "<table class=\"cards\"><thead><tr><th scope=\"col\">");
	strata_html_markup(html, first);
	strata_html_markup(html, "</th>");
	for (int i = 0; i < CLASSES; i++) {
		strata_html_markup(html, "<th scope=\"col\" class=\"number\">");
		strata_html_markup(html, classes[i]);
		strata_html_markup(html, "</th>");
	}
	strata_html_markup(html, "</tr></thead><tbody>\n");
}

static void write_row(strata_html *html, const zval *name, const zval *counts)
{
	strata_html_markup(html, "<tr><td data-label=\"Prefix\"><div><span class=\"key\">");
	if (name != NULL) {
		strata_html_value(html, name);
	} else {
		strata_html_markup(html, "all");
	}
	strata_html_markup(html, "</span></div></td>");
	for (int i = 0; i < CLASSES; i++) {
		strata_html_markup(html, "<td class=\"number\" data-label=\"");
		strata_html_markup(html, classes[i]);
		strata_html_markup(html, "\"><div>");
		strata_html_count(html, strata_lookup_number(counts, classes[i]));
		strata_html_markup(html, "</div></td>");
	}
	strata_html_markup(html, "</tr>\n");
}

static void write_classes(strata_html *html, const zval *shadow)
{
	const HashTable *prefixes = strata_lookup_array(shadow, "prefixes");
	zend_long written = 0;
	zval *row;

	write_heads(html, "Compared");
	write_row(html, NULL, strata_lookup(shadow, "classes"));
	ZEND_HASH_FOREACH_VAL((HashTable *) prefixes, row)
	{
		if (written < MOST_PREFIXES && strata_html_has_room(html)) {
			write_row(html, strata_lookup(row, "prefix"), row);
			written++;
		}
	}
	ZEND_HASH_FOREACH_END();
	strata_html_markup(html, "</tbody></table>\n");
	strata_html_more(html, (zend_long) zend_hash_num_elements(prefixes) - written, "prefixes");
}

static void write_key(strata_html *html, const zval *row, double now)
{
	strata_html_markup(html, "<tr><td data-label=\"Key\"><div><span class=\"key\">");
	strata_html_value(html, strata_lookup(row, "key"));
	strata_html_markup(html, "</span></div></td><td data-label=\"Class\"><div>");
	strata_html_value(html, strata_lookup(row, "class"));
	strata_html_markup(html, "</div></td><td data-label=\"Seen\"><div>");
	strata_html_age(html, strata_lookup_number(row, "time"), now);
	strata_html_markup(html, "</div></td></tr>\n");
}

static void write_keys(strata_html *html, const zval *shadow, double now)
{
	const HashTable *keys = strata_lookup_array(shadow, "keys");
	zend_long written = 0;
	zval *row;

	if (zend_hash_num_elements(keys) == 0) {
		return;
	}
	strata_html_markup(html, "<table class=\"cards plain\"><thead><tr><th scope=\"col\">Key</th>"
							 "<th scope=\"col\">Class</th><th scope=\"col\">Seen</th></tr></thead>"
							 "<tbody>\n");
	ZEND_HASH_FOREACH_VAL((HashTable *) keys, row)
	{
		if (written < MOST_KEYS && strata_html_has_room(html)) {
			write_key(html, row, now);
			written++;
		}
	}
	ZEND_HASH_FOREACH_END();
	strata_html_markup(html, "</tbody></table>\n");
	strata_html_more(html, (zend_long) zend_hash_num_elements(keys) - written, "keys");
}

/* ---- all of it ---- */

static void write_shadow(strata_html *html, zend_ulong number, const zend_string *name,
	const zval *shadow, double now)
{
	strata_html_markup(html, "<h3>");
	strata_html_key(html, number, name);
	strata_html_markup(html, "<small>database</small></h3>\n<dl class=\"facts\">\n");
	write_mode(html, shadow);
	write_servers(html, "answers", shadow);
	write_servers(html, "follows", shadow);
	write_shares(html, shadow);
	write_move_counts(html, shadow);
	strata_html_markup(html, "</dl>\n");
	write_classes(html, shadow);
	write_keys(html, shadow, now);
}

/* The file that lies beside the topology file, and counts from a moment on. */
static void write_coming(strata_html *html, const zval *status)
{
	const zval *coming = strata_lookup(status, "topology.coming");

	if (!strata_lookup_is(coming, "from") && !strata_lookup_is(coming, "problem")) {
		return;
	}
	strata_html_markup(html, "<dl class=\"facts\">\n");
	begin_fact(html, "topology file to come");
	if (strata_lookup_is(coming, "from")) {
		strata_html_markup(html,
			strata_lookup_is(coming, "in_force") ? "in force since " : "from ");
		strata_html_moment(html, strata_lookup_number(coming, "from"));
	}
	if (strata_lookup_is(coming, "problem")) {
		strata_html_markup(html, " <span class=\"state bad\">rejected</span> ");
		strata_html_value(html, strata_lookup(coming, "problem"));
	}
	end_fact(html);
	strata_html_markup(html, "</dl>\n");
}

void strata_page_write_moves(strata_html *html, const zval *status, double now)
{
	const HashTable *databases = strata_lookup_array(status, "databases");
	zend_long written = 0;
	zend_ulong number;
	zend_string *name;
	zval *database;

	if (!strata_page_has_moves(status)) {
		return;
	}
	strata_html_markup(html, "<section id=\"moves\"><h2>Moves <small>databases with a second "
							 "place; keys of a sample of reads</small></h2>\n");
	write_coming(html, status);
	ZEND_HASH_FOREACH_KEY_VAL((HashTable *) databases, number, name, database)
	{
		const zval *shadow = strata_lookup(database, "shadow");

		if (shadow != NULL && written < MOST_MOVES && strata_html_has_room(html)) {
			write_shadow(html, number, name, shadow, now);
			written++;
		}
	}
	ZEND_HASH_FOREACH_END();
	strata_html_markup(html, "</section>\n");
}
