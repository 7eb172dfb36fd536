/* names — which databases does a list name, may they be called that, and what did a typo mean? */
#ifndef STRATA_CONF_NAMES_H
#define STRATA_CONF_NAMES_H

#include <stdbool.h>

#include "base/view.h"
#include "conf/settings.h"

enum { STRATA_NAME_LONGEST = 48 }; /* bytes, so that the name fits wherever it is shown */

/*
 * Takes the next name off a list like "sessions, feed", without the blanks around it. False at the end
 * of the list. The name is empty where two commas meet; an empty list has no names.
 */
bool strata_names_next(strata_view *list, strata_view *name);

/*
 * Why no database may have this name, to follow the name in a sentence; NULL when one may. The name
 * was taken off this list, and may stand there only once.
 */
const char *strata_names_objection(strata_view list, strata_view name);

/* The option whose name is at most two edits away, or NULL. */
const strata_setting *strata_names_nearest(strata_view name);

#endif
