/* places: which servers of a database answer, and which ones follow them. */
#ifndef STRATA_DATABASE_PLACES_H
#define STRATA_DATABASE_PLACES_H

#include "database/database.h"
#include "database/mirror.h"

/*
 * Settings name a first place (redis and memcached, with user and password) and a shadow
 * (shadow_redis and shadow_memcached, with what stands in these texts alone). In the mode lead the
 * two are exchanged before the database is opened, and nothing else knows: all that is kept under
 * the servers of a place, as local copies, generations and numbers of tags are, follows by itself.
 */

enum { STRATA_PLACES_OBJECTION = 256 };

/*
 * True where these settings, of a database of this name, let it have a shadow in their mode. Else
 * why says what contradicts what; *directive is the common one. In the mode off nothing does.
 */
bool strata_places_fit(const char *name, const strata_settings *settings, const char **directive,
	char why[STRATA_PLACES_OBJECTION]);

/*
 * Makes settings as they were resolved those of the place that answers, for callers that want to
 * know which servers these are. Unchanged but where the shadow leads and fits. Returns 0, or -1
 * when out of memory.
 */
int strata_places_choose(const char *name, strata_settings *settings);

/*
 * Opens a database with its mirror, where it has one: strata_database_init() for all that is opened
 * for scripts. notice has a directive and a sentence where there is something to be told all the
 * same: the shadow is not used, since it does not fit or cannot be opened, or an option looks
 * wrong. A shadow that leads and does not fit is an error.
 */
bool strata_places_init(strata_database *database, const strata_runtime *runtime, const char *name,
	strata_settings *settings, strata_servers_error *notice, char error[STRATA_DATABASE_ERROR]);

/* As strata_database_check_servers(), of the place that answers. */
bool strata_places_check_servers(const char *name, const strata_settings *settings,
	strata_servers_error *error);

/* Closes the connections of both. */
void strata_places_fini(strata_database *database);

/* Was it opened under these settings, which were resolved just now? */
bool strata_places_are_of(const strata_database *database, const strata_settings *settings);

#endif
