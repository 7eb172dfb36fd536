#include "api/page/html.h"

#include <math.h>
#include <time.h>

#include "base/utf8.h"

void strata_html_markup(strata_html *html, const char *markup)
{
	smart_str_appends(&html->out, markup);
}

/* ---- texts ---- */

enum { REPLACEMENT = 0xFFFD };

/* The next character; REPLACEMENT for each byte that is part of none. *size is its bytes. */
static uint32_t decode(strata_view text, size_t *size)
{
	static const unsigned char masks[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
	size_t length = strata_utf8_size(text);
	uint32_t code;

	*size = 1;
	if (length == 0) {
		return REPLACEMENT;
	}
	code = (unsigned char) text.data[0] & masks[length];
	for (size_t i = 1; i < length; i++) {
		code = code << 6 | ((unsigned char) text.data[i] & 0x3F);
	}
	*size = length;
	return code;
}

/* Marks that turn text around, are not seen, or end a line where none is meant to end. */
static bool is_unseen(uint32_t code)
{
	return (code >= 0x80 && code < 0xA0) || code == 0xAD || code == 0x61C || code == 0x180E ||
		   (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
		   (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF ||
		   (code >= 0xFFF9 && code <= 0xFFFB) || (code >= 0xE0000 && code < 0xE1000);
}

/* HTML allows none of these (https://html.spec.whatwg.org/#text-2). */
static bool is_noncharacter(uint32_t code)
{
	return (code >= 0xFDD0 && code <= 0xFDEF) || (code & 0xFFFE) == 0xFFFE;
}

static void add_code(smart_str *out, uint32_t code)
{
	char text[16];

	snprintf(text, sizeof(text), "\\u{%X}", code);
	smart_str_appends(out, text);
}

/* The pictures of control characters have three bytes, E2 90 80 and after. */
static void add_picture(smart_str *out, uint32_t code)
{
	smart_str_appendl(out, "\xE2\x90", 2);
	smart_str_appendc(out, (char) (0x80 + (code == 0x7F ? 0x21 : code)));
}

static void add_character(smart_str *out, uint32_t code, const char *bytes, size_t size)
{
	switch (code) {
		case '&': smart_str_appends(out, "&amp;"); return;
		case '<': smart_str_appends(out, "&lt;"); return;
		case '>': smart_str_appends(out, "&gt;"); return;
		case '"': smart_str_appends(out, "&quot;"); return;
		case '\'': smart_str_appends(out, "&#39;"); return;
		default: break;
	}
	if (code < 0x20 || code == 0x7F) {
		add_picture(out, code);
	} else if (is_unseen(code)) {
		add_code(out, code);
	} else if (code == REPLACEMENT || is_noncharacter(code)) {
		smart_str_appends(out, "\xEF\xBF\xBD");
	} else {
		smart_str_appendl(out, bytes, size);
	}
}

void strata_html_text(strata_html *html, const char *bytes, size_t size)
{
	size_t shown = 0, length;

	for (size_t i = 0; i < size; i += length, shown++) {
		uint32_t code;

		if (shown == STRATA_HTML_LONGEST) {
			smart_str_appends(&html->out, "\xE2\x80\xA6");
			return;
		}
		code = decode((strata_view){ bytes + i, size - i }, &length);
		add_character(&html->out, code, bytes + i, length);
	}
}

void strata_html_value(strata_html *html, const zval *value)
{
	char digits[32];

	if (value == NULL) {
		return;
	}
	switch (Z_TYPE_P(value)) {
		case IS_STRING: strata_html_text(html, Z_STRVAL_P(value), Z_STRLEN_P(value)); break;
		case IS_LONG: smart_str_append_long(&html->out, Z_LVAL_P(value)); break;
		case IS_DOUBLE:
			snprintf(digits, sizeof(digits), "%.6g", Z_DVAL_P(value));
			smart_str_appends(&html->out, digits);
			break;
		case IS_TRUE: smart_str_appends(&html->out, "yes"); break;
		case IS_FALSE: smart_str_appends(&html->out, "no"); break;
		default: break;
	}
}

void strata_html_key(strata_html *html, zend_ulong number, const zend_string *key)
{
	if (key != NULL) {
		strata_html_text(html, ZSTR_VAL(key), ZSTR_LEN(key));
	} else {
		smart_str_append_long(&html->out, (zend_long) number);
	}
}

bool strata_html_has_room(const strata_html *html)
{
	return html->out.s == NULL || ZSTR_LEN(html->out.s) < STRATA_HTML_ROOM;
}

/* ---- numbers ---- */

/* Three digits, without zeroes at the end of a fraction, and a space that does not break. */
static void add_rounded(strata_html *html, double number, const char *unit)
{
	char digits[64];
	size_t end;

	snprintf(digits, sizeof(digits), number < 10 ? "%.2f" : number < 100 ? "%.1f" : "%.0f", number);
	end = strlen(digits);
	if (strchr(digits, '.') != NULL) {
		while (digits[end - 1] == '0') {
			end--;
		}
		end -= digits[end - 1] == '.';
	}
	smart_str_appendl(&html->out, digits, end);
	if (unit[0] != '\0') {
		smart_str_appends(&html->out, "\xC2\xA0");
		smart_str_appends(&html->out, unit);
	}
}

static void add_scaled(strata_html *html, double number, double step, const char *const *units,
	size_t count)
{
	size_t unit = 0;

	if (!isfinite(number) || number < 0) {
		number = 0;
	}
	/* What rounds to a step is one of the next unit. */
	for (; unit + 1 < count && number >= step - step / 2000; unit++) {
		number /= step;
	}
	add_rounded(html, number, units[unit]);
}

void strata_html_count(strata_html *html, double count)
{
	static const char *const units[] = { "", "k", "M", "G", "T", "P" };

	add_scaled(html, count, 1000, units, sizeof(units) / sizeof(units[0]));
}

void strata_html_bytes(strata_html *html, double bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };

	add_scaled(html, bytes, 1024, units, sizeof(units) / sizeof(units[0]));
}

void strata_html_seconds(strata_html *html, double seconds)
{
	static const struct {
		double below;
		double unit;
		const char *name;
	} units[] = { { 0.0009995, 1e-6, "us" }, { 0.9995, 1e-3, "ms" }, { 120, 1, "s" },
		{ 7200, 60, "min" }, { 172800, 3600, "h" } };

	if (!isfinite(seconds) || seconds < 0) {
		seconds = 0;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (seconds == 0 && i < 2) {
			continue;
		}
		if (seconds < units[i].below) {
			add_rounded(html, seconds / units[i].unit, units[i].name);
			return;
		}
	}
	add_rounded(html, seconds / 86400, "d");
}

void strata_html_share(strata_html *html, double part, double whole)
{
	if (whole <= 0) {
		smart_str_appends(&html->out, "\xE2\x80\x93");
	} else if (part < whole && part / whole > 0.999) {
		smart_str_appends(&html->out, "&gt;\xC2\xA0"
									  "99.9\xC2\xA0%");
	} else {
		add_rounded(html, 100 * part / whole, "%");
	}
}

void strata_html_integer(strata_html *html, zend_long number)
{
	smart_str_append_long(&html->out, number);
}

void strata_html_moment(strata_html *html, double moment)
{
	time_t seconds = moment > 0 && moment < 1e11 ? (time_t) moment : 0;
	struct tm parts;
	char text[40];

	if (gmtime_r(&seconds, &parts) == NULL ||
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &parts) == 0) {
		return;
	}
	smart_str_appends(&html->out, text);
}

void strata_html_age(strata_html *html, double moment, double now)
{
	strata_html_markup(html, "<span title=\"");
	strata_html_moment(html, moment);
	strata_html_markup(html, "\">");
	strata_html_seconds(html, floor(MAX(0, now - moment)));
	strata_html_markup(html, " ago</span>");
}

void strata_html_more(strata_html *html, zend_long left, const char *of_what)
{
	if (left > 0) {
		strata_html_markup(html, "<p class=\"more\">");
		strata_html_count(html, (double) left);
		strata_html_markup(html, " more ");
		strata_html_markup(html, of_what);
		strata_html_markup(html, " are left out here; strata_status() has them all.</p>\n");
	}
}
