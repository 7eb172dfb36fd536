#include "api/page/tiers.h"

#include "api/page/lookup.h"

enum { MOST_DATABASES = 24, MOST_REASONS = 3 };

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
