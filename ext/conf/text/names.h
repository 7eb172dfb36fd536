/* names: the names of databases in a list or before a prefix, and which of them are allowed. */
#ifndef STRATA_CONF_TEXT_NAMES_H
#define STRATA_CONF_TEXT_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/view.h"

enum {
	STRATA_NAME_LONGEST = 48,       /* bytes, so that the name fits wherever it is shown */
	STRATA_NAME_COMPARED = 32,      /* bytes */
	STRATA_NAME_SOURCE_PREFIX = 200 /* bytes, so that names fit memcached, too */
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
 * The source of sessions "old:PHPREDIS_SESSION:" is the database old, and a prefix of keys there.
 * Why the text names none, to follow it in a sentence. NULL: it does, or is empty, which is no
 * source; then both views are written, parts of the text or empty. Whether there is such a database
 * is not looked at.
 *
 * There must be a prefix: the rest of a key is the id that the client sends. Without one, a client
 * could have any key of that database read as its session.
 */
const char *strata_names_split_source(strata_view text, strata_view *database, strata_view *prefix);

/*
 * How many bytes are to be changed, added or taken away to make a of b (Levenshtein). b has at most
 * STRATA_NAME_COMPARED bytes; SIZE_MAX when it has more.
 */
size_t strata_names_distance(strata_view a, strata_view b);

#endif
