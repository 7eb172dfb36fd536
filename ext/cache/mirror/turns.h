/* turns: when one thread brings over what changed, and looks at what was read. */
#ifndef STRATA_CACHE_MIRROR_TURNS_H
#define STRATA_CACHE_MIRROR_TURNS_H

#include "cache/mirror/pass.h"
#include "cache/mirror/sample.h"

enum { STRATA_MIRROR_TURNS_DATABASES = 8 /* that move, of one thread */ };

/* One that this thread has used. */
typedef struct {
	strata_database *database; /* NULL: free */
} strata_mirror_moving;

/* Belongs to one thread. All zeroes is one that has used none. */
typedef struct {
	strata_mirror_moving moving[STRATA_MIRROR_TURNS_DATABASES];
	strata_mirror_sampled samples[STRATA_MIRROR_SAMPLE_KEYS];
	strata_database *sampled_of[STRATA_MIRROR_SAMPLE_KEYS]; /* by the place of the sample */
	uint32_t sample_count;
	strata_arena *kept;  /* the keys of the samples; NULL: not made yet */
	strata_arena *work;  /* of one turn; likewise */
	strata_msec last_at; /* monotonic: the last turn */
	uint32_t calls;      /* that changed something since */
	bool is_taken;       /* a turn is under way: calls in it begin none */
} strata_mirror_turns;

/*
 * At the end of a call: its database moves. What the call asked shared tiers for is kept, in so far
 * as it is of the sample; NULL: nothing.
 */
void strata_mirror_turns_note(strata_mirror_turns *turns, strata_database *database,
	const strata_read_sample *sample);

/* Is there anything to be done, by what this thread knows? A few loads. */
STRATA_MUST_CHECK bool strata_mirror_turns_is_wanted(const strata_mirror_turns *turns);

/* For a command line, where no request ends: is it time for a turn? */
STRATA_MUST_CHECK bool strata_mirror_turns_is_time(const strata_mirror_turns *turns);

typedef enum {
	STRATA_TURN_CHANGES, /* nothing is compared and nothing filled, and samples are let go */
	STRATA_TURN_ALL
} strata_mirror_turn;

/*
 * One turn, of so long: changes first, then samples, unless more requests wait for this process
 * (os/listen_queue.h). Nothing is an error of the request.
 */
void strata_mirror_turns_take(strata_mirror_turns *turns, strata_mirror_turn what,
	strata_usec may_wait);

/* Before a call returns: all names of this database that are due. */
void strata_mirror_turns_take_at_once(strata_mirror_turns *turns, strata_database *database);

/* Is anything noted at all, due or not? */
STRATA_MUST_CHECK bool strata_mirror_turns_any(const strata_mirror_turns *turns);

/*
 * This thread is the last one of its host, whose memory ends with it: all names are brought over,
 * whatever was agreed with others, as long as a place is asked at all. Returns how many are lost.
 */
uint64_t strata_mirror_turns_finish(strata_mirror_turns *turns, strata_usec may_wait);

/* The database is about to be closed. */
void strata_mirror_turns_forget(strata_mirror_turns *turns, const strata_database *database);

/* The thread ends, or a child begins. */
void strata_mirror_turns_fini(strata_mirror_turns *turns);

#endif
