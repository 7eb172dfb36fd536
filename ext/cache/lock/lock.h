/* lock: what one process of the fleet has at a time, until it gives it back or its time is over. */
#ifndef STRATA_CACHE_LOCK_LOCK_H
#define STRATA_CACHE_LOCK_LOCK_H

#include "base/call.h"
#include "database/database.h"
#include "host/table/lock_table.h"

typedef struct strata_lock_kind strata_lock_kind;

/*
 * In the deepest tier, where that is shared, a lock is a value under a name that no key of a script
 * has: the generation in it is STRATA_GENERATION_OF_LOCKS. Its version is derived from the token of
 * its holder. So the verbs of every tier do: add acquires, compare refreshes, compare_and_remove
 * releases. Nearer tiers never see it. Without a shared tier the table of the host is the lock.
 *
 * These run no PHP code and use no memory of PHP. They take a call whose arena and now are set.
 * The caller fills the first group, and keeps the views as long as the lock.
 */
typedef struct strata_lock {
	strata_view key;   /* by strata_lock_key() */
	strata_view token; /* 1 to 255 bytes; data is NULL where place.version was chosen already */
	strata_msec ttl;
	const strata_lock_kind *kind; /* NULL: one of a script, kept as above */
	bool may_wait;                /* for another holder: so that it is counted */

	strata_msec held_until; /* boot clock: while it is ours for certain; 0: it is not */
	uint64_t fence;         /* of the present hold; 0: it was not asked for */
	strata_lock_scope scope;
	strata_lock_place place; /* in the table of the host */
	bool is_asking;          /* the turn of this host is ours */
	bool has_waited;
	strata_usec poll_at; /* monotonic: the next question */
	strata_usec pause;   /* after that one */
} strata_lock;

typedef enum {
	STRATA_LOCK_GOT,
	STRATA_LOCK_WAITS,   /* another holder has it: sleep, then try again, or give up */
	STRATA_LOCK_FAILED,  /* the item has the result: a refusal, a failure, or what else is there */
	STRATA_LOCK_NO_ROOM, /* as many locks are held or waited for on this host as may be */
	STRATA_LOCK_NO_SLOT, /* the thread cannot be told from a dead one */
	STRATA_LOCK_NO_HOST  /* the memory of the host is not shared, and no tier is */
} strata_lock_state;

/*
 * What the locks of sessions (cache/session) do in their own way: they are taken and removed
 * together with a record. The turn of the host, waiting, and what the dead leave are the same for
 * all kinds.
 */
struct strata_lock_kind {
	uint64_t generation;   /* of the names at the server */
	strata_counter waited; /* counts those that waited for another holder */

	/*
	 * Asks the server. GOT with held_until; or with 0 there, where no lock was to be had and none
	 * is needed: then the turn ends. WAITS: another holder has it. FAILED: what may have been done
	 * all the same was taken back, by strata_lock_take_back().
	 */
	strata_lock_state (
		*take)(strata_database *database, strata_call *call, strata_lock *lock, strata_item *item);

	/* Removes the lock at the server if it has this version. OK; NOT_STORED; or why not known. */
	strata_result (*remove)(strata_database *database, strata_call *call, const strata_lock *lock,
		uint64_t version);
};

/* The name of a lock below api/, in the arena; data is NULL when out of memory. */
strata_view strata_lock_key(strata_arena *arena, strata_view name);

/*
 * One try to get the lock, or to take up what is held under its token, which starts its time anew.
 * *item says how it went. After WAITS the caller owes another try or strata_lock_give_up().
 */
STRATA_MUST_CHECK strata_lock_state strata_lock_try(strata_database *database, strata_call *call,
	strata_lock *lock, strata_item *item);

/*
 * Between two tries, outside of any call: sleeps for at most max_wait and 20 ms. True: try again.
 */
STRATA_MUST_CHECK bool strata_lock_sleep(strata_lock_table *table, strata_lock *lock,
	strata_usec max_wait);

/* Waits no more. */
void strata_lock_give_up(strata_lock_table *table, strata_lock *lock);

/*
 * Gives the lock back, whichever process took it: the token decides. The item's result: OK;
 * NOT_STORED: it is another's or free; or why that is not known. Then the host remembers to ask.
 */
void strata_lock_release(strata_database *database, strata_call *call, strata_lock *lock,
	strata_item *item);

/* Starts its time anew, with this ttl. OK; NOT_STORED: it is another's or free; or why not. */
void strata_lock_refresh(strata_database *database, strata_call *call, strata_lock *lock,
	strata_msec ttl, strata_item *item);

/*
 * A number greater than those of all holders before: raised once for each hold, when it is first
 * asked for, and handed out only where the lock is still held after that. As refresh().
 */
void strata_lock_raise_fence(strata_database *database, strata_call *call, strata_lock *lock,
	strata_item *item);

/* The calling process may end, and the lock stays until its time is over. */
void strata_lock_unbind(strata_lock_table *table, const strata_lock *lock);

/* As release(), where no server can be asked now: the next caller on this host does it. */
void strata_lock_abandon(strata_lock_table *table, strata_lock *lock);

/* ---- for other kinds ---- */

/* Fills the place, as the functions above do. */
void strata_lock_prepare(const strata_database *database, strata_call *call, strata_lock *lock);

/* As strata_lock_try(), of any kind. Locks of scripts are counted there. */
STRATA_MUST_CHECK strata_lock_state strata_lock_contend(strata_database *database,
	strata_call *call, strata_lock *lock, strata_item *item);

/*
 * No answer: the lock may be ours at the server until then, or may come to be. It is removed; where
 * that is not certain, the host remembers it. call->error stays.
 */
void strata_lock_take_back(strata_database *database, strata_call *call, strata_lock *lock,
	strata_msec until);

/* It is ours at the server until then, by another step than strata_lock_contend(). */
void strata_lock_note_held(strata_lock_table *table, strata_lock *lock, strata_msec until);

/* It is not ours at the server any more. Without effect where none was held. */
void strata_lock_note_released(strata_lock_table *table, strata_lock *lock);

/* No question to a server: was it given to us, and is its time not over? */
bool strata_lock_is_held(const strata_lock *lock);

#endif
