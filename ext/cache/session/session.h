/* session: one session as one request opens, changes and closes it. */
#ifndef STRATA_CACHE_SESSION_SESSION_H
#define STRATA_CACHE_SESSION_SESSION_H

#include "cache/lock/lock.h"
#include "database/database.h"
#include "tier/session.h"

/*
 * The deepest tier has the record, and nearer ones never see it. Where that tier is this host's own
 * memory, the host's table of locks (host/table/lock_table.h) is the lock.
 *
 * These run no PHP code and use no memory of PHP. They take a call whose arena and now are set, and
 * leave the result in session->record.item, also UNCONFIGURED where the database has no tier. Bytes
 * of its value live as long as that arena.
 *
 * Counted here: SESSIONS_OPENED, _WRITTEN, _SKIPPED, _REFUSED, and SESSION_WAITS. The caller knows
 * how long it slept: it counts SESSION_WAIT_TIME and SESSION_TIMEOUTS, by strata_session_count().
 */
enum { STRATA_SESSION_LONGEST_ID = 256 /* bytes */ };

/* Where the id leads to that a session was moved from. */
typedef enum { STRATA_SESSION_TO_NEW, STRATA_SESSION_TO_NOTHING } strata_session_lead;

typedef struct {
	strata_session_record record; /* the guard is that of all its changes */
	strata_lock lock;             /* its key is that of the record, its version the token */
	strata_session_claim claim;   /* of the present try */
	strata_msec life;             /* of the record: session.gc_maxlifetime */
	bool is_moved;    /* the record was found under another id, which was left for 30 s */
	bool is_imported; /* its value is that of another handler: see session_import.h */
	bool is_dead_end; /* the id leads to no record: what is under it counts as none */
	uint8_t hops;     /* from the id to the key so far */
	uint32_t id_size;
	char id[STRATA_SESSION_LONGEST_ID];      /* as the client has it */
	char key[STRATA_SESSION_LONGEST_ID + 2]; /* of the record: "{", the id it is under, "}" */
} strata_session;

/* Is it 1 to 256 of A-Z a-z 0-9 , - as PHP makes them? */
STRATA_MUST_CHECK bool strata_session_is_id(strata_view id);

/*
 * Of an id that is one. Asks no server. The struct must stay where it is. A new id that is not
 * opened counts as one under which there is nothing: its first store() is refused if there is.
 */
void strata_session_init(strata_session *session, strata_view id, strata_msec life,
	strata_msec lock_ttl, strata_session_guard guard);

/* The id that the record is under. A client that came by another one is not told: see New ids. */
strata_view strata_session_id(const strata_session *session);

/*
 * One try to read the record and, as claimed, get its lock; no lock is claimed without BY_LOCK.
 * GOT: the item is OK with the record's value, or MISS. WAITS: another request has the lock; the
 * caller owes another try or a strata_session_give_up(), after which it may claim NOTHING. FAILED:
 * the item says why; the rest as strata_lock_state. What was moved to another id is followed.
 */
STRATA_MUST_CHECK strata_lock_state strata_session_open(strata_database *database,
	strata_call *call, strata_session *session, strata_session_claim claim);

/* Between two tries, outside of a call: sleeps for 20 ms and max_wait at most. True: try again. */
STRATA_MUST_CHECK bool strata_session_sleep(strata_lock_table *table, strata_session *session,
	strata_usec max_wait);

/* Waits no more. */
void strata_session_give_up(strata_lock_table *table, strata_session *session);

/*
 * Stores these bytes and gives the lock back, or keeps or takes it (after). OK; NOT_STORED: another
 * request has the lock or has changed the record since it was read; TOO_LARGE or a refusal: the
 * lock is still held; a failure: it may have been stored, or still be. Then no lock is held.
 */
void strata_session_store(strata_database *database, strata_call *call, strata_session *session,
	strata_view bytes, strata_session_after after);

/*
 * The record is unchanged: gives it its life anew where a tenth of that is over, and the lock back.
 * OK, also where there was nothing to do and no server was asked, and where another request has the
 * lock or has changed it, which loses nothing (*is_skipped: the life was not moved). MISS: there is
 * none. It was new, and a store() makes it; or it is gone, and whether a store() is refused is for
 * the tier to say. A refusal or failure, as store().
 */
void strata_session_renew(strata_database *database, strata_call *call, strata_session *session,
	bool *is_skipped);

/* A new session that stayed empty: counted as skipped, and left. */
void strata_session_skip(strata_database *database, strata_call *call, strata_session *session);

/* Gives the lock back, if one is held. OK, also where none was; NOT_STORED; or why not known. */
void strata_session_leave(strata_database *database, strata_call *call, strata_session *session);

/*
 * Removes the record, and any lock of it. Where another request may have moved the session since,
 * that under the new id, too. OK or MISS.
 */
void strata_session_remove(strata_database *database, strata_call *call, strata_session *session);

/*
 * To another id, which is new: the bytes are stored there with a lock (with BY_LOCK), then the old
 * record becomes a pointer to it, for 30 s, or ends, and its lock is given back. to->record has the
 * result: OK; NOT_STORED where the old record is not the caller's any more, or where the new id is
 * in use: nothing of the caller's is left under the new id, so that a late request brings no ended
 * session back. After a failure the new one may be there (to->record.seen is not 0), and is the
 * caller's.
 */
void strata_session_move(strata_database *database, strata_call *call, strata_session *from,
	strata_session *to, strata_view bytes, strata_session_lead lead);

/* As leave(), where no server can be asked now: the next caller on this host does it. */
void strata_session_abandon(strata_lock_table *table, strata_session *session);

/* Adds to a counter of the tier that has the records. */
void strata_session_count(strata_database *database, strata_counter counter, uint64_t amount);

#endif
