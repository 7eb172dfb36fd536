/* breaker_fixture — a table of breakers in shared memory, for tests that make up every moment. */
#ifndef STRATA_TESTS_UNIT_HEALTH_BREAKER_FIXTURE_H
#define STRATA_TESTS_UNIT_HEALTH_BREAKER_FIXTURE_H

#include "health/breaker.h"
#include "health/breaker_table.h"

#include "unit.h"

enum { START = 100000, TIMEOUT = 100, MANY = 64 };

static const strata_breaker_limits limits = { MANY, 50, TIMEOUT };

static strata_host *host;
static strata_process_slots *slots;
static strata_breaker_table *table;

static void begin_table(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	REQUIRE(strata_breaker_table_new(host, slots, &table) == STRATA_OK);
}

static void end(void)
{
	strata_breaker_table_free(table);
	strata_process_slots_free(slots);
	strata_host_free(host);
}

#endif
