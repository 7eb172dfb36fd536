/* masters — where are the masters that sentinels watch, as this host heard last? In shared memory. */
#ifndef STRATA_REMOTE_MASTERS_H
#define STRATA_REMOTE_MASTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "host/host.h"
#include "remote/endpoint.h"
#include "remote/wire.h"

typedef struct strata_masters strata_masters;

/* One master, watched by one list of sentinels. */
typedef struct strata_master strata_master;

STRATA_MUST_CHECK strata_result strata_masters_new(strata_host *host, strata_masters **out);
void strata_masters_free(strata_masters *masters);

/*
 * The record of this key, the hash of the sentinels and the master's name; made at the first call by any
 * process and valid for the life of the host. NULL when all are taken.
 */
strata_master *strata_masters_of(strata_masters *masters, uint64_t key);

/* One that nobody shares, for where there is none to be had. NULL when out of memory. */
strata_master *strata_master_new(void);
void strata_master_free(strata_master *master);

/* What is known. */
typedef struct {
	uint32_t round; /* how many questions had been answered, or given up; 0: none was */
	bool is_known;  /* there is an address */
	strata_endpoint at;
	uint64_t epoch;
	strata_result result;    /* OK, or why the last question gave no address */
	strata_wire_error error; /* the same in words */
} strata_master_view;

/* The round by itself: as long as it is the same, so is everything else. */
uint32_t strata_master_round(const strata_master *master);

/* False when it could not be looked at in time. */
STRATA_MUST_CHECK bool strata_master_read(strata_master *master, strata_master_view *out);

/*
 * May the caller ask the sentinels now? True for one caller of the host every second. *turn is for the
 * answer. A caller that never answers only costs its second.
 */
STRATA_MUST_CHECK bool strata_master_may_ask(strata_master *master, strata_msec now,
	strata_msec *turn);

/* What the caller heard, unless somebody else has asked since: an address, or why there is none. */
void strata_master_heard(strata_master *master, strata_msec turn, const strata_endpoint *at,
	uint64_t epoch);
void strata_master_not_heard(strata_master *master, strata_msec turn, strata_result result,
	const char *why);

/* Sleeps until the first question was answered, at most this long. */
void strata_master_wait(strata_master *master, strata_usec patience);

/* Who is at the address of this round says that it is no master. Nobody need ask it before the next. */
void strata_master_deny(strata_master *master, uint32_t round);
bool strata_master_is_denied(const strata_master *master, uint32_t round);

#endif
