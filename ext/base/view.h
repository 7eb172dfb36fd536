/* view: borrowed bytes. The maker of a view says how long they live. */
#ifndef STRATA_BASE_VIEW_H
#define STRATA_BASE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct {
	const char *data; /* not NUL-terminated; may be NULL when size is 0 */
	size_t size;      /* bytes */
} strata_view;

static inline strata_view strata_view_of(const char *text)
{
	return (strata_view){ text, strlen(text) };
}

static inline bool strata_view_equal(strata_view a, strata_view b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Does the word stand anywhere in the text? */
bool strata_view_contains(strata_view text, const char *word);

/* Without the spaces, tabs and carriage returns at both ends. */
strata_view strata_view_trimmed(strata_view text);

/* Does the text begin with this prefix? */
static inline bool strata_view_starts(strata_view text, strata_view prefix)
{
	return text.size >= prefix.size &&
		   (prefix.size == 0 || memcmp(text.data, prefix.data, prefix.size) == 0);
}

#endif
