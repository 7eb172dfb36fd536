/* unconfirmed: removals that a pool of servers has not confirmed, by name, for all processes. */
#ifndef STRATA_HOST_UNCONFIRMED_H
#define STRATA_HOST_UNCONFIRMED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/result.h"
#include "base/time.h"
#include "base/view.h"
#include "host/host.h"

/*
 * A pool is whatever one removal is sent to: a memcached server, a Redis server or watched master,
 * a cluster. A name is that of the servers, with namespace, database and generation in it, so that
 * whichever process comes along can repeat the removal.
 *
 *     not confirmed ->  NOW    the old value may be there: it must not be read
 *     confirmed     ->  LATER  it is removed once more, 5 s later: a server that was stopped does
 *                              what lies in its buffer when it goes on, however late that is
 *     once more     ->  struck
 *
 * Every call of every process to the pool carries a few names that are due in front of its own
 * commands, in the same write. So what it asks is answered after the removal.
 *
 * What cannot be noted is an overflow: no room, a lock that is not to be had in 20 ms, damage. From
 * then on no value of the pool is believed that was created before, or of which that is not known
 * for the next 10 minutes. A removal is never lost in silence.
 */
typedef struct {
	_Atomic uint64_t attention;     /* a checked word: how many names, and was there an overflow? */
	_Atomic uint64_t overflowed_at; /* wall clock, msec: when it was last; 0: never */
	_Atomic uint64_t next_due;      /* monotonic, msec: nothing is to be taken before */
} strata_unconfirmed;

typedef struct strata_unconfirmed_table strata_unconfirmed_table;

enum {
	STRATA_UNCONFIRMED_POOLS = 64,
	STRATA_UNCONFIRMED_NAMES = 2048,       /* of one pool */
	STRATA_UNCONFIRMED_LONGEST_NAME = 1024 /* bytes; a longer one is an overflow */
};

/* Removals and changes each have a table. */
STRATA_MUST_CHECK strata_result strata_unconfirmed_table_new(strata_host *host,
	strata_unconfirmed_table **out);
void strata_unconfirmed_table_free(strata_unconfirmed_table *table);

/*
 * The record of a pool, made at the first call, for the life of the host. NULL when all are taken,
 * or another process is stopped in the middle of claiming: nothing is noted then. All functions
 * below take NULL for a pool that owes nothing. Without a name, only what was made before.
 */
strata_unconfirmed *strata_unconfirmed_of(strata_unconfirmed_table *table, uint64_t key,
	const char *name);

/* Is there a name, or was there an overflow? One load: no other function is called where not. */
static inline bool strata_unconfirmed_any(const strata_unconfirmed *unconfirmed)
{
	return unconfirmed != NULL &&
		   atomic_load_explicit(&unconfirmed->attention, memory_order_acquire) != 0;
}

typedef enum {
	STRATA_UNCONFIRMED_NONE,
	STRATA_UNCONFIRMED_NOW,
	STRATA_UNCONFIRMED_LATER
} strata_unconfirmed_state;

/* One name as it stood when it was looked up or taken. */
typedef struct {
	strata_view name;               /* from strata_unconfirmed_take() only */
	strata_unconfirmed_state state; /* NONE: it is not unconfirmed */
	uint64_t hash;
	uint32_t entry;
	uint32_t round; /* that a later removal of the same name changes */
} strata_unconfirmed_name;

/*
 * Notes that this name is to be removed. One that stands there begins anew. True when it could not
 * be noted, and that is news: the last overflow was over a minute ago.
 */
bool strata_unconfirmed_add(strata_unconfirmed *unconfirmed, strata_view name,
	strata_unconfirmed_state state);

/* Something that cannot be named is to be removed. True as above. */
bool strata_unconfirmed_overflow(strata_unconfirmed *unconfirmed);

/* Does the name stand there? Takes no lock. */
strata_unconfirmed_name strata_unconfirmed_find(const strata_unconfirmed *unconfirmed,
	strata_view name);

/*
 * Would strata_unconfirmed_take() find any at this moment? Two loads. A moment that is damaged is
 * found out by the next that notes or takes.
 */
static inline bool strata_unconfirmed_is_due(const strata_unconfirmed *unconfirmed, strata_msec now)
{
	return strata_unconfirmed_any(unconfirmed) &&
		   atomic_load_explicit(&unconfirmed->next_due, memory_order_relaxed) <= now;
}

/*
 * Names that are due, for the caller to remove, and for no other caller for a second; copied into
 * the arena. At most room; returns how many.
 */
uint32_t strata_unconfirmed_take(strata_unconfirmed *unconfirmed, strata_arena *arena,
	strata_unconfirmed_name *names, uint32_t room);

/* The servers confirmed the removal of what was found or taken, unless it was noted anew since. */
void strata_unconfirmed_confirm(strata_unconfirmed *unconfirmed,
	const strata_unconfirmed_name *name);

/* A value was stored over it, and the servers confirmed that: it is unconfirmed no more. */
void strata_unconfirmed_supersede(strata_unconfirmed *unconfirmed,
	const strata_unconfirmed_name *name);

/*
 * ---- changes ----
 *
 * A pool may hold names of what changes in one place, each to be looked at there afterwards, for
 * another place that follows it (database/mirror.h). A name is taken as above, and then completed.
 *
 *     it begins    ->  LATER  due in 5 s: where the process dies, it counts as changed
 *     it is over   ->  NOW    due at once
 *     not changed  ->  as before it began
 *     not known    ->  NOW, and LATER when that is completed: the command may still be carried out
 *     completed    ->  struck; LATER while other changes of the name are under way
 */
typedef enum {
	STRATA_CHANGE_OVER,
	STRATA_CHANGE_NONE,   /* nothing was asked for */
	STRATA_CHANGE_UNKNOWN /* it was asked for, and what came of it is not known */
} strata_change_outcome;

/*
 * Around a change. False where it could not be noted, which is an overflow. The lock is waited for
 * for 20 ms: nothing but a process that is stopped or not running keeps it that long.
 */
bool strata_unconfirmed_begin(strata_unconfirmed *unconfirmed, strata_view name);
bool strata_unconfirmed_end(strata_unconfirmed *unconfirmed, strata_view name,
	strata_change_outcome outcome);

/* What was taken is as it should be, unless the name was noted anew since. */
void strata_unconfirmed_complete(strata_unconfirmed *unconfirmed,
	const strata_unconfirmed_name *name);

/*
 * Is a value of the pool to be believed? created_at is by the wall clock, 0 where it is not known.
 */
bool strata_unconfirmed_believes(const strata_unconfirmed *unconfirmed, strata_msec created_at,
	strata_msec wall);

/*
 * A pool by a number below STRATA_UNCONFIRMED_POOLS, the same in all processes. NULL where none is.
 */
uint32_t strata_unconfirmed_place(const strata_unconfirmed_table *table,
	const strata_unconfirmed *unconfirmed);
strata_unconfirmed *strata_unconfirmed_at(const strata_unconfirmed_table *table, uint32_t place);

/* For status. */
typedef struct {
	const char *name; /* of the pool */
	uint32_t names;   /* at this moment */
	uint64_t noted;   /* names ever, counted each time */
	uint64_t replayed;
	uint64_t overflows;
	strata_msec overflowed_at; /* wall clock; 0: never */
} strata_unconfirmed_view;

/* Of one pool; zeroes and an empty name where that is NULL. */
strata_unconfirmed_view strata_unconfirmed_status(const strata_unconfirmed *unconfirmed);

/* The record at this place, below STRATA_UNCONFIRMED_POOLS. False when there is none. */
static inline bool strata_unconfirmed_look(const strata_unconfirmed_table *table, uint32_t place,
	strata_unconfirmed_view *out)
{
	const strata_unconfirmed *pool = strata_unconfirmed_at(table, place);

	*out = strata_unconfirmed_status(pool);
	return pool != NULL;
}

/* How many names have the state NOW? Looks at each entry. */
uint32_t strata_unconfirmed_now(const strata_unconfirmed *unconfirmed);

#endif
