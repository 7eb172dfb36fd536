#include "os/clock.h"

#include "unit.h"

static void both_monotonic_clocks_have_the_same_origin(void)
{
	strata_msec coarse = strata_clock_msec();
	strata_msec exact = strata_clock_usec() / 1000;

	/* The coarse one may lag by a tick; between the two calls the machine may have been busy. */
	CHECK(coarse <= exact);
	CHECK(exact - coarse < 60000);
}

static void the_coarse_clock_is_never_0(void)
{
	CHECK(strata_clock_msec() > 0);
}

static void the_exact_clock_never_goes_back(void)
{
	strata_usec last = strata_clock_usec();

	for (int i = 0; i < 1000; i++) {
		strata_usec now = strata_clock_usec();

		CHECK(now >= last);
		last = now;
	}
}

static void the_wall_clock_counts_from_1970(void)
{
	/* After 2020 and before 2200: the unit and the origin are right. */
	CHECK(strata_clock_wall_msec() > 1577836800000);
	CHECK(strata_clock_wall_msec() < 7258118400000);
}

int main(void)
{
	RUN(both_monotonic_clocks_have_the_same_origin);
	RUN(the_coarse_clock_is_never_0);
	RUN(the_exact_clock_never_goes_back);
	RUN(the_wall_clock_counts_from_1970);
	return unit_end();
}
