/* switching: what a database does when other servers answer from a moment on. */
#ifndef STRATA_DATABASE_SWITCH_SWITCHING_H
#define STRATA_DATABASE_SWITCH_SWITCHING_H

#include <stdbool.h>

#include "conf/settings.h"

/* The servers of one place, as settings name them; both empty: there is none. */
typedef struct {
	const char *redis, *memcached;
} strata_place_servers;

/* Those that answer under these settings, and those that follow. The texts stay the settings'. */
strata_place_servers strata_switching_answering(const strata_settings *settings);
strata_place_servers strata_switching_following(const strata_settings *settings);

/* Is there any, and are they the same? */
bool strata_switching_names_servers(const strata_place_servers *servers);
bool strata_switching_same_servers(const strata_place_servers *one,
	const strata_place_servers *other);

/*
 * Do other servers answer afterwards, which did not follow before? What they hold is of an earlier
 * time then, and they were not told of what was removed since.
 */
bool strata_switching_begins_anew(const strata_settings *before, const strata_settings *after);

#endif
