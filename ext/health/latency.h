/*
 * latency — how one node has answered lately, and how much it may be asked for that.
 *
 * Each answer adds its time to one word. The first caller after a tenth of a second empties the
 * word and adapts four figures:
 *
 *     recent   the mean time over about a second
 *     usual    the mean time over about a minute
 *     limit    of operations in flight at once: "adaptive limit"
 *     shed     the share of operations that is not sent
 *
 * While the node is asked about as much as it may be, the limit shrinks by the gradient usual /
 * recent. That is gradient2 of Netflix's concurrency-limits: times that grow with the load mean a
 * queue. The limit is halved after a second of half slow answers, and grows back by one a second.
 *
 * The share to shed comes from requests and accepts of the last ten seconds. (See "Handling
 * Overload" in Site Reliability Engineering, Google.) A node that fails in part is asked less, so
 * that it recovers.
 *
 * Waits that spin before they sleep are judged one by one: the share of those in vain is a mean
 * over about sixteen, of which each tick forgives an eighth. So a node that is not worth it is
 * tried a few times a second at most.
 *
 * Slow is eight times the usual, at least 10 ms, at most half of the timeout. Times below 5 ms
 * shrink nothing: a machine with more processes than cores makes them by itself.
 *
 * Everything is advisory. Any bytes may stand there at any time, and heal within seconds.
 */
#ifndef STRATA_HEALTH_LATENCY_H
#define STRATA_HEALTH_LATENCY_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "host/gate.h"

enum { STRATA_LATENCY_SECONDS = 10 /* of which outcomes are remembered */ };

/* In shared memory; all zeroes is a node that was never asked. Times are in microseconds. */
typedef struct {
	/* the window: {second 16 | answered 24 | failed 24} */
	alignas(64) _Atomic uint64_t seconds[STRATA_LATENCY_SECONDS];

	/* since the last tick: {slow answers 16 | answers 16 | time 32} */
	alignas(64) _Atomic uint64_t sample;
	strata_gate ticks;
	_Atomic uint32_t recent, usual; /* mean times in sixteenths; 0: not known yet */
	_Atomic uint32_t share;         /* of the configured limit, of 65536; 0: all of it */
	_Atomic uint32_t shed;          /* of 65536 operations */
	_Atomic uint32_t answers, slow; /* of this second, until the last tick */
	_Atomic uint32_t slow_seconds;  /* in a row */
	_Atomic uint32_t vain;          /* of 65536 spins, lately, and forgiven with time */
} strata_latency;

/* ---- what happened ---- */

typedef enum { STRATA_LATENCY_ANSWERED, STRATA_LATENCY_FAILED } strata_latency_outcome;

/* One operation has ended. */
void strata_latency_count(strata_latency *latency, strata_latency_outcome outcome, strata_msec now);

/* One answer over a connection that had been open before took this long. True when that is slow. */
bool strata_latency_add(strata_latency *latency, strata_usec took, strata_msec timeout);

/* A wait for the node's reply spun, as strata_latency_may_spin() allowed it. */
typedef enum { STRATA_SPIN_MET, STRATA_SPIN_IN_VAIN } strata_spin_outcome;
void strata_latency_spun(strata_latency *latency, strata_spin_outcome outcome);

/* What the first caller after each tenth of a second is told; zeroes at all other times. */
typedef struct {
	uint32_t answers;     /* since the tick before */
	strata_usec together; /* that they took */
	strata_msec before;   /* when that tick was; 0: there was none */
	bool is_too_slow;     /* nearly all answers of three seconds were slow */
} strata_latency_tick;

/* Adapts limit and share when a tick is due. In flight are so many of at most so many. */
STRATA_MUST_CHECK strata_latency_tick strata_latency_adapt(strata_latency *latency,
	uint32_t inflight, uint32_t most, strata_msec now);

/* What the next tick will be told, for status. */
strata_latency_tick strata_latency_pending(const strata_latency *latency);

/* The node comes back after it was not asked: what was learnt before says nothing more. */
void strata_latency_reset(strata_latency *latency);

/* ---- what follows from it ---- */

/* Has half of at least 20 operations of the last ten seconds failed? */
STRATA_MUST_CHECK bool strata_latency_is_failing(const strata_latency *latency, strata_msec now);

/* How many may be in flight at once, where at most so many are configured. */
uint32_t strata_latency_limit(const strata_latency *latency, uint32_t most);

/* The share that is not sent, 0 to 0.9; and whether this one operation is of it, by chance. */
double strata_latency_shed(const strata_latency *latency, strata_msec now);
bool strata_latency_sheds(const strata_latency *latency, strata_msec now);

/* Was the last second slow? */
bool strata_latency_is_slow(const strata_latency *latency, strata_msec now);

/*
 * Is it worth to wait for the node without sleeping? It answered within 100 us lately, and of five
 * such waits four met the reply.
 */
STRATA_MUST_CHECK bool strata_latency_may_spin(const strata_latency *latency, strata_msec now);

/* Was the node asked within the last seconds, so that the figures say something of today? */
bool strata_latency_is_known(const strata_latency *latency, strata_msec now);

#endif
