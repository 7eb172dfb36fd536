/*
 * What is sent is the text and nothing else: what the script or a prepended file wrote before would
 * make it unreadable for Prometheus, and what comes later, too. So buffers are emptied first, and
 * where bytes are on their way already the page says why it cannot be had.
 */
#include "api/metrics/page.h"

#include "SAPI.h"
#include "php_output.h"

#include "api/metrics/metrics.h"

static const char open_type[] = "application/openmetrics-text; version=1.0.0; charset=utf-8";
static const char plain_type[] = "text/plain; version=0.0.4; charset=utf-8";

/* A variable of $_SERVER; NULL: it is not there. */
static const char *server_variable(const char *name)
{
	zval *variables, *found;

	zend_is_auto_global_str(ZEND_STRL("_SERVER"));
	variables = &PG(http_globals)[TRACK_VARS_SERVER];
	found = Z_TYPE_P(variables) == IS_ARRAY
				? zend_hash_str_find(Z_ARRVAL_P(variables), name, strlen(name))
				: NULL;
	return found != NULL && Z_TYPE_P(found) == IS_STRING ? Z_STRVAL_P(found) : NULL;
}

/*
 * OpenMetrics, unless the client names formats and that is not among them. Types are compared
 * without regard to case, and their order and weights are not looked at: a client that takes both
 * formats gets the newer one.
 */
static strata_metrics_format wanted_format(void)
{
	const char *accepted = server_variable("HTTP_ACCEPT");

	if (accepted == NULL || strcasestr(accepted, "application/openmetrics-text") != NULL) {
		return STRATA_METRICS_OPEN;
	}
	return strcasestr(accepted, "text/plain") != NULL || strcasestr(accepted, "text/*") != NULL
			   ? STRATA_METRICS_PLAIN
			   : STRATA_METRICS_OPEN;
}

/* The warning is made while what it may print is still to be dropped. */
static void drop_output(void)
{
	zval written;

	if (php_output_get_length(&written) == SUCCESS && Z_LVAL(written) > 0) {
		php_error_docref(NULL, E_WARNING,
			ZEND_LONG_FMT
			" bytes that were written before are dropped: nothing but the metrics may "
			"be in this response",
			Z_LVAL(written));
	}
	php_output_discard_all();
}

static void send_header(const char *name, const char *value)
{
	sapi_header_line line = { 0 };

	line.line_len = spprintf((char **) &line.line, 0, "%s: %s", name, value);
	(void) sapi_header_op(SAPI_HEADER_REPLACE, &line);
	efree((char *) line.line);
}

static void send_text(zend_string *text, strata_metrics_format format)
{
	char length[32];

	snprintf(length, sizeof(length), "%zu", ZSTR_LEN(text));
	send_header("Content-Type", format == STRATA_METRICS_OPEN ? open_type : plain_type);
	send_header("Cache-Control", "no-store");
	/* So a server cuts off what the script writes by mistake afterwards. */
	send_header("Content-Length", length);
	if (!SG(request_info).headers_only) {
		PHPWRITE(ZSTR_VAL(text), ZSTR_LEN(text));
	}
}

ZEND_FUNCTION(strata_metrics_page)
{
	const char *file = NULL;
	strata_metrics_format format;
	zend_string *text;

	ZEND_PARSE_PARAMETERS_NONE();

	/* On a command line there are no headers, and output is never too late. */
	if (SG(headers_sent) && !SG(request_info).no_headers) {
		file = php_output_get_start_filename();
		php_error_docref(NULL, E_WARNING,
			"the metrics are not sent: output was begun by %s:%d; accepted: a call before any "
			"output",
			file != NULL ? file : "unknown", php_output_get_start_lineno());
		return;
	}
	format = wanted_format();
	drop_output();
	text = strata_metrics_write(format);
	send_text(text, format);
	zend_string_release(text);
}
