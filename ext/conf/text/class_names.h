/* class_names: which classes a list like "App\User,DateTimeImmutable" names. */
#ifndef STRATA_CONF_TEXT_CLASS_NAMES_H
#define STRATA_CONF_TEXT_CLASS_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/view.h"

/*
 * A list is "all", "none" or the names of classes between commas, in any case, with or without a
 * leading backslash. The empty text is "none", which is how php.ini hands that word on.
 *
 * Why the text is no list, NULL when it is one. The reason follows the name that is wrong, a part
 * of the text, or the whole text where *name is empty.
 */
const char *strata_class_names_objection(strata_view list, strata_view *name);

/* Is it "all"? */
bool strata_class_names_are_all(strata_view list);

/* Does the list allow the class of this name, which has no leading backslash? */
bool strata_class_names_allow(strata_view list, strata_view name);

#endif
