/*
 * What was understood has its password where the parser found it: between the first colon of the
 * userinfo and the last @. What was not understood may have one anywhere, because the mistake may
 * be the missing @ itself, as in `redis://app:secret`. So it is shown up to the first colon that no
 * port follows, or the first parameter that is no number: without a password that is all of it.
 * When memory is short, nothing is understood, and more is hidden rather than less.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "conf/dsn_mask.h"

#include <ctype.h>
#include <stdio.h>

#include "conf/dsn.h"

enum { LONGEST_PORT = 5 /* digits */ };

/* Where what follows the scheme begins; the text itself where it begins with no scheme. */
static const char *after_scheme(strata_view text)
{
	const char *end = text.data + text.size;
	const char *mark = text.data;

	while (mark < end && (isalpha((unsigned char) *mark) || *mark == '-')) {
		mark++;
	}
	return end - mark >= 3 && memcmp(mark, "://", 3) == 0 ? mark + 3 : text.data;
}

/* A DSN with a password has at least one colon in its userinfo, and the first one ends the user. */
static void mask_password(strata_view text, char *shown, size_t room)
{
	const char *end = text.data + text.size;
	const char *user = after_scheme(text);
	const char *colon = memchr(user, ':', (size_t) (end - user));
	const char *at = memrchr(user, '@', (size_t) (end - user));

	snprintf(shown, room, "%.*s***%.*s", (int) (colon + 1 - text.data), text.data, (int) (end - at),
		at);
}

static const char *after_digits(const char *mark, const char *end)
{
	while (mark < end && isdigit((unsigned char) *mark)) {
		mark++;
	}
	return mark;
}

static bool is_end_or(const char *mark, const char *end, const char *marks)
{
	return mark == end || (*mark != '\0' && strchr(marks, *mark) != NULL);
}

/* Behind ":port" and a "/number" behind that; NULL where no port stands. */
static const char *after_port(const char *colon, const char *end)
{
	const char *mark = after_digits(colon + 1, end);

	if (mark - colon > 1 + LONGEST_PORT || !is_end_or(mark, end, ",/?")) {
		return NULL;
	}
	if (mark < end && *mark == '/') {
		mark = after_digits(mark + 1, end);
	}
	return is_end_or(mark, end, ",?") ? mark : NULL;
}

/* Behind "?name=number"; NULL where something else stands. */
static const char *after_parameter(const char *question, const char *end)
{
	const char *mark = question + 1, *digits;

	while (mark < end && (islower((unsigned char) *mark) || *mark == '_')) {
		mark++;
	}
	if (mark == end || *mark != '=') {
		return NULL;
	}
	digits = mark + 1;
	mark = after_digits(digits, end);
	return mark > digits && is_end_or(mark, end, ",") ? mark : NULL;
}

/* Behind "[address]"; NULL where something else stands. */
static const char *after_address(const char *bracket, const char *end)
{
	const char *mark = bracket + 1;

	while (mark < end && (isxdigit((unsigned char) *mark) || *mark == ':' || *mark == '.')) {
		mark++;
	}
	return mark < end && *mark == ']' ? mark + 1 : NULL;
}

/* The mark behind which a password could stand; the end where there is none. */
static const char *first_doubtful(const char *mark, const char *end)
{
	while (mark < end) {
		const char *next = mark + 1;

		if (*mark == ':') {
			next = after_port(mark, end);
		} else if (*mark == '?') {
			next = after_parameter(mark, end);
		} else if (*mark == '[') {
			next = after_address(mark, end);
		}
		if (next == NULL) {
			return mark;
		}
		mark = next;
	}
	return end;
}

bool strata_dsn_mask_looks_cut(strata_view text)
{
	const char *end = text.data + text.size;
	const char *mark;

	if (text.size == 0 || memchr(text.data, '@', text.size) != NULL) {
		return false;
	}
	mark = first_doubtful(after_scheme(text), end);
	return mark < end || after_digits(text.data, end) == end;
}

static void mask_unknown(strata_view text, char *shown, size_t room)
{
	const char *end = text.data + text.size;
	const char *mark;

	if (text.size == 0 || memchr(text.data, '@', text.size) != NULL) {
		snprintf(shown, room, "%s", text.size == 0 ? "" : "***");
		return;
	}
	mark = first_doubtful(after_scheme(text), end);
	if (mark == end) {
		snprintf(shown, room, "%.*s", (int) text.size, text.data);
	} else {
		snprintf(shown, room, "%.*s***", (int) (mark + 1 - text.data), text.data);
	}
}

void strata_dsn_mask(strata_view text, char *shown, size_t room)
{
	char error[STRATA_DSN_ERROR];
	strata_dsn dsn;

	if (!strata_dsn_parse(text, &dsn, error)) {
		mask_unknown(text, shown, room);
	} else if (dsn.password != NULL) {
		mask_password(text, shown, room);
	} else {
		snprintf(shown, room, "%.*s", (int) text.size, text.data);
	}
	strata_dsn_fini(&dsn);
}

bool strata_dsn_mask_finds_password(strata_view text)
{
	char error[STRATA_DSN_ERROR];
	strata_dsn dsn;
	bool has_password = strata_dsn_parse(text, &dsn, error) && dsn.password != NULL;

	strata_dsn_fini(&dsn);
	return has_password;
}
