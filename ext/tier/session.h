/* session: what a shared tier does with the record of a session and its lock. */
#ifndef STRATA_TIER_SESSION_H
#define STRATA_TIER_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/call.h"
#include "base/time.h"
#include "tier/item.h"

struct strata_tier;

/*
 * A record lies under a fixed generation, STRATA_GENERATION_OF_SESSIONS: no clear() ends a session,
 * and no lost number does. It is always in an envelope, without an end in it: the server's time to
 * live is its life. No removal of it is ever owed or repeated.
 *
 * The lock is a random token with an end of its own, in the lease of the record's envelope. Where
 * there is no record yet, a placeholder bears it. It is advice to those that come next; what keeps
 * a late write out is that every write compares. See strata_session_guard. A record does not end
 * before its lock.
 */

/* What open() takes beside the record. */
typedef enum {
	STRATA_SESSION_CLAIM_NOTHING, /* it only reads */
	STRATA_SESSION_CLAIM_FOUND,   /* the lock, where there is a record */
	STRATA_SESSION_CLAIM_ALWAYS   /* the lock, also where there is none yet */
} strata_session_claim;

/* What must hold for a change to be made; all in one step with the change. */
typedef enum {
	/*
	 * The lock is the caller's token; or there is none, and the record is still what was seen: an
	 * evicted or ended lock costs no honest write.
	 */
	STRATA_SESSION_BY_LOCK,
	STRATA_SESSION_BY_VERSION, /* no lock of another token, and the record is what was seen */
	STRATA_SESSION_BY_NOTHING  /* whatever is there */
} strata_session_guard;

/* What becomes of the caller's lock with the change, in the same step. */
typedef enum { STRATA_SESSION_LOCK_LEFT, STRATA_SESSION_LOCK_TAKEN } strata_session_after;

typedef struct {
	/* The caller fills these; the item's key is that of the record. */
	strata_item item;
	uint64_t token;       /* of the caller's lock; 0: it wants and has none */
	strata_msec lock_ttl; /* from now, where the lock is taken */
	strata_msec life; /* of the record from now, where that is stored or renewed; at least 1 s */
	strata_session_guard guard;
	strata_session_after after;

	/* open() writes these, and they stay for the changes that follow. */
	bool is_locked;   /* the caller's token is the lock */
	uint64_t holder;  /* with NOT_STORED: the token that is; 0: not known */
	uint64_t seen;    /* version of the record; 0: there was none */
	strata_msec left; /* the record's life at the server; STRATA_NEVER where it has no end */

	/* Of memcached alone, as above. */
	uint64_t cas;          /* of the item that was seen or left there; 0: of none, or not known */
	uint64_t second_cas;   /* the same of the second place of the key */
	bool is_at_second;     /* the first place did not answer: cas and lock are of the second */
	bool was_removed;      /* what is there says that the record was removed, lately */
	strata_msec written;   /* the wall clock of the host that wrote what is there; 0: nothing is */
	strata_msec opened_at; /* boot clock; 0: it was not */
} strata_session_record;

/*
 * One record each, one node each. Results stand in record->item, with node, as those of tier.h.
 * Every verb writes item.result on every path. Refusals and failures leave is_locked as it was.
 */
typedef struct {
	/*
	 * Reads the record and claims its lock, in one step. OK with the item's second group, seen and
	 * left; MISS where there is none, seen is 0; NOT_STORED where another token has the lock: then
	 * nothing is taken and no value returned; why a record is not ours to return (FOREIGN,
	 * OTHER_KEY, CORRUPT, UNKNOWN_CODEC, DESYNC: no lock is taken). A lock that is the caller's
	 * already is taken up and its time begun anew. A pointer (STRATA_CODEC_MOVED) is returned
	 * without a lock, and keeps its end. No replica is asked.
	 */
	void (*open)(struct strata_tier *tier, strata_call *call, strata_session_record *record,
		strata_session_claim claim);

	/*
	 * Stores item.value under item.version. OK: seen is that version; NOT_STORED where the guard
	 * does not hold, nothing was changed; TOO_LARGE; a refusal or failure, after which it may
	 * have been done, or still be.
	 */
	void (*store)(struct strata_tier *tier, strata_call *call, strata_session_record *record);

	/*
	 * Gives the record its whole life anew. OK; MISS: it is gone, and nothing was done: its lock is
	 * gone with it, so that a store by the guard is refused, unless the tier knows that it was
	 * evicted and not removed; NOT_STORED as above.
	 */
	void (*renew)(struct strata_tier *tier, strata_call *call, strata_session_record *record);

	/* Gives the lock back. OK; NOT_STORED: it is another's, or none. */
	void (*leave)(struct strata_tier *tier, strata_call *call, strata_session_record *record);

	/* Removes record and lock, another's too: no later write goes over it. OK; MISS. */
	void (*remove)(struct strata_tier *tier, strata_call *call, strata_session_record *record);

	/*
	 * Reads what another program keeps under exactly this name: OK with the bytes as they are, as
	 * STRATA_CODEC_STRING in item.value, and left; MISS. And removes it: OK; MISS. Other programs
	 * spread keys over servers of memcached by rules of their own, so each of them is asked: MISS
	 * is the word of all, and one that cannot be asked makes a failure of it.
	 */
	void (*read_foreign)(struct strata_tier *tier, strata_call *call, strata_view name,
		strata_session_record *record);
	void (*remove_foreign)(struct strata_tier *tier, strata_call *call, strata_view name,
		strata_session_record *record);
} strata_session_ops;

#endif
