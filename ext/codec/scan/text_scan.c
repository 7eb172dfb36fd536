/*
 * What serialize() writes is a row of tokens, each of which says itself where it ends:
 *
 *     N;  b:1;  i:5;  d:0.5;  r:2;  R:2;  s:3:"abc";  a:2:{  O:3:"Foo":1:{  E:7:"Suit:Up";  }
 *     C:3:"Foo":4:{abcd}
 *
 * unserialize() goes from token to token in the same order, so that none is missed here. Which may
 * follow which is left to it. Where it reads more than serialize() writes (S:, signs, numbers that
 * overflow) the text is broken here.
 *
 * What stands between the braces behind C: is the business of the class, which may unserialize it,
 * from anywhere in it. So whatever looks there like the beginning of an object counts as one, also
 * inside of a string.
 */
#include "codec/scan/text_scan.h"

#include <stdbool.h>

enum { MOST_DIGITS = 18 };

strata_text_scan strata_text_scan_of(strata_view text)
{
	const char *start = text.size == 0 ? "" : text.data;

	return (strata_text_scan){ .at = start, .end = start + text.size };
}

/* ---- parts of tokens: false where that is not what stands there ---- */

static bool take(strata_text_scan *scan, const char *bytes)
{
	size_t size = strlen(bytes);

	if ((size_t) (scan->end - scan->at) < size || memcmp(scan->at, bytes, size) != 0) {
		return false;
	}
	scan->at += size;
	return true;
}

static bool take_number(strata_text_scan *scan, size_t *number)
{
	int digits = 0;

	*number = 0;
	while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9' && digits < MOST_DIGITS) {
		*number = *number * 10 + (size_t) (*scan->at - '0');
		scan->at++;
		digits++;
	}
	return digits > 0;
}

static bool take_bytes(strata_text_scan *scan, size_t size, strata_view *bytes)
{
	if ((size_t) (scan->end - scan->at) < size) {
		return false;
	}
	*bytes = (strata_view){ scan->at, size };
	scan->at += size;
	return true;
}

/* :3:"abc" */
static bool take_quoted(strata_text_scan *scan, strata_view *text)
{
	size_t size;

	return take(scan, ":") && take_number(scan, &size) && take(scan, ":\"") &&
		   take_bytes(scan, size, text) && take(scan, "\"");
}

/* :2:{ */
static bool take_opening(strata_text_scan *scan, size_t *number)
{
	return take(scan, ":") && take_number(scan, number) && take(scan, ":{");
}

/* What cannot hold a semicolon itself. */
static bool take_scalar(strata_text_scan *scan)
{
	const char *semicolon = memchr(scan->at, ';', (size_t) (scan->end - scan->at));

	if (!take(scan, ":") || semicolon == NULL) {
		return false;
	}
	scan->at = semicolon + 1;
	return true;
}

/* ---- tokens ---- */

static bool take_payload(strata_text_scan *scan, strata_view *name)
{
	strata_view payload;
	size_t size;

	if (!take_quoted(scan, name) || !take_opening(scan, &size) ||
		!take_bytes(scan, size, &payload) || !take(scan, "}")) {
		return false;
	}
	scan->payload_end = scan->at - 1;
	scan->at = payload.data;
	return true;
}

/* "Suit:Up" is a case of Suit. */
static bool take_case(strata_text_scan *scan, strata_view *name)
{
	const char *colon;

	if (!take_quoted(scan, name) || !take(scan, ";")) {
		return false;
	}
	colon = memchr(name->data, ':', name->size);
	name->size = colon == NULL ? 0 : (size_t) (colon - name->data);
	return colon != NULL;
}

/* The name is left empty by a token that names no class. */
static bool take_token(strata_text_scan *scan, strata_view *name)
{
	strata_view text;
	size_t count;

	switch (*scan->at++) {
		case 'N': return take(scan, ";");
		case 'b':
		case 'i':
		case 'd':
		case 'r':
		case 'R': return take_scalar(scan);
		case 's': return take_quoted(scan, &text) && take(scan, ";");
		case 'a': return take_opening(scan, &count);
		case 'O': return take_quoted(scan, name) && take_opening(scan, &count);
		case 'C': return take_payload(scan, name);
		case 'E': return take_case(scan, name);
		case '}': return true;
	}
	return false;
}

/* ---- inside of a payload ---- */

/* Does an object begin here, in the payload? */
static bool begins_object(strata_text_scan here, strata_view *name)
{
	const char *colon;
	strata_view text;
	char kind = *here.at++;

	here.end = here.payload_end;
	if ((kind != 'O' && kind != 'C' && kind != 'E') || !take_quoted(&here, &text)) {
		return false;
	}
	colon = kind == 'E' ? memchr(text.data, ':', text.size) : NULL;
	text.size = colon == NULL ? text.size : (size_t) (colon - text.data);
	if (text.size > 0) {
		*name = text;
	}
	return text.size > 0;
}

/* False at the end of the payload. */
static bool search_payload(strata_text_scan *scan, strata_view *name)
{
	for (; scan->at < scan->payload_end; scan->at++) {
		if (begins_object(*scan, name)) {
			scan->at++;
			return true;
		}
	}
	scan->at = scan->payload_end + 1;
	scan->payload_end = NULL;
	return false;
}

strata_text_scan_step strata_text_scan_next(strata_text_scan *scan, strata_view *name)
{
	*name = (strata_view){ NULL, 0 };
	while (scan->at < scan->end) {
		if (scan->payload_end != NULL) {
			if (search_payload(scan, name)) {
				return STRATA_TEXT_SCAN_CLASS;
			}
		} else if (!take_token(scan, name)) {
			*name = (strata_view){ NULL, 0 };
			return STRATA_TEXT_SCAN_BROKEN;
		} else if (name->data != NULL) {
			return STRATA_TEXT_SCAN_CLASS;
		}
	}
	return STRATA_TEXT_SCAN_END;
}
