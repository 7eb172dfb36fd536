/* watches — where are the masters that sentinels watch, as this host heard last? In shared memory. */
#ifndef STRATA_REDIS_SENTINEL_WATCHES_H
#define STRATA_REDIS_SENTINEL_WATCHES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "host/host.h"
#include "net/endpoint.h"
#include "protocol/protocol.h"

typedef struct strata_watches strata_watches;

/* One master, watched by one list of sentinels. */
typedef struct strata_watch strata_watch;

STRATA_MUST_CHECK strata_result strata_watches_new(strata_host *host, strata_watches **out);
void strata_watches_free(strata_watches *watches);

/*
 * The record of this key, the hash of the sentinels, of how they are asked and of the master's
 * name; made at the first call by any process and valid for the life of the host. NULL when all are
 * taken.
 */
strata_watch *strata_watches_of(strata_watches *watches, uint64_t key);

/* One that nobody shares, for where there is none to be had. NULL when out of memory. */
strata_watch *strata_watch_new(void);
void strata_watch_free(strata_watch *watch);

/* What is known. */
typedef struct {
	uint32_t round; /* how many questions had been answered, or given up; 0: none was */
	bool is_known;  /* there is an address */
	strata_endpoint at;
	uint64_t epoch;
	strata_result result;        /* OK, or why the last question gave no address */
	strata_protocol_error error; /* the same in words */
} strata_watch_view;

/* The round by itself: as long as it is the same, so is everything else. */
uint32_t strata_watch_round(const strata_watch *watch);

/* False when it could not be looked at in time. */
STRATA_MUST_CHECK bool strata_watch_read(strata_watch *watch, strata_watch_view *out);

/*
 * May the caller ask the sentinels now? True for one caller of the host every second. *turn is for
 * the answer. A caller that never answers only costs its second.
 */
STRATA_MUST_CHECK bool strata_watch_may_ask(strata_watch *watch, strata_msec now,
	strata_msec *turn);

/* What the caller heard, unless somebody else has asked since: an address, or why there is none. */
void strata_watch_heard(strata_watch *watch, strata_msec turn, const strata_endpoint *at,
	uint64_t epoch);
void strata_watch_not_heard(strata_watch *watch, strata_msec turn, strata_result result,
	const char *why);

/* Sleeps until the first question was answered, at most this long. */
void strata_watch_wait(strata_watch *watch, strata_usec patience);

/*
 * Who is at the address of this round says that it is no master. Nobody need ask it before the
 * next.
 */
void strata_watch_deny(strata_watch *watch, uint32_t round);
bool strata_watch_is_denied(const strata_watch *watch, uint32_t round);

#endif
