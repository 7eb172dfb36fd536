/* shadow_view: what this host knows of a database that moves, for operators. */
#ifndef STRATA_API_VALUE_SHADOW_VIEW_H
#define STRATA_API_VALUE_SHADOW_VIEW_H

#include "database/database.h"
#include "host/table/refusals.h"
#include "stats/differences.h"

typedef struct {
	const char *name;                      /* of the database */
	const strata_database *database;       /* the place that answers */
	const strata_database *follower;       /* NULL: there is none at the moment */
	uint64_t mode;                         /* STRATA_SHADOW_MODE_..., as the settings ask for it */
	bool leads;                            /* the shadow is the place that answers */
	bool is_at_once;                       /* a switch is under way */
	char refused[STRATA_REFUSAL_SENTENCE]; /* why it does not, where it is to; else empty */
	uint64_t waiting;                      /* names of this host that are to be brought over */
	const strata_differences *differences; /* NULL: nothing was counted */
} strata_shadow_view;

/*
 * Opens the database where this process has not yet, without a connection. False where it has no
 * shadow, or cannot be opened. All of it is valid until the next call that may open others.
 */
bool strata_shadow_look(uint32_t database, strata_shadow_view *out);

/* "write" and the like. */
const char *strata_shadow_mode_name(uint64_t mode);

#endif
