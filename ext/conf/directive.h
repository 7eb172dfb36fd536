/* directive: the names of directives, and what is said of one that does not exist. */
#ifndef STRATA_CONF_DIRECTIVE_H
#define STRATA_CONF_DIRECTIVE_H

#include "conf/settings.h"
#include "conf/text/names.h"

#define STRATA_DIRECTIVE_PREFIX "strata."

/* Room for the longest directive: the prefix, a database, a dot, an option. */
enum { STRATA_DIRECTIVE = sizeof(STRATA_DIRECTIVE_PREFIX) + STRATA_NAME_LONGEST + 48 };

/* The name of a directive; database is NULL for the common one. Returns its size. */
size_t strata_directive_name(char name[STRATA_DIRECTIVE], const char *database,
	const strata_setting *setting);

/*
 * One sentence: why there is no directive strata.<rest>, and which one may be meant. is_database
 * says which names strata.databases has, and is true of default.
 */
void strata_directive_explain(strata_view rest, bool (*is_database)(strata_view name),
	char sentence[STRATA_SETTINGS_ERROR]);

#endif
