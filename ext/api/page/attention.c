/*
 * Lines are written into a text of their own first, since the box in front of them is as bad as the
 * worst of them.
 */
#include "api/page/attention.h"

#include "api/page/lookup.h"
#include "api/page/nodes.h"

enum { MOST_LINES = 24 };

typedef struct {
	strata_html lines;
	zend_long count;
	bool has_bad;
} findings;

/* False: there are enough of them already, and this one is only counted. */
static bool begin(findings *found, const char *class, const char *word)
{
	found->has_bad |= strcmp(class, "bad") == 0;
	if (found->count++ >= MOST_LINES) {
		return false;
	}
	strata_html_markup(&found->lines, "<li><span class=\"state ");
	strata_html_markup(&found->lines, class);
	strata_html_markup(&found->lines, "\">");
	strata_html_markup(&found->lines, word);
	strata_html_markup(&found->lines, "</span> ");
	return true;
}

static void end(findings *found)
{
	strata_html_markup(&found->lines, "</li>\n");
}

/* A line with a text of the status at its end; nothing where that is missing or empty. */
static void add_text(findings *found, const zval *status, const char *path, const char *word,
	const char *lead)
{
	if (strata_lookup_is(status, path) && begin(found, "bad", word)) {
		strata_html_markup(&found->lines, lead);
		strata_html_value(&found->lines, strata_lookup(status, path));
		end(found);
	}
}

static void add_node(findings *found, zend_ulong number, const zend_string *name, const zval *node)
{
	const char *class = strata_page_class_of_state(node);

	if (strcmp(class, "good") == 0 || !begin(found, class, "node")) {
		return;
	}
	strata_html_markup(&found->lines, "<span class=\"key\">");
	strata_html_key(&found->lines, number, name);
	strata_html_markup(&found->lines, "</span> is ");
	strata_html_value(&found->lines, strata_lookup(node, "state"));
	strata_html_markup(&found->lines, ", ");
	strata_html_value(&found->lines, strata_lookup(node, "cause"));
	if (strata_lookup_is(node, "last_error.text")) {
		strata_html_markup(&found->lines, ": ");
		strata_html_value(&found->lines, strata_lookup(node, "last_error.text"));
	}
	end(found);
}

static void add_nodes(findings *found, const zval *status)
{
	const HashTable *nodes = strata_lookup_array(status, "nodes");
	zend_ulong number;
	zend_string *name;
	zval *node;

	ZEND_HASH_FOREACH_KEY_VAL((HashTable *) nodes, number, name, node)
	{
		if (strata_lookup(node, "state") != NULL) {
			add_node(found, number, name, node);
		}
	}
	ZEND_HASH_FOREACH_END();
}

static void add_names(findings *found, const zval *status)
{
	const HashTable *names = strata_lookup_array(status, "names");
	zend_ulong number;
	zend_string *name;
	zval *row;

	ZEND_HASH_FOREACH_KEY_VAL((HashTable *) names, number, name, row)
	{
		if (strata_lookup_is(row, "error") && begin(found, "warn", "name")) {
			strata_html_markup(&found->lines, "<span class=\"key\">");
			strata_html_key(&found->lines, number, name);
			strata_html_markup(&found->lines, "</span>: ");
			strata_html_value(&found->lines, strata_lookup(row, "error"));
			end(found);
		}
	}
	ZEND_HASH_FOREACH_END();
}

/* A line with a number of something; nothing for 0. */
static void add_count(findings *found, const char *word, const char *class, double count,
	const char *what)
{
	if (count > 0 && begin(found, class, word)) {
		strata_html_count(&found->lines, count);
		strata_html_markup(&found->lines, what);
		end(found);
	}
}

static double sum(const HashTable *rows, const char *path)
{
	double sum = 0;
	zval *row;

	ZEND_HASH_FOREACH_VAL((HashTable *) rows, row)
	{
		sum += strata_lookup_number(row, path);
	}
	ZEND_HASH_FOREACH_END();
	return sum;
}

static void add_clusters(findings *found, const zval *status)
{
	const HashTable *clusters = strata_lookup_array(status, "clusters");

	add_count(found, "cluster", "bad", sum(clusters, "slots_without_owner"),
		" slots have no owner (<a href=\"#clusters\">slots</a>)");
	add_count(found, "cluster", "warn", sum(clusters, "failed_refreshes"),
		" looks at a slot map failed in a row (<a href=\"#clusters\">slots</a>)");
}

/* One line for each database of which this is true. */
static void add_moves(findings *found, const zval *status)
{
	const HashTable *databases = strata_lookup_array(status, "databases");
	zend_ulong number;
	zend_string *name;
	zval *database;

	ZEND_HASH_FOREACH_KEY_VAL((HashTable *) databases, number, name, database)
	{
		if (strata_lookup_is(database, "shadow.refused") && begin(found, "bad", "move")) {
			strata_html_markup(&found->lines, "<span class=\"key\">");
			strata_html_key(&found->lines, number, name);
			strata_html_markup(&found->lines, "</span>: ");
			strata_html_value(&found->lines, strata_lookup(database, "shadow.refused"));
			end(found);
		}
		add_count(found, "move", "warn", strata_lookup_number(database, "shadow.counts.dropped"),
			" changes did not reach a second place (<a href=\"#moves\">moves</a>)");
	}
	ZEND_HASH_FOREACH_END();
}

static void find(findings *found, const zval *status)
{
	add_nodes(found, status);
	add_count(found, "unconfigured", "bad",
		zend_hash_num_elements(strata_lookup_array(status, "configuration.unconfigured")),
		" databases are without servers, since their settings were refused "
		"(<a href=\"#refused\">refused</a>)");
	add_count(found, "settings", "warn",
		zend_hash_num_elements(strata_lookup_array(status, "configuration.refused")) +
			strata_lookup_number(status, "configuration.not_kept"),
		" settings were refused (<a href=\"#refused\">refused</a>)");
	add_text(found, status, "segment.problem", "segment", "");
	add_text(found, status, "topology.problem", "topology", "");
	add_text(found, status, "topology.coming.problem", "topology", "the coming file: ");
	add_moves(found, status);
	add_clusters(found, status);
	add_names(found, status);
	add_count(found, "removals", "warn", sum(strata_lookup_array(status, "unconfirmed"), "names"),
		" removals are owed to servers (<a href=\"#unconfirmed\">unconfirmed</a>)");
	add_count(found, "heap", "warn", strata_lookup_number(status, "local.copying"),
		" shards serve copies, since readers hold too much of them (<a href=\"#heap\">heap</a>)");
	add_count(found, "heap", "bad", strata_lookup_number(status, "local.damages"),
		" times something else had written into the heap (<a href=\"#heap\">heap</a>)");
}

void strata_page_write_attention(strata_html *html, const zval *status)
{
	findings found = { .count = 0 };

	find(&found, status);
	smart_str_0(&found.lines.out);
	if (found.count == 0) {
		strata_html_markup(html, "<section class=\"look well\"><h2><span class=\"state good\">"
								 "All is well</span></h2></section>\n");
		return;
	}
	strata_html_markup(html,
		found.has_bad ? "<section class=\"look\"><h2>" : "<section class=\"look mild\"><h2>");
	strata_html_integer(html, found.count);
	strata_html_markup(html,
		found.count == 1 ? " thing needs a look</h2>\n<ul>\n" : " things need a look</h2>\n<ul>\n");
	smart_str_append_smart_str(&html->out, &found.lines.out);
	strata_html_markup(html, "</ul>\n");
	strata_html_more(html, found.count - MOST_LINES, "things");
	strata_html_markup(html, "</section>\n");
	smart_str_free(&found.lines.out);
}
