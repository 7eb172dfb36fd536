/*
 * lock_table: what the processes of this host know together of the locks of scripts: which are
 * held, and which process asks a server for one.
 */
#ifndef STRATA_HOST_TABLE_LOCK_TABLE_H
#define STRATA_HOST_TABLE_LOCK_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "host/host.h"
#include "host/process_slot.h"

typedef struct strata_lock_table strata_lock_table;

enum {
	STRATA_LOCK_TABLE_SIZE = 1024,
	STRATA_LOCK_FORMERS = 2 /* versions that the dead may have left at the server */
};

/* What is between the table and a lock. */
typedef enum {
	STRATA_LOCK_OF_HOST, /* the table is the lock */
	STRATA_LOCK_OF_FLEET /* a server has the word, and the table says which process asks it */
} strata_lock_scope;

typedef enum {
	STRATA_LOCK_TAKEN, /* OF_HOST: the caller's from now on */
	STRATA_LOCK_TURN,  /* OF_FLEET: the caller asks the server, for all processes of its host */
	STRATA_LOCK_HELD,  /* another process has it, or the turn: strata_lock_table_sleep() */
	STRATA_LOCK_FULL,  /* as many locks are held or asked for on this host as may be */
	STRATA_LOCK_ALONE  /* the thread has no process slot: nothing could tell that it died */
} strata_lock_entry_state;

/*
 * One lock as one caller wants or has it. The caller fills name and version. Moments of locks are
 * those of the boot clock (os/clock.h).
 */
typedef struct {
	uint64_t name;    /* hash of the space and the name of the lock */
	uint64_t version; /* of the caller's token, not 0 */

	/* How long one question of the caller may take, and what it asks to take that back. */
	strata_msec question_time;

	/*
	 * From strata_lock_table_enter(), with a TURN: what processes that died, or that had no answer,
	 * may have left at the server under the name; 0 is none. It is the caller's to remove there.
	 */
	uint64_t formers[STRATA_LOCK_FORMERS];
	bool is_of_dead; /* the lock was freed, or those are to be, since a process died */
	uint32_t entry;  /* index in the table */
	uint32_t seen;   /* the entry's event count, when it was last looked at */
} strata_lock_place;

STRATA_MUST_CHECK strata_result strata_lock_table_new(strata_host *host,
	strata_process_slots *slots, strata_lock_table **out);
void strata_lock_table_free(strata_lock_table *table);

/*
 * Is the memory that of all processes of the host? Where it could not be had, the table is no lock.
 */
bool strata_lock_table_is_shared(const strata_lock_table *table);

/* ---- taking ---- */

/*
 * Takes the lock of the host until this moment, or the turn to ask for one of the fleet. A holder
 * that died, or whose time is over, has it no more. What is held under the caller's own version is
 * taken up by the caller.
 */
STRATA_MUST_CHECK strata_lock_entry_state strata_lock_table_enter(strata_lock_table *table,
	strata_lock_place *place, strata_lock_scope scope, strata_msec until);

/*
 * After a TURN, when the formers are removed, and before each question to the server, which may
 * keep what it is asked for until this moment. False when the turn is another caller's by now: one
 * that does not ask for a quarter of a second, and the time of its question before, loses it.
 */
STRATA_MUST_CHECK bool strata_lock_table_ask(strata_lock_table *table,
	const strata_lock_place *place, strata_msec until);

/* The server gave the caller the lock, until this moment at least. */
void strata_lock_table_hold(strata_lock_table *table, const strata_lock_place *place,
	strata_msec until);

/*
 * Sleeps until there is news, for at most max_wait and never longer than 20 ms. True: the lock may
 * be free, or its holder died: enter or ask again.
 */
STRATA_MUST_CHECK bool strata_lock_table_sleep(strata_lock_table *table, strata_lock_place *place,
	strata_usec max_wait);

/* The caller does not ask any more. Without effect on a lock that it holds. */
void strata_lock_table_leave(strata_lock_table *table, const strata_lock_place *place);

/* The same for every turn of the calling thread: after an error cut its waits off. */
void strata_lock_table_leave_all(strata_lock_table *table);

/*
 * The caller does not know whether the server has its version, or has still: until this moment the
 * next caller on this host gets it as a former.
 */
void strata_lock_table_abandon(strata_lock_table *table, const strata_lock_place *place,
	strata_msec until);

/* ---- holding ---- */

/* OF_HOST: does this version hold the lock? */
STRATA_MUST_CHECK bool strata_lock_table_has(strata_lock_table *table,
	const strata_lock_place *place);

/* Held until then. False, of the host: it is not. For one of the fleet the server has the word. */
bool strata_lock_table_extend(strata_lock_table *table, const strata_lock_place *place,
	strata_msec until);

/*
 * Frees the entry and wakes a waiter. False, of the host: it was not held. One of the fleet is
 * released at the server before.
 */
bool strata_lock_table_release(strata_lock_table *table, const strata_lock_place *place);

/* OF_HOST: frees the entry, whatever version holds it. The holder is not told. */
void strata_lock_table_revoke(strata_lock_table *table, const strata_lock_place *place);

/*
 * The life of the calling process is no condition any more. A lock of the fleet is left to the
 * server from here on.
 */
void strata_lock_table_unbind(strata_lock_table *table, const strata_lock_place *place,
	strata_lock_scope scope);

/*
 * A number greater than any that it returned on this host before: microseconds since 1970 (now), or
 * one more than the last.
 */
uint64_t strata_lock_table_raise(strata_lock_table *table, strata_usec now);

/* For status: locks held, left or asked for now. */
uint32_t strata_lock_table_used(const strata_lock_table *table);

#endif
