/* anomalies — a log of what went wrong on this host lately, with which server, and when. */
#ifndef STRATA_STATS_ANOMALIES_H
#define STRATA_STATS_ANOMALIES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "host/host.h"

enum { STRATA_ANOMALIES_KEPT = 256, STRATA_ANOMALY_NODE = 80, STRATA_ANOMALY_EVENT = 32 };

typedef struct {
	uint64_t number;                /* counted from 1 since the host started */
	strata_msec at;                 /* milliseconds since 1970, by the wall clock */
	char node[STRATA_ANOMALY_NODE]; /* its name, cut if it is longer */

	/* A reason, "opened: <cause>", "answers again" or "operator: <action>". */
	char event[STRATA_ANOMALY_EVENT];
} strata_anomaly;

typedef struct strata_anomalies strata_anomalies;

STRATA_MUST_CHECK strata_result strata_anomalies_new(strata_host *host, strata_anomalies **out);
void strata_anomalies_free(strata_anomalies *anomalies);

/* Lock-free. anomalies may be NULL: then nothing is kept. */
void strata_anomalies_add(strata_anomalies *anomalies, const char *node, const char *event,
	const char *detail);

/*
 * How many there ever were of each kind, by the event without its detail: those that are known
 * here, each reason, and "other". Never less than before.
 */
enum { STRATA_ANOMALY_KINDS = 12 + STRATA_RESULT_COUNT + 1 };

const char *strata_anomaly_kind_name(uint32_t kind);
uint64_t strata_anomalies_count(const strata_anomalies *anomalies, uint32_t kind);

/* Fills at most room of those that are kept, the newest first; returns how many. */
uint32_t strata_anomalies_read(const strata_anomalies *anomalies, strata_anomaly *out,
	uint32_t room);

#endif
