#include "tier/listed_key.h"

#include <stdbool.h>
#include <string.h>

enum { FEWEST_DIGITS = 16, MOST_DIGITS = 18 };

/* ---- the pattern ---- */

/* With a backslash before whatever SCAN would take for a pattern. Returns where it ends. */
static char *escape(char *out, strata_view text)
{
	for (size_t i = 0; i < text.size; i++) {
		if (memchr("*?[]\\", text.data[i], 5) != NULL) {
			*out++ = '\\';
		}
		*out++ = text.data[i];
	}
	return out;
}

strata_view strata_listed_key_pattern(strata_arena *arena, const strata_scope *scope)
{
	static const char digits[] = "[1-9]*";
	strata_view name_space = strata_view_of(scope->name_space);
	strata_view database = strata_view_of(scope->database);
	char *start =
		strata_arena_alloc(arena, 2 * (name_space.size + database.size) + sizeof(digits) + 2);
	char *out = start;

	if (start == NULL) {
		return (strata_view){ NULL, 0 };
	}
	if (name_space.size > 0) {
		out = escape(out, name_space);
		*out++ = ':';
	}
	out = escape(out, database);
	*out++ = ':';
	memcpy(out, digits, sizeof(digits));
	return (strata_view){ start, (size_t) (out - start) + sizeof(digits) - 1 };
}

/* ---- names ---- */

/* Takes the text off the beginning, if it is there. */
static bool skip(strata_view *name, const char *text)
{
	strata_view wanted = strata_view_of(text);

	if (!strata_view_starts(*name, wanted)) {
		return false;
	}
	name->data += wanted.size;
	name->size -= wanted.size;
	return true;
}

static bool skip_scope(strata_view *name, const strata_scope *scope)
{
	if (scope->name_space[0] != '\0' && !(skip(name, scope->name_space) && skip(name, ":"))) {
		return false;
	}
	return skip(name, scope->database) && skip(name, ":");
}

uint64_t strata_listed_key_generation(const strata_scope *scope, strata_view name)
{
	uint64_t generation = 0;
	size_t digits = 0;

	if (!skip_scope(&name, scope)) {
		return 0;
	}
	while (digits < name.size && digits <= MOST_DIGITS && name.data[digits] >= '0' &&
		   name.data[digits] <= '9') {
		generation = generation * 10 + (uint64_t) (name.data[digits] - '0');
		digits++;
	}
	if (digits < FEWEST_DIGITS || digits > MOST_DIGITS || digits == name.size ||
		name.data[0] == '0' || name.data[digits] != ':') {
		return 0;
	}
	return generation;
}
