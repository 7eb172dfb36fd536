/* opened: the session that this thread has open, from the first question about it to its end. */
#ifndef STRATA_API_SESSION_OPENED_H
#define STRATA_API_SESSION_OPENED_H

#include "php.h"

#include "api/request/call.h"
#include "cache/session/session.h"

/* Why a session could not be had or changed. */
typedef enum {
	STRATA_TROUBLE_NONE,
	STRATA_TROUBLE_DATABASE,   /* it cannot be used as it is configured */
	STRATA_TROUBLE_LOCK,       /* no lock is to be had, whichever request has it */
	STRATA_TROUBLE_TIME,       /* another request has it, and the wait is over */
	STRATA_TROUBLE_SERVER,     /* what was asked for was refused or failed */
	STRATA_TROUBLE_RECORD,     /* what is stored is not ours to read */
	STRATA_TROUBLE_REFUSED,    /* the write came too late */
	STRATA_TROUBLE_INTERRUPTED /* the script went another way: nothing is to be said */
} strata_trouble_kind;

typedef struct {
	strata_trouble_kind kind;
	strata_result result;
	char why[STRATA_DATABASE_ERROR]; /* a sentence, or empty where the result has it */
} strata_trouble;

/* What becomes of the record that session_regenerate_id() leaves, once the new id is known. */
typedef enum {
	STRATA_LEAVING_NOTHING,
	STRATA_LEAVING_POINTER, /* it leads to the new one for a while */
	STRATA_LEAVING_REMOVED,
	STRATA_LEAVING_UNKNOWN /* there is none: the client never heard of the id */
} strata_leaving;

/*
 * One for each thread, made when PHP first opens a session in a request, and freed after the
 * request: no memory of PHP, except for bytes. The session of PHP has one of two places, and the
 * one that is left by session_regenerate_id() the other; the third is for what a script asks of an
 * id beside its session's.
 */
typedef struct strata_opened {
	uint32_t process; /* strata_process_generation() of the one whose session it is */
	strata_space space;
	uint64_t lock; /* STRATA_SESSION_LOCK_ON, _OPTIMISTIC or _OFF; as the rest when it was opened */
	strata_usec lock_wait;
	strata_msec lock_ttl;
	bool is_read_after_wait; /* strata.session_on_lock_timeout = read_only */
	bool is_empty_on_error;  /* strata.session_on_error = empty */

	bool is_open;           /* PHP has opened the handler, and did not close it */
	bool is_parents;        /* of a child of fork(): the session is its parent's */
	bool has_session;       /* *session is that of an id */
	bool is_new;            /* its id was made here, and nothing was stored: no server was asked */
	bool is_ready;          /* read() takes over what validate_sid() found */
	bool is_read;           /* the script was given what is in the session */
	bool was_read;          /* so was it, and a handler of the script closed it since */
	bool is_read_only;      /* as the settings say, where it could not be had otherwise */
	strata_trouble trouble; /* which validate_sid() met, and read() is to say */
	zend_string *bytes;     /* as they were read, or stored last; NULL: neither */

	strata_leaving leaving;
	bool has_left;      /* PHP has closed the one that is left, too */
	zend_string *taken; /* the bytes that go along to the new id; NULL: none */

	strata_session *session, *left;
	strata_session *waiting; /* that whose lock another request has; NULL: none */
	strata_session places[2];
	strata_session other;
	bool has_other; /* it may have a lock */

	char made[STRATA_SESSION_LONGEST_ID]; /* the last id that was made here */
	size_t made_size;                     /* 0: none, or something was stored under it */
	double made_at;                       /* in which request */
} strata_opened;

/* That of this thread and process. NULL without memory. */
strata_opened *strata_opened_get(void);

/*
 * Opens the database of this index and notes its settings. False with a trouble of the database.
 * A session that is open already stays as it is.
 */
bool strata_opened_enter(strata_opened *opened, uint32_t database);

const char *strata_opened_database(const strata_opened *opened);

/* Is it the session of PHP, or the id that was made last and that no client knows? */
bool strata_opened_has(const strata_opened *opened, strata_view id);
bool strata_opened_made(const strata_opened *opened, strata_view id);
void strata_opened_note_made(strata_opened *opened, strata_view id);

/* What open() claims, by the settings. */
strata_session_guard strata_opened_guard(const strata_opened *opened);

/*
 * Begins with a session, or with one beside it, of which nothing is known yet. What it takes the
 * place of gives its lock back.
 */
void strata_opened_begin(strata_opened *opened, strata_view id, zend_long lifetime);
void strata_opened_begin_other(strata_opened *opened, strata_view id, zend_long lifetime);

/* session.gc_maxlifetime as the life of a record. */
strata_msec strata_opened_life(zend_long lifetime);

/* The session of PHP becomes the one that is left, for an id that is not known yet. */
void strata_opened_leave_for_another(strata_opened *opened, strata_leaving leaving,
	zend_string *taken);

/*
 * Asks, and waits where another request has the session. OK with the bytes, a string of the
 * caller's; MISS; or another result with *trouble. session is one of the places of *opened. May
 * run handlers of signals. No connection is held afterwards.
 */
strata_result strata_opened_ask(strata_opened *opened, strata_session *session,
	strata_session_claim claim, zend_string **bytes, strata_trouble *trouble);

/* Stores these bytes; see strata_session_store(). OK, or another result with *trouble. */
strata_result strata_opened_store(strata_opened *opened, strata_session *session,
	zend_string *bytes, strata_session_after after, strata_trouble *trouble);

/* Stores nothing: see strata_session_renew(), strata_session_skip(). OK, MISS, or what it was. */
strata_result strata_opened_renew(strata_opened *opened, strata_session *session);
void strata_opened_skip(strata_opened *opened, strata_session *session);

/* Removes record and lock. False with *trouble. */
bool strata_opened_remove(strata_opened *opened, strata_session *session, strata_trouble *trouble);

/* From one place to the other; see strata_session_move(). False with *trouble. */
bool strata_opened_move(strata_opened *opened, zend_string *bytes, strata_session_lead lead,
	strata_trouble *trouble);

/* There is no new id after all: does to the record that is left what the script asked for. */
void strata_opened_stay(strata_opened *opened);

/* Keeps a reference to the bytes as those of the session. */
void strata_opened_keep(strata_opened *opened, zend_string *bytes);

/* Gives the lock of this session back. Throws nothing, runs no code. */
void strata_opened_leave(strata_opened *opened, strata_session *session);
void strata_opened_leave_other(strata_opened *opened);

/* The session ends: gives back what is held, and lets go of the bytes. */
void strata_opened_close(strata_opened *opened);

/*
 * After the request, when PHP's memory is gone already: what no close came for is given back, and
 * the struct is freed.
 */
void strata_opened_end_request(void);

#endif
