/* memcached_session_places: what the places of a session's record hold, and what is sent there. */
#ifndef STRATA_TIER_MEMCACHED_MEMCACHED_SESSION_PLACES_H
#define STRATA_TIER_MEMCACHED_MEMCACHED_SESSION_PLACES_H

#include "tier/memcached/memcached_batch.h"
#include "tier/session.h"

enum { STRATA_PLACES_MOST = 2 /* at most: see memcached_replicas.h */ };

/* What one place holds under the record's name. */
typedef enum {
	STRATA_HELD_UNKNOWN,   /* no answer, or what is not ours: the item's result says why */
	STRATA_HELD_NOTHING,   /* no item */
	STRATA_HELD_LOCK,      /* a placeholder: a lock, perhaps one that is over, and no record */
	STRATA_HELD_TOMBSTONE, /* a placeholder that says that the record was removed */
	STRATA_HELD_RECORD
} strata_held_kind;

typedef struct {
	strata_held_kind kind;
	strata_item item;    /* as a get fills it */
	strata_view stored;  /* all bytes; data is NULL where nothing is there */
	uint64_t cas;        /* 0: the server has none (started with -C), or nothing is there */
	strata_msec left;    /* STRATA_NEVER: for ever */
	strata_msec written; /* of a record or tombstone: see strata_places_time() */
	uint64_t owner;      /* of the lock in it, as long as that was not given back; else 0 */
	bool is_locked;      /* the lock is not over, by the clock of this host */
} strata_held;

/* The places of one record, in one call of a verb. */
typedef struct {
	const strata_memcached_tier *tier;
	strata_call *call;
	strata_session_record *record;
	uint32_t count; /* 1 or 2 */
	uint32_t nodes[STRATA_PLACES_MOST];
	strata_held held[STRATA_PLACES_MOST]; /* after a look */
} strata_places;

/* A command for one place, and what came of it. */
typedef struct {
	bool is_sent;                /* set by the caller: else there is no command for this place */
	strata_meta_request request; /* without its key */
	strata_result result;        /* OK; NOT_STORED: the cas is another, or an add finds an item;
	                                MISS: nothing is there; a refusal or failure */
	strata_meta_reply reply;     /* where the server answered */
	const char *node;            /* its name */
} strata_place_step;

strata_places strata_places_of(const strata_memcached_tier *tier, strata_call *call,
	strata_session_record *record);

/* Asks all places at once. What belongs to another key is asked for once more. */
void strata_places_look(strata_places *places);

/* Sends the steps, one for each place, at once. Its wait is bounded by itself. */
void strata_places_run(strata_places *places, strata_place_step steps[STRATA_PLACES_MOST]);

/* What has to be there: what was seen, by its cas (0: nothing); or whatever it is. */
typedef enum { STRATA_OVER_SEEN, STRATA_OVER_ANYTHING } strata_places_over;

/* A step that stores these bytes for so long. data may be NULL: it is NO_MEMORY then. */
strata_place_step strata_places_storing(strata_view bytes, strata_msec life,
	strata_places_over over, uint64_t cas);

/*
 * A full server (-M) drops the item that it has no room to replace, which gives back just the room
 * that is needed: then the same bytes are added at once, and the step has the result of that.
 */
void strata_places_add_dropped(strata_places *places, strata_place_step steps[STRATA_PLACES_MOST],
	uint32_t at);

/* Another caller has changed what is there. */
static inline bool strata_place_step_is_lost(const strata_place_step *step)
{
	return step->result == STRATA_NOT_STORED || step->result == STRATA_MISS;
}

/* So many seconds, as the protocol writes them, so that nothing ends too early. */
uint32_t strata_places_seconds(strata_msec life);

/* The place did not answer, by all that this host knows: other hosts have no answer either. */
bool strata_places_is_out(strata_result result);

/* ---- after a look ---- */

/* Where the lock is to be: at the first place, if that is not out. */
uint32_t strata_places_of_lock(const strata_places *places);

/* The record or tombstone that was written last; NULL: there is none. */
const strata_held *strata_places_newest(const strata_places *places);

/* Has another token the lock, at any place? */
bool strata_places_are_locked(const strata_places *places);

/* Was the lock there the record's token, as long as no other caller took it? */
bool strata_places_is_ours(const strata_places *places, uint32_t at);

/* Something is there, and nothing can be compared with it. */
bool strata_places_lacks_cas(const strata_places *places, uint32_t at);

/* UNSUPPORTED, and the call says why. */
void strata_places_refuse(const strata_places *places, const char *node);

/* ---- what is written; data is NULL when out of memory ---- */

/* A copy of what is stored, without a lock, or with that of the record. */
strata_view strata_places_unlocked(const strata_places *places, strata_view stored);
strata_view strata_places_locked(const strata_places *places, strata_view stored);

/* How long the server keeps what would live so long, with the lock in it: clocks differ. */
strata_msec strata_places_life_with_lock(const strata_session_record *record, strata_msec life);

/* The record's lock, and no record; and that there is none, nor is to be one. */
strata_view strata_places_placeholder(const strata_places *places);
strata_view strata_places_tombstone(const strata_places *places, strata_msec written);

typedef enum { STRATA_LATER_THAN_SEEN, STRATA_LATER_THAN_ALL } strata_places_moment;

/*
 * What the record says of when it is written, by the wall clock. Of two places the one that was
 * written last is right, and clocks of hosts differ. So what follows upon something is later than
 * that. What is written at the second place alone, or removed, is also later than what others may
 * yet write at the first one.
 */
strata_msec strata_places_time(const strata_session_record *record, strata_places_moment moment);

/* ---- the end ---- */

/* The record's result, with the node that it is from. */
void strata_places_complete(const strata_places *places, strata_result result, const char *node);

#endif
