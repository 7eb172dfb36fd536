/* breakers — the breaker of every node that this host talks to, in shared memory. */
#ifndef STRATA_REMOTE_BREAKERS_H
#define STRATA_REMOTE_BREAKERS_H

#include "host/host.h"
#include "remote/breaker.h"

typedef struct strata_breakers strata_breakers;

STRATA_MUST_CHECK strata_result strata_breakers_new(strata_host *host, strata_process_slots *slots,
	strata_breakers **out);
void strata_breakers_free(strata_breakers *breakers);

/*
 * The breaker of the node with this name ("host:port" or a path), made at the first call by any
 * process and valid for the life of the host. False when all are taken: the node then has none, and out is
 * not to be used.
 */
bool strata_breakers_of(strata_breakers *breakers, const char *group, const char *name,
	const strata_breaker_limits *limits, strata_breaker *out);

/* By name alone, for operators. False when nobody has made it yet. */
bool strata_breakers_find(strata_breakers *breakers, const char *name, strata_breaker *out);

/* The same, and makes it, for operators who know of a node before anybody asks it. */
bool strata_breakers_foresee(strata_breakers *breakers, const char *name, strata_breaker *out);

/* ---- for breaker only ---- */

/* Are half of the nodes of this group open, and two at least? Then the trouble is probably ours. */
bool strata_breakers_are_half_open(const strata_breakers *breakers, const char *group,
	strata_msec now);

strata_process_slots *strata_breakers_slots(const strata_breakers *breakers);

#endif
