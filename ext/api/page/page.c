/*
 * The page shows the array of strata_status() and nothing else. It needs no script, no file and no
 * other host, and its headers forbid a browser all of them: what stands in keys and errors could do
 * nothing even where it was not escaped.
 */
#include "api/page/page.h"

#include "SAPI.h"

#include "api/page/attention.h"
#include "api/page/clusters.h"
#include "api/page/heap.h"
#include "api/page/html.h"
#include "api/page/keys.h"
#include "api/page/lookup.h"
#include "api/page/nodes.h"
#include "api/page/order.h"
#include "api/page/records.h"
#include "api/page/style.h"
#include "api/page/tiers.h"
#include "api/status/status.h"
#include "os/clock.h"

/* ---- headers ---- */

static void send_header(const char *line)
{
	sapi_header_line header = { .line = line, .line_len = strlen(line) };

	sapi_header_op(SAPI_HEADER_REPLACE, &header);
}

/* Where output has begun no header can be sent any more. */
static bool can_send_headers(void)
{
	return !SG(headers_sent) && !SG(request_info).no_headers;
}

static void send_headers(zend_long status)
{
	SG(sapi_headers).http_response_code = (int) status;
	send_header("Content-Type: text/html; charset=utf-8");
	send_header("Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; "
				"form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
	send_header("Cache-Control: no-store");
	send_header("X-Content-Type-Options: nosniff");
	/* With no-referrer, browsers would send no Origin with the forms of this page. */
	send_header("Referrer-Policy: same-origin");
	send_header("X-Robots-Tag: noindex");
}

/* To the same page, asked for by GET: to load it again repeats no order. */
static void send_back(const char *action)
{
	smart_str line = { 0 };

	smart_str_appends(&line, "Location: ?");
	strata_order_write_query(&line);
	smart_str_appends(&line, "strata_said=");
	smart_str_appends(&line, action);
	smart_str_0(&line);
	send_headers(303);
	send_header(ZSTR_VAL(line.s));
	/* A header of that name makes it a 302. */
	SG(sapi_headers).http_response_code = 303;
	smart_str_free(&line);
}

/* ---- the frame ---- */

static void begin_document(strata_html *html, zend_long refresh)
{
	strata_html_markup(html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
							 "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
							 "content=\"width=device-width, initial-scale=1\">\n"
							 "<meta name=\"robots\" content=\"noindex\">\n");
	if (refresh > 0) {
		strata_html_markup(html, "<meta http-equiv=\"refresh\" content=\"");
		strata_html_integer(html, refresh);
		strata_html_markup(html, "\">\n");
	}
	strata_html_markup(html, "<title>strata</title>\n<style>\n");
	strata_html_markup(html, strata_page_style);
	strata_html_markup(html, "</style>\n</head>\n<body>\n");
}

static void end_document(strata_html *html)
{
	strata_html_markup(html, "</body>\n</html>\n");
	smart_str_0(&html->out);
	PHPWRITE(ZSTR_VAL(html->out.s), ZSTR_LEN(html->out.s));
	smart_str_free(&html->out);
}

static void write_refresh_link(strata_html *html, zend_long refresh)
{
	smart_str query = { 0 };

	strata_order_write_query(&query);
	strata_html_markup(html, "<a href=\"?");
	if (query.s != NULL) {
		strata_html_text(html, ZSTR_VAL(query.s), ZSTR_LEN(query.s));
	}
	if (refresh > 0) {
		strata_html_markup(html, "\">stop renewing</a>");
	} else {
		strata_html_markup(html, "refresh=5\">renew every 5\xC2\xA0s</a>");
	}
	smart_str_free(&query);
}

/* Only to what is there. */
static void write_links(strata_html *html, const zval *status, zend_long refresh)
{
	static const struct {
		const char *section;
		const char *path;
	} links[] = { { "tiers", "databases" }, { "nodes", "nodes" }, { "heap", "local" },
		{ "prefixes", "prefixes" }, { "keys", "hot_keys" }, { "clusters", "clusters" },
		{ "names", "names" }, { "refused", "configuration.refused" },
		{ "unconfirmed", "unconfirmed" }, { "anomalies", "version" },
		{ "settings", "configuration.settings" } };

	strata_html_markup(html, "<nav aria-label=\"Sections\">");
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		const zval *found = strata_lookup(status, links[i].path);
		bool is_empty = found == NULL || (Z_TYPE_P(found) == IS_ARRAY &&
											 zend_hash_num_elements(Z_ARRVAL_P(found)) == 0);

		if (!is_empty || strcmp(links[i].section, "nodes") == 0) {
			strata_html_markup(html, "<a href=\"#");
			strata_html_markup(html, links[i].section);
			strata_html_markup(html, "\">");
			strata_html_markup(html, links[i].section);
			strata_html_markup(html, "</a> ");
		}
	}
	if (strata_page_has_moves(status)) {
		strata_html_markup(html, "<a href=\"#moves\">moves</a> ");
	}
	write_refresh_link(html, refresh);
	strata_html_markup(html, "</nav>");
}

static void write_header(strata_html *html, const zval *status, double now, zend_long refresh)
{
	strata_html_markup(html, "<header><h1>strata</h1><p>");
	strata_html_value(html, strata_lookup(status, "version"));
	strata_html_markup(html, " \xC2\xB7 one host, ");
	strata_html_count(html, strata_lookup_number(status, "host.processes"));
	strata_html_markup(html, " processes \xC2\xB7 ");
	strata_html_moment(html, now);
	strata_html_markup(html, "</p>");
	write_links(html, status, refresh);
	strata_html_markup(html, "</header>\n");
}

static void begin_figure(strata_html *html, const char *label)
{
	strata_html_markup(html, "<li><span>");
	strata_html_markup(html, label);
	strata_html_markup(html, "</span><strong>");
}

static void write_nodes_figure(strata_html *html, const zval *status)
{
	const HashTable *nodes = strata_lookup_array(status, "nodes");
	uint32_t all = 0, well = 0;
	zval *node;

	ZEND_HASH_FOREACH_VAL((HashTable *) nodes, node)
	{
		if (strata_lookup(node, "state") != NULL) {
			all++;
			well += strcmp(strata_page_class_of_state(node), "good") == 0;
		}
	}
	ZEND_HASH_FOREACH_END();
	begin_figure(html, "Nodes");
	strata_html_integer(html, well);
	strata_html_markup(html, "<small>of ");
	strata_html_integer(html, all);
	strata_html_markup(html, " are well</small></strong></li>\n");
}

static void write_figures(strata_html *html, const zval *status)
{
	const zval *local = strata_lookup(status, "local");

	strata_html_markup(html, "<ul class=\"figures\">\n");
	begin_figure(html, "Local hit ratio");
	strata_html_share(html, strata_lookup_number(local, "hit_ratio"),
		strata_lookup(local, "hit_ratio") != NULL ? 1 : 0);
	strata_html_markup(html, "<small>since PHP started</small></strong></li>\n");
	begin_figure(html, "Heap");
	strata_html_bytes(html, strata_lookup_number(local, "used"));
	strata_html_markup(html, "<small>of ");
	strata_html_bytes(html, strata_lookup_number(local, "size"));
	strata_html_markup(html, " used</small></strong></li>\n");
	begin_figure(html, "Entries");
	strata_html_count(html, strata_lookup_number(local, "entries"));
	strata_html_markup(html, "<small>");
	strata_html_count(html, strata_lookup_number(local, "evicted"));
	strata_html_markup(html, " evicted</small></strong></li>\n");
	write_nodes_figure(html, status);
	begin_figure(html, "Computing");
	strata_html_count(html, strata_lookup_number(status, "host.leases"));
	strata_html_markup(html, "<small>now, by remember()</small></strong></li>\n</ul>\n");
}

/* What the button did, after the redirect. */
static void write_notice(strata_html *html, const char *action)
{
	if (action != NULL) {
		strata_html_markup(html, "<section class=\"look mild\"><p role=\"status\" "
								 "style=\"margin:0\">The node has its order: ");
		strata_html_markup(html, action);
		strata_html_markup(html, strcmp(action, "disable") == 0
									 ? ", for 30\xC2\xA0s.</p></section>\n"
									 : ".</p></section>\n");
	}
}

static void write_sections(strata_html *html, const zval *status, double now)
{
	char token[STRATA_ORDER_TOKEN];
	bool has_buttons = strata_order_is_allowed() && strata_order_make_token(token);

	strata_page_write_attention(html, status);
	write_figures(html, status);
	strata_page_write_refused(html, status, now);
	strata_page_write_tiers(html, status);
	strata_page_write_moves(html, status, now);
	strata_page_write_nodes(html, status, has_buttons ? token : NULL, now);
	strata_page_write_heap(html, status);
	strata_page_write_keys(html, status);
	strata_page_write_clusters(html, status);
	strata_page_write_names(html, status);
	strata_page_write_unconfirmed(html, status);
	strata_page_write_anomalies(html, status, now);
	strata_page_write_host(html, status, now);
	strata_page_write_settings(html, status);
}

static void write_page(const char *action)
{
	double now = (double) strata_clock_wall_msec() / 1000;
	zend_long refresh = strata_order_refresh();
	strata_html html = { { 0 } };
	zval status;

	strata_api_read_status(&status);
	begin_document(&html, refresh);
	write_header(&html, &status, now, refresh);
	strata_html_markup(&html, "<main>\n");
	write_notice(&html, action);
	write_sections(&html, &status, now);
	strata_html_markup(&html, "</main>\n<footer>All processes of this host together, as "
							  "strata_status() tells it.</footer>\n");
	zval_ptr_dtor(&status);
	end_document(&html);
}

static void write_refusal(const char *why)
{
	strata_html html = { { 0 } };

	begin_document(&html, 0);
	strata_html_markup(&html, "<header><h1>strata</h1></header>\n<main>\n"
							  "<section class=\"look\"><h2>The order was refused</h2><p>");
	strata_html_text(&html, why, strlen(why));
	strata_html_markup(&html, "</p><p><a href=\"?\">Back to the page</a></p></section>\n</main>\n");
	end_document(&html);
}

/* Says so once it is of consequence: a command line has no headers anyway. */
static bool warns_of_headers(void)
{
	if (!SG(headers_sent) || SG(request_info).no_headers) {
		return false;
	}
	php_error_docref(NULL, E_WARNING,
		"output has begun, so the page goes without its headers, of which one forbids scripts; "
		"accepted: a call before any output");
	return EG(exception) != NULL;
}

ZEND_FUNCTION(strata_status_page)
{
	const char *action, *why;
	strata_order_outcome outcome;

	ZEND_PARSE_PARAMETERS_NONE();

	if (warns_of_headers()) {
		RETURN_THROWS();
	}
	outcome = strata_order_take(&action, &why);
	switch (outcome) {
		case STRATA_ORDER_REFUSED:
			if (can_send_headers()) {
				send_headers(403);
			}
			write_refusal(why);
			break;
		case STRATA_ORDER_TAKEN:
			if (can_send_headers()) {
				send_back(action);
			} else {
				write_page(action);
			}
			break;
		case STRATA_ORDER_NONE:
			if (can_send_headers()) {
				send_headers(200);
			}
			write_page(strata_order_said());
			break;
	}
}
