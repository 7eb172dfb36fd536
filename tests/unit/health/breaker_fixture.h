/* breaker_fixture — a table of breakers, for tests that make up every moment. */
#ifndef STRATA_TESTS_UNIT_HEALTH_BREAKER_FIXTURE_H
#define STRATA_TESTS_UNIT_HEALTH_BREAKER_FIXTURE_H

#include "health/breaker.h"
#include "health/breaker_table.h"
#include "health/connect_turn.h"

#include "unit.h"

enum { START = 100000, TIMEOUT = 100, MANY = 64 };

static const strata_breaker_limits limits = { MANY, 50, TIMEOUT };

static strata_host *host;
static strata_process_slots *slots;
static strata_breaker_table *table;

/* The one that most tests are about. */
static strata_breaker breaker;

static inline void begin_table(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	REQUIRE(strata_breaker_table_new(host, slots, &table) == STRATA_OK);
}

static inline void end(void)
{
	strata_breaker_table_free(table);
	strata_process_slots_free(slots);
	strata_host_free(host);
}

static inline void begin(void)
{
	begin_table();
	REQUIRE(strata_breaker_of(table, "redis", "10.0.0.1:6379", STRATA_REGISTRY_COMMON, &limits,
		&breaker));
}

static inline strata_breaker_view look(strata_msec now)
{
	return strata_breaker_look(&breaker, now);
}

/* Where the caller has no time to wait. */
static inline bool may_connect(strata_priority priority, strata_msec now)
{
	strata_connect_turn turn = { .priority = priority, .deadline = now };

	return strata_connect_turn_take(&breaker, &turn, now) == STRATA_TURN_NOW;
}

static inline bool is_admitted(strata_msec now)
{
	uint64_t token;

	return strata_breaker_admit(&breaker, STRATA_PRIORITY_NORMAL, now, &token) == STRATA_ADMITTED;
}

static inline void ask(strata_outcome outcome, strata_msec now)
{
	if (is_admitted(now)) {
		strata_breaker_leave(&breaker, outcome, now);
	}
}

#endif
