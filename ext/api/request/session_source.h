/* session_source: where a database looks for sessions that it does not have. */
#ifndef STRATA_API_REQUEST_SESSION_SOURCE_H
#define STRATA_API_REQUEST_SESSION_SOURCE_H

#include "php.h"

#include "database/database.h"

typedef struct {
	strata_database *database; /* NULL: nowhere */
	strata_view prefix;        /* of its keys there; of the settings of the asking database */
} strata_session_source;

/*
 * What strata.session_read_from of this database names, opened at its first use. To be asked for
 * within a call, and good until that ends: later ones may open databases anew. It is asked for
 * whenever a session is opened or ended, so that a mistake is told at once, and not only when a
 * session is missing. False with a sentence in error where it cannot be used as it is configured.
 */
STRATA_MUST_CHECK bool strata_api_session_source(const strata_database *database,
	strata_session_source *out, char error[STRATA_DATABASE_ERROR]);

#endif
