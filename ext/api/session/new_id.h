/* new_id: sessions under an id that is new, which no server is asked for. */
#ifndef STRATA_API_SESSION_NEW_ID_H
#define STRATA_API_SESSION_NEW_ID_H

#include "api/session/opened.h"

/* The session of PHP is one that is not there yet. Lifetime: session.gc_maxlifetime, in seconds. */
void strata_new_id_begin(strata_opened *opened, strata_view id, zend_long lifetime);

/*
 * The record is left (opened->leaving), and this is the id it is left for. False with a warning:
 * nothing is stored under it, as another request has the session or has ended it, or as the servers
 * failed. Then the client is to keep the old id.
 */
bool strata_new_id_arrive(strata_opened *opened, strata_view id, zend_long lifetime);

#endif
