/* names: the names of databases in a list, and which of them are allowed. */
#ifndef STRATA_CONF_NAMES_H
#define STRATA_CONF_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/view.h"

enum {
	STRATA_NAME_LONGEST = 48, /* bytes, so that the name fits wherever it is shown */
	STRATA_NAME_COMPARED = 32 /* bytes */
};

/*
 * Takes the next name off a list like "sessions, feed", without the blanks around it. False at the
 * end of the list. The name is empty where two commas meet; an empty list has no names.
 */
bool strata_names_next(strata_view *list, strata_view *name);

/*
 * Why no database may have this name, to follow the name in a sentence; NULL when one may. The name
 * was taken off this list, and may stand there only once. Names of options are left to
 * strata_settings_name_objection().
 */
const char *strata_names_objection(strata_view list, strata_view name);

/*
 * How many bytes are to be changed, added or taken away to make a of b (Levenshtein). b has at most
 * STRATA_NAME_COMPARED bytes; SIZE_MAX when it has more.
 */
size_t strata_names_distance(strata_view a, strata_view b);

#endif
