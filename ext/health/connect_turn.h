/* connect_turn — when an operation may open a connection that it needs. */
#ifndef STRATA_HEALTH_CONNECT_TURN_H
#define STRATA_HEALTH_CONNECT_TURN_H

#include "health/breaker.h"

/*
 * Waiting for the turn to open one. The caller fills the first group, and all else is zeroes before
 * the first question. Half of the time until the deadline may be waited: what is left is for the
 * connection.
 */
typedef struct {
	strata_priority priority;
	strata_msec deadline;
	bool is_first; /* of this process to this node */

	strata_msec latest;  /* the wait ends by then */
	strata_msec at;      /* LATER: ask again then */
	bool has_token;      /* it was counted on the rate, or need not be */
	bool is_counted;     /* NOW: as a handshake, until the caller says that it has ended */
	bool waits_for_room; /* LATER: or when strata_connect_turn_await_room() returns */
	uint32_t seen;       /* of the handshakes that had begun */
} strata_connect_turn;

typedef enum {
	STRATA_TURN_NOW,   /* open it, and strata_connect_turn_end() afterwards */
	STRATA_TURN_LATER, /* ask again */
	STRATA_TURN_NEVER  /* the rate leaves no time for it */
} strata_turn;

/*
 * May one be opened now? Counts it on the rate, once for all questions of a turn, and as a
 * handshake until connected. Urgent operations have a part of the rate for themselves, and when
 * their wait is over they go without: the answer to them is never NEVER.
 *
 * Where the rate follows the workers of the host, it is as many a second as there are, and at least
 * 50. The first connection of each process to a node is not counted then: starting a process costs
 * more than that.
 */
STRATA_MUST_CHECK strata_turn strata_connect_turn_take(const strata_breaker *breaker,
	strata_connect_turn *turn, strata_msec now);

/* Sleeps at most this long, until another handshake may begin. May return early. */
void strata_connect_turn_await_room(const strata_breaker *breaker, const strata_connect_turn *turn,
	strata_usec max_wait);

/* A connection that was counted is past its handshake, or there is none after all. */
void strata_connect_turn_end(const strata_breaker *breaker);

#endif
