/* session_import: sessions as another handler left them, on servers or under names of its own. */
#ifndef STRATA_CACHE_SESSION_SESSION_IMPORT_H
#define STRATA_CACHE_SESSION_SESSION_IMPORT_H

#include "cache/session/session.h"

/*
 * strata.session_read_from names the source: a database, whose deepest tier is asked, and what the
 * keys there begin with. api/request/session_source.h opens it; it may be the database of the
 * session itself, under another prefix.
 *
 *     open() says MISS -> read()      OK: the session goes on with these bytes
 *     -> keep()                       and is stored at once, unless it is only read
 *     destroy, and the move to a new id -> remove(), whether or not this request has read there
 *
 * What is taken over stays where it was: a host that still has the old handler goes on with it. But
 * once a session is ended, its old record must not bring it back, so that is removed first.
 *
 * These take a call as those of session.h do. They ask no lock of the other handler.
 */

/*
 * After a MISS. session->record.item: OK with the bytes; MISS: it is not there either; a refusal or
 * failure: it may be, so this is no new session. seen, cas and lock are left as open() wrote them:
 * the first write still finds out whether another request was faster.
 */
void strata_session_import_read(strata_database *source, strata_view prefix, strata_call *call,
	strata_session *session);

/*
 * After read() found it, in a session that may be written: stores it, and its lock stays as it is.
 * From then on it has a version, and a request that is late finds that another one has ended it;
 * over nothing, it could not be told from a new session. False: another request was faster, and it
 * is to be opened again. True also where it could not be stored, which its close tries again.
 */
STRATA_MUST_CHECK bool strata_session_import_keep(strata_database *database, strata_call *call,
	strata_session *session);

/*
 * OK; MISS: nothing was there; a refusal or failure: it may still be. The result is returned, and
 * the session is only read for its id.
 */
STRATA_MUST_CHECK strata_result strata_session_import_remove(strata_database *source,
	strata_view prefix, strata_call *call, const strata_session *session);

#endif
