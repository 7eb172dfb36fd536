#include "conf/text/names.h"

#include <stdint.h>

bool strata_names_next(strata_view *list, strata_view *name)
{
	const char *comma;

	*name = (strata_view){ NULL, 0 };
	if (list->data == NULL || strata_view_trimmed(*list).size == 0) {
		return false;
	}
	comma = memchr(list->data, ',', list->size);
	if (comma == NULL) {
		*name = strata_view_trimmed(*list);
		*list = (strata_view){ NULL, 0 };
		return true;
	}
	*name = strata_view_trimmed((strata_view){ list->data, (size_t) (comma - list->data) });
	*list = (strata_view){ comma + 1, list->size - (size_t) (comma + 1 - list->data) };
	return true;
}

static bool is_well_formed(strata_view name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	static const char others[] = "0123456789_";

	for (size_t i = 0; i < name.size; i++) {
		bool is_letter = memchr(letters, name.data[i], sizeof(letters) - 1) != NULL;
		bool is_other = memchr(others, name.data[i], sizeof(others) - 1) != NULL;

		if (!is_letter && (i == 0 || !is_other)) {
			return false;
		}
	}
	return name.size > 0;
}

/* Does the list hold this name? */
static bool holds(strata_view list, strata_view name)
{
	strata_view other;

	while (strata_names_next(&list, &other)) {
		if (strata_view_equal(other, name)) {
			return true;
		}
	}
	return false;
}

const char *strata_names_objection(strata_view list, strata_view name)
{
	if (!is_well_formed(name)) {
		return "is not a-z followed by a-z 0-9 _";
	}
	if (name.size > STRATA_NAME_LONGEST) {
		return "has more than 48 bytes";
	}
	if (strata_view_equal(name, strata_view_of("default"))) {
		return "is always there, with the common options";
	}
	if (holds((strata_view){ list.data, (size_t) (name.data - list.data) }, name)) {
		return "stands there twice";
	}
	return NULL;
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t lesser = a < b ? a : b;

	return lesser < c ? lesser : c;
}

const char *strata_names_split_source(strata_view text, strata_view *database, strata_view *prefix)
{
	const char *colon = text.size > 0 ? memchr(text.data, ':', text.size) : NULL;

	*database = (strata_view){ NULL, 0 };
	*prefix = (strata_view){ NULL, 0 };
	if (text.size == 0) {
		return NULL;
	}
	if (memchr(text.data, '\0', text.size) != NULL) {
		return "holds a NUL byte";
	}
	if (colon == NULL) {
		return "has no colon after the database";
	}
	if (colon == text.data) {
		return "names no database";
	}
	*database = (strata_view){ text.data, (size_t) (colon - text.data) };
	*prefix = (strata_view){ colon + 1, text.size - database->size - 1 };
	if (prefix->size == 0) {
		return "does not say what the keys begin with";
	}
	return prefix->size > STRATA_NAME_SOURCE_PREFIX ? "has too long a prefix" : NULL;
}

/* Levenshtein's distance, row by row. */
size_t strata_names_distance(strata_view a, strata_view b)
{
	size_t row[STRATA_NAME_COMPARED + 1];

	if (b.size > STRATA_NAME_COMPARED) {
		return SIZE_MAX;
	}
	for (size_t j = 0; j <= b.size; j++) {
		row[j] = j;
	}
	for (size_t i = 1; i <= a.size; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.size; j++) {
			size_t above = row[j];

			row[j] = least(above + 1, row[j - 1] + 1, diagonal + (a.data[i - 1] != b.data[j - 1]));
			diagonal = above;
		}
	}
	return row[b.size];
}
