/* local_session: the record of a session in this host's own memory, and its lock in the table. */
#ifndef STRATA_CACHE_SESSION_LOCAL_SESSION_H
#define STRATA_CACHE_SESSION_LOCAL_SESSION_H

#include "cache/lock/lock.h"
#include "database/database.h"
#include "tier/session.h"

/*
 * Of a database whose only tier is the local one, with call and lock prepared. Each does what the
 * verb of tier/session.h does, with result, seen, left and is_locked, and keeps the lock in step.
 * Before an open() that claims, the caller has the lock of the host. As there, a refusal leaves the
 * lock as it was.
 */
void strata_local_session_open(strata_database *database, strata_call *call, strata_lock *lock,
	strata_session_record *record, strata_session_claim claim);

/* Of record.item, by record.life and record.after. */
void strata_local_session_write(strata_database *database, strata_call *call, strata_lock *lock,
	strata_session_record *record);

void strata_local_session_renew(strata_database *database, strata_call *call, strata_lock *lock,
	strata_session_record *record);

void strata_local_session_leave(strata_database *database, strata_lock *lock,
	strata_session_record *record);

void strata_local_session_remove(strata_database *database, strata_call *call, strata_lock *lock,
	strata_session_record *record);

#endif
