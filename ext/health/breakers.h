/* breakers — the breaker of every node that this host talks to, in shared memory. */
#ifndef STRATA_HEALTH_BREAKERS_H
#define STRATA_HEALTH_BREAKERS_H

#include "host/host.h"
#include "health/breaker.h"

typedef struct strata_breakers strata_breakers;

STRATA_MUST_CHECK strata_result strata_breakers_new(strata_host *host, strata_process_slots *slots,
	strata_breakers **out);
void strata_breakers_free(strata_breakers *breakers);

/*
 * The breaker of the node with this name ("host:port" or a path) within a group, which are the nodes that
 * are asked in one protocol with one login: what refuses one password says nothing about another.
 * Made at the first call by any process and valid for the life of the host; one that an operator has
 * forced under another login begins so. False when all are taken: the node then has none, and out is
 * not to be used.
 */
bool strata_breakers_of(strata_breakers *breakers, const char *group, const char *name,
	const strata_breaker_limits *limits, strata_breaker *out);

/*
 * By name alone, for operators: the first (nth = 0) and the other breakers of all groups. False when there
 * is no such one.
 */
bool strata_breakers_find(strata_breakers *breakers, const char *name, uint32_t nth,
	strata_breaker *out);

/*
 * Makes one where there is none by this name, for operators who know of a node before anybody asks it.
 * False when all are taken.
 */
bool strata_breakers_foresee(strata_breakers *breakers, const char *name);

/* Has anybody on this host asked the node lately, under this login? */
bool strata_breakers_is_in_use(const strata_breaker *breaker, strata_msec now);

/* ---- for breaker only ---- */

/* Are half of the nodes of this group open, and two at least? Then the trouble is probably ours. */
bool strata_breakers_are_half_open(const strata_breakers *breakers, const char *group,
	strata_msec now);

/* The same of its group, where others than this one also count when they answer slowly. */
bool strata_breakers_are_half_in_trouble(const strata_breakers *breakers,
	const struct strata_breaker_record *record, strata_msec now);

strata_process_slots *strata_breakers_slots(const strata_breakers *breakers);

#endif
