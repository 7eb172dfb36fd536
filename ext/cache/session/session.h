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
 * leave the result in session->record.item. Bytes of its value live as long as that arena.
 */
enum { STRATA_SESSION_LONGEST_ID = 256 /* bytes */ };

typedef struct {
	strata_session_record record;
	strata_lock lock; /* its key is that of the record */
	strata_msec life; /* of the record: session.gc_maxlifetime */
	bool is_moved;    /* the record was found under another id, which was left for 30 s */
	uint32_t id_size;
	char id[STRATA_SESSION_LONGEST_ID];      /* as the client has it */
	char key[STRATA_SESSION_LONGEST_ID + 2]; /* of the record: "{", the id it is under, "}" */
	char token[16];
} strata_session;

/* Is it 1 to 256 of A-Z a-z 0-9 , - as PHP makes them? */
STRATA_MUST_CHECK bool strata_session_is_id(strata_view id);

/* Of an id that is one. Asks no server. The struct must stay where it is. */
void strata_session_init(strata_session *session, strata_view id, strata_msec life,
	strata_msec lock_ttl, strata_session_guard guard);

/*
 * One try to read the record and, as claimed, get its lock. GOT: the item is OK with the record's
 * value, or MISS. WAITS: another request has the lock; the caller owes another try or a
 * strata_session_give_up(). FAILED: the item says why; the rest as strata_lock_state. What was
 * moved to another id is followed.
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
 * request has the lock or has changed the record since it was read; TOO_LARGE, a refusal or
 * failure.
 */
void strata_session_store(strata_database *database, strata_call *call, strata_session *session,
	strata_view bytes, strata_session_after after);

/*
 * The record is unchanged: gives it its life anew where a tenth of that is over, and the lock back.
 * OK, also where there was nothing to do and no server was asked (*is_skipped: the life was not
 * moved); MISS: it is gone and to be stored; else as store().
 */
void strata_session_renew(strata_database *database, strata_call *call, strata_session *session,
	bool *is_skipped);

/* Gives the lock back, if one is held. OK, also where none was; NOT_STORED; or why not known. */
void strata_session_leave(strata_database *database, strata_call *call, strata_session *session);

/* Removes the record, and any lock of it. OK or MISS. */
void strata_session_remove(strata_database *database, strata_call *call, strata_session *session);

/*
 * To another id, which is new: the bytes are stored there with a lock, then the old record becomes
 * a pointer to it, for 30 s, and its lock is given back. to->record has the result: OK; NOT_STORED
 * where the old record is not the caller's any more (then the new one stays all the same).
 */
void strata_session_move(strata_database *database, strata_call *call, strata_session *from,
	strata_session *to, strata_view bytes);

/* As leave(), where no server can be asked now: the next caller on this host does it. */
void strata_session_abandon(strata_lock_table *table, strata_session *session);

#endif
