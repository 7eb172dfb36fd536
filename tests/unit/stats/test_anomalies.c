#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "stats/anomalies.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

static strata_host *host;
static strata_anomalies *anomalies;
static strata_anomaly seen[STRATA_ANOMALIES_KEPT + 1];

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_anomalies_new(host, &anomalies) == STRATA_OK);
}

static void end(void)
{
	strata_anomalies_free(anomalies);
	strata_host_free(host);
}

static uint32_t read_all(void)
{
	return strata_anomalies_read(anomalies, seen, STRATA_ANOMALIES_KEPT + 1);
}

static void the_newest_comes_first(void)
{
	begin();
	CHECK(read_all() == 0);
	strata_anomalies_add(anomalies, "a:1", "desync", NULL);
	strata_anomalies_add(anomalies, "b:2", "opened", "silent");
	REQUIRE(read_all() == 2);
	CHECK(strcmp(seen[0].node, "b:2") == 0 && strcmp(seen[0].event, "opened: silent") == 0);
	CHECK(strcmp(seen[1].node, "a:1") == 0 && strcmp(seen[1].event, "desync") == 0);
	CHECK(seen[0].number == 2 && seen[1].number == 1 && seen[0].at >= seen[1].at);
	end();
}

static void the_last_ones_are_kept(void)
{
	begin();
	for (int i = 0; i < 1000; i++) {
		strata_anomalies_add(anomalies, "node", "desync", NULL);
	}
	CHECK(read_all() == STRATA_ANOMALIES_KEPT && seen[0].number == 1000);
	CHECK(seen[STRATA_ANOMALIES_KEPT - 1].number == 1000 - STRATA_ANOMALIES_KEPT + 1);
	CHECK(strata_anomalies_read(anomalies, seen, 3) == 3);
	end();
}

static uint64_t count_of(const char *kind)
{
	for (uint32_t i = 0; i < STRATA_ANOMALY_KINDS; i++) {
		if (strcmp(strata_anomaly_kind_name(i), kind) == 0) {
			return strata_anomalies_count(anomalies, i);
		}
	}
	return UINT64_MAX;
}

/* However many there were, and whatever a server or an operator chose for the detail. */
static void each_kind_is_counted_beyond_the_last_ones(void)
{
	begin();
	for (int i = 0; i < 1000; i++) {
		strata_anomalies_add(anomalies, "node", "opened", i % 2 == 0 ? "silent" : "slow");
	}
	strata_anomalies_add(anomalies, "node", "desync", NULL);
	strata_anomalies_add(anomalies, "node", "a new one", NULL);
	strata_anomalies_add(anomalies, "node", "has no breaker: all are taken", NULL);
	CHECK(count_of("opened") == 1000 && count_of("desync") == 1 && count_of("other") == 1);
	CHECK(count_of("has no breaker: all are taken") == 1 && count_of("answers again") == 0);
	CHECK(strata_anomalies_count(anomalies, STRATA_ANOMALY_KINDS) == 0);
	end();
}

static void long_names_are_cut(void)
{
	char name[500];

	begin();
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	strata_anomalies_add(anomalies, name, name, name);
	REQUIRE(read_all() == 1);
	CHECK(strlen(seen[0].node) == STRATA_ANOMALY_NODE - 1);
	CHECK(strlen(seen[0].event) == STRATA_ANOMALY_EVENT - 1);
	end();
}

/* Every entry that is read is whole: node and event say the same. */
static void writers_killed_at_any_moment_leave_whole_entries(void)
{
	begin();
	for (int round = 0; round < 20; round++) {
		pid_t child = fork();

		REQUIRE(child >= 0);
		if (child == 0) {
			for (unsigned i = 0;; i++) {
				char text[16];

				snprintf(text, sizeof(text), "%u", i);
				strata_anomalies_add(anomalies, text, text, NULL);
			}
		}
		for (int i = 0; i < 50; i++) {
			uint32_t count = read_all();

			for (uint32_t k = 0; k < count; k++) {
				CHECK(strcmp(seen[k].node, seen[k].event) == 0);
			}
		}
		REQUIRE(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
	}
	end();
}

int main(void)
{
	RUN(the_newest_comes_first);
	RUN(the_last_ones_are_kept);
	RUN(each_kind_is_counted_beyond_the_last_ones);
	RUN(long_names_are_cut);
	RUN(writers_killed_at_any_moment_leave_whole_entries);
	return unit_end();
}
