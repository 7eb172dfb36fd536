/*
 * What was understood has its password where the parser found it: between the first colon of the
 * userinfo and the last @. What was not understood may have one anywhere, because the mistake may
 * be the missing @ itself, as in `redis://app:secret`. So only what stands before the first colon
 * or question mark is shown of it, which is enough to see a wrong scheme or host. When memory is
 * short, nothing is understood, and more is hidden rather than less.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "conf/dsn_mask.h"

#include <ctype.h>
#include <stdio.h>

#include "conf/dsn.h"

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

static void mask_unknown(strata_view text, char *shown, size_t room)
{
	const char *end = text.data + text.size;
	const char *mark;

	if (text.size == 0 || memchr(text.data, '@', text.size) != NULL) {
		snprintf(shown, room, "%s", text.size == 0 ? "" : "***");
		return;
	}
	mark = after_scheme(text);
	while (mark < end && *mark != ':' && *mark != '?') {
		mark++;
	}
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
