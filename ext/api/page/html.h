/*
 * html — the text of a page as it is written. Markup is text of this program, and constant. All
 * that comes from elsewhere passes strata_html_text(), which alone escapes.
 */
#ifndef STRATA_API_PAGE_HTML_H
#define STRATA_API_PAGE_HTML_H

#include "php.h"

#include "Zend/zend_smart_str.h"

enum {
	STRATA_HTML_ROOM = 240 << 10, /* bytes: no further row of a table is begun past these */
	STRATA_HTML_LONGEST = 160     /* characters of a text that are shown */
};

/* All zeroes: nothing is written yet. smart_str_free() of `out` ends it. */
typedef struct {
	smart_str out;
} strata_html;

/* As it is. */
void strata_html_markup(strata_html *html, const char *markup);

/*
 * Bytes of any kind, as text or in an attribute between double quotes. What is no UTF-8 becomes
 * U+FFFD; what would not be seen, or would turn text around, is shown: control characters by their
 * pictures (U+2400 and after), others as \u{202E}. After STRATA_HTML_LONGEST characters follow
 * three dots.
 */
void strata_html_text(strata_html *html, const char *bytes, size_t size);

/* A text or a number of the status; nothing for NULL, null and arrays. */
void strata_html_value(strata_html *html, const zval *value);

/* The key of an element. */
void strata_html_key(strata_html *html, zend_ulong number, const zend_string *key);

/* Of a table: is there room for one more row? */
bool strata_html_has_room(const strata_html *html);

/* Numbers for people, to three digits and with a unit. */
void strata_html_count(strata_html *html, double count);     /* 12.3 k */
void strata_html_bytes(strata_html *html, double bytes);     /* 4.1 MiB */
void strata_html_seconds(strata_html *html, double seconds); /* 230 us, 12.3 ms, 4.2 s, 3.1 min */
void strata_html_share(strata_html *html, double part,
	double whole); /* 93.4 %; a dash of nothing */

/* An integer as it is, as coordinates need it. */
void strata_html_integer(strata_html *html, zend_long number);

/* A moment by the wall clock, as "2026-11-30 02:20:11 UTC". */
void strata_html_moment(strata_html *html, double moment);

/* How long ago that was, with the moment itself as a title. */
void strata_html_age(strata_html *html, double moment, double now);

/* A paragraph that says how many more there are; nothing for 0. */
void strata_html_more(strata_html *html, zend_long left, const char *of_what);

#endif
