#include "conf/directive.h"

#include <stdio.h>
#include <string.h>

#define PREFIX STRATA_DIRECTIVE_PREFIX

size_t strata_directive_name(char name[STRATA_DIRECTIVE], const char *database,
	const strata_setting *setting)
{
	const char *dot = database != NULL ? "." : "";

	return (size_t) snprintf(name, STRATA_DIRECTIVE, PREFIX "%s%s%s",
		database != NULL ? database : "", dot, setting->name);
}

/* Why there is no strata.<name>, where the name has no dot or begins with a known database. */
static void explain_option(strata_view name, const char *database, char *sentence)
{
	const size_t room = STRATA_SETTINGS_ERROR;
	const strata_setting *known = strata_settings_find(name);
	const strata_setting *nearest = strata_settings_nearest(name);
	char meant[STRATA_DIRECTIVE];

	if (known != NULL && database != NULL) {
		snprintf(sentence, room, "the whole %s has one; accepted: " PREFIX "%s",
			known->scope == STRATA_SCOPE_HOST ? "host" : "pool", known->name);
	} else if (nearest != NULL) {
		strata_directive_name(meant, nearest->scope == STRATA_SCOPE_DATABASE ? database : NULL,
			nearest);
		snprintf(sentence, room, "no such directive; did you mean %s?", meant);
	} else {
		snprintf(sentence, room, "no such directive; php --ri strata lists those that there are");
	}
}

static void explain_of_database(strata_view database, strata_view name,
	bool (*is_database)(strata_view name), char *sentence)
{
	char known[STRATA_NAME_LONGEST + 1];

	if (strata_view_equal(database, strata_view_of("default"))) {
		snprintf(sentence, STRATA_SETTINGS_ERROR,
			"the options of default are the common ones; accepted: " PREFIX "%.*s", (int) name.size,
			name.data);
	} else if (is_database(database)) {
		snprintf(known, sizeof(known), "%.*s", (int) database.size, database.data);
		explain_option(name, known, sentence);
	} else {
		snprintf(sentence, STRATA_SETTINGS_ERROR,
			"there is no database %.*s; " PREFIX "databases must name it", (int) database.size,
			database.data);
	}
}

void strata_directive_explain(strata_view rest, bool (*is_database)(strata_view name),
	char sentence[STRATA_SETTINGS_ERROR])
{
	const char *dot = rest.size > 0 ? memchr(rest.data, '.', rest.size) : NULL;
	strata_view database;

	if (dot == NULL) {
		explain_option(rest, NULL, sentence);
		return;
	}
	database = (strata_view){ rest.data, (size_t) (dot - rest.data) };
	explain_of_database(database, (strata_view){ dot + 1, rest.size - database.size - 1 },
		is_database, sentence);
}
