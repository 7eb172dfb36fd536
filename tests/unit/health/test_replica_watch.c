#include "health/notes/replica_watch.h"

#include "unit.h"

enum { NOW = 100000 };

static strata_replica_watch watch;

static void forget(void)
{
	watch = (strata_replica_watch){ 0 };
}

static void one_that_never_took_a_write_stays_a_replica_after_a_second(void)
{
	forget();
	CHECK(!strata_replica_watch_stays(&watch, NOW));
	CHECK(!strata_replica_watch_stays(&watch, NOW + 999));
	CHECK(strata_replica_watch_stays(&watch, NOW + 1000));
	CHECK(strata_replica_watch_stays(&watch, NOW + 100000));
}

static void a_planned_failover_has_ten_seconds(void)
{
	forget();
	strata_replica_watch_taken(&watch);
	CHECK(!strata_replica_watch_stays(&watch, NOW));
	CHECK(!strata_replica_watch_stays(&watch, NOW + 9999));
	CHECK(strata_replica_watch_stays(&watch, NOW + 10000));
}

static void a_write_that_is_taken_ends_it(void)
{
	forget();
	CHECK(!strata_replica_watch_stays(&watch, NOW));
	strata_replica_watch_taken(&watch);
	CHECK(!strata_replica_watch_stays(&watch, NOW + 9000));
	CHECK(!strata_replica_watch_stays(&watch, NOW + 18999));
	CHECK(strata_replica_watch_stays(&watch, NOW + 19000));
}

static void damage_and_a_clock_that_stands_begin_anew(void)
{
	forget();
	watch.refused_since = UINT64_MAX;
	CHECK(!strata_replica_watch_stays(&watch, NOW));
	for (int i = 0; i < 1000; i++) {
		CHECK(!strata_replica_watch_stays(&watch, NOW));
	}
	CHECK(strata_replica_watch_stays(&watch, NOW + 1000));
}

int main(void)
{
	RUN(one_that_never_took_a_write_stays_a_replica_after_a_second);
	RUN(a_planned_failover_has_ten_seconds);
	RUN(a_write_that_is_taken_ends_it);
	RUN(damage_and_a_clock_that_stands_begin_anew);
	return unit_end();
}
