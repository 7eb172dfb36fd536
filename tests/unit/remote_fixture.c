#include "remote_fixture.h"

#include "os/clock.h"
#include "os/process.h"
#include "unit.h"

enum { ROOM = 16 };

void remote_fixture_begin(remote_fixture *fixture)
{
	static bool is_watching;

	if (!is_watching) {
		REQUIRE(strata_process_watch_forks() == STRATA_OK);
		is_watching = true;
	}
	*fixture = (remote_fixture){ 0 };
	REQUIRE(strata_host_new(&fixture->host) == STRATA_OK);
	REQUIRE(strata_stats_new(fixture->host, NULL, &fixture->stats) == STRATA_OK);
	fixture->arena = strata_arena_new();
	REQUIRE(fixture->arena != NULL);
	fixture->options.connect_timeout = FIXTURE_PATIENCE_USEC;
	fixture->options.operation_timeout = FIXTURE_PATIENCE_USEC;
	fixture->options.max_reply = 16 * 1024 * 1024;
}

void remote_fixture_end(remote_fixture *fixture)
{
	strata_arena_free(fixture->arena);
	strata_stats_free(fixture->stats);
	strata_host_free(fixture->host);
}

strata_usec remote_fixture_deadline(strata_usec usec)
{
	return strata_clock_usec() + usec;
}

uint64_t remote_fixture_count(const remote_fixture *fixture, strata_counter counter)
{
	strata_stats_sum sums[ROOM];
	uint32_t rows = strata_stats_read(fixture->stats, sums, ROOM);
	uint64_t total = 0;

	for (uint32_t i = 0; i < rows && i < ROOM; i++) {
		total += sums[i].counters[counter];
	}
	return total;
}

uint64_t remote_fixture_reason(const remote_fixture *fixture, strata_result reason)
{
	strata_stats_sum sums[ROOM];
	uint32_t rows = strata_stats_read(fixture->stats, sums, ROOM);
	uint64_t total = 0;

	for (uint32_t i = 0; i < rows && i < ROOM; i++) {
		total += sums[i].reasons[reason];
	}
	return total;
}
