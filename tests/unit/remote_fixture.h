/*
 * remote_fixture — what every test of the remote tiers needs around it: options with generous
 * limits, an arena, and counters that can be asked.
 */
#ifndef STRATA_TESTS_REMOTE_FIXTURE_H
#define STRATA_TESTS_REMOTE_FIXTURE_H

#include "base/arena.h"
#include "node/terms/client_options.h"
#include "stats/stats.h"

/* Long enough for the slowest machine; only a test that waits for a timeout sets less. */
enum { FIXTURE_PATIENCE_USEC = 10 * 1000 * 1000 };

typedef struct {
	strata_host *host;
	strata_stats *stats;
	strata_arena *arena;
	strata_client_options options;
} remote_fixture;

void remote_fixture_begin(remote_fixture *fixture);
void remote_fixture_end(remote_fixture *fixture);

/* So long from now, on the clock of deadlines. */
strata_usec remote_fixture_deadline(strata_usec usec);

/* Of all nodes together. */
uint64_t remote_fixture_count(const remote_fixture *fixture, strata_counter counter);
uint64_t remote_fixture_reason(const remote_fixture *fixture, strata_result reason);

#endif
