/*
 * What both formats have in common is most of it. OpenMetrics names a counter's family without
 * "_total", tells units, and ends with "# EOF", by which a text that was cut is seen. The older
 * format has none of that, and a family has the name of its samples.
 *
 * Sources: the OpenMetrics specification 1.0 (sections "Text format" and "Metric types"), and
 * "Exposition formats" of Prometheus for version 0.0.4.
 */
#include "api/metrics/text.h"

#include <inttypes.h>

#include "base/utf8.h"

enum { LONGEST_LABEL = 128 };

/* ---- labels ---- */

/* The formats know three escapes. A NUL would end the text for some readers: it is replaced too. */
static void append_character(smart_str *out, const char *at, size_t length)
{
	if (length == 0 || *at == '\0') {
		smart_str_appendl(out, "\xEF\xBF\xBD", 3);
	} else if (*at == '\n') {
		smart_str_appendl(out, "\\n", 2);
	} else {
		if (*at == '"' || *at == '\\') {
			smart_str_appendc(out, '\\');
		}
		smart_str_appendl(out, at, length);
	}
}

void strata_metric_labels_add(strata_metric_labels *labels, const char *name, const char *value)
{
	size_t size = strlen(value);

	if (labels->out.s != NULL) {
		smart_str_appendc(&labels->out, ',');
	}
	smart_str_appends(&labels->out, name);
	smart_str_appendl(&labels->out, "=\"", 2);
	for (size_t at = 0; at < size && at < LONGEST_LABEL;) {
		size_t length = strata_utf8_size((strata_view){ value + at, size - at });

		append_character(&labels->out, value + at, length);
		at += length > 0 ? length : 1;
	}
	smart_str_appendc(&labels->out, '"');
}

void strata_metric_labels_add_number(strata_metric_labels *labels, const char *name,
	uint32_t number)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "%" PRIu32, number);
	strata_metric_labels_add(labels, name, digits);
}

void strata_metric_labels_free(strata_metric_labels *labels)
{
	smart_str_free(&labels->out);
}

/* ---- families ---- */

void strata_metrics_text_begin(strata_metrics_text *text, strata_metrics_format format)
{
	*text = (strata_metrics_text){ .format = format };
	/* Most texts fit; it grows by itself where they do not. */
	smart_str_alloc(&text->out, 64 * 1024, 0);
}

zend_string *strata_metrics_text_finish(strata_metrics_text *text)
{
	if (text->format == STRATA_METRICS_OPEN) {
		smart_str_appends(&text->out, "# EOF\n");
	}
	return smart_str_extract(&text->out);
}

void strata_metrics_text_family(strata_metrics_text *text, const strata_metric_family *family)
{
	text->family = family;
	text->is_announced = false;
}

static const char *type_name(const strata_metrics_text *text)
{
	switch (text->family->type) {
		case STRATA_METRIC_GAUGE: break;
		case STRATA_METRIC_COUNTER: return "counter";
		case STRATA_METRIC_HISTOGRAM: return "histogram";
		case STRATA_METRIC_INFO: return text->format == STRATA_METRICS_OPEN ? "info" : "gauge";
	}
	return "gauge";
}

/* Of samples that are a number each. */
static const char *sample_suffix(const strata_metric_family *family)
{
	switch (family->type) {
		case STRATA_METRIC_COUNTER: return "_total";
		case STRATA_METRIC_INFO: return "_info";
		case STRATA_METRIC_GAUGE:
		case STRATA_METRIC_HISTOGRAM: break;
	}
	return "";
}

static void describe(strata_metrics_text *text, const char *what, const char *how)
{
	smart_str_appends(&text->out, what);
	smart_str_appends(&text->out, text->family->name);
	if (text->format == STRATA_METRICS_PLAIN) {
		smart_str_appends(&text->out, sample_suffix(text->family));
	}
	smart_str_appendc(&text->out, ' ');
	smart_str_appends(&text->out, how);
	smart_str_appendc(&text->out, '\n');
}

static void announce(strata_metrics_text *text)
{
	if (text->is_announced) {
		return;
	}
	text->is_announced = true;
	describe(text, "# TYPE ", type_name(text));
	if (text->family->unit != NULL && text->format == STRATA_METRICS_OPEN) {
		describe(text, "# UNIT ", text->family->unit);
	}
	describe(text, "# HELP ", text->family->help);
}

/* ---- samples ---- */

static void begin_sample(strata_metrics_text *text, const char *suffix,
	const strata_metric_labels *labels, const char *name, const char *label)
{
	bool has_labels = labels != NULL && labels->out.s != NULL;

	smart_str_appends(&text->out, text->family->name);
	smart_str_appends(&text->out, suffix);
	if (has_labels || name != NULL) {
		smart_str_appendc(&text->out, '{');
	}
	if (has_labels) {
		smart_str_append_smart_str(&text->out, &labels->out);
	}
	if (name != NULL) {
		if (has_labels) {
			smart_str_appendc(&text->out, ',');
		}
		smart_str_appends(&text->out, name);
		smart_str_appendl(&text->out, "=\"", 2);
		smart_str_appends(&text->out, label);
		smart_str_appendc(&text->out, '"');
	}
	if (has_labels || name != NULL) {
		smart_str_appendc(&text->out, '}');
	}
	smart_str_appendc(&text->out, ' ');
}

void strata_metrics_text_number_of(strata_metrics_text *text, const strata_metric_labels *labels,
	const char *name, const char *label, uint64_t value)
{
	announce(text);
	begin_sample(text, sample_suffix(text->family), labels, name, label);
	smart_str_append_unsigned(&text->out, (zend_ulong) value);
	smart_str_appendc(&text->out, '\n');
}

void strata_metrics_text_number(strata_metrics_text *text, const strata_metric_labels *labels,
	uint64_t value)
{
	strata_metrics_text_number_of(text, labels, NULL, NULL, value);
}

/* The shortest form: no zeroes at the end. Exact, and without a comma in any locale. */
static void append_seconds(smart_str *out, uint64_t microseconds)
{
	char digits[6];
	uint64_t rest = microseconds % 1000000;
	size_t used = sizeof(digits);

	smart_str_append_unsigned(out, (zend_ulong) (microseconds / 1000000));
	for (size_t i = sizeof(digits); i > 0; i--, rest /= 10) {
		digits[i - 1] = (char) ('0' + rest % 10);
	}
	while (used > 1 && digits[used - 1] == '0') {
		used--;
	}
	smart_str_appendc(out, '.');
	smart_str_appendl(out, digits, used);
}

void strata_metrics_text_seconds(strata_metrics_text *text, const strata_metric_labels *labels,
	uint64_t microseconds)
{
	announce(text);
	begin_sample(text, sample_suffix(text->family), labels, NULL, NULL);
	append_seconds(&text->out, microseconds);
	smart_str_appendc(&text->out, '\n');
}

void strata_metrics_text_ratio(strata_metrics_text *text, const strata_metric_labels *labels,
	double value)
{
	uint64_t millionths = value > 0 ? (uint64_t) (MIN(value, 1) * 1000000) : 0;

	strata_metrics_text_seconds(text, labels, millionths);
}

static void append_count(strata_metrics_text *text, uint64_t count)
{
	smart_str_append_unsigned(&text->out, (zend_ulong) count);
	smart_str_appendc(&text->out, '\n');
}

static void append_bucket(strata_metrics_text *text, const strata_metric_labels *labels,
	const char *end, uint64_t count)
{
	begin_sample(text, "_bucket", labels, "le", end);
	append_count(text, count);
}

void strata_metrics_text_histogram(strata_metrics_text *text, const strata_metric_labels *labels,
	const strata_metric_histogram *histogram)
{
	uint64_t count = 0;

	announce(text);
	for (uint32_t i = 0; i < histogram->buckets; i++) {
		count += histogram->counts[i];
		append_bucket(text, labels, histogram->ends[i], count);
	}
	count += histogram->rest;
	append_bucket(text, labels, "+Inf", count);
	begin_sample(text, "_count", labels, NULL, NULL);
	append_count(text, count);
	begin_sample(text, "_sum", labels, NULL, NULL);
	if (histogram->scale == STRATA_METRIC_MICROSECONDS) {
		append_seconds(&text->out, histogram->sum);
		smart_str_appendc(&text->out, '\n');
	} else {
		append_count(text, histogram->sum);
	}
}
